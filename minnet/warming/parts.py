"""What there is to compile, in parts of some seconds at most.

Loops of formulas follow from their registries: a new activation, loss or rule is a part the moment it is listed there.
The other kernels are compiled as a user would have them compiled, by small networks. Where their types depend on a
size (several threads, sums in several parts), the data are just large enough.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from minnet.activations import Tanh
from minnet.dynamics import RK4, Polynomial
from minnet.kernels import compiled
from minnet.kernels.formulas import activations, losses, rules
from minnet.layers import (
    GRU,
    LSTM,
    AveragePool,
    BatchNorm,
    Conv2d,
    ConvTranspose2d,
    Dense,
    Flatten,
    Layer,
    LayerNorm,
    MaxPool,
    Reshape,
    SimpleRNN,
    Softmax,
    UpSample,
)
from minnet.losses import MeanSquaredError
from minnet.network import Network
from minnet.optimizers import SGD
from minnet.penalties import Penalty
from minnet.training import fit

DTYPES = "float32", "float64"
MANY = 1 << 18  # numbers: two threads share an activation of so many


class Part(NamedTuple):
    """Something to compile: what it is called, and a function that does it."""

    title: str
    compile: Callable[[], Any]


def parts(dtypes: list[str], everything: bool) -> list[Part]:
    """What networks of dense layers need, and with `everything` the other kernels; the longest parts come first."""
    of_dtypes = [*_USUAL, *(_FURTHER if everything else ())]
    found = [Part(f"{title} {dtype}", partial(work, np.dtype(dtype))) for title, work in of_dtypes for dtype in dtypes]
    if everything:
        found.append(Part("flows", _flows))  # these are float64 always
    return found + [loop for dtype in dtypes for loop in _loops(np.dtype(dtype))]


def _loops(dtype: np.dtype) -> list[Part]:
    """Loops that epochs and layers call by their addresses: one of each formula, and those that have none."""
    calls: list[tuple[str, Any]] = [
        *((formula.f.__name__, partial(make, formula, dtype)) for formula in activations.FORMULAS for make in
          (compiled.forward_loop, compiled.backward_loop, compiled.derivative_loop)),
        *((formula.__name__, partial(compiled.loss_loop, formula, dtype)) for formula in losses.LOSSES),
        *((rule.step.__name__, partial(compiled.update_loop, rule, dtype)) for rule in rules.RULES),
        *(("counts", partial(compiled.count_loop, categorical, dtype)) for categorical in (True, False)),
        *((make.__name__, partial(make, dtype)) for make in
          (compiled.categorical_loop, compiled.weight_loop, compiled.penalty_loop, compiled.clip_loop,
           compiled.forward_jet, compiled.backward_jet)),
        ("masks", compiled.mask_loop),
    ]  # fmt: skip
    return [Part(f"{title} {dtype}", call) for title, call in calls]


def _epochs(dtype: np.dtype) -> None:
    """Whole epochs are one function, whatever is trained."""
    _train([Dense(1, 2), Tanh(), Dense(2, 1)], (1,), dtype, compiled=True)


def _dense(dtype: np.dtype) -> None:
    """Layer by layer, as the loop in Python, evaluations and solvers take them."""
    _train([Dense(1, 2), Tanh(), Dense(2, 1)], (1,), dtype, penalty=Penalty(l2=1.0))
    net = Network([Dense(1, 2), Tanh()], dtype=dtype, rng=0)
    net.jacobian(np.zeros(2))
    net.jet(np.zeros(2), order=2)
    net.backward(net.jet(np.zeros(2), order=2))
    net(np.zeros(MANY))


def _convolutions(dtype: np.dtype) -> None:
    """To few channels and to many, of few samples and of many; circular ones on their way back are wound up."""
    _train([Conv2d(1, 16, 3), ConvTranspose2d(16, 16, 3), ConvTranspose2d(16, 1, 3)], (16, 16, 1), dtype, samples=200)
    circular = [Conv2d(channels, 16, 3, padding="circular") for channels in (1, 16)]
    _train([circular[0], Tanh(), circular[1]], (6, 6, 1), dtype)


def _pooling(dtype: np.dtype) -> None:
    _train([Conv2d(1, 2, 1), MaxPool(2), AveragePool(2), UpSample(2)], (8, 8, 1), dtype)
    Network([Reshape((4, 4, 1)), MaxPool(2), Flatten()], input_shape=(16,), dtype=dtype).jet(np.zeros((2, 16)), order=1)


def _normalisation(dtype: np.dtype) -> None:
    _train([Dense(3, 3), BatchNorm(), LayerNorm(), Softmax()], (3,), dtype)


def _recurrence(dtype: np.dtype) -> None:
    _train([LSTM(2, 2, return_sequences=True), GRU(2, 2, return_sequences=True), SimpleRNN(2, 2)], (5, 2), dtype)
    Network([SimpleRNN(2, 2)], input_shape=(5, 2), dtype=dtype, rng=0).jacobian(np.zeros((2, 5, 2)))


def _flows() -> None:
    library, x = Polynomial(2), np.ones((2, 3))
    terms = library.evaluate(x)[0].shape[1]
    path, tangents = np.empty((1, 2, 3)), np.empty((1, 2, 3, 0))
    library.flow(
        x, np.empty((2, 3, 0)), np.zeros((terms, 3)), np.empty((0, 2), int), RK4, 0.1, 1, path, tangents
    )  # fmt: skip


def _train(
    layers: list[Layer],
    input_shape: tuple[int, ...],
    dtype: np.dtype,
    samples: int = 4,
    compiled: bool = False,
    penalty: Penalty | None = None,
) -> None:
    """One evaluation, and one step, of a network on noise."""
    net = Network(layers, input_shape=input_shape, dtype=dtype, rng=0)
    x = np.random.default_rng(0).standard_normal((samples, *input_shape))
    y = np.zeros_like(net(x))
    fit(net, x, y, loss=MeanSquaredError(), optimizer=SGD(), epochs=1, penalty=penalty, compiled=compiled)


_USUAL = [("epochs", _epochs), ("dense layers", _dense)]
_FURTHER = [
    ("convolutions", _convolutions),
    ("recurrence", _recurrence),
    ("pooling", _pooling),
    ("normalisation", _normalisation),
]
