"""What all experiments hand over: settings with a help text, tables, and figures with a caption."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def setting(default: Any, help: str) -> Any:
    """A field of a `Config`: its default, and what `--help` says about it."""
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class Table:
    """Rows of text under headers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.headers, *self.rows, strict=True)]
        lines = ["  ".join(text.rjust(w) for text, w in zip(row, widths, strict=True)) for row in self._all()]
        return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])

    def _all(self) -> list[tuple[str, ...]]:
        return [self.headers, *self.rows]


@dataclass(frozen=True)
class Drawing:
    """A figure, the name of its file (without ending), and a sentence about it."""

    name: str
    caption: str
    figure: "Figure"
