"""The types that signatures name."""

from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]

Shape = tuple[int | None, ...]
"""Of a sample; None for an axis that is free, such as the length of a series."""
