"""How far work has come, and how long the rest will take.

In a terminal bars are lines of text; in a notebook they are widgets, if ipywidgets is installed.
"""

import warnings
from typing import Any

from tqdm import TqdmWarning

with warnings.catch_warnings():  # it warns of being an experiment, and that a notebook without ipywidgets shows text
    warnings.simplefilter("ignore", TqdmWarning)
    from tqdm.autonotebook import tqdm

__all__ = ["ProgressBar", "tqdm"]


class ProgressBar(tqdm):
    """A bar whose remaining time is estimated from what comes after the first report.

    The time before the first report is that of compiling and loading, too, from which nothing follows for the rest.
    Until there is a second report, the remaining time is a question mark.

    Parameters
    ----------
    at_once : int
        Units under way at the same time: so many belong to the first report.
    **settings
        Of tqdm.
    """

    def __init__(self, *, at_once: int = 1, **settings: Any) -> None:
        self._at_once = at_once
        self._counted_from: tuple[float, float] | None = None  # units and time of the first report
        super().__init__(**settings)

    def update(self, n: float | None = 1) -> bool | None:
        shown = super().update(n)
        if not self.disable and self._counted_from is None and self.n - self.initial >= self._at_once:
            self._counted_from = self.n, self._time()
        return shown

    @property
    def format_dict(self) -> dict[str, Any]:
        values = super().format_dict
        units, seconds = 0.0, 0.0
        if self._counted_from is not None:
            units, seconds = self.n - self._counted_from[0], self._time() - self._counted_from[1]
        return values | {"initial": self.n, "rate": units / seconds if units > 0 and seconds > 0 else None}
