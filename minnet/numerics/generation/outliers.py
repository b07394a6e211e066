"""Some series that are unlike all others: noise, or an escape, among series that are as they should be.

Means hide them: a test of means sees ten such series of thirty, and not three. So each is looked at by itself: how far
its columns are from the median of both sets, in median absolute deviations.
"""

import numpy as np

from minnet.numerics.generation.fingerprint import ONE_SIDED, TOLERANCE, Columns
from minnet.types import Array

FACTOR = 4.0
"""Times as far out as any of the reference. Among 30 series of the same law as 30 others, of eleven laws from sines to
Cauchy's, none was 2.7 times as far out in 660 draws."""
LEAST = 20  # stretches of the reference, to know how far out they may be
LIGHT_TAILED = ("marginals", "spectrum", "prediction", "distance", "flow", "jumps")  # groups: parts, and logarithms


def outliers(found: Columns, known: Columns) -> tuple[Array, list[str]]:
    """Which rows of generated series are unlike any of the reference, bool (units,), and in which groups of columns."""
    names = [name for name in LIGHT_TAILED if name in found]
    n = len(found[names[0]])
    far = np.stack([_far(name, np.concatenate([found[name], known[name]])) for name in names], axis=1)
    if len(far) - n < LEAST:
        return np.zeros(n, bool), []
    unlike = far[:n] > FACTOR * far[n:].max()
    return unlike.any(axis=1), [name for name, column in zip(names, unlike.T, strict=True) if column.any()]


def _far(name: str, rows: Array) -> Array:
    """How far out each row (units, columns) is, by the column in which it is furthest."""
    centre = np.median(rows, axis=0)
    deviation = 1.4826 * np.median(np.abs(rows - centre), axis=0)  # the standard deviation of normal numbers
    away = (rows - centre) / np.maximum(deviation, TOLERANCE[name] / 2)
    return np.asarray((away if name in ONE_SIDED else np.abs(away)).max(axis=1))
