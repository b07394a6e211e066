"""The playground's page in a real browser: headless Chromium, driven by Playwright.

One server, one browser and one page for nearly all: a test leads the page somewhere, and the next one begins with
another race.
"""

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

sync_api = pytest.importorskip("playwright.sync_api", reason="pages are tested by Playwright")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")

STATUS = re.compile(r"^[\d,]+ updates($|,)")
HUNDREDS = re.compile(r"^[\d,]{3,} updates")
PATIENCE = 30_000  # milliseconds
TABS = 2  # that may race at once
WIDTHS = 1280, 800, 390
FIRST = "Four on two circles"
PIXELS = """async canvas => {
    const pixels = () => {
        const [w, h] = [canvas.width - 16, canvas.height - 16]  // at the edges Bokeh paints half pixels over each other
        return Array.from(canvas.getContext("2d").getImageData(8, 8, w, h).data).join()
    }
    let former = null, now = pixels()
    while (now != former) {  // until they have come to rest
        for (let i = 0; i < 6; i++) await new Promise(requestAnimationFrame)
        former = now
        now = pixels()
    }
    return now
}"""
STYLES_ASKED_FOR = """() => {
    const [plot] = Bokeh.index.query(view => view.model.title?.text == "Loss of all samples")
    const styles = CSSStyleDeclaration.prototype, value = styles.getPropertyValue
    let count = 0
    styles.getPropertyValue = function(name) { count += name.startsWith("--bk-"); return value.call(this, name) }
    plot._invalidate_all = true
    plot._actual_paint()
    styles.getPropertyValue = value
    return count
}"""
"""By Bokeh while it paints a plot: a new version of it may do so in another way than the one that is switched off."""
EVERYWHERE = """
const elements = []
const visit = root => root.querySelectorAll("*").forEach(element => {
    elements.push(element)
    if (element.shadowRoot) visit(element.shadowRoot)
})
visit(document)
"""
SMALL = f"""() => {{ {EVERYWHERE}
    const touched = elements.filter(element =>
        element.matches("button, select, input, .bk-tab, a") && element.checkVisibility({{visibilityProperty: true}}))
    const area = element => (element.closest("label") ?? element).getBoundingClientRect()  // which is touched, too
    const isSmall = ({{width, height}}) => width > 0 && (width < 24 || height < 24)
    return touched.filter(element => isSmall(area(element))).map(element => element.outerHTML.slice(0, 120))
}}"""
FOCUSED = """() => {
    let element = document.activeElement
    while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    if (element == document.body) return null
    const label = element.closest("label") ?? element.getRootNode().querySelector("label")
    const name = element.matches("input, select, textarea") ? label?.textContent : element.textContent
    return [(element.ariaLabel ?? name ?? "").trim(), getComputedStyle(element).outlineStyle != "none"]
}"""
SEVERE = "serious", "critical"
BEYOND_US = (
    # choices.js draws fields of several choices, and says that what is chosen is selected without the role of an option
    ("aria-allowed-attr", "choices__item"),
    # SlickGrid draws tables, and its boxes have no texts beside them
    ("label", r'id="(header-)?selector\d+"'),
)
"""What Bokeh's own parts do wrong, in shadow roots that they fill anew at every change: rules, and where they break."""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("study") / "runs.sqlite"
    points = study.grid(optimizer=["gradient descent", "Adam"], learning_rate=[0.1, 0.01], n=60, hidden=[[4]], steps=40)
    study.run(replay, points, store=path, seed=0, name="small", backend="threads")
    return path


@pytest.fixture(scope="module")
def server(store):
    """A server in a process of its own, and at the end whether it ends as it should, with all of its processes."""
    command = [sys.executable, "-m", "minnet", "play", str(store), "--port", "0", "--no-browser", "--tabs", str(TABS)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    address = re.search(r"http://127.0.0.1:\d+", process.stdout.readline())
    assert address, process.stderr.read()
    process.address = address[0]
    yield process
    children = descendants(process.pid)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert not re.search("Traceback|send|closed|error", errors), errors  # also after tabs were closed while races ran
    end = monotonic() + 10
    while any(os.path.exists(f"/proc/{child}") for child in children):
        assert monotonic() < end, "processes are left"
        os.sched_yield()


@pytest.fixture(scope="module")
def address(server):
    return server.address


def descendants(pid):
    """Processes that a process has started, and those that these have started."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    children = {int(word) for word in listed.stdout.split()}
    return children.union(*map(descendants, children))


@pytest.fixture(scope="module")
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
        self.page.get_by_role("tab", name=name).click()

    def updates(self):
        return int(self.status.inner_text().partition(" ")[0].replace(",", ""))

    def is_after(self, updates):
        """Wait for so many updates: a number, or a pattern of the status."""
        pattern = re.compile(rf"^{updates} updates$") if isinstance(updates, int) else updates
        sync_api.expect(self.status).to_have_text(pattern, timeout=PATIENCE)

    def pause(self):
        self.press("Pause")
        sync_api.expect(self.status).not_to_have_text(re.compile("updates,"), timeout=PATIENCE)

    def has_address(self, *parts):
        self.page.wait_for_url(lambda url: all(part in url for part in parts))

    def query(self):
        return self.page.url.partition("?")[2]

    def field(self, title):
        return self.page.get_by_label(title, exact=True)

    def box(self, title):
        """A box to tick that is in more than one tab, where it is seen."""
        return self.page.get_by_role("checkbox", name=title, exact=True)

    def write(self, title, text):
        self.field(title).fill(text)
        self.field(title).press("Enter")

    def plane(self):
        """All pixels of the first optimizer's plane, when they have come to rest."""
        return self.page.locator("canvas").first.evaluate(PIXELS)

    def shows_another_plane(self, than):
        """Wait for pixels that differ from these."""
        end = monotonic() + PATIENCE / 1000
        while (plane := self.plane()) == than:
            assert monotonic() < end, "the plane is still the same"
        return plane

    def message(self, text):
        self.page.get_by_text(text).first.wait_for()

    def has_no(self, text):
        sync_api.expect(self.page.get_by_text(text)).to_have_count(0, timeout=PATIENCE)

    def has_pictures(self, what, count):
        """So many optimizers have a picture that is called so."""
        named = self.page.get_by_role("img", name=f": {what}")
        sync_api.expect(named.locator("visible=true")).to_have_count(count, timeout=PATIENCE)

    def draws_a_slice(self):
        """Of the losses around the race's weights, in the tab Landscape."""
        self.message("ends at")
        self.page.get_by_role("combobox", name="Landscape", exact=True).select_option("through the race's weights")
        self.has_no(re.compile("ends at|Measuring losses"))

    def fits(self):
        """Nothing can be scrolled sideways but what has a frame of its own, and all can be touched."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.wait_for_function("width => document.documentElement.scrollWidth == width", arg=width)
            assert self.page.evaluate(SMALL) == []
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def has_no_barriers(self):
        """axe-core finds nothing serious."""
        found = axe.Axe().run(self.page).response["violations"]
        broken = [(one["id"], node["html"][:200]) for one in found if one["impact"] in SEVERE for node in one["nodes"]]
        known = [
            (rule, html) for rule, html in broken for name, at in BEYOND_US if rule == name and re.search(at, html)
        ]
        assert [one for one in broken if one not in known] == []


@pytest.fixture(scope="module")
def visit(context, address):
    return Tab(context, address)


@pytest.fixture
def tab(visit):
    """The page with its first race, which has not begun."""
    visit.page.set_viewport_size({"width": 1280, "height": 900})
    visit.page.bring_to_front()
    visit.open("Race")
    if visit.field("Preset").input_value() != FIRST:
        visit.field("Preset").select_option(FIRST)
        visit.message(PRESETS[FIRST].comment[:40])
    if visit.updates() == 0:  # else nobody would see when the race has begun anew
        visit.press("Step")
        sync_api.expect(visit.status).not_to_have_text("0 updates", timeout=PATIENCE)
    visit.press("Reset")
    visit.is_after(0)
    yield visit
    assert visit.errors == []


def test_a_race_starts_pauses_steps_and_resets(tab):
    before = tab.plane()
    tab.press("Start")
    tab.is_after(HUNDREDS)
    tab.pause()
    sync_api.expect(tab.page.get_by_role("button", name="Start", exact=True)).to_have_count(1, timeout=PATIENCE)
    plane, stopped = tab.plane(), tab.updates()
    assert plane != before
    assert (tab.updates(), tab.plane()) == (stopped, plane)
    tab.press("Step")
    tab.is_after(re.compile(f"^{stopped + 1:,} updates$"))
    tab.press("Reset")
    tab.is_after(0)
    assert tab.plane() == before
    assert tab.page.evaluate(STYLES_ASKED_FOR) == 0


def test_a_start_that_overtakes_a_step_is_shown(tab):
    step, start = (tab.page.get_by_role("button", name=name, exact=True).element_handle() for name in ("Step", "Start"))
    tab.page.evaluate("([step, start]) => { step.click(); start.click() }", [step, start])
    tab.is_after(HUNDREDS)
    tab.press("Pause")


def test_a_race_is_led_by_keys_and_told_in_words(tab):
    page = tab.page
    page.locator("h1").click()  # no field has the focus
    page.keyboard.press("s")
    tab.is_after(1)
    page.get_by_role("status").get_by_text(re.compile("^1 updates. SGD 0.1: loss 0.7.*; Adam 0.01: loss")).wait_for(
        state="attached"
    )
    page.keyboard.press(" ")
    tab.is_after(HUNDREDS)
    page.keyboard.press(" ")
    sync_api.expect(tab.status).not_to_have_text(re.compile("updates,"), timeout=PATIENCE)
    page.keyboard.press("r")
    tab.is_after(0)
    tab.field("Noise (%)").press("s")  # which is text there
    assert tab.field("Noise (%)").input_value() in ("s10", "10s")
    tab.write("Noise (%)", "10")
    tab.is_after(0)
    page.locator("h1").click()
    reached = {}
    page.keyboard.press("Tab")
    while (focused := page.evaluate(FOCUSED)) is not None and focused[0] != "Race":
        reached[focused[0]] = focused[1]
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab", name="Network").get_attribute("aria-selected") == "true"
    assert {
        "Preset", "Data", "Noise (%)", "Test samples (%)", "x₁²", "Hidden units", "Optimizer 1",
        "Schedule of optimizer 2", "Learning rate of optimizer 1", "Start", "Step", "Reset", "Pace of the race",
        "Save as HTML",
    } <= set(reached)  # fmt: skip
    assert all(reached.values()), reached


def test_everybody_can_use_every_tab_at_every_width(tab):
    for name, said in {
        "Race": "Across: x₁", "Network": "output (class): bias", "X-ray": "parameter 0", "Landscape": "ends at",
        "Study": "of 4 runs",
    }.items():  # fmt: skip
        tab.open(name)
        tab.message(said)
        tab.fits()
        tab.has_no_barriers()
    tab.open("Race")
    tab.press("Start")
    tab.is_after(HUNDREDS)
    tab.fits()
    tab.press("Pause")
    tab.field("Preset").select_option("Broken: learning rate too high")
    tab.press("Start")
    tab.page.get_by_text(re.compile("^diverged at update")).first.wait_for()
    tab.press("Pause")
    tab.fits()
    tab.page.set_viewport_size({"width": 390, "height": 900})
    sync_api.expect(tab.field("Hidden units")).to_be_hidden(timeout=PATIENCE)
    tab.press("Settings")
    sync_api.expect(tab.field("Hidden units")).to_be_visible(timeout=PATIENCE)
    tab.press("Settings")
    tab.page.set_viewport_size({"width": 1280, "height": 900})


def test_bad_input_shows_a_message(tab):
    tab.write("Hidden units", "8 many")
    tab.message("is not a number")
    tab.write("Hidden units", "8")
    tab.has_no("is not a number")
    tab.field("Loss").select_option("Huber")
    tab.message("Loss: Huber is not for classes in a plane")
    sync_api.expect(tab.page.get_by_role("button", name="Start", exact=True)).to_be_disabled(timeout=PATIENCE)
    tab.field("Loss").select_option("automatic")
    tab.press("Step")
    tab.is_after(1)


def test_own_files(tab, tmp_path):
    good, bad = tmp_path / "mine.csv", tmp_path / "bad.csv"
    good.write_text("u,v,kind\n" + "\n".join(f"{i % 7},{i // 7},{'ab'[i % 2]}" for i in range(49)))
    bad.write_text("u,v,kind\n1,2,3\n")
    chosen = tab.page.locator("input[type=file]")
    chosen.set_input_files(bad)
    tab.message("your file has 1 samples")
    large = tmp_path / "large.csv"
    large.write_text("x,y\n" + "1,2\n" * 1_500_000)
    chosen.set_input_files(large)
    tab.message("your file has 6,000,004 characters")
    chosen.set_input_files(good)
    tab.message("Across: u from")
    tab.press("Step")
    tab.is_after(1)
    tab.fits()
    chosen.set_input_files([])
    tab.message("Choose a CSV file")
    tab.has_no("your file is empty")


def test_presets_and_their_comments(tab):
    name = "Broken: symmetric start"
    tab.field("Preset").select_option(name)
    tab.message(PRESETS[name].comment[:40])
    tab.press("Start")
    tab.is_after(HUNDREDS)
    tab.message("0.693")
    tab.write("Seed", "7")
    sync_api.expect(tab.field("Preset")).to_have_value("a race of your own")
    tab.has_no(PRESETS[name].comment[:40])


def test_a_teacher_hides_what_a_lesson_is_not_about(tab):
    """By the list, which the address remembers; keys neither press buttons that are hidden nor open such tabs."""
    page = tab.page
    tab.press("For a lesson: hide parts of this page")
    for title in ("Noise (%)", "Step", "Tab Network", "Tab X-ray"):
        tab.box(title).check()
    tab.has_address("hide=noise+step+Network+X-ray")
    noise = page.get_by_role("textbox", name="Noise (%)")
    for part in (noise, page.get_by_role("tab", name="X-ray")):
        sync_api.expect(part).to_be_hidden(timeout=PATIENCE)
    page.get_by_role("tab", name="Race").focus()
    page.keyboard.press("s")
    page.keyboard.press("ArrowRight")
    tab.message("ends at")
    tab.is_after(0)
    tab.has_no_barriers()
    for title in ("Noise (%)", "Step", "Tab Network", "Tab X-ray"):
        tab.box(title).uncheck()
    sync_api.expect(noise).to_be_visible(timeout=PATIENCE)
    tab.press("For a lesson: hide parts of this page")
    sync_api.expect(tab.box("Tab Network")).to_have_count(0, timeout=PATIENCE)  # its boxes have names of fields


def test_x_ray_and_landscapes(tab):
    tab.open("X-ray")
    tab.message("layer 0, W[0, 0]: parameter 0")
    tab.field("Array").select_option("layer 2, W (8, 8)")
    tab.write("to unit", "3")
    tab.message("layer 2, W[0, 3]")
    tab.press("Step")
    tab.open("Landscape")
    tab.message("ends at")
    landscape = tab.page.get_by_role("combobox", name="Landscape", exact=True)
    landscape.select_option("rosenbrock")
    tab.message("Adam(learning_rate=0.01), with 0.1 of its learning rate, ends at")
    tab.draws_a_slice()
    landscape.select_option("himmelblau")


def test_penalties_dropout_and_normalisation_in_every_tab(tab):
    """They are typed, shared by the address, named when they cannot be, and all views go on."""
    tab.write("Points", "61")
    tab.write("Dropout (%)", "20")
    tab.write("Batch (0: all)", "20")
    tab.write("L1 penalty", "0,001")
    tab.write("L2 penalty", "11")
    tab.message("L2 penalty: 11 is out of range; a number from 0 to 10 is needed")
    tab.write("L2 penalty", "0.01")
    tab.field("Normalisation").select_option("BatchNorm")
    tab.message("batches of 20 leave one of 61 by itself")
    tab.write("Batch (0: all)", "0")
    tab.has_address("l1=0.001&l2=0.01&normalization=BatchNorm&dropout=20")
    tab.press("Start")
    tab.is_after(HUNDREDS)
    tab.open("Network")
    tab.field("Layer").select_option("outputs")
    tab.message("output (class): bias")
    tab.open("X-ray")
    tab.field("Array").select_option("layer 1, gamma (8,)")
    tab.write("to unit", "0")
    tab.message("layer 1, gamma[0]")
    tab.open("Landscape")
    tab.draws_a_slice()
    tab.page.get_by_role("combobox", name="Landscape", exact=True).select_option("himmelblau")
    tab.pause()


def test_digits_a_series_and_a_curve_with_its_slope(tab):
    """They are raced on, seen in every tab, and can be used by everybody."""
    tab.box("Show classes, or signs, alone, however sure").check()
    tab.field("Preset").select_option("Digits")
    tab.message("test samples")
    tab.press("Step")
    tab.is_after(1)
    tab.has_pictures("how it confuses digits of test samples", 4)
    tab.fits()
    tab.has_no_barriers()
    tab.open("Network")
    tab.message("The networks of this race have an input for each of 64 pixels")
    tab.fits()
    tab.field("Preset").select_option("A series")
    tab.message("The networks of this race are LSTMs")
    tab.has_no_barriers()
    tab.press("Step")
    tab.open("Landscape")
    tab.draws_a_slice()
    tab.page.get_by_role("combobox", name="Landscape", exact=True).select_option("himmelblau")
    tab.open("X-ray")
    tab.field("Array").select_option("layer 0, U (16, 64)")
    tab.message("layer 0, U[0, 0]")
    tab.open("Race")
    tab.message("dashed: a free run")
    tab.has_pictures("the series, and what it predicts", 4)
    tab.fits()
    tab.field("Preset").select_option("A curve with its slope")
    tab.message("coloured lines: the network and its derivative")
    tab.press("Step")
    tab.is_after(1)
    tab.has_pictures("the slope of its curve, and those of the samples", 4)
    tab.fits()
    tab.has_no_barriers()
    tab.has_address("show=classes")
    tab.field("Preset").select_option("A curve")
    tab.message("line: the network")
    tab.has_pictures("its curve, and the samples", 4)
    tab.fits()
    tab.field("Preset").select_option(FIRST)
    tab.has_pictures("areas of its classes, and the samples", 4)
    tab.box("Show classes, or signs, alone, however sure").uncheck()


def test_the_network_is_seen_and_changed(tab):
    tab.open("Network")
    tab.field("Layer").select_option("outputs")
    tab.message("output (class): bias 0")
    diagram = tab.page.get_by_role("img", name="Diagram of the network's units and weights").bounding_box()

    def place(column, row):
        """Of a unit: four columns, and the fullest of them has eight rows."""
        return diagram["x"] + diagram["width"] * (column + 0.5) / 4, diagram["y"] + diagram["height"] * (row + 0.5) / 8

    tab.page.mouse.move(*place(0, 3))
    tab.message("no bias: an input")
    tab.page.mouse.click(*place(1, 3))
    tab.message("layer 1, unit 3: bias 0")
    chosen = [tab.field(title).locator("option:checked").inner_text() for title in ("Layer", "Unit")]
    assert chosen == ["layer 1", "unit 3"]
    tab.write("New value", "0,25")
    tab.message("layer 1, unit 3: bias 0.25")
    tab.press("Step")
    tab.message(re.compile(r"layer 1, unit 3: bias 0\.(?!25\b)"))  # it is trained on from there
    tab.press("Switch off")
    tab.message("it is switched off: its outgoing weights are held at 0")
    tab.field("Layer").select_option("layer 2")
    tab.field("Bias or weight").select_option("weight from unit 3")
    tab.message("held at 0, because the unit that it comes from is switched off")
    sync_api.expect(tab.field("New value")).to_be_disabled(timeout=PATIENCE)
    tab.page.get_by_role("button", name="+ a unit more in layer 2").press("Enter")
    sync_api.expect(tab.field("Hidden units")).to_have_value("8 9", timeout=PATIENCE)
    tab.has_address("hidden=8+9")
    tab.message("9 units")
    tab.is_after(0)


def test_the_study_is_filtered_and_replayed(tab):
    tab.open("Study")
    tab.message("4 of 4 runs")
    optimizers = tab.page.locator(".choices").first
    optimizers.click()
    optimizers.locator(".choices__list--dropdown").get_by_text("Adam", exact=True).click()
    tab.message("2 of 4 runs")
    tab.press("Classified planes of the runs selected")
    tab.has_no("Training these runs again")


def test_a_race_is_saved_as_a_page_that_plays_offline(browser, tab, tmp_path):
    for _ in range(3):
        tab.press("Step")
    tab.is_after(3)
    with tab.page.expect_download() as download:
        tab.press("Save as HTML")
    path = tmp_path / "race.html"
    download.value.save_as(path)
    assert not re.search(r"<(script|link)[^>]+(src|href)=", path.read_text(encoding="utf-8"))
    context = browser.new_context(offline=True)
    saved = Tab.__new__(Tab)
    saved.page, errors = context.new_page(), []
    page = saved.page
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    page.get_by_text("after 3 updates of each").wait_for()
    saved.fits()
    saved.has_no_barriers()
    last = page.locator("canvas").nth(0).evaluate(PIXELS)
    page.locator(".noUi-handle").press("Home")
    page.get_by_text("after 0 updates of each").wait_for()
    page.get_by_role("button", name="Play").click()
    page.get_by_text("after 3 updates of each").wait_for()
    assert page.locator("canvas").nth(0).evaluate(PIXELS) == last
    assert errors == []
    context.close()


def test_other_web_sites_are_refused(context, address, tab):
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
    page.close()
    tab.press("Step")
    tab.is_after(1)


@pytest.mark.parametrize(("host", "known"), [("127.0.0.1", True), ("LocalHost", True), ("evil.test", False)])
def test_a_name_that_was_made_to_lead_here_is_refused(address, host, known):
    """As after DNS rebinding: host and origin agree with each other, but not with the server."""
    port = int(address.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    pages = () if known else ("/", "/autoload.js?bokeh-autoload-element=x")  # each would begin a race
    for path in ("/ws", "/autoload.js", "/static/js/bokeh.min.js", *pages):
        connection.request("GET", path, headers={"Host": f"{host}:{port}", "Origin": f"http://{host}:{port}"})
        answer = connection.getresponse()
        answer.read()
        assert (answer.status != 404) == known
    connection.close()


def test_a_shared_link_restores_the_state_in_a_tab_of_its_own(context, address, server, tab):
    """And a tab that is loaded again in the middle of a race meets its former self, whose place it waits for."""
    tab.field("Data").select_option("moons")
    tab.write("Hidden units", "5 6")
    tab.write("Test samples (%)", "40")
    tab.message("test loss")
    before = tab.plane()
    tab.box("Show test samples, as squares").check()
    tab.has_address("test=40", "show=test")
    shown = tab.shows_another_plane(before)
    other = Tab(context, address, tab.query())
    other.message("under way")  # the standings are there before anything happens
    assert other.field("Data").input_value() == "moons"
    assert other.field("Hidden units").input_value() == "5 6"
    assert other.box("Show test samples, as squares").is_checked()
    assert other.plane() == shown
    other.box("Show classes, or signs, alone, however sure").check()
    other.has_address("show=test+classes")
    other.shows_another_plane(shown)
    other.box("Show classes, or signs, alone, however sure").uncheck()
    # two tabs do not disturb each other
    other.press("Start")
    other.is_after(HUNDREDS)
    assert tab.updates() == 0
    tab.press("Step")
    tab.is_after(1)
    other.field("x₂").uncheck()
    other.field("sin πx₁").check()
    other.has_address("inputs=x1+sin%28pi%2Ax1%29")
    other.open("Network")
    other.has_address("tab=Network")
    other.press("Start")
    other.is_after(HUNDREDS)
    others = descendants(server.pid)
    other.page.reload()
    other.message(f"All {TABS} places are taken")
    other.status.wait_for()
    assert others - descendants(server.pid), "the process of the former page has not ended"
    other.message("2 hidden layers")
    other.field("Layer").select_option("inputs")
    other.page.locator("option", has_text="sin πx₁").first.wait_for(state="attached")
    assert other.field("Data").input_value() == "moons"
    assert other.errors == []
    other.page.close()
    tab.press("Step")
    tab.is_after(2)
    tab.box("Show test samples, as squares").uncheck()
