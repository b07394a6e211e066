"""The playground's page in a real browser: headless Chromium, driven by Playwright."""

import http.client
import os
import re
import signal
import subprocess
import sys
from time import monotonic

import pytest

from minnet import study
from minnet.experiments.adam.replay import replay
from minnet.playground.presets import PRESETS

STATUS = re.compile(r"^[\d,]+ updates($|,)")
PATIENCE = 30_000  # milliseconds
PIXELS = """canvas => {
    const [w, h] = [canvas.width - 16, canvas.height - 16]  // at the edges Bokeh paints half pixels over each other
    return Array.from(canvas.getContext("2d").getImageData(8, 8, w, h).data).join()
}"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("study") / "runs.sqlite"
    points = study.grid(optimizer=["gradient descent", "Adam"], learning_rate=[0.1, 0.01], n=60, hidden=[[4]], steps=40)
    study.run(replay, points, store=path, seed=0, name="small", backend="threads")
    return path


@pytest.fixture(scope="module")
def server(store):
    """A server in a process of its own, and at the end whether it ends as it should, with all of its processes."""
    command = [sys.executable, "-m", "minnet", "play", str(store), "--port", "0", "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    address = re.search(r"http://127.0.0.1:\d+", process.stdout.readline())
    assert address, process.stderr.read()
    process.address = address[0]
    yield process
    children = children_of(process.pid)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert not re.search("Traceback|send|closed", errors), errors  # also after tabs that were closed while races ran
    end = monotonic() + 10
    while any(os.path.exists(f"/proc/{child}") for child in children):
        assert monotonic() < end, "processes are left"
        os.sched_yield()


@pytest.fixture(scope="module")
def address(server):
    return server.address


def children_of(pid):
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


@pytest.fixture
def context(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


class Tab:
    """A page of the playground, ready to be used."""

    def __init__(self, context, address, query=""):
        self.page, self.errors = context.new_page(), []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.goto(f"{address}/?{query}")
        self.status = self.page.get_by_text(STATUS)
        self.status.wait_for()

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def open(self, name):
        self.page.get_by_text(name, exact=True).first.click()

    def updates(self):
        return int(self.status.inner_text().partition(" ")[0].replace(",", ""))

    def wait(self, condition, what):
        end = monotonic() + PATIENCE / 1000
        while not condition():
            assert monotonic() < end, f"{what}; {self.errors}"
            self.page.wait_for_timeout(50)

    def field(self, title):
        return self.page.get_by_label(title, exact=True)

    def plane(self):
        """All pixels of the first optimizer's plane, when they have come to rest."""
        canvas, former = self.page.locator("canvas").first, ""
        while (pixels := canvas.evaluate(PIXELS)) != former:
            former = pixels
            self.page.wait_for_timeout(300)
        return pixels

    def message(self, text):
        self.page.get_by_text(text).first.wait_for()


@pytest.fixture
def tab(context, address):
    tab = Tab(context, address)
    yield tab
    assert tab.errors == []


def test_a_race_starts_pauses_steps_and_resets(tab):
    assert tab.updates() == 0
    before = tab.plane()
    tab.press("Start")
    tab.wait(lambda: tab.updates() > 200, "the race does not get on")
    tab.press("Pause")
    tab.page.get_by_role("button", name="Start", exact=True).wait_for()
    tab.wait(lambda: "frames/s" not in tab.status.inner_text(), "the race does not pause")
    plane, stopped = tab.plane(), tab.updates()
    assert plane != before
    assert (tab.updates(), tab.plane()) == (stopped, plane)
    tab.press("Step")
    tab.wait(lambda: tab.updates() == stopped + 1, "a single step is not made")
    tab.press("Reset")
    tab.wait(lambda: tab.updates() == 0 and tab.plane() == before, "the race is not as at its start")


def test_a_start_that_overtakes_a_step_is_shown(tab):
    step, start = (tab.page.get_by_role("button", name=name, exact=True).element_handle() for name in ("Step", "Start"))
    tab.page.evaluate("([step, start]) => { step.click(); start.click() }", [step, start])
    tab.wait(lambda: tab.updates() > 100, "the race does not run")
    tab.press("Pause")


def test_a_shared_link_restores_the_state(context, address):
    first = Tab(context, address)
    first.field("Data").select_option("moons")
    first.field("Hidden units").fill("5 6")
    first.field("Hidden units").press("Enter")
    first.open("X-ray")
    first.wait(lambda: "hidden=5+6" in first.page.url and "tab=X-ray" in first.page.url, first.page.url)
    second = Tab(context, address, first.page.url.partition("?")[2])
    assert second.field("Data").input_value() == "moons"
    assert second.field("Hidden units").input_value() == "5 6"
    second.message("layer 0, W[0, 0]")
    second.page.reload()
    second.message("layer 0, W[0, 0]")
    assert second.field("Data").input_value() == "moons"


def test_test_samples_are_shown_and_shared(context, address):
    first = Tab(context, address)
    first.field("Test samples (%)").fill("40")
    first.field("Test samples (%)").press("Enter")
    first.message("test loss")
    before = first.plane()
    first.field("Show test samples, as squares").check()
    first.wait(lambda: "test=40" in first.page.url and "show=test" in first.page.url, first.page.url)
    shown = first.plane()
    assert shown != before
    second = Tab(context, address, first.page.url.partition("?")[2])
    assert second.field("Show test samples, as squares").is_checked()
    second.wait(lambda: second.plane() == shown, "the test samples are not there")
    second.field("Show classes alone, however sure").check()
    second.wait(lambda: "show=test+classes" in second.page.url, second.page.url)
    assert second.plane() != shown
    assert first.errors == second.errors == []


def test_inputs_are_shared_and_drawn(context, address):
    first = Tab(context, address, "points=50&inputs=x1^2+x2+sin(x1)")
    first.page.locator(".choices__button").first.click()  # takes x2 away
    first.wait(lambda: "inputs=x1%5E2+sin%28x1%29" in first.page.url, first.page.url)
    second = Tab(context, address, first.page.url.partition("?")[2] + "&tab=Network")
    second.message("2 hidden layers")
    second.field("Layer").select_option("inputs")
    second.page.locator("option", has_text="sin x₁").first.wait_for(state="attached")
    assert first.errors == second.errors == []


def test_two_tabs_do_not_disturb_each_other(context, address):
    first, second = Tab(context, address, "data=moons"), Tab(context, address, "data=xor&points=100")
    first.press("Start")
    first.wait(lambda: first.updates() > 100, "the first does not get on")
    assert second.updates() == 0
    second.press("Step")
    second.wait(lambda: second.updates() == 1, "the second does not step")
    assert first.field("Data").input_value() == "moons"
    first.page.close()
    second.press("Step")
    second.wait(lambda: second.updates() == 2, "the second does not step when the first is closed")


def test_bad_input_shows_a_message(tab):
    tab.field("Hidden units").fill("8 many")
    tab.field("Hidden units").press("Enter")
    tab.message("is not a number")
    tab.field("Hidden units").fill("8")
    tab.field("Hidden units").press("Enter")
    tab.wait(lambda: tab.page.get_by_text("is not a number").count() == 0, "the message stays")
    tab.field("Loss").select_option("Huber")
    tab.message("Loss: Huber is not for classes in a plane")
    assert tab.page.get_by_role("button", name="Start", exact=True).is_disabled()
    tab.field("Loss").select_option("automatic")
    tab.press("Step")
    tab.wait(lambda: tab.updates() == 1, "the race is not to be had again")


def test_penalties_dropout_and_normalisation_in_every_tab(context, address):
    """They are typed, shared by the address, named when they cannot be, and all views go on."""
    tab = Tab(context, address, "dropout=20&points=61&batch_size=20")
    for title, text in (("L1 penalty", "0,001"), ("L2 penalty", "11")):
        tab.field(title).fill(text)
        tab.field(title).press("Enter")
    tab.message("L2 penalty: 11 is out of range; a number from 0 to 10 is needed")
    tab.field("L2 penalty").fill("0.01")
    tab.field("L2 penalty").press("Enter")
    tab.field("Normalisation").select_option("BatchNorm")
    tab.message("batches of 20 leave one of 61 by itself")
    tab.field("Batch (0: all)").fill("0")
    tab.field("Batch (0: all)").press("Enter")
    tab.page.wait_for_function("location.search.includes('l1=0.001&l2=0.01&normalization=BatchNorm&dropout=20')")
    tab.press("Start")
    tab.wait(lambda: tab.updates() > 50, "the race does not run")
    tab.open("Network")
    circles = tab.page.locator("svg circle")
    tab.wait(lambda: circles.count() == 2 + 8 + 8 + 1, "the network is not drawn")
    tab.open("X-ray")
    tab.field("Array").select_option("layer 1, gamma (8,)")
    tab.message("layer 1, gamma[0]")
    tab.open("Landscape")
    tab.message("ends at")
    tab.field("Landscape").select_option("through the race's weights")
    not_yet = tab.page.get_by_text(re.compile("ends at|Measuring losses"))
    tab.wait(lambda: not_yet.count() == 0, "there is no slice")
    tab.press("Pause")
    assert tab.errors == []


def test_an_address_that_makes_no_race_says_so(context, address):
    tab = Tab(context, address, "points=1e99")
    tab.message("The address does not describe a race")
    assert tab.field("Points").input_value() == "500"


def test_own_files(tab, tmp_path):
    good, bad = tmp_path / "mine.csv", tmp_path / "bad.csv"
    good.write_text("u,v,kind\n" + "\n".join(f"{i % 7},{i // 7},{'ab'[i % 2]}" for i in range(49)))
    bad.write_text("u,v,kind\n1,2,3\n")
    tab.page.locator("input[type=file]").set_input_files(bad)
    tab.message("your file has 1 samples")
    large = tmp_path / "large.csv"
    large.write_text("x,y\n" + "1,2\n" * 1_500_000)
    tab.page.locator("input[type=file]").set_input_files(large)
    tab.message("your file has 6,000,004 characters")
    tab.page.locator("input[type=file]").set_input_files(good)
    tab.message("Across: u from")
    tab.press("Step")
    tab.wait(lambda: tab.updates() == 1, "the file is not raced on")


def test_presets_and_their_comments(tab):
    name = "Broken: symmetric start"
    tab.field("Preset").select_option(name)
    tab.message(PRESETS[name].comment[:40])
    tab.press("Start")
    tab.wait(lambda: tab.updates() > 50, "the preset does not run")
    tab.message("0.693")
    tab.field("Seed").fill("7")
    tab.field("Seed").press("Enter")
    tab.wait(lambda: tab.field("Preset").input_value() == "a race of your own", "it is not that preset any more")
    assert tab.page.get_by_text(PRESETS[name].comment[:40]).count() == 0


def test_digits_a_series_and_a_curve_with_its_slope(context, address):
    tab = Tab(context, address, "data=digits&points=80&test=25&show=classes")
    tab.message("20 test samples")
    tab.press("Step")
    tab.wait(lambda: tab.updates() == 1, "no step is made with digits")
    tab.open("Network")
    tab.message("inputs: 16 of 64 units drawn")
    tab.field("Preset").select_option("A series")
    tab.message("The networks of this race are LSTMs")
    tab.press("Step")
    tab.open("Landscape")
    tab.field("Landscape").select_option("through the race's weights")
    tab.wait(lambda: tab.page.get_by_text(re.compile("Measuring losses|ends at")).count() == 0, "there is no slice")
    tab.open("X-ray")
    tab.field("Array").select_option("layer 0, U (16, 64)")
    tab.message("layer 0, U[0, 0]")
    tab.open("Race")
    tab.message("dashed: a free run")
    tab.field("Preset").select_option("A curve with its slope")
    tab.message("coloured lines: the network and its derivative")
    tab.press("Step")
    tab.wait(lambda: tab.updates() == 1, "no step is made with slopes")
    assert "show=classes" in tab.page.url
    assert tab.errors == []


def test_x_ray_and_landscapes(tab):
    tab.open("X-ray")
    tab.message("layer 0, W[0, 0]: parameter 0")
    tab.field("Array").select_option("layer 2, W (8, 8)")
    tab.field("to unit").fill("3")
    tab.field("to unit").press("Enter")
    tab.message("layer 2, W[0, 3]")
    tab.press("Step")
    tab.open("Landscape")
    tab.message("ends at")
    tab.field("Landscape").select_option("rosenbrock")
    tab.message("Adam(learning_rate=0.01), with 0.1 of its learning rate, ends at")
    tab.field("Landscape").select_option("through the race's weights")
    tab.wait(lambda: tab.page.get_by_text("ends at").count() == 0, "there is no slice")


def test_the_network_is_seen_and_changed(tab):
    tab.open("Network")
    tab.message("output (class): bias 0")
    diagram = tab.page.locator(".bk-Figure:visible").first.bounding_box()

    def place(column, row):
        """Of a unit: four columns, and the fullest of them has eight rows."""
        return diagram["x"] + diagram["width"] * (column + 0.5) / 4, diagram["y"] + diagram["height"] * (row + 0.5) / 8

    tab.page.mouse.move(*place(0, 3))
    tab.message("no bias: an input")
    tab.page.mouse.click(*place(1, 3))
    tab.message("layer 1, unit 3: bias 0")
    assert (tab.field("Layer").input_value(), tab.field("Unit").input_value()) == ("layer 1", "unit 3")
    tab.field("New value").fill("0,25")
    tab.field("New value").press("Enter")
    tab.message("layer 1, unit 3: bias 0.25")
    tab.press("Step")
    tab.message(re.compile(r"layer 1, unit 3: bias 0\.(?!25\b)"))  # it is trained on from there
    tab.press("Switch off")
    tab.message("it is switched off: its outgoing weights are held at 0")
    tab.field("Layer").select_option("layer 2")
    tab.field("Bias or weight").select_option("weight from unit 3")
    tab.message("held at 0, because the unit that it comes from is switched off")
    assert tab.field("New value").is_disabled()
    tab.page.get_by_role("button", name="+ a unit more in layer 2").press("Enter")
    tab.wait(lambda: tab.field("Hidden units").input_value() == "8 9" and "hidden=8+9" in tab.page.url, "no unit more")
    tab.message("9 units")
    tab.wait(lambda: tab.updates() == 0, "the race is not begun anew")


def test_the_study_is_filtered_and_replayed(tab):
    tab.open("Study")
    tab.message("4 of 4 runs")
    adam = tab.page.get_by_text("Adam", exact=True)  # there is another field of choices, for inputs
    optimizers = tab.page.locator(".choices").filter(has=adam).first
    optimizers.click()
    optimizers.locator(".choices__list--dropdown").get_by_text("Adam", exact=True).click()
    tab.message("2 of 4 runs")
    tab.press("Classified planes of the runs selected")
    tab.wait(lambda: tab.page.get_by_text("Training these runs again").count() == 0, "no planes are drawn")


def test_a_race_is_saved_as_a_page_that_plays_offline(browser, tab, tmp_path):
    for _ in range(3):
        tab.press("Step")
    tab.wait(lambda: tab.updates() == 3, "the race does not step")
    with tab.page.expect_download() as download:
        tab.press("Save as HTML")
    path = tmp_path / "race.html"
    download.value.save_as(path)
    assert not re.search(r"<(script|link)[^>]+(src|href)=", path.read_text(encoding="utf-8"))
    context = browser.new_context(offline=True)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    page.get_by_text("after 3 updates of each").wait_for()
    last = page.locator("canvas").nth(0).evaluate(PIXELS)
    page.locator(".noUi-handle").press("Home")
    page.get_by_text("after 0 updates of each").wait_for()
    page.get_by_role("button", name="Play").click()
    page.get_by_text("after 3 updates of each").wait_for()
    end = monotonic() + PATIENCE / 1000
    while page.locator("canvas").nth(0).evaluate(PIXELS) != last:
        assert monotonic() < end, "the last frame is not the last"
    assert errors == []
    context.close()


def test_other_web_sites_are_refused(context, address):
    """Their pages cannot open a connection; the playground's own can."""
    page = context.new_page()
    page.route(
        "http://elsewhere.test/", lambda route: route.fulfill(body="<p>another site</p>", content_type="text/html")
    )
    page.goto("http://elsewhere.test/")
    opened = """address => new Promise(done => {
        const socket = new WebSocket(address.replace("http", "ws") + "/ws", ["bokeh", "token"])
        socket.onopen = () => done(true)
        socket.onerror = () => done(false)
    })"""
    assert page.evaluate(opened, address) is False
    own = Tab(context, address)
    assert own.updates() == 0


@pytest.mark.parametrize(("host", "known"), [("127.0.0.1", True), ("LocalHost", True), ("evil.test", False)])
def test_a_name_that_was_made_to_lead_here_is_refused(address, host, known):
    """As after DNS rebinding: host and origin agree with each other, but not with the server."""
    port = int(address.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for path in ("/", "/ws", "/autoload.js?bokeh-autoload-element=x"):
        connection.request("GET", path, headers={"Host": f"{host}:{port}", "Origin": f"http://{host}:{port}"})
        answer = connection.getresponse()
        answer.read()
        assert (answer.status != 404) == known
    connection.close()


def test_a_tab_waits_for_its_place(context, store):
    command = [sys.executable, "-m", "minnet", "play", str(store), "--port", "0", "--no-browser", "--tabs", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            tab = Tab(context, process.stdout.readline().split()[4])
            tab.page.reload()
            tab.page.get_by_text(STATUS).wait_for(timeout=30_000)
        finally:
            process.terminate()


def test_the_process_of_a_closed_tab_ends(context, server):
    tab = Tab(context, server.address)
    tab.press("Start")
    tab.wait(lambda: tab.updates() > 100, "the race does not run")
    mine = set(children_of(server.pid))
    other = context.new_page()
    tab.page.close()
    end = monotonic() + PATIENCE / 1000
    while mine <= set(children_of(server.pid)):
        assert monotonic() < end, "no process has ended"
        other.wait_for_timeout(100)
