"""What all experiments hand over: settings with a help text, tables, and figures with a caption."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from minnet import kernels

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


def side_by_side(function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]], bar: Any) -> list[Any]:
    """``[function(*a) for a in arguments]``, in as many threads as there are processors; `bar` is moved after each.

    For networks that are trained one by one: compiled epochs release the interpreter. Each works on one thread.
    """
    from joblib import Parallel, delayed
    from threadpoolctl import threadpool_limits

    workers = Parallel(kernels.threads(), prefer="threads", return_as="generator")
    results = []
    with kernels.use_threads(1), threadpool_limits(1, "blas"):
        for result in workers(delayed(function)(*given) for given in arguments):
            results.append(result)
            bar.update()
    return results
