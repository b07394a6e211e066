"""The runs of any study: filtered by their settings, in a table, their curves over each other, their planes."""

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import (
    Button,
    ColumnDataSource,
    DataTable,
    Div,
    MultiChoice,
    ScientificFormatter,
    StringFormatter,
    TableColumn,
)

from minnet import datasets, study
from minnet.playground import study_rows
from minnet.playground.theme import (
    CLASS_COLOURS,
    COLOURS,
    DASHES,
    WRAP,
    choice,
    fixed_range,
    number_field,
    plot,
    rgba,
    swatch,
)
from minnet.study import Row
from minnet.types import Array

TOGETHER = 6  # runs whose curves are drawn at once
PLANES = 3
SIDE = 60
NOTHING = "No finished study was found. Run one, for example: minnet run optimizer-study; then reload this page."


class StudyView:
    """A store of runs to look into.

    Parameters
    ----------
    stores : list of Path
    request_plane : function of settings and of a callback for the scores (side^2,)
        Asks for a run of the optimizer document to be replayed, to see its plane.
    """

    def __init__(
        self, stores: list[Path], request_plane: Callable[[dict[str, Any], Callable[[Array], None]], None]
    ) -> None:
        self._request_plane = request_plane
        self.rows: list[Row] = []
        self.all: list[Row] = []
        self.store = choice("Store", [str(path) for path in stores] or ["-"], str(stores[0]) if stores else "-", 330)
        self.study = choice("Study", ["-"], "-", 200)
        self.read_button = Button(label="Read again", width=90, margin=(20, 5, 5, 5))
        self.threshold = number_field("Converged below a loss of", 0.5, 0, 1e6, 0.01, 160)
        self.metric = choice("Curve", ["-"], "-", 140)
        self.replay_button = Button(label="Classified planes of the runs selected", width=260, margin=(20, 5, 5, 5))
        self.filters: dict[str, MultiChoice] = {}
        self.filter_row = row(Div(), stylesheets=[WRAP], sizing_mode="stretch_width")
        self.source = ColumnDataSource({})
        self.table = DataTable(source=self.source, columns=[], height=260, sizing_mode="stretch_width",
                               selectable="checkbox", reorderable=False, index_position=None,
                               autosize_mode="none")  # fmt: skip
        self.text = Div(text="" if stores else NOTHING, sizing_mode="stretch_width")
        self.legend = Div(text="", sizing_mode="stretch_width")
        self.lines = [ColumnDataSource({"x": [], "y": []}) for _ in range(TOGETHER)]
        self.plots = {kind: self._curves(kind) for kind in ("log", "linear")}
        self.maps = [self._map() for _ in range(PLANES)]
        self.store.on_change("value", lambda attribute, old, new: self.read())
        self.study.on_change("value", lambda attribute, old, new: self._on_study())
        self.read_button.on_click(lambda event: self.read())
        self.threshold.on_change("value", lambda attribute, old, new: self._fill())
        self.metric.on_change("value", lambda attribute, old, new: self._draw())
        self.source.selected.on_change("indices", lambda attribute, old, new: self._draw())
        self.replay_button.on_click(lambda event: self._on_replay())
        self.layout = column(
            row(self.store, self.study, self.read_button, stylesheets=[WRAP]), self.filter_row, self.text, self.table,
            row(self.threshold, self.metric, self.replay_button, stylesheets=[WRAP]),
            row(*self.plots.values(), stylesheets=[WRAP]), self.legend,
            row(*(figure for figure, _, _ in self.maps), stylesheets=[WRAP]), sizing_mode="stretch_width",
        )  # fmt: skip

    def _curves(self, kind: str) -> Any:
        figure = plot("", 440, 300, x_axis_label="updates", y_axis_type=kind)
        for i, source in enumerate(self.lines):
            figure.line("x", "y", source=source, line_color=COLOURS[i], line_dash=DASHES[i], line_width=2)
        return figure

    def _map(self) -> tuple[Any, ColumnDataSource, ColumnDataSource]:
        image = ColumnDataSource({"image": []})
        samples = ColumnDataSource({"x": [], "y": [], "colour": []})
        figure = plot("", 300, 300, x_range=fixed_range(-1.5, 1.5), y_range=fixed_range(-1.5, 1.5), x_axis_label="x₁",
                    y_axis_label="x₂")  # fmt: skip
        figure.image_rgba(image="image", x=-1.5, y=-1.5, dw=3, dh=3, source=image)
        figure.scatter("x", "y", color="colour", line_color="white", line_width=0.4, size=4, source=samples)
        figure.visible = False
        return figure, image, samples

    def read(self) -> None:
        """Read the store that is chosen."""
        if self.store.value == "-":
            return
        message = ""
        try:
            self.all = study.read(str(self.store.value))
        except (OSError, ValueError) as error:
            self.all, message = [], escape(str(error))
        self.rows = []
        names = list(dict.fromkeys(row.study for row in self.all)) or ["-"]
        self.study.options = names
        if self.study.value in names:
            self._on_study()
        else:
            self.study.value = names[0]
        if message:
            self.text.text = message

    def _on_study(self) -> None:
        """Filters and columns of another study."""
        rows = [row for row in self.all if row.study == self.study.value]
        self.filters = {
            name: MultiChoice(
                title=name, options=[(value, escape(value)) for value in values], value=[], width=230, placeholder="all"
            )  # labels are HTML
            for name, values in study_rows.varying(rows).items()
        }
        for widget in self.filters.values():
            widget.on_change("value", lambda attribute, old, new: self._fill())
        self.filter_row.children = list(self.filters.values())
        names = study_rows.curves(rows) or ["-"]
        self.metric.options = names
        if self.metric.value not in names:
            self.metric.value = next((name for name in ("loss", "losses") if name in names), names[0])
        self.scalars = study_rows.numbers(rows)
        plain = ScientificFormatter(precision=4, power_limit_low=-3, power_limit_high=5, nan_format="")
        self.table.columns = [
            *(
                _column(f"setting {name}", name, StringFormatter(), [text for _, text in widget.options])
                for name, widget in self.filters.items()
            ),
            *(_column(f"metric {name}", name, plain) for name in self.scalars),
            _column("below", "converged after", plain),
            _column("time", "time (s)", plain),
            _column("error", "failed", StringFormatter(), [" " * 40]),
        ]
        self._fill()

    def _fill(self) -> None:
        """Rows that the filters leave."""
        rows = [row for row in self.all if row.study == self.study.value]
        self.rows = study_rows.filtered(rows, {name: list(widget.value) for name, widget in self.filters.items()})
        threshold = float(self.threshold.value or 0)
        data: dict[str, Any] = {
            "below": [study_rows.steps_below(row, threshold) for row in self.rows],
            "time": [row.seconds for row in self.rows],
            "error": [row.error or "" for row in self.rows],
        }
        data |= {f"setting {n}": [study_rows.text(row.settings.get(n, "")) for row in self.rows] for n in self.filters}
        data |= {f"metric {n}": [_number(row.metrics.get(n)) for row in self.rows] for n in self.scalars}
        self.source.selected.indices = []
        self.source.data = data
        self.text.text = (
            f"{len(self.rows)} of {len(rows)} runs. Tick up to {TOGETHER} to see their curves over each other."
        )
        self._draw()

    def _selected(self) -> list[Row]:
        return [self.rows[i] for i in self.source.selected.indices if i < len(self.rows)]

    def _draw(self) -> None:
        """Curves of the runs selected, or of the first ones."""
        shown = (self._selected() or self.rows)[:TOGETHER]
        name = str(self.metric.value)
        lines = []
        for i, source in enumerate(self.lines):
            x, y = study_rows.curve(shown[i], name) if i < len(shown) else (np.empty(0), np.empty(0))
            stride = max(1, len(x) // 600)
            source.data = {"x": x[::stride], "y": y[::stride]}
            if i < len(shown):
                lines.append(f"{swatch(i)} {escape(self._label(shown[i]))}")
        for kind, figure in self.plots.items():
            figure.title.text = f"{name} ({kind} axis)"
            figure.yaxis.axis_label = name
        self.legend.text = "<br>".join(lines)

    def _label(self, run: Row) -> str:
        settings = [f"{name}={study_rows.text(run.settings[name])}" for name in self.filters if name in run.settings]
        return ", ".join(settings) or run.key[:8]

    def _on_replay(self) -> None:
        shown = [run for run in self._selected() or self.rows if study_rows.can_be_replayed(run)][:PLANES]
        for figure, _, _ in self.maps:
            figure.visible = False
        if not shown:
            self.text.text = (
                "Planes can be drawn for runs of the optimizer study only: others do not keep their weights."
            )
            return
        self.text.text = "Training these runs again to see their planes ..."
        for i, run in enumerate(shown):
            self._request_plane(run.settings, partial(self._show_plane, i, run))

    def _show_plane(self, position: int, run: Row, scores: Array) -> None:
        figure, image, samples = self.maps[position]
        probability = 0.5 * (1 + np.tanh(0.5 * scores))
        image.data = {"image": [rgba(np.column_stack([1 - probability, probability]), SIDE)]}
        x, labels = datasets.circles(run.settings["n"], noise=0.1, factor=0.3, rng=0)
        x, labels = x[:400], labels[:400]
        samples.data = {"x": x[:, 0], "y": x[:, 1], "colour": [CLASS_COLOURS[int(label)] for label in labels]}
        figure.title.text = self._label(run).replace(", ", "\n")
        figure.visible = True
        self.text.text = f"{len(self.rows)} runs."


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


def _column(field: str, title: str, formatter: Any, texts: Sequence[str] = ()) -> TableColumn:
    """As wide as its longest text; the table scrolls sideways where the page is narrow."""
    width = 7 * max(len(text) for text in (title, "1.2345e-10", *texts)) + 16
    return TableColumn(field=field, title=escape(title), formatter=formatter, width=width)
