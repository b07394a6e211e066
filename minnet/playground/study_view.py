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
from minnet.errors import SettingError
from minnet.playground import study_rows
from minnet.playground.numbers import Number
from minnet.playground.sampling import representative
from minnet.playground.theme import (
    COLOURS,
    DASHES,
    WRAP,
    alert,
    choice,
    entitle,
    fixed_range,
    markers,
    plot,
    rgba,
    swatch,
    text_field,
)
from minnet.study import Row
from minnet.types import Array

TOGETHER = 6  # runs whose curves are drawn at once
PLANES = 3
SIDE = 60
# What is ticked is large enough to be touched.
BOXES_OF_ROWS = """
.bk-data-table input[type=checkbox] { width: 24px; height: 24px; margin: 0; }
.bk-cell-select, .slick-header-column:first-child { padding: 0 !important; }
"""
SAMPLES = 400  # that are drawn on a plane
THRESHOLD = Number("Converged below a loss of", 0, 1e6)
EMPTY = "There is nothing to see in this store: none of its runs has kept a number or a curve."
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
        self._stores = [str(path) for path in stores]
        self.rows: list[Row] = []
        self.all: list[Row] = []
        self.store = choice("Store", self._stores or ["-"], self._stores[0] if stores else "-", 330)
        self.study = choice("Study", ["-"], "-", 200)
        self.read_button = Button(label="Read again", width=90, margin=(20, 5, 5, 5))
        self.threshold = text_field(THRESHOLD.title, "0.5", 160)
        self.metric = choice("Curve", ["-"], "-", 140)
        self.replay_button = Button(label="Classified planes of the runs selected", width=260, margin=(20, 5, 5, 5))
        self.filters: dict[str, MultiChoice] = {}
        self.names: list[str] = []  # settings that runs are told apart by
        self.has_curves = False
        self.filter_row = row(Div(), stylesheets=[WRAP], sizing_mode="stretch_width")
        self.source = ColumnDataSource({})
        self.table = DataTable(source=self.source, columns=[], height=260, sizing_mode="stretch_width",
                               selectable="checkbox", reorderable=False, index_position=None,
                               autosize_mode="none", row_height=28, stylesheets=[BOXES_OF_ROWS])  # fmt: skip
        self.fault = alert()
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
            row(self.store, self.study, self.read_button, stylesheets=[WRAP]), self.filter_row, self.text, self.fault,
            self.table, row(self.threshold, self.metric, self.replay_button, stylesheets=[WRAP]),
            row(*self.plots.values(), stylesheets=[WRAP]), self.legend,
            row(*(figure for figure, _, _ in self.maps), stylesheets=[WRAP]), sizing_mode="stretch_width",
        )  # fmt: skip
        self._show_parts(False)

    def _curves(self, kind: str) -> Any:
        figure = plot("Curves of the runs", 440, 300, x_axis_label="updates", y_axis_type=kind, visible=False)
        for i, source in enumerate(self.lines):
            figure.line("x", "y", source=source, line_color=COLOURS[i], line_dash=DASHES[i], line_width=2)
        return figure

    def _map(self) -> tuple[Any, ColumnDataSource, ColumnDataSource]:
        image = ColumnDataSource({"image": []})
        samples = ColumnDataSource({"x": [], "y": [], "colour": [], "edge": []})
        figure = plot("Classified plane", 300, 300, x_range=fixed_range(-1.5, 1.5), y_range=fixed_range(-1.5, 1.5),
                    x_axis_label="x₁", y_axis_label="x₂")  # fmt: skip
        figure.image_rgba(image="image", x=-1.5, y=-1.5, dw=3, dh=3, source=image)
        figure.scatter("x", "y", color="colour", line_color="edge", line_width=0.6, size=5, source=samples)
        figure.visible = False
        return figure, image, samples

    def open(self) -> None:
        """Read the first store in which there is something to see."""
        for path in self._stores:
            if self.store.value == path:
                self.read()
            else:
                self.store.value = path  # which reads it
            if self.rows:
                return
        if len(self._stores) > 1:
            self.store.value = self._stores[0]

    def read(self) -> None:
        """Read the store that is chosen."""
        if self.store.value not in self._stores:  # there is none, or it is not one that this server offers
            return
        message = ""
        try:
            self.all = study.read(str(self.store.value))
        except (OSError, ValueError) as error:
            self.all, message = [], escape(str(error))
        self.rows = []
        names = study_rows.studies(self.all)
        message = message or ("" if names else EMPTY)
        self._show_parts(bool(names))
        names = names or ["-"]
        self.study.options = names
        if self.study.value in names:
            self._on_study()
        else:
            self.study.value = names[0]
        if message:
            self.text.text = message

    def _show_parts(self, visible: bool) -> None:
        """What is to be seen where there are runs."""
        for part in (self.study, self.filter_row, self.table, self.threshold, self.metric, self.replay_button):
            part.visible = visible

    def _on_study(self) -> None:
        """Filters and columns of another study."""
        rows = [row for row in self.all if row.study == self.study.value]
        self.filters = {name: _filter(name, values) for name, values in study_rows.varying(rows).items()}
        for widget in self.filters.values():
            widget.on_change("value", lambda attribute, old, new: self._fill())
        self.filter_row.children = list(self.filters.values())
        names = study_rows.curves(rows)
        self.has_curves = bool(names)
        self.metric.visible = self.threshold.visible = self.has_curves
        for figure in self.plots.values():
            figure.visible = self.has_curves
        self.replay_button.visible = any(study_rows.can_be_replayed(row) for row in rows)
        names = names or ["-"]
        self.metric.options = [(name, study_rows.readable(name)) for name in names]
        if self.metric.value not in names:
            self.metric.value = next((name for name in ("loss", "losses") if name in names), names[0])
        self.scalars = study_rows.numbers(rows)
        self.names = study_rows.differing(rows)
        self._fill()

    def _columns(self, data: dict[str, Any]) -> list[TableColumn]:
        """Columns of what some row has a value of."""
        blank = {"nan_format": "", "null_format": ""}
        plain = ScientificFormatter(precision=4, power_limit_low=-3, power_limit_high=5, **blank)
        words = StringFormatter(**blank)
        return [
            *(
                _column(f"setting {name}", study_rows.readable(name), words, [text for _, text in widget.options])
                for name, widget in self.filters.items()
            ),
            *(
                _column(name, title, plain)
                for name, title in (
                    *((f"metric {name}", study_rows.readable(name)) for name in self.scalars),
                    ("below", "converged after"),
                    ("time", "time (s)"),
                )
                if np.isfinite(data[name]).any()
            ),
            *([_column("error", "failed", words, [" " * 40])] if any(data["error"]) else []),
        ]

    def _fill(self) -> None:
        """Rows that the filters leave."""
        rows = [row for row in self.all if row.study == self.study.value]
        self.rows = study_rows.filtered(rows, {name: list(widget.value) for name, widget in self.filters.items()})
        try:
            threshold = THRESHOLD.read(str(self.threshold.value))
        except SettingError as error:
            self.fault.text = escape(str(error))
            return
        self.fault.text = ""
        data: dict[str, Any] = {
            "below": [study_rows.steps_below(row, threshold) for row in self.rows],
            "time": [row.seconds for row in self.rows],
            "error": [row.error or "" for row in self.rows],
        }
        data |= {f"setting {n}": [study_rows.text(row.settings.get(n, "")) for row in self.rows] for n in self.filters}
        data |= {f"metric {n}": [_number(row.metrics.get(n)) for row in self.rows] for n in self.scalars}
        self.source.selected.indices = []
        self.source.data = data
        self.table.columns = self._columns(data)
        advice = "They have no curves."
        if self.has_curves:
            advice = f"Tick up to {TOGETHER} to see their curves over each other."
        self.text.text = f"{len(self.rows)} of {len(rows)} runs. {advice}"
        self._draw()

    def _selected(self) -> list[Row]:
        return [self.rows[i] for i in self.source.selected.indices if i < len(self.rows)]

    def _draw(self) -> None:
        """Curves of the runs selected, or of the first ones."""
        self.legend.text = ""
        if not self.has_curves:
            return
        shown = (self._selected() or self.rows)[:TOGETHER]
        name = str(self.metric.value)
        lines = []
        for i, source in enumerate(self.lines):
            x, y = study_rows.curve(shown[i], name) if i < len(shown) else (np.empty(0), np.empty(0))
            stride = max(1, len(x) // 600)
            source.data = {"x": x[::stride], "y": y[::stride]}
            if i < len(shown):
                lines.append(f"{swatch(i)} {escape(study_rows.label(shown[i], self.names))}")
        for kind, figure in self.plots.items():
            entitle(figure, f"{study_rows.readable(name)} ({'logarithmic' if kind == 'log' else kind} axis)")
            figure.xaxis.axis_label = study_rows.along(shown, name)
            figure.yaxis.axis_label = study_rows.readable(name)
        self.legend.text = "<br>".join(lines)

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
        drawn = representative(x, labels, 2, SAMPLES)
        x, labels = x[drawn], labels[drawn]
        samples.data = {"x": x[:, 0], "y": x[:, 1]} | markers(labels)
        entitle(figure, study_rows.label(run, self.names).replace(", ", "\n"))
        figure.visible = True
        self.text.text = f"{len(self.rows)} runs."


def _filter(name: str, values: Sequence[str]) -> MultiChoice:
    options = [(value, escape(value)) for value in values]  # labels are HTML
    return MultiChoice(title=study_rows.readable(name), options=options, value=[], width=230, placeholder="all")


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


def _column(field: str, title: str, formatter: Any, texts: Sequence[str] = ()) -> TableColumn:
    """As wide as its longest text; the table scrolls sideways where the page is narrow."""
    width = 7 * max(len(text) for text in (title, "1.2345e-10", *texts)) + 16
    return TableColumn(field=field, title=escape(title), formatter=formatter, width=width)
