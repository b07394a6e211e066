"""The pages that minnet writes, in a real browser: what can be read, at which width, and by whom."""

import pytest

from minnet import cli, experiments
from minnet.experiments.runner import execute
from minnet.report import write_report

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")
SMALL = {
    "optimizer-landscapes": {"steps": 200, "lowest": 1e-3, "highest": 1.0, "per_decade": 1, "distances": (1e-2, 1e-4)},
    "oscillator-energy": {"runs": 2, "hidden": (8,), "epochs": 2, "batch_sizes": (20,), "points": 201, "seeds": 1},
}
WORDS = ["adam", "sgd", "--data", "moons", "--epochs", "2", "--seeds", "2", "--jobs", "1", "--quiet"]
BEYOND = """() => [...document.querySelectorAll("body *")].filter(element =>
    !element.closest(".scroll") && element.getBoundingClientRect().right > innerWidth + 1
).map(element => element.outerHTML.slice(0, 80))"""
LOADED = """() => [...document.querySelectorAll("figure img")].every(image =>
    image.complete && !image.dataset.svg && image.naturalWidth > 1)"""
SEVERE = "serious", "critical"


class SimpleConfig:
    """Stands for a `Config` of which only the full and the fast settings are asked."""

    def __init__(self, full, fast):
        self.full, self.short = full, fast

    def __call__(self):
        return self.full

    def fast(self):
        return self.short


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The report of two experiments, one of them at "full size", and that of a comparison."""
    out = tmp_path_factory.mktemp("results")
    with pytest.MonkeyPatch.context() as patch:
        for name, settings in SMALL.items():
            module = experiments.find(name)
            config = module.Config(**settings)
            execute(name, config, seed=0, out=out, progress=False)
            is_full = name == "oscillator-energy"
            configs = SimpleConfig(config if is_full else module.Config(), module.Config.fast() if is_full else config)
            patch.setattr(module, "Config", configs)
        report = write_report(out)
    assert cli.main(["compare", *WORDS, "--learning-rates", "0.1", "--out", str(out / "comparison")]) == 0
    (comparison,) = (out / "comparison").glob("*.html")
    return {"report": report, "comparison": comparison}


@pytest.fixture
def opened(browser, pages, request):
    """A page at a width, and what it complained of on the console."""

    def open_page(name, width, **options):
        page = browser.new_page(viewport={"width": width, "height": 900}, **options)
        request.addfinalizer(page.close)
        complaints = []
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(pages[name].as_uri())
        page.wait_for_function(LOADED, timeout=10_000)
        return page, complaints

    return open_page


@pytest.mark.parametrize("name", ["report", "comparison"])
@pytest.mark.parametrize("width", [1280, 800, 390])
def test_nothing_is_wider_than_the_window(opened, name, width):
    page, complaints = opened(name, width)
    assert page.evaluate(BEYOND) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert complaints == []


def test_a_wide_table_keeps_its_first_column_in_sight(opened):
    page, _ = opened("report", 390)
    frame = page.locator(".scroll").last
    frame.evaluate("frame => { frame.scrollLeft = 200 }")
    assert frame.evaluate("frame => frame.scrollLeft") == 200
    left, window = (frame.locator(what).first.bounding_box()["x"] for what in ("tbody td", "table"))
    assert left > window + 100


@pytest.mark.parametrize("name", ["report", "comparison"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(opened, name, scheme):
    page, _ = opened(name, 1280, color_scheme=scheme)
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SEVERE] == []


def test_a_figure_opens_in_full_by_mouse_and_keyboard(opened):
    page, _ = opened("report", 800)
    page.locator("figure button").first.click()
    assert page.locator("dialog[open] img").evaluate("image => image.naturalWidth") > 1
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    page.locator("figure button").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.locator("dialog[open]").count() == 1


def test_what_a_short_run_cannot_show_is_marked(opened):
    page, _ = opened("report", 1280)
    assert page.locator("section#optimizer-landscapes .mark").count() == 2
    assert page.locator("section#optimizer-landscapes .full-size").count() == 1
    assert page.locator("section#oscillator-energy .mark, section#oscillator-energy .full-size").count() == 0
    assert "2 experiments" in page.locator("h1 + p").inner_text()
