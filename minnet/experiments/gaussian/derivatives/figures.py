"""Table and figures of `derivatives`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from minnet.datasets import gaussian
from minnet.experiments.gaussian.derivatives.formulas import (
    COLUMNS,
    CURVE,
    FIT_STEPS,
    FORMULAS,
    PRINTED,
    SPARSE,
    STEPS,
    UNIT_ROUNDOFF,
    WINDOW,
    rms,
    sizes,
)
from minnet.experiments.gaussian.derivatives.result import PUBLISHED, Case, Result, median, medians
from minnet.experiments.gaussian.fits import HIGH, LOW
from minnet.experiments.parts import Beside
from minnet.numerics.differentiation.finite_differences import second_difference
from minnet.presentation import Drawing
from minnet.tables import Table, two_digits

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def table(result: Result) -> Table:
    """Errors of first and second derivatives by every method: of the gaussian, and of the fits (medians over seeds)."""
    rows: list[tuple[str, ...]] = []
    h, x = result.config.step, np.linspace(LOW, HIGH, result.config.points)

    def add(what: str, how: str, errors: Iterable[float | None], seconds: str = "") -> None:
        rows.append((what, how, *("-" if error is None else f"{error:.1e}" for error in errors), seconds))

    for dtype, by_step in result.exact.items():
        quotients = [(FORMULAS[name], FORMULAS[name].of_gaussian(x, h, dtype)) for name in PRINTED]
        numbers = [size for formula, values in quotients for size in sizes("", formula.error(values, x)).values()]
        add(f"gaussian, {dtype}", f"(1) and (2), h = {h:g}", numbers)
        for formula, errors in zip(FORMULAS.values(), by_step, strict=True):
            least: list[float | None] = [None] * 4
            least[2 * formula.derivative - 2] = errors.min()
            best = f"best h {STEPS[np.argmin(errors)]:.1e} (theory {formula.best_step(dtype):.1e})"
            add("", f"{formula.label}, {best}", least)
    for case, runs in result.relu.items():
        metrics = medians(runs)
        single, double = (
            [metrics[f"{name}.{dtype}.{size}"] for name in PRINTED for size in ("max", "rms")]
            for dtype in ("float32", "float64")
        )
        published = [f" (published {PUBLISHED['seconds'][n]})" for n in case.figures if n in PUBLISHED["seconds"]]
        (h1, first), (h2, second) = (result.best_step(case, name) for name in ("central", "second"))
        add(str(case), f"(1) and (2), h = {h:g}", single, f"{metrics['seconds']:.2g}{''.join(published)}")
        add("", f"the same in float64, {metrics['kinks']:.0f} kinks", double)
        add(
            "", "difference of the two: rounding", (None, metrics["forward.rounding"], None, metrics["second.rounding"])
        )
        add("", "exact slope, by jets", (metrics["jet.max"], metrics["jet.rms"], None, None))
        add("", f"central, h = {h1:g}, and (2), h = {h2:g}; |x| < 4", (None, first, None, second))
    if (better := result.better()) is not None:
        add("figure 49 against 48", f"f'' rms smaller in {better[0]} of {better[1]} pairs of seeds", [None] * 4)
    metrics, what = medians(result.tanh), f"{result.config.width} tanh, by projection"
    numbers = [metrics[f"{name}.{size}"] for name in ("first", "second") for size in ("max", "rms")]
    add(what, "jets", numbers, f"{metrics['seconds']:.2g}")
    add("", f"(2), h = {h:g}", (None, None, metrics["second.difference.max"], metrics["second.difference.rms"]))
    headers = ("derivatives of", "how", "f': largest error", "f': rms", "f'': largest error", "f'': rms", "seconds")
    return Table(headers, tuple(rows))


def beside(result: Result) -> list[Beside]:
    """The seconds of figures 49 and 50, and the improvement from figure 48 to 49."""
    seconds = {n: two_digits(medians(runs)["seconds"]) for case, runs in result.relu.items() for n in case.figures}
    better = result.better()
    return [
        *(
            Beside(f"seconds of training, figure {n}", f"{published}", seconds.get(n, "-"))
            for n, published in PUBLISHED["seconds"].items()
        ),
        Beside(
            "pairs of seeds with a smaller error of the second derivative in figure 49 than in 48",
            PUBLISHED["figure 49 against 48"],
            "{} of {}".format(*better) if better else "-",
        ),
    ]


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
    for (above, below), title, name in zip(axes.T, titles, PRINTED, strict=True):
        formula = FORMULAS[name]
        exact, values = gaussian(x, derivative=formula.derivative), formula.of_gaussian(x, h)
        above.plot(x, exact, color="0.6", linewidth=4, label="exact")
        above.plot(x, values, label=f"{formula.label}, h = {h:g}")
        above.set(title=title, ylabel="g" + "'" * formula.derivative + "(x)")
        above.legend()
        below.plot(x, values - exact, color="C1", linewidth=1)
        below.set(title=f"Error of {formula.label}", xlabel="x", ylabel="formula - exact")
    return figure


def _draw_steps(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(11, 4.5), sharey=True)
    for ax, (dtype, errors) in zip(axes, result.exact.items(), strict=True):
        for index, formula in enumerate(FORMULAS.values()):
            best = formula.best_step(dtype)
            ax.loglog(STEPS, errors[index], color=f"C{index}", label=formula.label)
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
    columns = np.linspace(LOW, HIGH, COLUMNS)
    for row, case in zip(axes, result.relu, strict=True):
        metrics, line, (best, _) = result.median_run(case), result.line(case), result.best_step(case, "second")
        for ax, name in zip(row, PRINTED, strict=False):
            formula, low, high = FORMULAS[name], metrics[f"{name}.low"], metrics[f"{name}.high"]
            ax.fill_between(columns, low, high, color="C0", linewidth=0.8, label=formula.label)
            ax.plot(x, gaussian(x, derivative=formula.derivative), color="black", linewidth=1, label="gaussian")
        row[0].plot(x, metrics["slope"], ":", color="C1", linewidth=1.5, label="network, by jets")
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

    metrics, line, h = result.median_run(case), result.line(case), result.config.step
    expected = line.second_difference(WINDOW, h)
    figure, (above, middle, below) = plt.subplots(3, 1, figsize=(8, 8), sharex=True)
    above.plot(WINDOW, metrics["window.slope"], label="network, by jets")
    above.plot(WINDOW, gaussian(WINDOW, derivative=1), color="black", linewidth=1, label="gaussian")
    above.set(title=f"Slope of the network {case.hidden}-{case.hidden}", ylabel="first derivative")
    middle.plot(WINDOW, expected, color="C1", linewidth=3, alpha=0.5, label="from the kinks alone")
    middle.plot(WINDOW, metrics["window.second"], linewidth=0.8, label="network in float32")
    middle.plot(WINDOW, gaussian(WINDOW, derivative=2), color="black", linewidth=1, label="gaussian")
    middle.set(title=f"Formula (2), h = {h:g}", ylabel="second derivative")
    below.plot(WINDOW, metrics["window.second"] - expected, linewidth=0.8, label="network in float32 - kinks")
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
        for index, metrics in enumerate(result.tanh):
            error = np.abs(np.array(metrics[f"{name}.curve"]) - exact)
            below.semilogy(x, np.maximum(error, 1e-18), linewidth=0.8, color=f"C{index % 7}")
        below.set(title="Error, a line for each seed", xlabel="x", ylabel="|network - gaussian|")
    return figure
