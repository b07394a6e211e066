"""The largest Lyapunov exponent of the flows of `dysts`, from their equations and from a series.

From equations: minnet's `lyapunov_spectrum`, for 10 000 mean periods in all, parted among 8 trajectories, where the
right-hand side is a polynomial and so compiled. Others have their Jacobian by central differences, a tenth of that
time, and 32 trajectories if their rates take many states at once. Left out are flows whose rates jump, which tangents
do not see, and those that need very short steps.

From a series: 5 000 samples of the first variable that is bounded (the sine of the first if none is), 25 in a period.
The lag is the first minimum of the mutual information within a period (or a quarter of one), the dimension the first
with at most 1 per cent of false neighbours (up to 8). Neighbours are more than a period apart and followed for 20.
minnet's `rosenstein` finds the exponent from the whole curve. nolds has the same series, embedding and window, and fits
a line where the mean logarithm of distances goes from 20 to 60 per cent of its rise.

Beside them stand the collection's own estimates: that of its table, and one by orthogonalisation from another file
("QR"). Errors are minnet's standard errors; "off" is by how many of these the exponent from equations differs from the
table. How often they hold is asked of the flows whose exponents were published to three digits or more for the same
parameters (J. C. Sprott, Phys. Rev. E 50, R647, 1994, and Chaos and Time-Series Analysis, 2003).
"""

from functools import partial
from textwrap import shorten
from time import perf_counter

import numpy as np

from benchmarks.dysts_flows import PER_PERIOD, jumps, samples, system
from minnet.dynamics import Polynomial
from minnet.errors import DataError, SettingError
from minnet.numerics.chaos import false_neighbours, lyapunov_spectrum, mutual_information, rosenstein

SAMPLES, TOLERANCE = 5000, 1e-8  # of the series
FEWER = 10  # times fewer periods of what is not compiled
PUBLISHED = {
    "SprottB": 0.210, "SprottC": 0.163, "SprottD": 0.103, "SprottE": 0.078, "SprottF": 0.117, "SprottG": 0.034,
    "SprottH": 0.117, "SprottI": 0.012, "SprottJ": 0.076, "SprottK": 0.038, "SprottL": 0.061, "SprottM": 0.044,
    "SprottN": 0.076, "SprottO": 0.049, "SprottP": 0.087, "SprottQ": 0.109, "SprottR": 0.062, "SprottS": 0.188,
    "SprottJerk": 0.0551, "Lorenz": 0.9056, "Rossler": 0.0714,
}  # fmt: skip
HALF_A_DIGIT = 5e-4  # of the published ones, at most
MOST_DIMENSIONS, HORIZON, RISE = 8, 20 * PER_PERIOD, (0.2, 0.6)
BARS = 2.0


def table(chosen, results, periods):
    """Print a line for each flow, and the summary."""
    try:
        import nolds
    except ImportError as error:  # its release 0.6.2 imports what setuptools has only until 80
        raise SystemExit(f"nolds cannot be imported ({error}): pip install nolds 'setuptools<81'") from None
    heading = f"{'flow':24}{'d':>2}{'equations':>20}{'table':>10}{'QR':>10}{'off':>7}{'s':>7}"
    print(f"{heading}{'series (d, lag)':>29}{'s':>7}{'nolds':>10}{'s':>7}", flush=True)
    records = []
    for flow in chosen:
        record = kept(results, f"{flow.name}, exponents, {periods} periods", partial(of_equations, flow, periods))
        record = record | kept(results, f"{flow.name}, exponent of a series", partial(of_series, flow, nolds.lyap_r))
        records.append(record | {"name": flow.name})
        print(line(flow.name, record), flush=True)
    summary(records)


def kept(results, key, measure):
    """What the file of results has, or measured and put there."""
    if not (record := results.get(key)):
        results.put(key, record := measure())
    return record


def of_equations(flow, periods):
    """What is known of a flow's exponent, and minnet's from its equations, or why there is none."""
    record = {"table": flow.exponent, "qr": flow.exponent_qr, "d": len(flow.start), "equations": None}
    start = perf_counter()
    try:
        record["equations"] = from_equations(flow, samples(flow, SAMPLES, tolerance=TOLERANCE), periods)
    except (DataError, SettingError) as error:
        record["note"] = str(error)
    return record | {"equations_seconds": perf_counter() - start}


def of_series(flow, lyap_r):
    """minnet's and nolds' exponents from a series, or why there is none."""
    try:
        return from_series(flow, samples(flow, SAMPLES, tolerance=TOLERANCE), lyap_r)
    except (DataError, SettingError) as error:
        return {"series": None, "series_note": str(error)}


def from_equations(flow, x, periods):
    """The exponent and its error.

    Raises
    ------
    DataError
        It cannot be found in this way.
    """
    if jumps(flow, x):
        raise DataError("its rates jump")
    equations = system(flow, x)
    if equations is None:
        raise DataError("its steps would be too short")
    compiled = isinstance(equations.library, Polynomial)
    spectrum = lyapunov_spectrum(
        equations, time=periods * flow.period / (1 if compiled else FEWER), interval=min(10 * equations.step, flow.dt),
        trajectories=32 if flow.vectorised and not compiled else 8, rng=0,
    )  # fmt: skip
    return float(spectrum.exponents[0]), float(spectrum.errors[0])


def from_series(flow, x, lyap_r):
    """minnet's exponent with its error, nolds' one, seconds of both, and the embedding."""
    bounded = [i for i in range(x.shape[1]) if i not in flow.unbounded]
    series = x[:, bounded[0]] if bounded else np.sin(x[:, 0])
    start = perf_counter()
    lag = mutual_information(series, max_lag=PER_PERIOD).first_minimum or PER_PERIOD // 4
    false = false_neighbours(series, lag=lag, max_dimension=MOST_DIMENSIONS, window=PER_PERIOD)
    dimension = false.minimum_dimension() or MOST_DIMENSIONS
    embedding = {"dt": flow.dt, "dimension": dimension, "lag": lag, "window": PER_PERIOD}
    record = {"embedding": (dimension, lag), "series": None}
    try:
        ours = rosenstein(series, **embedding, horizon=HORIZON)
        record["series"] = ours.exponent, ours.error
    except DataError as error:
        record["series_note"] = str(error)
    record["series_seconds"] = perf_counter() - start
    curve = rosenstein(series, **embedding, horizon=HORIZON, region=(0, HORIZON * flow.dt)).log_distance
    rise = (curve - curve[0]) / (curve.max() - curve[0])
    first = int(np.argmax(rise >= RISE[0]))
    last = max(int(np.argmax(rise >= RISE[1])), first + 1)
    start = perf_counter()
    theirs = lyap_r(
        series, emb_dim=dimension, lag=lag, min_tsep=PER_PERIOD, tau=flow.dt, trajectory_len=last + 1,
        fit_offset=first, fit="poly",
    )  # fmt: skip
    return record | {"nolds": float(theirs), "nolds_seconds": perf_counter() - start}


def line(name, record):
    """A line of the table."""
    text = f"{name:24}{record['d']:>2}{with_error(record['equations']):>20}{number(record['table']):>10}"
    text += f"{number(record['qr']):>10}"
    text += f"{off(record):>7.1f}" if record["equations"] else f"{'-':>7}"
    text += f"{record.get('equations_seconds', np.nan):>7.1f}"
    if "embedding" in record:
        embedding = "({}, {})".format(*record["embedding"])
        text += f"{with_error(record['series']):>20}{embedding:>9}{record['series_seconds']:>7.1f}"
        text += f"{number(record['nolds']):>10}{record['nolds_seconds']:>7.1f}"
    notes = [shorten(record[name], 70, placeholder=" ...") for name in ("note", "series_note") if name in record]
    return "  ".join([text, *notes])


def with_error(pair):
    return f"{pair[0]:.4g} +- {pair[1]:.2g}" if pair else "-"


def number(value):
    return "-" if value is None else f"{value:.4g}"


def summary(records):
    """How often estimates agree, and by how much they differ."""
    solved = [record for record in records if record["equations"]]
    chaotic = [record for record in solved if record["equations"][0] > BARS * record["equations"][1]]
    print(f"\nfrom equations: {len(solved)} of {len(records)} flows; {len(chaotic)} chaotic by {BARS:g} error bars")
    print(f"within {BARS:g} error bars of the table: {sum(off(record) <= BARS for record in solved)} of {len(solved)}")
    known = [(record["equations"], PUBLISHED[record["name"]]) for record in solved if record["name"] in PUBLISHED]
    right = [abs(exponent - value) <= BARS * error + HALF_A_DIGIT for (exponent, error), value in known]
    print(f"within {BARS:g} error bars and half a digit of the published ones: {sum(right)} of {len(right)}")
    near = [distance(record) <= BARS for record in chaotic if record["series"]]
    print(f"from the series, within {BARS:g} error bars (of both) of that from equations: {sum(near)} of {len(near)}")
    print("median relative deviations from the exponents of the chaotic ones from equations:")
    for name, value in {
        "table": lambda record: record["table"],
        "QR": lambda record: record["qr"],
        "minnet's series": lambda record: record["series"] and record["series"][0],
        "nolds' series": lambda record: record.get("nolds"),
    }.items():
        known = [record for record in chaotic if value(record) is not None]
        if known:
            median = np.median([abs(value(record) / record["equations"][0] - 1) for record in known])
            print(f"  {name:16}{median:8.1%}  ({len(known)} flows)")


def off(record):
    """Error bars from the exponent from equations to the table's."""
    exponent, error = record["equations"]
    return abs(exponent - record["table"]) / error if error else float("inf")


def distance(record):
    """Error bars between the two exponents."""
    (first, first_error), (second, second_error) = record["equations"], record["series"]
    return abs(first - second) / np.hypot(first_error, second_error)
