"""`trace`: what one step of training computes, as a table."""

import textwrap
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from minnet.checks import as_generator
from minnet.losses import Loss
from minnet.names import explained
from minnet.network import Network
from minnet.notebook import bullets, output, paragraph
from minnet.tables import Table
from minnet.tracing.arrays import TracedArray
from minnet.tracing.findings import findings
from minnet.tracing.record import record
from minnet.training.data import training_data
from minnet.training.step import check_loss
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 100  # columns
LEGEND = (
    "spread: standard deviation; largest: magnitude; zeros: share of exact zeros; gradient: length of the loss's "
    "gradient by the array, which stands in the next row (root of the sum of squares)"
)
HEADERS = "layer", "array", "shape", "mean", "spread", "largest", "zeros", "gradient"


@dataclass(frozen=True, eq=False)
class Trace:
    """Every array of one step of training. Printed, it is a table; a notebook shows it as one; `plot` draws it.

    Attributes
    ----------
    loss : float
    title : str
        What was done.
    notes : list of str
        What to know of the numbers.
    arrays : list of TracedArray
        In the order of the layers, each followed by its gradient: ``trace[0, "dW"]`` is the values of one.
    findings : list of str
        What is wrong, a sentence each; empty if nothing stands out.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 1, weights=2.0)])
    >>> found = mn.trace(net, [1.0], [0.0], loss=mn.MeanSquaredError())
    >>> isinstance(found, Trace), found.loss, found[0, "dW"].tolist()
    (True, 4.0, [[4.0]])
    >>> [array.name for array in found.arrays][:2]
    ['x of the network', 'dx of the network']
    """

    loss: float
    title: str
    notes: list[str]
    arrays: list[TracedArray]
    findings: list[str]

    def __getitem__(self, key: tuple[int | None, str]) -> Array:
        """An array by the index of its layer and its name; the inputs are ``None, "x"``.

        Raises
        ------
        KeyError
            There is none.
        """
        for array in self.arrays:
            if (array.layer, array.what) == key:
                return array.values
        raise KeyError(f"{key!r}; an array is named by layer and name, as in trace[0, 'output']")

    def table(self) -> Table:
        """A row for each array: its shape, mean, standard deviation, largest magnitude, share of zeros, and the length
        (root of the sum of squares) of the loss's gradient by it."""
        rows = []
        for before, array, after in zip([None, *self.arrays], self.arrays, [*self.arrays[1:], None], strict=False):
            place = "input" if array.layer is None else f"{array.layer} {array.owner}"
            is_first = before is None or before.layer != array.layer
            numbers = (f"{number:.3g}" for number in (array.mean, array.spread, array.largest))
            gradient = "" if array.is_gradient or after is None else f"{after.norm:.3g}"
            shape, zeros = str(array.values.shape), _percent(array.zeros)
            rows.append((place if is_first else "", array.what, shape, *numbers, zeros, gradient))
        return Table(HEADERS, tuple(rows))

    def __str__(self) -> str:
        table = self.table()
        widest = max(map(len, str(table).splitlines()))
        room = max(max(len(row[0]) for row in table.rows) - max(0, widest - WIDTH), len(HEADERS[0]))
        rows = tuple((_cut(row[0], room), *row[1:]) for row in table.rows)
        said = [
            line
            for words in self.findings or ["nothing stands out"]
            for line in textwrap.wrap(words, WIDTH, initial_indent="- ", subsequent_indent="  ")
        ]
        head = [line for words in (self.title, *self.notes) for line in textwrap.wrap(words, WIDTH)]
        legend = textwrap.wrap(LEGEND, WIDTH)
        return "\n".join([*head, "", str(Table(HEADERS, rows)), "", *legend, "", *said])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        findings = bullets(self.findings or ["nothing stands out"])
        return output(self.title, *map(paragraph, self.notes), self.table().html(), paragraph(LEGEND), findings)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """The sizes of all arrays, layer by layer, on a logarithmic scale: see `minnet.tracing.picture`."""
        from minnet.tracing.picture import plot_trace

        return plot_trace(self.title, self.arrays, ax)


@explained("trace(net, x, y, MeanSquaredError())")
def trace(
    net: Network,
    x: Any,
    y: Any,
    loss: Loss,
    *,
    sample_weight: Any = None,
    lengths: Any = None,
    rng: int | np.random.Generator | None = 0,
) -> Trace:
    """Every array of one step of training: outputs of all layers, gradients by them, parameters and their gradients.

    The step is that of `fit` on one batch, without the update. It is made on a copy: parameters, buffers (running
    means, say), what layers remember and random generators stay as they are.

    Parameters
    ----------
    net : Network
    x : array, shape (n, *input_shape)
    y : array, shape (n, *output_shape), labels (n,), or Jet
        As for `fit`; masked values (`numpy.ma`) are gaps.
    loss : Loss
    sample_weight : array, shape (n,), optional
    lengths : array of int, shape (n,), optional
        Of series that are padded at the end; what is padding is left out of all numbers.
    rng : int, numpy.random.Generator or None
        For what layers draw (`Dropout`). Of a generator, a copy is used: the step that comes next draws the same.

    Returns
    -------
    Trace
        With what is wrong in words: where numbers that are not finite first appear, layers and units that are dead (0
        for all samples), activations that are saturated, weights without a gradient, outputs that shrink or grow in
        every layer, gradients that vanish or explode from layer to layer or along time.

    Raises
    ------
    ShapeError, DtypeError, DataError, SettingError, DerivativeError
        Something does not fit; as for `fit`.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 2, weights=[[1.0, -1.0]]), mn.ReLU(), mn.Dense(2, 1, weights=1.0)])
    >>> step = mn.trace(net, [[1.0], [3.0]], [[0.0], [0.0]], mn.MeanSquaredError())
    >>> print(step)  # doctest: +NORMALIZE_WHITESPACE
    one step of MeanSquaredError() on 2 samples, in training: loss 5
    <BLANKLINE>
    layer          array     shape   mean  spread  largest  zeros  gradient
    -----------------------------------------------------------------------
    input          x         (2, 1)     2       1        3    0 %      3.16
                   dx        (2, 1)     2       1        3    0 %
    0 Dense(1, 2)  output    (2, 2)     0    2.24        3    0 %      3.16
                   d output  (2, 2)     1    1.22        3   50 %
                   W         (1, 2)     0       1        1    0 %        10
                   dW        (1, 2)     5       5       10   50 %
                   b         (2,)       0       0        0  100 %         4
                   db        (2,)       2       2        4   50 %
    1 ReLU()       output    (2, 2)     1    1.22        3   50 %      4.47
                   d output  (2, 2)     2       1        3    0 %
    2 Dense(2, 1)  output    (2, 1)     2       1        3    0 %      3.16
                   d output  (2, 1)     2       1        3    0 %
                   W         (2, 1)     1       0        1    0 %        10
                   dW        (2, 1)     5       5       10   50 %
                   b         (1,)       0       0        0  100 %         4
                   db        (1,)       4       0        4    0 %
    <BLANKLINE>
    spread: standard deviation; largest: magnitude; zeros: share of exact zeros; gradient: length of the
    loss's gradient by the array, which stands in the next row (root of the sum of squares)
    <BLANKLINE>
    - nothing stands out
    >>> step[0, "dW"]
    array([[10.,  0.]])
    """
    check_loss(net, loss, owner="trace")
    batch, _ = training_data(net, loss, x, y, sample_weight, lengths=lengths)
    step = record(net, loss, batch, deepcopy(as_generator(rng, "trace")))
    samples = f"{len(batch)} sample{'s' if len(batch) > 1 else ''}"
    title = f"one step of {loss} on {samples}, in training: loss {step.loss:.4g}"
    notes = []
    if loss.order:
        notes.append("outputs begin with the value; then come derivatives along each input, first ones, second ones")
    if len(step.layers) < len(net.layers):
        notes.append(f"the loss is of what comes before layer {len(step.layers)}, {net.layers[-1]}: it has no unit")
    return Trace(step.loss, title, notes, step.arrays(), findings(step))


def _percent(share: float) -> str:
    """A share without decimals; only what is exactly none or all is called so.

    >>> _percent(0.0), _percent(0.001), _percent(0.5), _percent(0.999), _percent(1.0)
    ('0 %', '<1 %', '50 %', '>99 %', '100 %')
    """
    if 0 < share < 0.01:
        return "<1 %"
    return ">99 %" if 0.99 < share < 1 else f"{100 * share:.0f} %"


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(room - 3, 0)]}..."[:room]
