"""What units look for in an image: the weights from its pixels to each unit of the first layer, as images again."""

from math import ceil

import numpy as np
from bokeh.models import ColumnDataSource

from minnet.playground.digits import PIXELS
from minnet.playground.picture import fitted
from minnet.playground.theme import fixed_range, plot
from minnet.playground.unit_pictures import signed
from minnet.types import Array

PER_ROW = 8
WIDTH = 560  # pixels of the figure
CELL = np.array([1.0, 1.25])  # width and height that a picture has, with its number above
SIZE = 0.9  # of a picture


class WeightPictures:
    """A figure with a picture for each unit of the first layer, in rows."""

    def __init__(self) -> None:
        self.images = ColumnDataSource({"image": [], "x": [], "y": []})
        self.names = ColumnDataSource({"x": [], "y": [], "text": []})
        self.figure = plot("", WIDTH, WIDTH, x_range=fixed_range(0, PER_ROW), y_range=fixed_range(-1, 0),
                           name="Weights from the pixels to each unit of the first layer", min_border=0)  # fmt: skip
        self.figure.title, self.figure.axis.visible, self.figure.grid.visible = None, False, False
        self.figure.image_rgba("image", x="x", y="y", dw=SIZE, dh=SIZE, source=self.images)
        self.figure.text("x", "y", "text", text_font_size="11px", text_baseline="bottom", source=self.names)

    def begin(self, units: int) -> None:
        """Another race's network, with so many units in its first layer."""
        height = ceil(units / PER_ROW) * CELL[1]
        self.figure.y_range.update(start=-height, end=0)
        self.figure.height = int(WIDTH * height / PER_ROW)
        self.figure.stylesheets = [fitted(WIDTH, self.figure.height)]
        self.x = np.arange(units) % PER_ROW * CELL[0]
        self.y = -(np.arange(units) // PER_ROW) * CELL[1]
        self.names.data = {"x": self.x, "y": self.y - CELL[1] + SIZE, "text": [str(unit) for unit in range(units)]}
        self.images.data = {"image": [], "x": [], "y": []}

    def show(self, weights: Array) -> None:
        """Weights (pixels, units): red where they are positive, blue where they are negative, all on one scale."""
        scale = float(np.abs(weights).max()) or 1.0
        pictures = signed(weights, PIXELS, scale)[:, ::-1]  # the first row is above
        self.images.data = {"image": list(pictures), "x": self.x, "y": self.y - CELL[1]}
