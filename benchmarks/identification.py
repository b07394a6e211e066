"""Equations from samples: minnet and PySINDy on the same data, for every time between samples and every noise.

    python -m benchmarks identification
    python -m benchmarks identification --dt 0.1 --noise 0 0.01 --seeds 10

Data are 1 000 samples of the Lorenz system, a trajectory for each seed, with noise as a part of each variable's
standard deviation. PySINDy chooses among all of a grid, for each cell of the table the settings with the least median
error, which it could not know without knowing the answer:

    weak form          windows of 0.1, 0.25, 0.5, 1 and 2, but at least 5 samples; 500 of them
    differences        of order 2 and 4
    smoothed           by Savitzky-Golay windows of 7, 15 and 31 samples
    thresholds         0.02, 0.05, 0.1, 0.2, 0.5

minnet knows whether there is noise: `FlowMatching()` without, `MultipleShooting()` with, and nothing else is chosen.

The error is the root mean square over the seven coefficients of the true equations, median over seeds (and worst);
"exact" counts the seeds with exactly the seven terms. Times are of one fit, with PySINDy's settings known.
"""

import argparse
import json
import warnings
from itertools import product
from pathlib import Path
from time import perf_counter

import numpy as np

from minnet import dynamics
from minnet.numerics.identification import FlowMatching, MultipleShooting, identify

WINDOWS = (0.1, 0.25, 0.5, 1.0, 2.0)
THRESHOLDS = (0.02, 0.05, 0.1, 0.2, 0.5)
DOMAINS = 500


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks identification", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dt", type=float, nargs="+", default=[0.01, 0.05, 0.1, 0.2], help="times between samples")
    parser.add_argument("--noise", type=float, nargs="+", default=[0.0, 0.01, 0.05], help="parts of the spread")
    parser.add_argument("--degree", type=int, default=2, help="of the library (%(default)s)")
    parser.add_argument("--seeds", type=int, default=10, help="trajectories for each cell (%(default)s)")
    parser.add_argument("--samples", type=int, default=1000, help="of each (%(default)s)")
    parser.add_argument("--json", metavar="FILE", help="write the measurements there too")
    options = parser.parse_args()
    library = dynamics.Polynomial(options.degree)
    minnet_fit(trajectory(0.1, 0.01, 0, 100), 0.1, 0.01, library)  # compiles, or loads what was compiled
    print(f"{'':14}{'minnet':^36}{'PySINDy, its best settings':^36}")
    print("    dt  noise " + f"{'error (worst)':>20}{'exact':>7}{'s':>8}  " * 2 + "  settings")
    records = []
    for dt, noise in product(options.dt, options.noise):
        data = [trajectory(dt, noise, seed, options.samples) for seed in range(options.seeds)]
        ours = summary([minnet_fit(x, dt, noise, library) for x in data], library)
        theirs = {}
        for name, fit in pysindy_fits(dt, options.samples, options.degree).items():
            theirs[name] = summary([fit(x) for x in data], library)
        best = min(theirs, key=lambda name: theirs[name]["median"])
        cells = "".join(
            f"{cell['median']:10.1e} ({cell['worst']:.0e})".rjust(20) + f"{cell['exact']:>4}/{options.seeds}"
            f"{cell['seconds']:8.2f}  "
            for cell in (ours, theirs[best])
        )
        print(f"{dt:6g}  {noise:5g} {cells}  {best}", flush=True)
        records.append({"dt": dt, "noise": noise, "minnet": ours, "pysindy": {"settings": best, **theirs[best]}})
    seconds = many_trajectories(1000, 1000)
    print(f"\n1 000 trajectories of 1 000 samples, dt = 0.01, steps of 8th order: {seconds:.2f} s in one call")
    records.append({"trajectories": 1000, "samples": 1000, "seconds": seconds})
    if options.json:
        Path(options.json).write_text(json.dumps(records, indent=2), encoding="utf-8")
    return 0


def trajectory(dt, noise, seed, samples):
    """Samples on the attractor; the same for all noises but for the noise."""
    rng = np.random.default_rng(seed)
    system = dynamics.lorenz()
    x = dynamics.simulate(system, dynamics.states_on_attractor(system, 1, rng=rng)[0], dt=dt, samples=samples)
    return dynamics.add_noise(x, noise, rng=rng) if noise else x


def many_trajectories(count, samples):
    """Seconds for so many compiled trajectories of the Lorenz system."""
    starts = np.random.default_rng(0).normal([0, 0, 25], 5, (count, 3))
    start = perf_counter()
    dynamics.simulate(dynamics.lorenz(), starts, dt=0.01, samples=samples)
    return perf_counter() - start


def minnet_fit(x, dt, noise, library):
    """Coefficients (t, i) and seconds."""
    start = perf_counter()
    model = identify(x, dt, method=MultipleShooting() if noise else FlowMatching(), library=library)
    return model.coefficients, perf_counter() - start


def pysindy_fits(dt, samples, degree):
    """Name of the settings -> function from samples to coefficients and seconds."""
    import pysindy as ps

    t = dt * np.arange(samples)
    polynomials = {"degree": degree, "include_bias": True}

    def weak(window):
        def library():
            np.random.seed(0)  # noqa: NPY002  PySINDy draws its windows from the global generator
            inner = ps.PolynomialLibrary(**polynomials)
            return ps.WeakPDELibrary(inner, spatiotemporal_grid=t, K=DOMAINS, H_xt=window / 2)

        return library, lambda: None

    forms = {f"weak form {window:g}": weak(window) for window in WINDOWS if window >= 5 * dt}
    for order in (2, 4):
        forms[f"differences {order}"] = (
            lambda: ps.PolynomialLibrary(**polynomials),
            lambda order=order: ps.FiniteDifference(order=order),
        )
    for window in (7, 15, 31):
        forms[f"smoothed {window}"] = (
            lambda: ps.PolynomialLibrary(**polynomials),
            lambda window=window: ps.SmoothedFiniteDifference(smoother_kws={"window_length": window}),
        )

    def fitter(library, derivative, threshold):
        def fit(x):
            start = perf_counter()
            settings = {"feature_library": library(), "optimizer": ps.STLSQ(threshold=threshold)}
            if derivative() is not None:
                settings["differentiation_method"] = derivative()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of thresholds that leave nothing
                model = ps.SINDy(**settings).fit(x, t=dt)
            return model.coefficients().T, perf_counter() - start

        return fit

    return {
        f"{name}, threshold {threshold:g}": fitter(library, derivative, threshold)
        for (name, (library, derivative)), threshold in product(forms.items(), THRESHOLDS)
    }


def summary(fits, library):
    """Median and worst error, seeds with exactly the true terms, median seconds."""
    true = np.zeros((len(library.names("xyz")), 3))
    lorenz = dynamics.lorenz()
    true[[library.names("xyz").index(name) for name in lorenz.library.names("xyz")]] = lorenz.coefficients
    errors = [float(np.sqrt(np.mean((xi - true)[true != 0] ** 2))) for xi, _ in fits]
    exact = sum(bool(((xi != 0) == (true != 0)).all()) for xi, _ in fits)
    seconds = float(np.median([seconds for _, seconds in fits]))
    return {"median": float(np.median(errors)), "worst": max(errors), "exact": exact, "seconds": seconds}


if __name__ == "__main__":
    raise SystemExit(main())
