"""The settings of a race as widgets, and widgets as settings."""

import base64
from collections.abc import Callable
from html import escape
from typing import Any

from bokeh.layouts import column, row
from bokeh.models import Div, FileInput, TextInput

from minnet.activations import ACTIVATIONS
from minnet.compare.specs import split_call
from minnet.errors import SettingError
from minnet.initializers import INITIALIZERS
from minnet.optimizers import OPTIMIZERS
from minnet.playground.presets import PRESETS
from minnet.playground.problems import GENERATED, LOSSES, OWN
from minnet.playground.racers import SCHEDULES
from minnet.playground.settings import POINTS, RACERS, STEPS, RaceSettings
from minnet.playground.theme import COMPACT, choice, number_field, swatch, text_field

NO_OPTIMIZER = "-"
OWN_RACE = "a race of your own"
HALF = 128  # pixels
PROPER_NAMES = {name.lower(): name for name in OPTIMIZERS}


class OptimizerFields:
    """Widgets of one optimizer."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.name = choice("", [NO_OPTIMIZER, *OPTIMIZERS], NO_OPTIMIZER, 86)
        self.rate = text_field("", "0.01", 58, "learning rate")
        self.schedule = choice("", list(SCHEDULES), "constant", 86)
        self.arguments = text_field("", "", HALF * 2 - 2, "more: momentum=0.9, nesterov=True")
        self.widgets: tuple[Any, ...] = (self.name, self.rate, self.schedule, self.arguments)
        for widget in self.widgets:
            widget.on_change("value", lambda attribute, old, new: changed())
            widget.margin = (1, 2, 1, 2)
        self.swatch = Div(text="", width=12, margin=(4, 0, 0, 4))
        self.layout = column(row(self.swatch, self.name, self.rate, self.schedule), self.arguments, margin=(0, 0, 4, 0))

    def show(self, text: str | None) -> None:
        """An optimizer's text, or none."""
        if text is None:
            self.name.value = NO_OPTIMIZER
            return
        name, arguments = split_call(text)
        rate, schedule = arguments.pop("learning_rate", 0.01), arguments.pop("schedule", "constant")
        self.name.value = PROPER_NAMES.get(name.lower(), name)
        self.rate.value, self.schedule.value = str(rate), schedule
        self.arguments.value = ", ".join(f"{key}={value!r}" for key, value in arguments.items())

    def text(self) -> str | None:
        """What is chosen, as an optimizer's text."""
        if self.name.value == NO_OPTIMIZER:
            return None
        parts = [f"learning_rate={self.rate.value}", self.arguments.value.strip().strip(",")]
        if self.schedule.value != "constant":
            parts.append(f"schedule={self.schedule.value!r}")
        return f"{self.name.value.lower()}({', '.join(part for part in parts if part)})"


class Controls:
    """All widgets of the settings.

    Parameters
    ----------
    changed : function
        Called when the user has chosen something else.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed, self._quiet = changed, False
        self.upload = ""  # the text of a file of the user's own
        self.preset = choice("Preset", [OWN_RACE, *PRESETS], OWN_RACE, HALF * 2)
        self.comment = Div(text="", width=HALF * 2, styles={"font-style": "italic"}, stylesheets=[COMPACT])
        self.data = choice("Data", [*GENERATED, OWN], "circles", HALF)
        self.file = FileInput(accept=".csv,.tsv,.txt", width=HALF * 2, title="CSV: x, y; or x1, x2, class")
        self.points = number_field("Points", 500, 10, POINTS, 50, HALF)
        self.noise = number_field("Noise", 0.1, 0, 2, 0.05, HALF)
        self.seed = number_field("Seed", 0, 0, 10**6, 1, HALF)
        self.hidden = text_field("Hidden units", "8 8", HALF)
        self.activation = choice("Activation", list(ACTIVATIONS), "Tanh", HALF)
        self.initializer = choice("First weights", list(INITIALIZERS), "glorot_uniform", HALF)
        self.gain = number_field("times", 1, 0, 100, 0.5, HALF)
        self.loss = choice("Loss", ["usual", *LOSSES], "usual", HALF)
        self.batch_size = number_field("Batch (0: all)", 0, 0, POINTS, 10, HALF)
        self.horizon = number_field("Steps of schedules", 3000, 1, STEPS, 100, HALF)
        self.target = text_field("Stop below loss", "0", HALF)
        self.fields = [OptimizerFields(self._on_change) for _ in range(RACERS)]
        for name in _FIELDS:
            self._widget(name).on_change("value", lambda attribute, old, new: self._on_change())
        self.preset.on_change("value", lambda attribute, old, new: self._on_preset())
        self.file.on_change("value", lambda attribute, old, new: self._on_file())
        task = column(
            row(self.data, self.points), row(self.noise, self.seed), self.file, row(self.hidden, self.activation),
            row(self.initializer, self.gain), row(self.loss, self.batch_size), row(self.horizon, self.target),
        )  # fmt: skip
        runners = column(
            Div(text="Optimizers, their learning rates and schedules", stylesheets=[COMPACT]),
            *(optimizer.layout for optimizer in self.fields),
        )
        self.layout = column(self.preset, self.comment, task, runners, width=HALF * 2 + 20)

    def _widget(self, name: str) -> Any:
        return getattr(self, name)

    def show(self, settings: RaceSettings) -> None:
        """Settings in the widgets, without calling `changed`."""
        self._quiet = True
        try:
            for name in _FIELDS:
                value: Any = getattr(settings, name)
                widget = self._widget(name)
                if isinstance(widget, TextInput):
                    value = " ".join(map(str, value)) if isinstance(value, tuple) else f"{value:g}"
                widget.value = value
            for position, optimizer in enumerate(self.fields):
                optimizer.show(settings.racers[position] if position < len(settings.racers) else None)
            self._show_fields()
            name = next((name for name, preset in PRESETS.items() if preset.settings == settings), OWN_RACE)
            self.preset.value = name
            self.comment.text = escape(PRESETS[name].comment) if name in PRESETS else ""
        finally:
            self._quiet = False

    def settings(self) -> RaceSettings:
        """What is chosen; a `SettingError` if it makes no race."""
        query: dict[str, list[str]] = {}
        for name in _FIELDS:
            value = self._widget(name).value
            if value is None:
                raise SettingError(f"{self._widget(name).title}: a number is needed")
            query[name] = [str(value)]
        query["racer"] = [text for optimizer in self.fields if (text := optimizer.text()) is not None]
        if not query["racer"]:
            raise SettingError("choose at least one optimizer")
        return RaceSettings.from_query(query)

    def _show_fields(self) -> None:
        """Show the optimizers, in the colours that they have in the race, and one that may be added."""
        used = [optimizer.name.value != NO_OPTIMIZER for optimizer in self.fields]
        for position, optimizer in enumerate(self.fields):
            optimizer.layout.visible = used[position] or all(used[:position])
            optimizer.swatch.text = swatch(sum(used[:position])) if used[position] else ""

    def _on_change(self) -> None:
        if not self._quiet:
            self._quiet = True
            self.preset.value, self.comment.text = OWN_RACE, ""
            self._quiet = False
            self._show_fields()
            self._changed()

    def _on_preset(self) -> None:
        if not self._quiet and self.preset.value in PRESETS:
            self.show(PRESETS[self.preset.value].settings)
            self._changed()

    def _on_file(self) -> None:
        self.upload = base64.b64decode(str(self.file.value)).decode("utf-8-sig", errors="replace")
        if self.data.value == OWN:
            self._on_change()
        else:
            self.data.value = OWN  # which calls `_on_change`


_FIELDS = (
    "data", "points", "noise", "seed", "hidden", "activation", "initializer", "gain", "loss", "batch_size", "horizon",
    "target",
)  # fmt: skip
