"""The three recurrent layers: LSTM, GRU, and the plain one that they improve on."""

from typing import Any

import numpy as np

from minnet.kernels.formulas import recurrence
from minnet.layers.recurrent import Recurrent
from minnet.types import Array


def forget_nothing(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """The bias of an LSTM to begin with: 0, but 1 for the forget gates, which then let three quarters pass at every
    step (Gers, Schmidhuber and Cummins, 2000; Jozefowicz et al., ICML 2015)."""
    b = np.zeros((4, shape[0] // 4))
    b[1] = 1
    return b.ravel()


class LSTM(Recurrent):
    """Long short-term memory (Hochreiter and Schmidhuber, Neural Computation 9, 1997; forget gate: Gers et al., 2000):

    - ``i, f, o = sigmoid(x_t W + h_{t-1} U + b)`` and ``g = tanh(...)``, each from its own columns,
    - ``c_t = f c_{t-1} + i g``,
    - ``h_t = o tanh(c_t)``.

    The way back from c_t to c_{t-1} is a multiplication by f, not by a matrix: what the gate lets pass does not vanish.

    Samples are series (time, i); outputs (time, h), or with ``return_sequences=False`` the state at the end, (h,).
    Series of unequal length are padded to one array and come with their lengths: ``net(x, lengths=...)``,
    ``fit(..., lengths=...)``. Outputs of every time, such as a forecast, are made by a convolution with a window of one
    time, ``Conv1d(h, o, 1)``: `Dense` takes flat samples.

    Parameters
    ----------
    n_inputs, n_hidden : int
        Features i of the series; units h.
    return_sequences : bool
        Whether the outputs are the states of all times, or only the last.
    go_backwards : bool
        Read each series from its end; the output of time t then depends on times t and later.
    weights, recurrent_weights, bias : str, callable, number or array
        How W (i, 4h), U (h, 4h) and b (4h,) start, gates in the order i, f, g, o (input, forget, cell, output; as in
        Keras and PyTorch): see `Dense`. Names and functions draw each gate's columns by themselves. The bias of the
        forget gates is 1, unless another is given.

    Raises
    ------
    SettingError
        A number of features is not a positive integer, a flag not True or False.

    Examples
    --------
    >>> import numpy as np
    >>> import minnet as mn
    >>> net = mn.Network([mn.LSTM(1, 5)], rng=0)
    >>> last = mn.Network([mn.LSTM(1, 5, return_sequences=False)], rng=0)
    >>> net(np.zeros((2, 7, 1))).shape, last(np.zeros((2, 7, 1))).shape
    ((2, 7, 5), (2, 5))
    """

    cell = recurrence.LSTM

    def __init__(
        self,
        n_inputs: int,
        n_hidden: int,
        return_sequences: bool = True,
        go_backwards: bool = False,
        *,
        weights: Any = "glorot_uniform",
        recurrent_weights: Any = "orthogonal",
        bias: Any = forget_nothing,
    ) -> None:
        super().__init__(
            n_inputs,
            n_hidden,
            return_sequences,
            go_backwards,
            weights=weights,
            recurrent_weights=recurrent_weights,
            bias=bias,
        )


class GRU(Recurrent):
    """Gated recurrent units (Cho et al., EMNLP 2014), the reset gate after the product, as in PyTorch and cuDNN
    (Keras: ``reset_after=True``):

    - ``r, z = sigmoid(x_t W + h_{t-1} U + b)``,
    - ``n = tanh(x_t W_n + b_n + r (h_{t-1} U_n + b'_n))``,
    - ``h_t = (1 - z) n + z h_{t-1}``.

    In Cho et al. r multiplies h_{t-1} before the product, ``(r h_{t-1}) U_n``: another function, not another rounding.
    Because r multiplies it, what the state contributes to n has a bias of its own: b (4h,) holds those of r, z, n, and
    b'_n. (PyTorch keeps two for r and z as well, of which only the sums matter.)

    Parameters
    ----------
    n_inputs, n_hidden, return_sequences, go_backwards
        As for `LSTM`.
    weights, recurrent_weights, bias : str, callable, number or array
        How W (i, 3h), U (h, 3h), gates in the order r, z, n, and b (4h,) start.

    Raises
    ------
    SettingError
        As for `LSTM`.

    Examples
    --------
    >>> import minnet as mn
    >>> mn.Network([mn.GRU(1, 1, weights=0.0, recurrent_weights=0.0)])([[[1.0], [2.0]]]).tolist()  # h stays 0
    [[[0.0], [0.0]]]
    """

    cell = recurrence.GRU


class SimpleRNN(Recurrent):
    """``h_t = tanh(x_t W + h_{t-1} U + b)`` (Elman, Cognitive Science 14, 1990).

    On the way back every step multiplies by ``U^T`` and a slope <= 1: what a loss says of a time long past has
    vanished, or exploded (Bengio, Simard and Frasconi, IEEE Trans. Neural Networks 5, 1994). Tutorial 14 measures how
    fast.

    Parameters
    ----------
    n_inputs, n_hidden, return_sequences, go_backwards
        As for `LSTM`.
    weights, recurrent_weights, bias : str, callable, number or array
        How W (i, h), U (h, h) and b (h,) start.

    Raises
    ------
    SettingError
        As for `LSTM`.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.SimpleRNN(1, 1, weights=1.0, recurrent_weights=1.0)])
    >>> net([[[0.5], [0.0]]]).round(4).ravel().tolist()  # tanh(0.5), and tanh of that
    [0.4621, 0.4318]
    """

    cell = recurrence.RNN
