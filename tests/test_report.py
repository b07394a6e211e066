"""The report from folders that are as they should not be, and prose that is as it need not be."""

import json
import shutil

import pytest

from minnet import experiments
from minnet.experiments.runner import execute, is_finished
from minnet.markup import phrase_html, prose_html
from minnet.report import write_report
from minnet.terminal import plain

NAME = "optimizer-landscapes"
SETTINGS = {"steps": 100, "lowest": 1e-3, "highest": 1.0, "per_decade": 1, "distances": (1e-2, 1e-4)}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An experiment's folder of results, to be copied."""
    out = tmp_path_factory.mktemp("made")
    execute(NAME, experiments.find(NAME).Config(**SETTINGS), seed=0, out=out, progress=False)
    return out / NAME


@pytest.fixture
def out(made, tmp_path):
    shutil.copytree(made, tmp_path / NAME)
    return tmp_path


def edit(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_settings_of_ones_own_are_no_short_run(out):
    page = write_report(out).read_text(encoding="utf-8")
    assert "other settings" in page
    assert "short run" not in page


def test_results_of_a_former_version_are_shown(out):
    edit(out / NAME / "report.json", lambda report: [report.pop("beside", None), report["figures"][0].pop("size")])
    page = write_report(out).read_text(encoding="utf-8")
    assert "cannot be read" not in page
    assert page.count("<figure") > 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "report.json").write_text('{"title": "half'),
        lambda folder: (folder / "report.json").unlink(),
        lambda folder: edit(folder / "report.json", lambda report: report["table"]["rows"].append([None])),
        lambda folder: next((folder / "figures").iterdir()).unlink(),
        lambda folder: edit(folder / "config.json", lambda config: config.update(experiment="hermite")),
    ],
)
def test_a_damaged_folder_is_named_and_the_others_are_shown(out, made, spoil):
    spoil(out / NAME)
    page = write_report(out).read_text(encoding="utf-8")
    assert page.count("cannot be read") == 1
    assert f"minnet run {NAME} --restart" in page


def test_results_without_a_report_are_made_again(out):
    config = experiments.find(NAME).Config(**SETTINGS)
    assert is_finished(NAME, config, seed=0, out=out)
    (out / NAME / "report.json").unlink()
    assert not is_finished(NAME, config, seed=0, out=out)


@pytest.mark.parametrize("wrong", ["x^", "\\frac{", "x^y^z", "\\left( x", "&", "\\text{<script>alert(1)</script>}"])
def test_what_is_no_formula_stands_as_it_is_written(wrong):
    html = prose_html(f"A formula: ${wrong}$.")
    assert "<code>" in html
    assert "<script" not in html
    assert "<math" not in html


def test_formulas_prices_and_pictures():
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in phrase_html("$x^2$")
    assert phrase_html("it costs $5 and $6, or $ $") == "it costs $5 and $6, or $ $"
    assert plain("it costs $5 and $6; $x^{-2}$ of `it`") == "it costs $5 and $6; x^-2 of it"
    assert "<img" not in phrase_html("![a picture](http://example.org/x.png)")
