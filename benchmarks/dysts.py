"""The collection of chaotic flows `dysts`: are their equations found from samples, and how chaotic are they?

    python -m benchmarks dysts --json flows.json              equations of all polynomial flows, about half an hour
    python -m benchmarks dysts --noise 0.01 --only Lorenz SprottH --halve --peer
    python -m benchmarks dysts --lyapunov --json flows.json   the largest exponent of all flows, about an hour

Needs the package: pip install --no-deps dysts (files of it are read; what it imports is not needed). Exponents need
nolds too, and nolds 0.6.2 an old pip install "setuptools<81".

Equations. All flows of dimension up to 4 whose right-hand side, tested at random points, is a polynomial of degree up
to 3: 1 000 samples, 25 in a period, after a transient of 500, by SciPy's DOP853 with a tolerance of 1e-12, with noise
as a part of each variable's standard deviation. The library is of degree 2, or of 3 where the flow is. minnet knows
whether there is noise: `FlowMatching()` without, `MultipleShooting()` with; nothing else is chosen. The table says
whether exactly the true terms were found ("exact"), the error of the right-hand side at the samples without their
noise (root mean square over variables of the relative errors), the seconds, and the model's verdict. A model that is
called identified and has other terms is WRONG.

    --halve    the smallest of 1 000, 500, 250, ... samples, the first of the series, of which and of all larger ones
               exactly the true terms are found ("samples")
    --peer     the same of PySINDy, which for every flow and noise has the best of 16 settings, chosen by the truth
               (exact terms first, then the smaller error): derivatives by differences of order 4 or 8, differences
               smoothed by a Savitzky-Golay window of 11 samples, or the weak form with 500 windows of 10 samples;
               thresholds of 0.001, 0.01, 0.05 or 0.2

Exponents (`--lyapunov`, instead of the equations). See `dysts_exponents.py` for what the columns are.

What a file given by --json holds already, of the same settings, is not measured again, but printed and counted: give
another one when minnet has changed.
"""

import argparse
import json
import warnings
from itertools import product
from pathlib import Path
from textwrap import shorten
from time import perf_counter

import numpy as np

from benchmarks import dysts_exponents
from benchmarks.dysts_flows import flows, polynomial, samples
from minnet import dynamics
from minnet.errors import DataError
from minnet.numerics.identification import FlowMatching, MultipleShooting, identify

DIMENSION, DEGREE = 4, 3  # at most
VERDICT = 80  # letters of it that are printed; the file has all
WINDOW, SMOOTHING, DOMAINS = 10, 11, 500
DERIVATIVES = "differences 4", "differences 8", f"smoothed {SMOOTHING}", f"weak form {WINDOW}"
THRESHOLDS = (0.001, 0.01, 0.05, 0.2)


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks dysts", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--noise", type=float, nargs="+", default=[0.0, 0.01], help="parts of the spread")
    parser.add_argument("--samples", type=int, default=1000, help="of each flow, for its equations (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the noise (%(default)s)")
    parser.add_argument("--halve", action="store_true", help="find the smallest number of samples that is enough")
    parser.add_argument("--peer", action="store_true", help="measure PySINDy too")
    parser.add_argument("--lyapunov", action="store_true", help="measure exponents, not equations")
    parser.add_argument("--periods", type=int, default=10000, help="of polynomial flows, for exponents (%(default)s)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="flows (all)")
    parser.add_argument("--json", metavar="FILE", help="write the measurements there too; those it holds are kept")
    options = parser.parse_args()
    chosen = flows()
    unknown = sorted(set(options.only or []) - {flow.name for flow in chosen})
    if unknown:
        parser.error(f"the collection has no flow {unknown[0]!r} that is an ordinary differential equation")
    chosen = [flow for flow in chosen if not options.only or flow.name in options.only]
    results = Results(options.json)
    if options.lyapunov:
        dysts_exponents.table(chosen, results, options.periods)
    else:
        equations(chosen, results, options)
    return 0


class Results:
    """Records by key, in a file if there is one; what it holds is not measured again."""

    def __init__(self, path):
        self.path = Path(path) if path else None
        exists = self.path is not None and self.path.exists()
        self.records = json.loads(self.path.read_text(encoding="utf-8")) if exists else {}

    def get(self, key):
        return self.records.get(key, {})

    def put(self, key, record):
        """Keep a record, and write all: to a file of another name first, so that none is ever half written."""
        self.records[key] = record
        if self.path is not None:
            half = self.path.with_name(self.path.name + ".part")
            half.write_text(json.dumps(self.records, indent=1), encoding="utf-8")
            half.replace(self.path)


def equations(chosen, results, options):
    """Print the table of flows, and a line of counts for each noise."""
    found = {flow.name: polynomial(flow, DEGREE) for flow in chosen if len(flow.start) <= DIMENSION}
    chosen = [flow for flow in chosen if found.get(flow.name)]
    warm_up(options.noise)
    heading = f"{'flow':22}{'d':>2}{'degree':>7}{'noise':>7}{'exact':>7}{'error':>9}{'s':>7}"
    heading += f"{'samples':>9}" * options.halve
    heading += f"{'PySINDy exact':>15}{'error':>9}{'s':>7}  {'its settings':33}" * options.peer
    print(f"{len(chosen)} flows are polynomials of degree up to {DEGREE}\n\n{heading}  verdict", flush=True)
    rows = {noise: [] for noise in options.noise}
    for flow, noise in product(chosen, options.noise):
        record = measure(flow, *found[flow.name], noise, results, options)
        rows[noise].append(record)
        line = f"{flow.name:22}{record['dimension']:>2}{record['degree']:>7}{noise:>7g}{cells(record)}"
        if options.halve:
            line += f"{record['smallest'] or '-':>9}"
        if options.peer:
            line += f"{'':8}{cells(record['pysindy'])}  {record['pysindy']['settings']:33}"
        verdict = shorten(record["verdict"], VERDICT, placeholder=" ...")
        print(f"{line}  {'WRONG: ' if wrong(record) else ''}{verdict}", flush=True)
    print()
    for noise, records in rows.items():
        print(f"noise {noise:g}: {counts(records, options)}")


def cells(record):
    return f"{'yes' if record['exact'] else 'no':>7}{record['error']:>9.1e}{record['seconds']:>7.2f}"


def wrong(record):
    return record["identified"] and not record["exact"]


def counts(records, options):
    """One line: what was found how often, and how fast."""
    exact = [record for record in records if record["exact"]]
    line = (
        f"{len(exact)} of {len(records)} exact, {sum(record['identified'] for record in exact)} of these called "
        f"identified; {sum(map(wrong, records))} called identified with wrong terms; median "
        f"{np.median([record['seconds'] for record in records]):.2f} s"
    )
    if options.halve and exact:
        line += f", {np.median([record['smallest'] for record in exact]):.0f} samples"
    if options.peer:
        peers = [record["pysindy"] for record in records]
        line += f"; PySINDy {sum(peer['exact'] for peer in peers)}, median "
        line += f"{np.median([peer['seconds'] for peer in peers]):.2f} s"
    return line


def measure(flow, degree, true, noise, results, options):
    """The record of one flow with one noise, or what is missing in it."""
    key = f"{flow.name}, {options.samples} samples, noise {noise:g}, seed {options.seed}"
    record = results.get(key)
    wanted = ["exact", *["smallest"] * options.halve, *["pysindy"] * options.peer]
    if all(name in record for name in wanted):
        return record
    clean, library = samples(flow, options.samples), dynamics.Polynomial(degree)
    x = dynamics.add_noise(clean, noise, rng=options.seed) if noise else clean

    def judge(fit):
        return judged(fit, true, library, clean)

    if "exact" not in record:
        record |= judge(minnet_fit(x, flow.dt, noise, library)) | {"dimension": len(true[0]), "degree": degree}
    if options.halve and "smallest" not in record:
        count, smallest, enough = options.samples, None, record["exact"]
        while enough:
            smallest, count = count, (count + 1) // 2
            enough = count < smallest and judge(minnet_fit(x[:count], flow.dt, noise, library))["exact"]
        record["smallest"] = smallest
    if options.peer and "pysindy" not in record:
        fits = [judge(fit) for fit in pysindy_fits(x, flow.dt, degree)]
        record["pysindy"] = min(fits, key=lambda fit: (not fit["exact"], fit["error"]))
    results.put(key, record)
    return record


def judged(fit, true, library, x):
    """A fit's record: its coefficients beside the true ones, and the rates that they give."""
    xi = fit.pop("coefficients")
    if xi is None or not np.isfinite(xi).all():
        return fit | {"exact": False, "error": float("inf")}
    theta = library.evaluate(x)[0]
    errors = np.mean((theta @ (xi - true)) ** 2, axis=0) / np.mean((theta @ true) ** 2, axis=0)
    return fit | {"exact": bool(((xi != 0) == (true != 0)).all()), "error": float(np.sqrt(np.mean(errors)))}


def minnet_fit(x, dt, noise, library):
    """Coefficients (t, i), or None if minnet refuses the data, with the verdict and the seconds."""
    start = perf_counter()
    try:
        model = identify(x, dt, method=MultipleShooting() if noise else FlowMatching(), library=library)
    except DataError as error:
        coefficients, verdict, identified = None, str(error), False
    else:
        coefficients, verdict, identified = model.coefficients, model.verdict, model.identified
    seconds = perf_counter() - start
    return {"coefficients": coefficients, "verdict": verdict, "identified": identified, "seconds": seconds}


def warm_up(noises):
    """Compile, or load what was compiled."""
    x = dynamics.simulate(dynamics.lorenz(), dt=0.05, samples=200)
    for noise in noises:
        minnet_fit(x, 0.05, noise, dynamics.Polynomial(2))


def pysindy_fits(x, dt, degree):
    """Fits with all settings: coefficients (t, i), or None if it fails, settings and seconds."""
    import pysindy as ps

    t = dt * np.arange(len(x))
    for derivative, threshold in product(DERIVATIVES, THRESHOLDS):
        kind, _, number = derivative.rpartition(" ")
        polynomials = ps.PolynomialLibrary(degree=degree, include_bias=True)
        start = perf_counter()
        if kind == "weak form":
            np.random.seed(0)  # noqa: NPY002  PySINDy draws its windows from the global generator
            half = int(number) * dt / 2
            settings = {"feature_library": ps.WeakPDELibrary(polynomials, spatiotemporal_grid=t, K=DOMAINS, H_xt=half)}
        elif kind == "smoothed":
            smoothed = ps.SmoothedFiniteDifference(smoother_kws={"window_length": int(number)})
            settings = {"feature_library": polynomials, "differentiation_method": smoothed}
        else:
            differences = ps.FiniteDifference(order=int(number))
            settings = {"feature_library": polynomials, "differentiation_method": differences}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of thresholds that leave nothing
            try:
                model = ps.SINDy(optimizer=ps.STLSQ(threshold=threshold), **settings).fit(x, t=dt)
                coefficients = model.coefficients().T
            except (ValueError, np.linalg.LinAlgError):
                coefficients = None
        seconds = perf_counter() - start
        name = f"{derivative}, threshold {threshold:g}"
        yield {"coefficients": coefficients, "settings": name, "seconds": seconds}


if __name__ == "__main__":
    raise SystemExit(main())
