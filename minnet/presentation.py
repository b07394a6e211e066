"""Figures of results, drawn without a screen: as lines where they are lines, as a picture where they are dense."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from minnet import plotting
from minnet.page import Shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DENSE = 300_000  # bytes of an SVG file, from which on a picture of points is smaller and sooner drawn
DENSITY = 2  # pixels of such a picture for each of a screen's


@dataclass(frozen=True)
class Drawing:
    """A figure, the name of its file (without ending), and a sentence about it. Its axes get readable numbers."""

    name: str
    caption: str
    figure: "Figure"

    def __post_init__(self) -> None:
        from minnet.ticks import readable_ticks

        for ax in self.figure.axes:
            readable_ticks(ax)

    def shown(self) -> Shown:
        """The figure for a page: SVG, or PNG where that would be large."""
        size = tuple(map(float, self.figure.get_size_inches()))
        svg = self._svg()
        content, kind = (svg, "svg") if len(svg) <= DENSE else (self._png(), "png")
        return Shown(content, kind, self.caption, (size[0], size[1]))

    def _svg(self) -> bytes:
        """Coordinates to a tenth of a point; the same bytes each time."""
        import matplotlib

        file = io.BytesIO()
        with matplotlib.rc_context({"svg.hashsalt": self.name, "svg.fonttype": "path"}):
            self.figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
        text = re.sub(r' d="[^"]*"', lambda path: re.sub(r"(\.\d)\d+", r"\1", path[0]), file.getvalue().decode())
        return text.encode()

    def _png(self) -> bytes:
        """What `Figure.savefig` writes, which would draw it twice."""
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        self.figure.set_dpi(96 * DENSITY)
        canvas, file = FigureCanvasAgg(self.figure), io.BytesIO()
        canvas.draw()
        matplotlib.image.imsave(file, canvas.buffer_rgba(), format="png", dpi=self.figure.dpi)
        return file.getvalue()


@contextmanager
def without_screen() -> Iterator[None]:
    """Draw with minnet's style into files alone; the figures drawn meanwhile are closed, others stay open."""
    import matplotlib

    backend = matplotlib.get_backend()
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    open_before = set(plt.get_fignums())
    try:
        with plotting.style():
            yield
    finally:
        for number in set(plt.get_fignums()) - open_before:
            plt.close(number)
        matplotlib.use(backend)
