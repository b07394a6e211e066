"""What a notebook shows of networks, histories, comparisons, models and learners; and bars in a notebook."""

import importlib.util
import re
import sys
import warnings
from html import unescape
from types import ModuleType, SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest

import minnet as mn
from minnet import curves, progress
from minnet.compare import compare
from minnet.dynamics import Functions, System, henon, lorenz
from minnet.numerics.active import Effort, Learner, TanhNetwork
from minnet.numerics.identification import Model, typeset


def words(html):
    """The text of a piece of HTML, after its style; fails if it is not well formed."""
    tree = ElementTree.fromstring(html.replace("&nbsp;", " "))
    tree.remove(tree.find("style"))
    return " ".join("".join(f"{text} " for text in tree.itertext()).replace("\u2007", " ").split())


def cells(html):
    """Of every row of its tables."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [[unescape(cell).strip("\u2007") for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]


def lines(html):
    """Of each line of a picture: its points (n, 2) in pixels."""
    found = re.findall(r'<polyline points="([^"]*)"', html)
    return [np.array([point.split(",") for point in line.split()], float) for line in found]


def history(loss, **others):
    return mn.History({"loss": list(loss), **others}, seconds=1.5)


def test_a_network_is_a_table_of_its_summary():
    class Odd(mn.Tanh):
        def __repr__(self):
            return "<b>odd</b>"

    net = mn.Network([mn.Conv1d(2, 3, 3), mn.BatchNorm(), Odd()], input_shape=(None, 2), rng=0, dtype="float32")
    shown = net._repr_html_()
    assert words(shown).startswith("Network layer output parameters count input (n, any, 2)")
    assert cells(shown)[-4:] == [
        ["BatchNorm(0.9, 1e-05)", "(n, any, 3)", "gamma (3,), beta (3,)", "6"],
        ["<b>odd</b>", "(n, any, 3)", "-", "0"],
        ["total", "", "float32", "27"],
        ["buffers", "", "not learned", str(net.buffers.size)],
    ]
    assert "<b>" not in shown


class TestHistory:
    def test_lines_are_on_a_logarithmic_scale(self):
        shown = history([1.0, 0.1, 0.01], val_loss=[10.0, 0.1, 1.0], accuracy=[0.1, 0.2, 0.3])._repr_html_()
        training, validation = lines(shown)
        heights = -np.diff(training[:, 1])
        assert heights[0] == pytest.approx(heights[1], abs=0.11)
        assert -validation[:, 1] + validation[1, 1] == pytest.approx([-2 * heights[0], 0, -heights[0]], abs=0.21)
        assert np.diff(training[:, 0]) == pytest.approx(np.diff(validation[:, 0]))
        text = words(shown)
        assert text.startswith("History: 3 epochs in 1.5 s ")
        assert "training loss: last 0.01, its least" in text
        assert "validation loss: last 1, least 0.1 in epoch 2" in text
        assert text.endswith("last accuracy 0.3")

    def test_ticks_are_where_they_say(self):
        shown = history([1.0, 0.1, 0.01])._repr_html_()
        (line,) = lines(shown)
        ticks = dict(re.findall(r'y="([\d.]+)" text-anchor="end">([\d.]+)<', shown))
        places = {label: float(y) - 4 for y, label in ticks.items()}
        assert [places[label] for label in ("1", "0.1", "0.01")] == pytest.approx(line[:, 1], abs=0.11)

    @pytest.mark.parametrize(
        ("loss", "labels"),
        [
            ([1e-12, 1e3], ["10⁻¹²", "10⁻⁹", "10⁻⁶", "0.001", "1", "1000"]),
            ([0.52, 0.5105], ["0.512", "0.514", "0.516", "0.518", "0.52"]),
            ([2e-12, 1.05e-12], ["1.2×10⁻¹²", "1.4×10⁻¹²", "1.6×10⁻¹²", "1.8×10⁻¹²", "2×10⁻¹²"]),
            ([-1.0, -2e5], ["−200000", "−150000", "−100000", "−50000", "0"]),
            ([3.0, 3.0], ["2", "3", "4", "5"]),
        ],
    )
    def test_numbers_along_the_axis(self, loss, labels):
        assert re.findall(r'text-anchor="end">([^<]*)<', history(loss)._repr_html_()) == labels

    def test_what_is_not_finite_is_a_gap_and_is_counted(self):
        shown = history([1.0, 10.0, 1e300, np.inf, np.nan], val_loss=[1.0, np.nan, 3.0, np.nan, 0.0])._repr_html_()
        assert len(lines(shown)) == 1
        assert len(lines(shown)[0]) == 3
        assert shown.count("<circle") == 2
        assert "training loss: last nan, least 1 in epoch 1; not finite in 2 of 5 epochs" in words(shown)
        assert "a logarithmic scale does not have, in 1 of 5 epochs" in words(shown)

    def test_many_epochs_are_thinned_and_no_peak_is_lost(self):
        loss = np.exp(-np.arange(100_000) / 3e4)
        loss[[12_345, 77_777]] = 50.0, 1e-9
        shown = history(loss)._repr_html_()
        (line,) = lines(shown)
        assert len(shown) < 15_000
        assert np.all(np.diff(line[:, 0]) >= 0)
        peak, dip = line[line[:, 1].argmin()], line[line[:, 1].argmax()]
        share = (np.array([peak[0], dip[0]]) - line[0, 0]) / (line[-1, 0] - line[0, 0])
        assert share == pytest.approx([0.12345, 0.77777], abs=1e-3)

    @pytest.mark.parametrize(
        ("empty", "text"),
        [
            (mn.History(), "History: 0 epochs in 0 s"),
            (
                history([np.nan, np.nan]),
                "History: 2 epochs in 1.5 s training loss: last nan; not finite in 2 of 2 epochs",
            ),
        ],
    )
    def test_where_nothing_can_be_drawn_there_is_no_picture(self, empty, text):
        assert words(empty._repr_html_()) == text
        assert "viewBox" not in empty._repr_html_()

    def test_one_epoch_is_a_dot_and_other_measures_have_a_linear_scale(self):
        assert history([0.5])._repr_html_().count("<circle") == 1
        shown = mn.History({"real_score": [0.0, 1.0, 3.0], "<b>": [1.0, 1.0, 1.0]}, stopped="a < b")._repr_html_()
        first, second = lines(shown)
        assert np.diff(first[:, 1])[1] == pytest.approx(2 * np.diff(first[:, 1])[0], abs=0.31)
        assert np.ptp(second[:, 1]) == 0
        assert "real score: last 3 <b>: last 1 stopped: a < b" in words(shown)
        assert "logarithmic" not in shown

    def test_a_range_beyond_that_of_floats(self):
        (line,) = lines(mn.History({"score": [-1.7e308, 0.0, 1.7e308]})._repr_html_())
        assert np.diff(line[:, 1])[0] == pytest.approx(np.diff(line[:, 1])[1], abs=0.11)


def test_a_drawing_of_the_extremes_of_each_column_keeps_their_order():
    values = np.zeros(10_000)
    values[:2] = -1.0, 1.0
    places, chosen = curves._thinned(values)
    assert places[:2].tolist() == [0, 1]
    assert chosen[:2].tolist() == [-1, 1]
    assert places[-1] == 9999


class TestModel:
    def test_equations_are_formulas_with_the_digits_that_errors_leave(self):
        errors = np.zeros((10, 3))
        errors[1, 0] = errors[2, 0] = 0.02
        model = Model(lorenz(), errors, 0.25, "undecided: <noise>", rivals=("dx/dt = 3 y & z",))
        assert model.latex(3).splitlines()[1] == r"\frac{\mathrm{d} x}{\mathrm{d} t} &= -10 \, x + 10 \, y \\"
        assert model._repr_latex_() == f"$$\n{model.latex()}\n$$"
        shown = model._repr_html_()
        assert shown.count("<math") == 3
        assert "<code>" not in shown
        assert words(shown).startswith("Model: not identified undecided: <noise>")
        assert "dx/dt = 3 y & z" in words(shown)
        assert cells(shown)[1:3] == [["dx/dt", "x", "-10", "0.02"], ["dx/dt", "y", "10", "0.02"]]
        assert len(cells(shown)) == 8

    def test_a_map_without_errors(self):
        shown = Model(henon(), None, 0.0, "identified")._repr_html_()
        assert words(shown).startswith("Model: identified")
        assert shown.count("<msub>") == 2
        assert [row[0] for row in cells(shown)[1:]] == ["x[n+1]"] * 3 + ["y[n+1]"]
        assert "as good" not in shown

    def test_terms_of_ones_own_cannot_write_html(self):
        library = Functions({"<script>alert(1)</script>": lambda x: x[:, 0]})
        shown = Model(
            System("own", ("x",), library, np.ones((1, 1)), np.ones(1)), None, 0.0, "identified"
        )._repr_html_()
        assert "<script" not in shown

    @pytest.mark.parametrize(
        ("text", "latex"),
        [
            ("0.5 x^2 y - 1.2e-05 x0", r"0.5 \, x^{2} \, y - 1.2 \times 10^{-5} \, x_{0}"),
            ("2 temp_out", r"2 \, \mathrm{temp}_{\mathrm{out}}"),
            ("-1 x*y + (x + 1) y", r"-1 \, x \, y + (x + 1) \, y"),
            ("3 sin(theta_1)", r"3 \, \sin(\theta_{1})"),
            ("(a) / (b) + (c) / (d)", "(a) / (b) + (c) / (d)"),
            ("my $a%", r"\mathrm{my} \, \text{\$}a\text{\%}"),
            ("0", "0"),
        ],
    )
    def test_formulas(self, text, latex):
        assert typeset.formula(text) == latex


def test_a_learner_says_what_it_knows_and_trains_nothing():
    learner = Learner([(0, 2)], model=TanhNetwork((3,)), effort=Effort(starts=3, fresh=1), initial=4, rng=0)
    assert ["estimate of the error", "none before it has learned"] in cells(learner._repr_html_())
    points = learner.ask(6)
    learner.tell(points[:5], points[:5, 0])
    shown = cells(learner._repr_html_())
    assert ["values known, not learned yet", "5"] in shown
    assert ["values asked for, not known yet", "1"] in shown
    assert learner.committee is None
    estimate = learner.error_estimate()
    shown = cells(learner._repr_html_())
    assert ["estimate of the error", f"{estimate:.3g} on average, from 5 values"] in shown
    assert ["values known, not learned yet", "0"] in shown


def test_a_comparison_shows_its_verdict_and_tables():
    answer = compare(["adam", "sgd"], learning_rates=[0.01, 0.1], epochs=1, seeds=2)
    shown = answer._repr_html_()
    assert f"{answer.notes()[0]} optimizer" in words(shown)
    assert shown.count("<table>") == 2
    assert shown.count("<li>") == len(answer.notes()) - 1


class TestBars:
    """In a process that takes itself for a notebook's kernel."""

    @pytest.fixture
    def bars(self, monkeypatch):
        """Loads minnet's progress anew, with ipywidgets or without; warnings are errors."""
        kernel = ModuleType("IPython")
        kernel.get_ipython = lambda: SimpleNamespace(config={"IPKernelApp": {}})
        display = ModuleType("IPython.display")
        display.display = lambda widget: None
        monkeypatch.delenv("QT_API", raising=False)
        monkeypatch.setitem(sys.modules, "ipykernel.zmqshell", ModuleType("ipykernel.zmqshell"))
        monkeypatch.setitem(sys.modules, "IPython", kernel)
        monkeypatch.setitem(sys.modules, "IPython.display", display)

        def load(widgets):
            monkeypatch.setitem(sys.modules, "ipywidgets", widgets)
            for name in ("tqdm.autonotebook", "tqdm.notebook"):
                monkeypatch.delitem(sys.modules, name, raising=False)
            module = importlib.util.module_from_spec(importlib.util.find_spec("minnet.progress"))
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                module.__spec__.loader.exec_module(module)
            return module

        return load

    def test_without_widgets_they_are_text_and_nothing_warns(self, bars):
        module = bars(None)
        assert module.tqdm is progress.tqdm
        assert module.ProgressBar.__mro__[1].__module__ == "tqdm.std"

    def test_with_widgets_they_are_widgets_that_advance(self, bars):
        class Widget(SimpleNamespace):
            def __init__(self, children=(), **settings):
                layout, style = SimpleNamespace(), SimpleNamespace()
                super().__init__(children=children, layout=layout, style=style, value=0, bar_style="", **settings)

            def close(self):
                pass

        widgets = ModuleType("ipywidgets")
        widgets.HBox = widgets.HTML = Widget
        widgets.FloatProgress = lambda **settings: Widget(**{k: v for k, v in settings.items() if k != "min"})
        module = bars(widgets)
        bar = module.ProgressBar(total=4, desc="training", mininterval=0)
        bar.update(3)
        assert bar.container.children[1].value == 3
        assert "training" in bar.container.children[0].value
        bar.close()
