"""Derivatives of fits by finite differences, and why a ReLU network has no second one to offer.

C. Lotteau, "Fits d'une gaussienne par réseaux de neurones" (2020), section 4 (figures 42 to 50), differentiates the
normal density and its fits by two formulas: (1) ``(f(x + h) - f(x)) / h``, called three-point there but a first-order
forward difference, and (2) ``(f(x + h) + f(x - h) - 2 f(x)) / h^2``. With h = 0.001 (the text gives none), (1) is off
by 2e-4 on the density itself and (2) by 1e-7, as Taylor's series says; their best steps are those of theory, too.

On the fits, (2) is off by 24 to 102 where the second derivative is at most 0.4. Single precision is not to blame: the
same weights in float64 give the same errors, and rounding adds 0.04 to 0.12 (rms). A network of ReLU is a broken line:
its second derivative is 0 but at 56 to 792 kinks, where there is none, and (2) makes of each a spike as high as the
jump of the slope over h. With 300 units there are more and smaller jumps than with 200, so that the document's slight
improvement was not luck (25 of 25 pairs of seeds), but the error only fell by a tenth. What helps is a step over many
kinks: with h = 0.25 or 0.5 the error of (2) is 0.008 to 0.02 (rms). And 30 tanh units, fitted by variable projection,
have derivatives by jets, without any step: off by 3e-12 in the first and 1e-10 in the second.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from minnet import study
from minnet.datasets import gaussian
from minnet.errors import SettingError, check_range
from minnet.experiments.gaussian.differentiate import (
    BLOCKS,
    CURVE,
    FIT_STEPS,
    FORMULAS,
    POINTS,
    SHOWN,
    SPARSE,
    STEPS,
    UNIT_ROUNDOFF,
    WINDOW,
    differentiate_relu,
    differentiate_tanh,
    rms,
    sizes,
)  # fmt: skip
from minnet.experiments.gaussian.fits import HIGH, LOW, compile_kernels
from minnet.experiments.parts import make_runs, seed_of, setting
from minnet.numerics.differentiation.broken_lines import BrokenLine
from minnet.numerics.differentiation.finite_differences import second_difference
from minnet.presentation import Drawing, Table
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PUBLISHED = {"seconds": {49: 91.587, 50: 57.19}}


class Case(NamedTuple):
    """A network of the document, and the figures that show its derivatives."""

    figures: tuple[int, ...]
    hidden: int
    epochs: int
    batch_size: int

    def __str__(self) -> str:
        first, last = self.figures[0], self.figures[-1]
        word = "and" if last == first + 1 else "to"
        number = f"figure {first}" if first == last else f"figures {first} {word} {last}"
        return f"{number}: {self.hidden}-{self.hidden}, {self.epochs} epochs, batch {self.batch_size}"


CASES = (
    Case((44, 45, 46), 30, 15, 100),
    Case((47, 48), 200, 100, 100),
    Case((49,), 300, 100, 100),
    Case((50,), 500, 20, 50),
)


@dataclass(frozen=True)
class Config:
    """What to differentiate, and how."""

    hidden: tuple[int, ...] = setting((30, 200, 300, 500), "units of both hidden layers: 30, 200, 300, 500")
    points: int = setting(10_001, "number of evenly spaced samples")
    step: float = setting(0.001, "h of the finite differences; not in the text, here the spacing of its samples")
    width: int = setting(30, "tanh units of the fits by variable projection")
    seeds: int = setting(5, "initialisations of every fit")

    @classmethod
    def fast(cls) -> "Config":
        """The smallest of the document's networks, twice."""
        return cls(hidden=(30,), seeds=2)

    def __post_init__(self) -> None:
        if not self.hidden or not set(self.hidden) <= {case.hidden for case in CASES}:
            raise SettingError(f"derivatives: hidden must be among 30, 200, 300 and 500, not {self.hidden}")
        for name, least in (("points", 1001), ("width", 1), ("seeds", 1)):
            at_least = (lambda n, least=least: n >= least), f"at least {least}"
            check_range("derivatives", **{name: (getattr(self, name), *at_least)})
        check_range("derivatives", step=(self.step, lambda h: 0 < h <= 0.5, "positive and at most 0.5"))

    def cases(self) -> list[Case]:
        """The document's networks that are asked for."""
        return [case for case in CASES if case.hidden in self.hidden]


@dataclass(frozen=True)
class Result:
    """Errors on the gaussian, and the runs.

    Attributes
    ----------
    exact : dict of dtype to array (formula, step)
        Largest errors for `STEPS`, of the gaussian itself.
    relu : dict of Case to list of dict
        The metrics of every seed, as `differentiate_relu` gives them.
    tanh : list of dict
        As `differentiate_tanh` gives them.
    """

    config: Config
    exact: dict[str, Array]
    relu: dict[Case, list[dict[str, Any]]]
    tanh: list[dict[str, Any]]

    def shown(self, case: Case) -> dict[str, Any]:
        """The run whose second derivative by formula (2) has the median error."""
        runs = sorted(self.relu[case], key=lambda made: made["second.float32.rms"])
        return runs[len(runs) // 2]

    def line(self, case: Case) -> BrokenLine:
        """The network of that run."""
        return BrokenLine(*(np.array(self.shown(case)[f"line.{name}"]) for name in ("x", "y", "jumps")))

    def best_step(self, case: Case, name: str) -> tuple[float, float]:
        """Of `FIT_STEPS`, the one with the least error of a formula in float32, and that error (rms, |x| < 4)."""
        errors = np.hypot(*(median(self.relu[case], f"{name}.{part}.steps") for part in ("float64", "rounding")))
        return float(FIT_STEPS[np.argmin(errors)]), float(errors.min())

    def better(self) -> tuple[int, int] | None:
        """In how many of how many pairs of seeds 300-300 has a smaller error by formula (2) than 200-200 (rms).

        The document found a slight improvement from figure 48 to 49, "perhaps a stroke of luck".
        """
        found = {case.hidden: [made["second.float32.rms"] for made in runs] for case, runs in self.relu.items()}
        if not {200, 300} <= set(found):
            return None
        pairs = np.less.outer(found[300], found[200])
        return int(pairs.sum()), pairs.size

    def metrics(self) -> list[dict[str, Any]]:
        """One record per formula and precision on the gaussian, one per network (medians over seeds), one for tanh."""
        records: list[dict[str, Any]] = []
        for dtype, errors in self.exact.items():
            for (name, formula), found in zip(FORMULAS.items(), errors, strict=True):
                best = int(np.argmin(found))
                records.append(
                    {"formula": name, "dtype": dtype, "best_step": float(STEPS[best])}
                    | {"theory": formula.best_step(dtype), "least_error": float(found[best])}
                )
        for case, runs in self.relu.items():
            record = {"figures": list(case.figures), "hidden": case.hidden} | _medians(runs)
            for name in FORMULAS:
                record[f"{name}.best_step"], record[f"{name}.best_step.rms"] = self.best_step(case, name)
            records.append(record)
        if (better := self.better()) is not None:
            records.append({"better_300_than_200": better[0], "of": better[1]})
        return [*records, {"width": self.config.width} | _medians(self.tanh)]

    def arrays(self) -> dict[str, Array]:
        """Errors over steps, and every curve of the runs that are shown."""
        named = {f"gaussian.{dtype}": errors for dtype, errors in self.exact.items()}
        named |= {"steps": STEPS, "fit_steps": FIT_STEPS}
        for case in self.relu:
            for name, values in self.shown(case).items():
                if isinstance(values, list):
                    named[f"{case.hidden}.{name}"] = np.array(values)
            for size in ("second.float32.max", "second.float32.rms"):  # of every seed
                named[f"{case.hidden}.{size}"] = np.array([made[size] for made in self.relu[case]])
        named |= {f"tanh.{name}": np.array(values) for name, values in self.tanh[0].items() if isinstance(values, list)}
        return named


def median(runs: list[dict[str, Any]], name: str) -> Array:
    """Of a metric, over runs."""
    return np.median([made[name] for made in runs], axis=0)


def _medians(runs: list[dict[str, Any]]) -> dict[str, float]:
    return {name: float(median(runs, name)) for name, value in runs[0].items() if not isinstance(value, list)}


def run(
    config: Config,
    *,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    checkpoints: Path | None = None,
) -> Result:
    """Make every fit and differentiate it.

    Parameters
    ----------
    config : Config
    rng : int, numpy.random.Generator or None
        Every fit has a stream of its own; results do not depend on the number of processors.
    progress : bool
    checkpoints : Path, optional
        Where finished runs are kept.
    """
    compile_kernels()
    make = partial(make_runs, seed=seed_of(rng), checkpoints=checkpoints, progress=progress)
    common = {"points": config.points, "step": config.step}
    asked = {
        case: common | {"hidden": [case.hidden] * 2, "epochs": case.epochs, "batch_size": case.batch_size}
        for case in config.cases()
    }
    rows = make(differentiate_relu, study.repeat(asked.values(), config.seeds), name="derivatives")
    relu = {case: [row.metrics for row in rows if row.settings == settings] for case, settings in asked.items()}
    points = study.repeat([common | {"width": config.width}], config.seeds)
    tanh = [row.metrics for row in make(differentiate_tanh, points, name="derivatives-tanh")]
    exact = {
        dtype: np.array(
            [
                [np.abs(formula.error(formula.of_gaussian(POINTS, h, dtype), POINTS)).max() for h in STEPS]
                for formula in FORMULAS.values()
            ]
        )
        for dtype in UNIT_ROUNDOFF
    }
    return Result(config, exact, relu, tanh)


def table(result: Result) -> Table:
    """Errors of first and second derivatives by every way: of the gaussian, and of the fits (medians over seeds)."""
    rows: list[tuple[str, ...]] = []
    h, x = result.config.step, np.linspace(LOW, HIGH, result.config.points)

    def add(what: str, how: str, errors: Iterable[float | None], seconds: str = "") -> None:
        rows.append((what, how, *("-" if error is None else f"{error:.1e}" for error in errors), seconds))

    for dtype, of_steps in result.exact.items():
        quotients = [(FORMULAS[name], FORMULAS[name].of_gaussian(x, h, dtype)) for name in SHOWN]
        numbers = [size for formula, found in quotients for size in sizes("", formula.error(found, x)).values()]
        add(f"gaussian, {dtype}", f"(1) and (2), h = {h:g}", numbers)
        for formula, errors in zip(FORMULAS.values(), of_steps, strict=True):
            least: list[float | None] = [None] * 4
            least[2 * formula.derivative - 2] = errors.min()
            best = f"best h {STEPS[np.argmin(errors)]:.1e} (theory {formula.best_step(dtype):.1e})"
            add("", f"{formula.label}, {best}", least)
    for case, runs in result.relu.items():
        of = _medians(runs)
        single, double = (
            [of[f"{name}.{dtype}.{size}"] for name in SHOWN for size in ("max", "rms")]
            for dtype in ("float32", "float64")
        )
        published = [f" (published {PUBLISHED['seconds'][n]})" for n in case.figures if n in PUBLISHED["seconds"]]
        (h1, first), (h2, second) = (result.best_step(case, name) for name in ("central", "second"))
        add(str(case), f"(1) and (2), h = {h:g}", single, f"{of['seconds']:.2g}{''.join(published)}")
        add("", f"the same in float64, {of['kinks']:.0f} kinks", double)
        add("", "difference of the two: rounding", (None, of["forward.rounding"], None, of["second.rounding"]))
        add("", "exact slope, by jets", (of["jet.max"], of["jet.rms"], None, None))
        add("", f"central, h = {h1:g}, and (2), h = {h2:g}; |x| < 4", (None, first, None, second))
    if (better := result.better()) is not None:
        add("figure 49 against 48", f"f'' rms smaller in {better[0]} of {better[1]} pairs of seeds", [None] * 4)
    of, what = _medians(result.tanh), f"{result.config.width} tanh, by projection"
    numbers = [of[f"{name}.{size}"] for name in ("first", "second") for size in ("max", "rms")]
    add(what, "jets", numbers, f"{of['seconds']:.2g}")
    add("", f"(2), h = {h:g}", (None, None, of["second.difference.max"], of["second.difference.rms"]))
    headers = ("derivatives of", "how", "f': largest error", "f': rms", "f'': largest error", "f'': rms", "seconds")
    return Table(headers, tuple(rows))


def figures(result: Result) -> list[Drawing]:
    """The document's figures, the errors over h, and why."""
    h, case = result.config.step, next(iter(result.relu))
    return [
        Drawing(
            "gaussian",
            f"Figures 42 and 43: the document's formulas (1) and (2) on the gaussian itself, h = {h:g}, and their "
            "errors. Formula (1) is of first order: its error has the shape of the second derivative.",
            _draw_gaussian(result),
        ),
        Drawing(
            "steps",
            "Largest errors on the gaussian over the step h: truncation falls with h, rounding grows. Dashed: the "
            "bounds of both together; dots: the best steps by theory.",
            _draw_steps(result),
        ),
        Drawing(
            "fits",
            f"Figures 44 to 50: derivatives of the fits. Left, formula (1) and the exact slope by jets; middle, "
            f"formula (2), both with h = {h:g}: spikes, up outside and down inside, are all of the shape to be "
            "recognised. Right, formula (2) with the best step for networks of this size.",
            _draw_fits(result),
        ),
        Drawing(
            "kinks",
            f"Why there is no second derivative: the network {case.hidden}-{case.hidden} is a broken line. Its slope "
            "is a staircase; formula (2) gives each stair a spike as high as the stair over h, and 0 between them. "
            "What float32 adds is smaller.",
            _draw_kinks(result, case),
        ),
        Drawing(
            "fit-steps",
            "Errors of the fits' derivatives over the step h (rms for |x| < 4, medians over seeds): those of the "
            "network in float64, and what rounding to float32 adds. Only steps that average over many kinks help.",
            _draw_fit_steps(result),
        ),
        Drawing(
            "tanh",
            f"{result.config.width} tanh units fitted by variable projection: first and second derivative by jets, and "
            "their errors, of every seed.",
            _draw_tanh(result),
        ),
    ]


def _draw_gaussian(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    x, h = CURVE, result.config.step
    figure, axes = plt.subplots(2, 2, figsize=(10, 6), sharex=True)
    titles = ("Figure 42: first derivative", "Figure 43: second derivative")
    for (above, below), title, name in zip(axes.T, titles, SHOWN, strict=True):
        formula = FORMULAS[name]
        exact, found = gaussian(x, derivative=formula.derivative), formula.of_gaussian(x, h)
        above.plot(x, exact, color="0.6", linewidth=4, label="exact")
        above.plot(x, found, label=f"{formula.label}, h = {h:g}")
        above.set(title=title, ylabel="g" + "'" * formula.derivative + "(x)")
        above.legend()
        below.plot(x, found - exact, color="C1", linewidth=1)
        below.ticklabel_format(axis="y", style="sci", scilimits=(-2, 3))
        below.set(title=f"Error of {formula.label}", xlabel="x", ylabel="formula - exact")
    return figure


def _draw_steps(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(11, 4.5), sharey=True)
    for ax, (dtype, found) in zip(axes, result.exact.items(), strict=True):
        for index, formula in enumerate(FORMULAS.values()):
            best = formula.best_step(dtype)
            ax.loglog(STEPS, found[index], color=f"C{index}", label=formula.label)
            ax.loglog(STEPS, formula.bound(dtype, STEPS), "--", color=f"C{index}", linewidth=1)
            ax.loglog(best, formula.bound(dtype, best), "o", color=f"C{index}")
        ax.axvline(result.config.step, color="0.6", linewidth=1, label=f"h = {result.config.step:g}")
        ax.set(title=f"Gaussian, values in {dtype}", xlabel="step h, in units of x", ylim=(1e-13, 1e2))
    axes[0].set_ylabel("largest error of the derivative")
    axes[0].legend()
    return figure


def _draw_fits(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    x, h = CURVE, result.config.step
    figure, axes = plt.subplots(len(result.relu), 3, figsize=(14, 2.9 * len(result.relu)), sharex=True, squeeze=False)
    columns = np.linspace(LOW, HIGH, BLOCKS)
    for row, case in zip(axes, result.relu, strict=True):
        made, line, (best, _) = result.shown(case), result.line(case), result.best_step(case, "second")
        for ax, name in zip(row, SHOWN, strict=False):
            formula, ends = FORMULAS[name], (made[f"{name}.low"], made[f"{name}.high"])
            ax.fill_between(columns, *ends, color="C0", linewidth=0.8, label=formula.label)
            ax.plot(x, gaussian(x, derivative=formula.derivative), color="black", linewidth=1, label="gaussian")
        row[0].plot(x, made["slope"], ":", color="C1", linewidth=1, label="network, by jets")
        row[2].plot(x, second_difference(line, x, best), label="formula (2)")
        row[2].plot(x, gaussian(x, derivative=2), color="black", linewidth=1, label="gaussian")
        row[0].set(title=str(case).capitalize(), ylabel="first derivative")
        row[1].set(title=f"Second derivative, h = {h:g}", ylabel="second derivative")
        row[2].set(title=f"Second derivative, h = {best:g}", ylabel="second derivative")
    for ax, place in zip(axes[0], ("upper right", "upper right", "lower left"), strict=True):
        ax.legend(fontsize="x-small", loc=place)
    for ax in axes[-1]:
        ax.set_xlabel("x")
    return figure


def _draw_kinks(result: Result, case: Case) -> "Figure":
    import matplotlib.pyplot as plt

    made, line, h = result.shown(case), result.line(case), result.config.step
    expected = line.second_difference(WINDOW, h)
    figure, (above, middle, below) = plt.subplots(3, 1, figsize=(8, 8), sharex=True)
    above.plot(WINDOW, made["window.slope"], label="network, by jets")
    above.plot(WINDOW, gaussian(WINDOW, derivative=1), color="black", linewidth=1, label="gaussian")
    above.set(title=f"Slope of the network {case.hidden}-{case.hidden}", ylabel="first derivative")
    middle.plot(WINDOW, expected, color="C1", linewidth=3, alpha=0.5, label="from the kinks alone")
    middle.plot(WINDOW, made["window.second"], linewidth=0.8, label="network in float32")
    middle.plot(WINDOW, gaussian(WINDOW, derivative=2), color="black", linewidth=1, label="gaussian")
    middle.set(title=f"Formula (2), h = {h:g}", ylabel="second derivative")
    below.plot(WINDOW, made["window.second"] - expected, linewidth=0.8, label="network in float32 - kinks")
    bound = FORMULAS["second"].rounding * UNIT_ROUNDOFF["float32"] / h**2
    below.axhspan(-bound, bound, color="0.85", label="at most, from rounding the values alone")
    below.set(title="What float32 adds", xlabel="x", ylabel="second derivative")
    for ax in (above, middle, below):
        ax.legend(fontsize="small")
    return figure


def _draw_fit_steps(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(12, 4.5))
    for ax, name in zip(axes, ("central", "second"), strict=True):
        formula = FORMULAS[name]
        for index, (case, runs) in enumerate(result.relu.items()):
            label = f"{case.hidden}-{case.hidden}, float64"
            ax.loglog(FIT_STEPS, median(runs, f"{name}.float64.steps"), color=f"C{index}", label=label)
            rounding = median(runs, f"{name}.rounding.steps")
            ax.loglog(FIT_STEPS, rounding, ":", color=f"C{index}", label="rounding to float32" if index == 0 else None)
        exact = [rms(formula.error(formula.of_gaussian(SPARSE, h), SPARSE)) for h in FIT_STEPS]
        ax.loglog(FIT_STEPS, exact, "--", color="black", linewidth=1, label="gaussian itself, float64")
        ax.axvline(result.config.step, color="0.6", linewidth=1, label=f"h = {result.config.step:g}")
        ax.set(title=formula.label.capitalize(), xlabel="step h, in units of x", ylabel="rms error")
    figure.legend(*axes[1].get_legend_handles_labels(), fontsize="small", loc="outside right upper")
    return figure


def _draw_tanh(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    x = CURVE
    figure, axes = plt.subplots(2, 2, figsize=(10, 6), sharex=True)
    for (above, below), (name, derivative) in zip(axes.T, (("first", 1), ("second", 2)), strict=True):
        exact = gaussian(x, derivative=derivative)
        above.plot(x, exact, color="0.6", linewidth=4, label="gaussian")
        above.plot(x, result.tanh[0][f"{name}.curve"], label="network, by jets")
        above.set(
            title=f"{name.capitalize()} derivative, {result.config.width} tanh units",
            ylabel="g" + "'" * derivative + "(x)",
        )
        above.legend()
        for index, made in enumerate(result.tanh):
            error = np.abs(np.array(made[f"{name}.curve"]) - exact)
            below.semilogy(x, np.maximum(error, 1e-18), linewidth=0.8, color=f"C{index % 7}")
        below.set(title="Error, a line for each seed", xlabel="x", ylabel="|network - gaussian|")
    return figure
