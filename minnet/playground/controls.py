"""The settings of a race as widgets, and widgets as settings."""

import base64
from collections.abc import Callable
from html import escape
from typing import Any

from bokeh.layouts import column, row
from bokeh.models import Button, CheckboxGroup, CustomJS, Div, FileInput, Toggle

from minnet.activations import ACTIVATIONS
from minnet.compare.specs import split_call
from minnet.errors import DataError, SettingError
from minnet.initializers import INITIALIZERS
from minnet.mlp import NORMALIZATIONS
from minnet.optimizers import OPTIMIZERS
from minnet.playground.features import FEATURES, written
from minnet.playground.numbers import Number, with_points
from minnet.playground.own_file import decoded
from minnet.playground.presets import PRESETS
from minnet.playground.problem import AUTOMATIC
from minnet.playground.problems import KINDS, LOSSES, OWN
from minnet.playground.racers import SCHEDULES
from minnet.playground.settings import NUMBERS, PLAIN, RACERS, TITLES, RaceSettings
from minnet.playground.shell import BUTTONS
from minnet.playground.theme import BOXES, COMPACT, NARROW, choice, swatch, text_field

NO_OPTIMIZER = "-"
RATE = "0.01"  # that an optimizer begins with
OWN_RACE = "a race of your own"
HALF = 128  # pixels
SIDE = f":host {{ width: {HALF * 2 + 20}px; }} {NARROW} {{ :host {{ width: 100%; }} }}"
FOLD = f":host {{ display: none; }} {NARROW} {{ :host {{ display: block; }} }}"
FOLDED = f"{NARROW} {{ :host(:not(.open)) {{ display: none; }} }}"
PROPER_NAMES = {name.lower(): name for name in OPTIMIZERS}


class OptimizerFields:
    """Widgets of one optimizer."""

    def __init__(self, number: int, changed: Callable[[], None]) -> None:
        self.number = number  # counted from 1
        title = f"optimizer {number}"
        self.name = choice(title.capitalize(), [NO_OPTIMIZER, *OPTIMIZERS], NO_OPTIMIZER, 86, titled=False)
        self.rate = text_field(f"Learning rate of {title}", RATE, 58, "learning rate", titled=False)
        self.schedule = choice(f"Schedule of {title}", list(SCHEDULES), "constant", 86, titled=False)
        hint = "more: momentum=0.9, nesterov=True"
        self.arguments = text_field(f"More arguments of {title}", "", HALF * 2 - 2, hint, titled=False)
        self.widgets: tuple[Any, ...] = (self.name, self.rate, self.schedule, self.arguments)
        for widget in self.widgets:
            widget.on_change("value", lambda attribute, old, new: changed())
            widget.margin = (1, 2, 1, 2)
        self.swatch = Div(text="", width=12, margin=(4, 0, 0, 4))
        self.layout = column(row(self.swatch, self.name, self.rate, self.schedule), self.arguments, margin=(0, 0, 4, 0))

    def show(self, text: str | None) -> None:
        """An optimizer's text; or none, and then nothing is left of the last one for who chooses another."""
        if text is None:
            self.name.value, self.rate.value, self.schedule.value = NO_OPTIMIZER, RATE, "constant"
            self.arguments.value = ""
            return
        name, arguments = split_call(text)
        rate, schedule = arguments.pop("learning_rate", float(RATE)), arguments.pop("schedule", "constant")
        self.name.value = PROPER_NAMES.get(name.lower(), name)
        self.rate.value, self.schedule.value = str(rate), schedule
        self.arguments.value = ", ".join(f"{key}={value!r}" for key, value in arguments.items())

    def text(self) -> str | None:
        """What is chosen, as an optimizer's text."""
        if self.name.value == NO_OPTIMIZER:
            return None
        name, rate = str(self.name.value), str(self.rate.value).strip()
        title = f"Learning rate of optimizer {self.number}, {name}"
        if Number(title, 0).read(rate) == 0:
            raise SettingError(f"{title}: it must be greater than 0")
        parts = [f"learning_rate={rate.replace(',', '.')}", with_points(self.arguments.value.strip().strip(","))]
        if self.schedule.value != "constant":
            parts.append(f"schedule={self.schedule.value!r}")
        return f"{name.lower()}({', '.join(part for part in parts if part)})"


class Controls:
    """All widgets of the settings.

    Parameters
    ----------
    changed : function
        Called when the user has chosen something else.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed, self._quiet = changed, False
        self.upload: str | None = None  # the text of a file of the user's own
        self._unreadable = ""  # why that file is no text
        self.preset = choice("Preset", [OWN_RACE, *PRESETS], OWN_RACE, HALF * 2)
        self.comment = Div(text="", width=HALF * 2, styles={"font-style": "italic"}, stylesheets=[COMPACT])
        self.data = choice(TITLES["data"], [], "circles", HALF)
        self.data.options = {kind: list(makers) for kind, makers in KINDS.items()} | {"Your own file": [OWN]}
        self.file = FileInput(accept=".csv,.tsv,.txt", width=HALF * 2, title="CSV: a series; x, y; or x1, x2, class")
        self.inputs = CheckboxGroup(labels=list(written(tuple(FEATURES), ("x₁", "x₂"))), active=[], inline=True,
                                    width=HALF * 2, stylesheets=[BOXES],
                                    html_attributes={"role": "group", "aria-label": TITLES["inputs"]})  # fmt: skip
        self.inputs_title = Div(text=TITLES["inputs"], stylesheets=[COMPACT], margin=(5, 5, 0, 5))
        self.hidden = text_field(TITLES["hidden"], "8 8", HALF)
        self.activation = choice(TITLES["activation"], list(ACTIVATIONS), "Tanh", HALF)
        self.initializer = choice(TITLES["initializer"], list(INITIALIZERS), "glorot_uniform", HALF)
        self.normalization = choice(TITLES["normalization"], [PLAIN, *NORMALIZATIONS], PLAIN, HALF)
        self.loss = choice(TITLES["loss"], [AUTOMATIC, *LOSSES], AUTOMATIC, HALF)
        self.numbers = {name: text_field(number.title, "", HALF) for name, number in NUMBERS.items()}
        self.redraw = Button(label="Draw anew", width=HALF - 10, margin=(19, 5, 5, 5))
        self.fields = [OptimizerFields(number, self._on_change) for number in range(1, RACERS + 1)]
        for name in _FIELDS:
            attribute = "active" if name == "inputs" else "value"
            self._widget(name).on_change(attribute, lambda attribute, old, new: self._on_change())
        self.preset.on_change("value", lambda attribute, old, new: self._on_preset())
        self.file.on_change("value", lambda attribute, old, new: self._on_file(new))
        self.file.on_change("filename", lambda attribute, old, new: self._on_filename(new))
        self.redraw.on_click(self._on_redraw)
        of = self.numbers
        task = column(
            row(self.data, of["points"]), row(of["noise"], of["seed"]), self.file, row(of["test"], self.redraw),
            self.inputs_title, self.inputs,
            row(self.hidden, self.activation),
            row(self.initializer, of["gain"]), row(self.loss, of["batch_size"]),
            row(of["l1"], of["l2"]), row(of["dropout"], self.normalization), row(of["horizon"], of["target"]),
        )  # fmt: skip
        self.runners = column(
            Div(text="Optimizers, their learning rates and schedules", stylesheets=[COMPACT]),
            *(optimizer.layout for optimizer in self.fields),
        )
        self.folded = column(task, self.runners, stylesheets=[FOLDED])
        self.fold = Toggle(label="Settings", width=HALF, stylesheets=[BUTTONS, FOLD])
        unfold = "folded.css_classes = fold.active ? ['open'] : []"
        self.fold.js_on_change("active", CustomJS(args={"folded": self.folded, "fold": self.fold}, code=unfold))
        self.layout = column(self.preset, self.comment, self.fold, self.folded, stylesheets=[SIDE],
                             html_attributes={"role": "region", "aria-label": "Settings of the race"})  # fmt: skip

    def parts(self) -> dict[str, list[Any]]:
        """What is seen of each setting, and of several together, by what an address calls them."""
        return {name: [self._widget(name)] for name in _FIELDS} | {
            "inputs": [self.inputs_title, self.inputs],
            "preset": [self.preset, self.comment],
            "settings": [self.layout],
            "file": [self.file],
            "redraw": [self.redraw],
            "optimizers": [self.runners],
            **{name: [getattr(each, name) for each in self.fields] for name in ("rate", "schedule", "arguments")},
        }

    def _widget(self, name: str) -> Any:
        return self.numbers[name] if name in NUMBERS else getattr(self, name)

    def _inputs(self) -> str:
        return " ".join(name for number, name in enumerate(FEATURES) if number in self.inputs.active)

    def show(self, settings: RaceSettings) -> None:
        """Settings in the widgets, without calling `changed`."""
        self._quiet = True
        try:
            for name in _FIELDS:
                value: Any = getattr(settings, name)
                widget = self._widget(name)
                if name in NUMBERS:
                    value = f"{value:.15g}"
                if name == "inputs":
                    widget.active = [number for number, feature in enumerate(FEATURES) if feature in value]
                else:
                    widget.value = " ".join(map(str, value)) if name == "hidden" else value
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
            query[name] = [self._inputs() if name == "inputs" else str(self._widget(name).value)]
            if name in NUMBERS:
                NUMBERS[name].read(query[name][0])  # an empty field is not the default
        query["racer"] = [text for optimizer in self.fields if (text := optimizer.text()) is not None]
        if not query["racer"]:
            raise SettingError("choose at least one optimizer")
        if self.data.value == OWN and self._unreadable:
            raise DataError(self._unreadable)
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
            for optimizer in self.fields:
                if optimizer.name.value == NO_OPTIMIZER:
                    optimizer.show(None)
            self._quiet = False
            self._show_fields()
            self._changed()

    def _on_preset(self) -> None:
        if not self._quiet and self.preset.value in PRESETS:
            self.show(PRESETS[self.preset.value].settings)
            self._changed()

    def _on_redraw(self) -> None:
        """The next seed: other samples, first weights and orders."""
        number = NUMBERS["seed"]
        try:
            seed = number.read(str(self.numbers["seed"].value)) + 1
        except SettingError:
            seed = 0
        self.numbers["seed"].value = f"{seed if seed <= number.high else 0:.0f}"

    def _on_filename(self, name: str) -> None:
        """The name comes after the content, which does not change from none chosen to an empty file, and back."""
        if name and not self.file.value:
            self._on_file("")
        elif not name:
            self.upload, self._unreadable = None, ""
            if self.data.value == OWN:
                self._on_change()

    def _on_file(self, content: str) -> None:
        self.upload, self._unreadable = "", ""
        try:
            self.upload = decoded(base64.b64decode(content))
        except DataError as error:
            self._unreadable = str(error)
        if self.data.value == OWN:
            self._on_change()
        else:
            self.data.value = OWN  # which calls `_on_change`


_FIELDS = (
    "data", "points", "noise", "test", "seed", "inputs", "hidden", "activation", "initializer", "gain",
    "loss", "batch_size", "l1", "l2", "normalization", "dropout", "horizon", "target",
)  # fmt: skip
