"""When does a network integrate better than quadrature does, on Genz's families in two to four dimensions?

The notebook of neural integration (see `neural-integration`) integrates ln x alone and has no figures of this. Here the
same functions, drawn at random, are integrated with equal numbers of evaluations by `mn.integrate`, by SciPy's adaptive
`cubature` (rule of Genz and Malik) and by its `qmc_quad` (eight scrambled Sobol' sequences). `nquad` has no place in
the comparison by number: its Gauss-Kronrod rule of 21 points along each direction cannot do with fewer than 441, 9261
and 194 481 evaluations. It is run once as a yardstick, in two and three dimensions. Errors are over the mean of
$|f|$; the sums of the difficulties are stated in `minnet.numerics.integration.genz`. Three draws of each, seed 0:

- With up to 2000 evaluations of a smooth function, the network is better than quasi-Monte Carlo by two to eight orders
  of magnitude.
- In two dimensions cubature is better still on both kinds of peaks; in three and four the network is the best on
  oscillatory functions and corner peaks, by one or two orders, a little better than cubature on product peaks, and
  worse on gaussians in four.
- On functions with a kink or a jump its errors are 0.1 to 1 per cent, not much better than those of the others, and on
  kinks in two dimensions cubature has 0.02.
- Where $21^d$ evaluations are to be had, nquad is the most accurate on smooth functions.
- The network takes seconds, the others milliseconds: it is for functions that are costly to evaluate, or to be
  integrated over many parts.
"""

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from minnet import study
from minnet.errors import SettingError
from minnet.experiments.parts import RunOptions, Studies, check_settings, setting
from minnet.numerics.integration import genz, integrate
from minnet.presentation import Drawing
from minnet.tables import Table, two_digits
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

METHODS = ("network", "cubature", "qmc_quad")
MARKERS = dict(zip(METHODS, "os^", strict=True))
ESTIMATES = 8  # of qmc_quad
PUBLISHED: dict[str, Any] = {}  # the document integrates ln x alone


@dataclass(frozen=True)
class Config:
    """Which functions, and how many evaluations."""

    families: tuple[str, ...] = setting(tuple(genz.FAMILIES), "Genz's families", genz.FAMILIES)
    dimensions: tuple[int, ...] = setting((2, 3, 4), "dimensions")
    evaluations: tuple[int, ...] = setting((500, 1000, 2000), "evaluations of the function (qmc_quad: 512, 1024, 2048)")
    draws: int = setting(3, "random members of each family in each dimension")

    @classmethod
    def fast(cls) -> "Config":
        """One draw with 200 and with 400 evaluations, in two and three dimensions."""
        return cls(dimensions=(2, 3), evaluations=(200, 400), draws=1)

    def __post_init__(self) -> None:
        check_settings("genz-integration", self, dimensions=2, evaluations=100)
        if max(self.dimensions) > 6 or self.draws < 1:
            raise SettingError("genz-integration: dimensions are 2 to 6, and draws at least 1")


@dataclass(frozen=True)
class Result:
    """Errors over the mean of ``|f|``.

    Attributes
    ----------
    errors : dict of str to array (families, dimensions, evaluations, draws)
        By method.
    estimates : array (families, dimensions, evaluations, draws)
        The network's error estimates, over the same.
    seconds : array (families, dimensions, evaluations, draws)
        Of the network.
    nquad : array (families, dimensions, draws)
        Errors of nquad with 21^d evaluations; NaN from four dimensions on.
    """

    config: Config
    errors: dict[str, Array]
    estimates: Array
    seconds: Array
    nquad: Array

    def honesty(self) -> tuple[float, float]:
        """Parts of the network's error estimates that are at least the error, and at most 100 times it."""
        error = self.errors["network"]
        return float((self.estimates >= error).mean()), float((self.estimates <= 100 * error).mean())

    def metrics(self) -> list[dict[str, Any]]:
        """One record per family, dimension and number of evaluations, and one about the estimates."""
        records = []
        for f, family in enumerate(self.config.families):
            for d, dimension in enumerate(self.config.dimensions):
                for n, count in enumerate(self.config.evaluations):
                    medians = {name: float(np.median(self.errors[name][f, d, n])) for name in METHODS}
                    others = np.minimum(self.errors["cubature"][f, d, n], self.errors["qmc_quad"][f, d, n])
                    wins = int((self.errors["network"][f, d, n] < others).sum())
                    chosen = {"family": family, "dimension": dimension, "evaluations": count}
                    worst = float(self.errors["network"][f, d, n].max())
                    seconds = float(np.median(self.seconds[f, d, n]))
                    record = chosen | {f"{name}_median": value for name, value in medians.items()}
                    record |= {"network_worst": worst, "network_wins": wins, "of": self.config.draws}
                    records.append(record | {"seconds": seconds})
        above, within = self.honesty()
        return [*records, {"estimates_above_error": above, "estimates_within_100": within}]

    def arrays(self) -> dict[str, Array]:
        """Errors by method, estimates, seconds, and nquad's errors."""
        return self.errors | {"estimates": self.estimates, "seconds": self.seconds, "nquad": self.nquad}


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Integrate every function by every method; a function is the same for all numbers of evaluations."""
    studies = Studies(**options)
    functions: dict[str, Any] = {"family": config.families, "dimension": config.dimensions}
    draws = [{"draw": draw, "seed": studies.seed} for draw in range(config.draws)]
    points = study.grid(**functions, evaluations=config.evaluations, problem=draws)
    rows = studies.runs(compare, points, name="genz-integration")
    shape = tuple(len(part) for part in (config.families, config.dimensions, config.evaluations, draws))
    values = {name: study.metric(rows, name).reshape(shape) for name in (*METHODS, "estimate", "seconds")}
    rows = studies.runs(by_nquad, study.grid(**functions, problem=draws), name="genz-integration, nquad")
    nquad = study.metric(rows, "error").reshape(shape[0], shape[1], shape[3])
    errors = {name: values[name] for name in METHODS}
    return Result(config, errors, values["estimate"], values["seconds"], nquad)


def _problem(settings: dict[str, Any]) -> genz.Problem:
    family, d, problem = settings["family"], settings["dimension"], settings["problem"]
    rng = np.random.default_rng([problem["seed"], list(genz.FAMILIES).index(family), d, problem["draw"]])
    return genz.draw(family, d, rng)


def compare(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
    """Errors of the three methods on one function, over the mean of ``|f|``."""
    problem, d, n = _problem(settings), settings["dimension"], settings["evaluations"]
    began = perf_counter()
    fitted = integrate(problem, [(0, 1)] * d, evaluations=n, tolerance=np.inf, rng=rng)
    seconds = perf_counter() - began
    values = {"network": fitted.value, "cubature": by_cubature(problem, d, n), "qmc_quad": by_qmc(problem, d, n, rng)}
    errors = {name: abs(value - problem.exact) / problem.size for name, value in values.items()}
    return {**errors, "estimate": fitted.error_estimate / problem.size, "seconds": seconds}


def by_cubature(problem: genz.Problem, d: int, n: int) -> float:
    """Adaptive cubature with as many subdivisions as n evaluations allow; each makes 2^d regions of one."""
    from scipy.integrate import cubature

    each = 2**d + 2 * d**2 + 2 * d + 1  # evaluations of Genz and Malik's rule
    subdivisions = max(0, (n // each - 1) // 2**d)
    cube = np.zeros(d), np.ones(d)
    integral = cubature(problem, *cube, rule="genz-malik", rtol=0, atol=0, max_subdivisions=subdivisions)
    return float(integral.estimate)


def by_qmc(problem: genz.Problem, d: int, n: int, rng: np.random.Generator) -> float:
    """Quasi-Monte Carlo; the number of points is raised to a power of two, as Sobol' sequences want it."""
    from scipy.integrate import qmc_quad
    from scipy.stats import qmc

    points = 2 ** int(np.ceil(np.log2(n / ESTIMATES)))
    engine = qmc.Sobol(d, rng=rng)
    integral = qmc_quad(
        lambda x: problem(np.atleast_2d(x.T)), [0] * d, [1] * d, n_estimates=ESTIMATES, n_points=points, qrng=engine
    )
    return float(integral.integral)


def by_nquad(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
    """Error of the smallest nquad there is, 21^d evaluations; NaN from four dimensions on."""
    from scipy.integrate import nquad

    problem, d = _problem(settings), settings["dimension"]
    if d > 3:
        return {"error": np.nan}
    # the full output, because with it there is no warning that it would like to subdivide
    value = nquad(lambda *x: problem(np.array([x]))[0], [(0, 1)] * d, opts={"limit": 1}, full_output=True)[0]
    return {"error": abs(value - problem.exact) / problem.size}


def table(result: Result) -> Table:
    """Median errors at the largest number of evaluations, and how often the network is the best."""
    rows, last = [], result.config.evaluations[-1]
    nquad = np.median(result.nquad, axis=2)
    for record in result.metrics()[:-1]:
        if record["evaluations"] != last:
            continue
        f, d = result.config.families.index(record["family"]), result.config.dimensions.index(record["dimension"])
        medians = (f"{record[f'{name}_median']:.0e}" for name in METHODS)
        wins = f"{record['network_wins']} of {record['of']}"
        seconds = two_digits(record["seconds"])
        rows.append((record["family"], str(record["dimension"]), *medians, wins, seconds, f"{nquad[f, d]:.0e}"))
    above, within = result.honesty()
    rows.append((f"error estimates: {above:.0%} above the error, {within:.0%} within 100 times it", *["-"] * 7))
    names = (f"{METHODS[0]}, {last} evaluations", *METHODS[1:])
    return Table(("family", "d", *names, "network best", "its time (s)", "nquad, 21^d evaluations"), tuple(rows))


def figures(result: Result) -> list[Drawing]:
    """Error against evaluations for every family and dimension, and error estimates against errors."""
    above, within = result.honesty()
    grid = "Median errors (lines) and those of single functions (dots), by family and dimension, over the mean of |f|."
    honest = (
        f"Estimated against true errors of the network: {above:.0%} lie above the diagonal, {within:.0%} below 100 "
        "times the error."
    )
    return [Drawing("errors", grid, _draw_errors(result)), Drawing("estimates", honest, _draw_estimates(result))]


def _draw_errors(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    config = result.config
    shape = len(config.dimensions), len(config.families)
    size = 2.0 * shape[1] + 0.5, 1.9 * shape[0] + 0.6
    figure, axes = plt.subplots(*shape, figsize=size, sharex=True, sharey="col", squeeze=False)
    for d, dimension in enumerate(config.dimensions):
        for f, family in enumerate(config.families):
            ax = axes[d, f]
            for color, name in enumerate(METHODS):
                errors = np.maximum(result.errors[name][f, d], 1e-17)
                ax.loglog(config.evaluations, errors, ".", color=f"C{color}", alpha=0.6, markersize=4)
                median = np.median(errors, axis=1)
                ax.loglog(config.evaluations, median, MARKERS[name] + "-", color=f"C{color}", markersize=5, label=name)
            if d == 0:
                ax.set_title(family, fontsize="medium")
        axes[d, 0].set_ylabel(f"d = {dimension}")
    figure.supxlabel("evaluations")
    figure.supylabel("error / mean |f|")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper right", ncols=len(METHODS))
    return figure


def _draw_estimates(result: Result) -> "Figure":
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(5.5, 5))
    for f, (family, marker) in enumerate(zip(result.config.families, "osD^vP", strict=False)):
        errors, estimates = (
            np.maximum(part[f].ravel(), 1e-17) for part in (result.errors["network"], result.estimates)
        )
        ax.loglog(errors, estimates, marker, alpha=0.6, markersize=4, label=family)
    limits = np.array(ax.get_xlim())
    ax.loglog(limits, limits, color="black", linewidth=1, label="the error itself")
    ax.loglog(limits, 100 * limits, color="black", linewidth=1, linestyle=":", label="100 times the error")
    ax.set(xlabel="true error / mean |f|", ylabel="estimated error / mean |f|", title="How honest are the estimates?")
    ax.legend(fontsize="small", frameon=True)
    return figure
