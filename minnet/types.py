"""The array type that signatures name."""

from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]
