"""The exponent from a curve of divergence, without anybody saying which part of it is a line.

The mean logarithm of the distance d rises at the rate of the exponent, but for the share of the distance that does not
grow:

    ``d<ln d>/dt = lambda (1 - a exp(-<ln d>) - b <d^2>)``,   a, b >= 0.

Of a distance as large as the attractor nothing grows (for errors of forecasts the same law of saturation is E. N.
Lorenz's, Tellus 34, 1982), and of a short one nothing of what noise has put there. Integrated over time the law is
linear in lambda, lambda a and lambda b, and is fitted by least squares.

At first neighbours turn into the fastest direction. When that is over cannot be read off, so the law is fitted to many
regions of the curve. Each is trusted as far as it is sure (by leaving out tenths of the series), the same as its first
and its last two thirds, and in need of little correction. The exponent is the mean of them all, and its error is how
much that depends on the tenths, and on the region beyond what is chance.

The constants were chosen on Lorenz's and Roessler's systems, three maps and Mackey and Glass's equation, with 5 000 to
10 000 samples and up to 1 per cent of noise. Nearly all of their exponents lie within two errors, which are, without
noise, 1 to 7 per cent of a map's exponent and 7 to 25 of a flow's. More noise than that makes exponents too small, and
a transient that lasts for most of the curve makes them too large; the error does not know of either.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from minnet.errors import DataError
from minnet.numerics.chaos.analogues import Parting
from minnet.numerics.chaos.jackknife import beyond_chance, variance
from minnet.types import Array

SKIPPED = 0.2  # of the time until distances are nearly as large as they become: pairs turn into their direction
ENDS = 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7  # of the largest mean square distance: there regions end
STARTS, SHORTEST = 16, 4  # of regions that end at the same time; intervals in the shortest
RISE = 1.0  # of the mean logarithm, in a region that says how fast distances grow
FLAT = 0.3  # change of the mean logarithm that is none
UNRELATED = 0.25  # part of the mean square distance of any two vectors, at which they have nothing in common
DOUBT = 0.35  # how wrong the law's correction of a slope may be, of itself
SHARPNESS = 3  # power of its error by which a region counts less
MODELS = ([0], [0, 1], [0, 2], [0, 1, 2])  # growth alone, with noise, with saturation, with both


@dataclass(frozen=True)
class Growth:
    """Exponent per sample, its standard error, and between which samples it was found."""

    exponent: float
    error: float
    first: float
    last: float


@dataclass(frozen=True)
class Region:
    """Exponents (1 + stretches,), from all pairs and without each stretch, and what else they may be wrong by."""

    exponents: Array
    doubt: float
    first: int
    last: int


def growth(owner: str, parting: Parting) -> Growth:
    """The rate at which distances grow.

    Parameters
    ----------
    owner : str
        Name of the caller, for the message.
    parting : Parting

    Raises
    ------
    DataError
        Distances neither grow for long enough nor keep their size, or are those of unrelated vectors at once.
    """
    logs, square, span = parting.log_distance[0], parting.square[0], parting.span
    regions = list(_growing(parting))
    if regions:
        return _mean(regions)
    if len(logs) - 1 > span:
        kept = abs(logs[span + 1 :].mean() - logs[0]) < FLAT
        start = 0 if kept else span
        near = parting.repeats or square[start:].mean() < UNRELATED * parting.unrelated
        if not near and (kept or square[span + 1] > UNRELATED * parting.unrelated):
            raise DataError(
                f"{owner}: neighbours are as far apart as any two points as soon as they share no samples: the series "
                "is noise, or its samples are too far apart in time, and there is no exponent. Give a region to see "
                "the curve"
            )
        earlier, later = np.array_split(logs[start:], 2)
        samples = len(logs) - 1 - start
        if near and samples >= max(SHORTEST, 2 * start) and abs(later.mean() - earlier.mean()) < FLAT:
            steady = _mean([_region(parting, _line, start, len(logs) - 1)])
            return replace(steady, error=float(np.hypot(steady.error, np.ptp(logs[start:]) / (2 * samples))))
    raise DataError(
        f"{owner}: distances nowhere grow e-fold at a steady rate between the {span} samples that a delay vector spans "
        "and the time when they are as large as they become: there is no straight part. Follow neighbours for longer "
        "(horizon), measure more samples, or give a region to see the curve"
    )


def _growing(parting: Parting) -> Iterable[Region]:
    square = parting.square[0]
    ends = [int(np.argmax(square >= part * square.max())) for part in ENDS]
    earliest = max(parting.settled, int(SKIPPED * ends[-1]))
    for last in sorted(set(ends)):
        if last - earliest >= SHORTEST:
            for first in np.unique(np.linspace(earliest, last - SHORTEST, STARTS).round().astype(int)):
                slope = _line(parting, first, last)[0]
                if slope * (last - first) >= RISE:
                    region = _region(parting, _law, first, last)
                    correction = DOUBT * (region.exponents[0] - slope)
                    yield Region(region.exponents, float(np.hypot(region.doubt, correction)), first, last)


def _region(parting: Parting, fit: Callable[[Parting, int, int], Array], first: int, last: int) -> Region:
    """Its exponents, and by how much those of its parts differ beyond what is chance."""
    exponents, third = fit(parting, first, last), (last - first) // 3
    parts = fit(parting, first + third, last), fit(parting, first, last - third)
    return Region(exponents, float(np.sqrt(max(beyond_chance(part - exponents) for part in parts))), first, last)


def _mean(regions: list[Region]) -> Growth:
    exponents, doubts = np.array([r.exponents for r in regions]), np.array([r.doubt for r in regions])
    errors = np.array([np.sqrt(variance(r.exponents) + r.doubt**2) for r in regions])
    errors = np.maximum(errors, np.finfo(float).tiny)
    weights = (errors.min() / errors) ** SHARPNESS
    weights /= weights.sum()
    mean = weights @ exponents
    apart = np.array([beyond_chance(each - mean) for each in exponents])
    total = variance(mean) + weights @ (apart + doubts**2)
    first, last = (float(weights @ [getattr(r, end) for r in regions]) for end in ("first", "last"))
    return Growth(float(mean[0]), float(np.sqrt(total)), first, last)


def _line(parting: Parting, first: int, last: int) -> Array:
    """Slopes (1 + stretches,) of lines."""
    times = np.arange(first, last + 1.0) - (first + last) / 2
    return np.asarray(parting.log_distance[:, first : last + 1] @ times / (times @ times))


def _law(parting: Parting, first: int, last: int) -> Array:
    """Exponents (1 + stretches,), with noise and saturation where these are not negative and it fits better so."""
    logs, square = (values[:, first : last + 1] for values in (parting.log_distance, parting.square))
    noise = _integral(np.exp(logs.min(axis=1, keepdims=True) - logs))
    time, saturation = np.broadcast_to(np.arange(logs.shape[1]), logs.shape), _integral(square)
    columns = np.stack([time, -noise, -saturation], axis=2)
    columns = columns - columns.mean(axis=1, keepdims=True)
    sizes = np.linalg.norm(columns, axis=1)
    columns = columns / sizes[:, None]
    logs = logs - logs.mean(axis=1, keepdims=True)
    gram = np.einsum("rti,rtj->rij", columns, columns) + 1e-12 * np.eye(3)
    moments = np.einsum("rti,rt->ri", columns, logs)
    best, explained = np.full((2, len(logs)), -np.inf)
    for model in MODELS:
        c = np.linalg.solve(gram[:, model][:, :, model], moments[:, model, None])[..., 0]
        gain = np.einsum("ri,ri->r", c, moments[:, model])
        better = (c[:, 1:] >= 0).all(axis=1) & (gain > explained)
        best, explained = np.where(better, c[:, 0] / sizes[:, 0], best), np.where(better, gain, explained)
    return best


def _integral(rates: Array) -> Array:
    """By the trapezoidal rule, from the first time on."""
    steps = (rates[:, 1:] + rates[:, :-1]) / 2
    return np.concatenate([np.zeros((len(rates), 1)), np.cumsum(steps, axis=1)], axis=1)
