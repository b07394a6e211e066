"""Integrals of one variable: is an error estimate to be trusted? minnet and QUADPACK on the integrands of the classics.

    python -m benchmarks integrals
    python -m benchmarks integrals --families peak jump --seeds 5 --samples 0

What each method is for. A function of one variable that can be called wherever one likes is a case for adaptive
Gauss-Kronrod rules, ``scipy.integrate.quad``: they put their points where the function needs them, take a hundredth of
the time, and give ten digits where a network gives three: at peaks, kinks, jumps, singularities, fast oscillation. A
network is the right tool where that cannot be done: there are only samples, at places that nobody chose for a rule;
one fit has to give integrals over many intervals, the antiderivative and the function itself; there are parameters or
more variables. From samples of a smooth function it has more digits than rules and splines. Where samples are scarce
for the function, nobody has many digits, and the network about as many as the cubic spline, but with an estimate of its
error, which that has not. So there are two comparisons:

    functions    ``integrate(f, (a, b), rng=seed)`` with its defaults, beside ``quad(f, a, b)`` with its own
    samples      ``integrate((x, y), (a, b), rng=seed)`` of 200 samples, in the middles of equal parts or at random,
                 beside the trapezoid rule, continued to the ends by the nearest sample, Simpson's rule, continued by
                 the nearest chord, and the cubic spline, which continues itself. No sample is at an end; nobody is
                 told of a singularity. Each seed has its own random samples.

The integrands and where they come from are in `benchmarks/integrands.py`. Errors and estimates are absolute, and

    holds        the error is at most the estimate
    warns        there was a warning, or the result says that it is not good: the user was told, whatever the estimate
    refused      no result, or none that is a number
    FAILS        the error is larger than the estimate, without a word

An estimate ought to hold, or to come with a warning, in 95 % of all cases. That can be had by warning always, so the
summary says how often there was a warning, how often the estimate holds with or without one, and how many times the
error it is (median of those without a warning). With seeds, the row of an integrand is that of the largest error.
"""

import argparse
import json
import warnings
from pathlib import Path
from time import perf_counter

import numpy as np
import scipy
from mpmath import mp

import minnet as mn
from benchmarks.integrands import DIGITS, FAMILIES, integrands
from minnet.errors import DataError

AIM = 0.95
PLAIN, QUAD = "minnet", "quad"
DESIGNS = ("equispaced", "random")
SILENT = ("holds", "FAILS")
WIDTH = 48


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks integrals", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--families",
        nargs="+",
        choices=FAMILIES,
        default=FAMILIES,
        metavar="FAMILY",
        help=f"of: {', '.join(FAMILIES)} (all)",
    )
    parser.add_argument("--samples", type=int, default=200, help="0: functions only (%(default)s)")
    parser.add_argument("--seeds", type=int, default=1, help="calls of minnet for each integrand (%(default)s)")
    parser.add_argument("--json", metavar="FILE", help="write the measurements there too")
    options = parser.parse_args()
    chosen = [(f, f.exact()) for f in integrands() if f.family in options.families]
    seeds = range(options.seeds)
    records = []
    for title, measure, methods in (
        ("functions", lambda f, exact: by_calls(f, exact, seeds), (PLAIN, QUAD)),
        *(
            (
                f"{options.samples} samples, {design}",
                lambda f, exact, design=design: by_samples(f, exact, options.samples, design, seeds),
                (f"{PLAIN}, {design}", *(f"{rule}, {design}" for rule in RULES)),
            )
            for design in (DESIGNS if options.samples else ())
        ),
    ):
        print_head(title, methods)
        family = None
        for integrand, exact in chosen:
            if integrand.family != family:
                family = integrand.family
                print(f"-- {family}")
            rows = [
                {"family": family, "name": integrand.name, "exact": float(exact)} | row
                for row in measure(integrand, exact)
            ]
            print_row(integrand.name, rows, methods)
            records += rows
        print(flush=True)
    print_summary(records, [family for family in FAMILIES if family in options.families])
    print_failures(records)
    if options.json:
        finite = [
            {key: None if isinstance(value, float) and not np.isfinite(value) else value for key, value in row.items()}
            for row in records
        ]
        Path(options.json).write_text(json.dumps(finite, indent=2), encoding="utf-8")
    return 0


def by_calls(integrand, exact, seeds):
    """Records of minnet, one for each seed, and of ``quad``."""
    bounds = integrand.low, integrand.high
    for seed in seeds:
        counted = Counted(integrand.function)
        yield minnet_record(PLAIN, exact, seed, counted, bounds) | {"evaluations": counted.evaluations}
    counted = Counted(integrand.function)
    start = perf_counter()
    value, estimate, _, *message = scipy.integrate.quad(lambda x: float(counted(np.float64(x))), *bounds, full_output=1)
    seconds = perf_counter() - start
    yield record(QUAD, exact, 0, value, seconds, estimate, bool(message)) | {"evaluations": counted.evaluations}


def by_samples(integrand, exact, n, design, seeds):
    """Records of minnet and of the rules; those for points at random are repeated for each seed."""
    low, high = integrand.low, integrand.high
    for seed in seeds:
        u = np.sort(np.random.default_rng(seed).uniform(size=n)) if design == "random" else (np.arange(n) + 0.5) / n
        x = low + (high - low) * u
        y = Counted(integrand.function)(x)
        yield minnet_record(f"{PLAIN}, {design}", exact, seed, (x, y), (low, high)) | {"evaluations": n}
        if design == "random" or seed == 0:
            for rule, integral in RULES.items():
                start = perf_counter()
                value = integral(x, y, low, high)
                yield record(f"{rule}, {design}", exact, seed, value, perf_counter() - start)


def trapezoid(x, y, low, high):
    return scipy.integrate.trapezoid(y, x) + y[0] * (x[0] - low) + y[-1] * (high - x[-1])


def simpson(x, y, low, high):
    slope = np.diff(y) / np.diff(x)
    left, right = x[0] - low, high - x[-1]
    ends = left * (y[0] - slope[0] * left / 2) + right * (y[-1] + slope[-1] * right / 2)
    return scipy.integrate.simpson(y, x=x) + ends


def spline(x, y, low, high):
    return scipy.interpolate.CubicSpline(x, y).integrate(low, high)


RULES = {"trapezoid": trapezoid, "Simpson": simpson, "spline": spline}


class Counted:
    """A function that counts at how many points it was evaluated; its overflow at singularities is not told."""

    def __init__(self, function):
        self.function, self.evaluations = function, 0

    def __call__(self, x):
        self.evaluations += np.size(x)
        with np.errstate(all="ignore"):
            return self.function(x)


def minnet_record(method, exact, seed, function_or_samples, bounds):
    """A call of minnet; whatever it says counts as a warning, its own or NumPy's."""
    start = perf_counter()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            integral = mn.integrate(function_or_samples, bounds, rng=seed)
        except DataError as refusal:
            return record(method, exact, seed, np.nan, perf_counter() - start) | {"refused": str(refusal)}
    seconds = perf_counter() - start
    return record(
        method, exact, seed, integral.value, seconds, integral.error_estimate, bool(told) or not integral.good
    )


def record(method, exact, seed, value, seconds, estimate=np.nan, warned=False):
    """What is kept of a call; the error in mpmath's numbers, for a difference of two floats has rounding errors."""
    row = {"method": method, "seed": seed, "value": float(value), "estimate": estimate}
    with mp.workdps(DIGITS):
        row["error"] = float(abs(mp.mpf(row["value"]) - exact))
    return row | {"refused": not np.isfinite(row["value"]), "warned": warned, "seconds": seconds}


def status(row):
    if row["refused"]:
        return "refused"
    return "warns" if row["warned"] else "holds" if row["error"] <= row["estimate"] else "FAILS"


def error_of(row):
    """Error of a record, infinite without a result."""
    return np.inf if row["refused"] else row["error"]


def has_estimate(method):
    return method == QUAD or method.startswith(PLAIN)


def print_head(title, methods):
    """Two lines; methods with an error estimate take more columns."""
    print(f"{title:{WIDTH}}{'':12}", end="")
    for method in methods:
        heading = method.split(",")[0]
        print(f"{heading:^38}" if has_estimate(method) else f"{heading:>11}", end="")
    print(f"\n{'':{WIDTH}}{'integral':>12}", end="")
    for method in methods:
        print(f"{'error':>11}{'estimate':>10}{'points':>17}" if has_estimate(method) else f"{'error':>11}", end="")
    print(flush=True)


def print_row(name, rows, methods):
    print(f"{name:{WIDTH}}{rows[0]['exact']:12.6g}", end="")
    for method in methods:
        own = [row for row in rows if row["method"] == method]
        worst = max(own, key=error_of)
        print(f"{error_of(worst):11.1e}", end="")
        if has_estimate(method):
            failed = sum(status(row) == "FAILS" for row in own)
            word = f"FAILS {failed}/{len(own)}" if failed and len(own) > 1 else status(worst)
            print(f"{worst['estimate']:10.0e}  {word:11}{worst['evaluations']:>4}", end="")
    print(flush=True)


def print_summary(records, families):
    methods = list(dict.fromkeys(row["method"] for row in records))

    def select(method, family):
        return [row for row in records if row["method"] == method and family in (row["family"], "all")]

    print(f"in how many cases the estimate holds or there is a warning (aim: {AIM:.0%})")
    for pair in ((PLAIN, QUAD), tuple(f"{PLAIN}, {design}" for design in DESIGNS)):
        if not set(pair) <= set(methods):
            continue
        print(f"\n{'':20}" + "".join(f"{method:^45}" for method in pair))
        columns = ("cases", "aim met", "warned", "est>=err", "est/err")
        print(f"{'family':20}" + "".join(f"{column:>9}" for column in columns) * len(pair))
        for family in (*families, "all"):
            print(f"{family:20}", end="")
            for method in pair:
                rows = select(method, family)
                words = [status(row) for row in rows]
                warned = np.mean([word in ("warns", "refused") for word in words])
                met = 1 - np.mean([word == "FAILS" for word in words])
                right = np.mean([not row["refused"] and row["error"] <= row["estimate"] for row in rows])
                silent = [row["estimate"] / max(row["error"], 1e-300) for row in rows if status(row) in SILENT]
                ratio = f"{np.median(silent):.1g}" if silent else "-"
                print(f"{len(rows):9}{met:9.1%}{warned:9.0%}{right:9.0%}{ratio:>9}", end="")
            print()
    print("\nmedian errors, relative to the integral (the first two were called, the others had samples)")
    print(f"{'':20}" + "".join(f"{(method + ', ').split(', ')[1]:>11}" for method in methods))
    print(f"{'family':20}" + "".join(f"{method.split(',')[0]:>11}" for method in methods))
    for family in (*families, "all"):
        errors = [
            np.median([error_of(row) / abs(row["exact"]) for row in select(method, family)]) for method in methods
        ]
        print(f"{family:20}" + "".join(f"{error:11.0e}" for error in errors))
    seconds = [np.median([row["seconds"] for row in select(method, "all")]) for method in methods]
    print(f"{'seconds':20}" + "".join(f"{median:11.0e}" for median in seconds) + "\n")


def print_failures(records):
    """What was wrong without a word, beginning with the largest part of the integral; of several seeds the worst."""
    failures = {}
    for row in records:
        if has_estimate(row["method"]) and status(row) == "FAILS":
            failures.setdefault((row["method"], row["family"], row["name"]), []).append(row)
    print(
        f"{'estimates that fail':{WIDTH + 40}}{'seeds':>5}{'error':>10}{'estimate':>10}{'err/est':>9}{'rel. error':>12}"
    )
    worst = {key: max(rows, key=lambda row: row["error"]) for key, rows in failures.items()}
    for key, row in sorted(worst.items(), key=lambda item: (item[0][0], -item[1]["error"] / abs(item[1]["exact"]))):
        method, family, name = key
        ratio, relative = row["error"] / max(row["estimate"], 1e-300), row["error"] / abs(row["exact"])
        print(f"{method:20}{name:{WIDTH}}{family:20}{len(failures[key]):5}", end="")
        print(f"{row['error']:10.1e}{row['estimate']:10.1e}{ratio:9.2g}{relative:12.1e}")


if __name__ == "__main__":
    raise SystemExit(main())
