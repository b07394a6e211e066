"""What the cells of recurrent layers have in them: how many gates, and what each of them sees.

A step works on rows ``z = [h, 1, x]``: the state, a one for the bias, the input. One array V (q, p, h) has all the
parameters, in q blocks: rows of U above a row of b, and rows of W below; so ``z V[q]`` is all that a step has to
multiply. Most gates see all of z. Where a cell uses what the state contributes apart from what the input does (`GRU`),
each has a block of its own, and sees only its part.
"""

from typing import NamedTuple

import numpy as np

from minnet.types import Array


class Cell(NamedTuple):
    """The blocks of a cell.

    Attributes
    ----------
    code : int
        By which compiled kernels choose.
    name : str
    inputs, states : tuple of int
        For each gate, in which block of V its columns of W, and those of U, are.
    blocks : int
        q, the number of blocks.
    kept : int
        How many arrays (n, h) a step keeps for the way back: its blocks first.
    memory : bool
        Whether there is a second state, which is not an output: the c of an LSTM.
    """

    code: int
    name: str
    inputs: tuple[int, ...]
    states: tuple[int, ...]
    blocks: int
    kept: int
    memory: bool


RNN = Cell(0, "RNN", (0,), (0,), blocks=1, kept=1, memory=False)
LSTM = Cell(1, "LSTM", (0, 1, 2, 3), (0, 1, 2, 3), blocks=4, kept=5, memory=True)  # i, f, g, o; tanh(c)
GRU = Cell(2, "GRU", (0, 1, 2), (0, 1, 3), blocks=4, kept=5, memory=False)  # r, z, n, its part by h; h - n


class Tape(NamedTuple):
    """What a pass along series writes down, step by step, for the way back.

    Index alphabet: `s` step, in the order of reading; `n` sample; `h` unit; `p` row of z; `q` block of gates.

    Attributes
    ----------
    cell : Cell
    backwards : bool
        Whether series are read from their ends.
    lengths : array of int (n,)
        How many steps each sample has.
    start : array (1 or 2, n, h)
        The states before the first step.
    V : array (q, p, h)
        The parameters.
    z : array (s + 1, n, p)
        ``z[s]`` has the state before step s and its input, and ``z[-1]`` the last state.
    a : array (s, kept, n, h)
        Gates.
    c : array (s + 1, n, h)
        The memory, of cells that have one.
    da : array (s, q, n, h)
        Cotangents of the gates' sums, on the way back.
    """

    cell: Cell
    backwards: bool
    lengths: Array
    start: Array
    V: Array
    z: Array
    a: Array
    c: Array
    da: Array


def pack(cell: Cell, W: Array, U: Array, b: Array, V: Array) -> None:
    """Parameters W (i, g h), U (h, g h) and b (q h,) of g gates as one array V (q, p, h)."""
    h = len(U)
    V[cell.inputs, h + 1 :] = W.reshape(len(W), -1, h).swapaxes(0, 1)
    V[cell.states, :h] = U.reshape(h, -1, h).swapaxes(0, 1)
    V[:, h] = b.reshape(cell.blocks, h)


def unpack(cell: Cell, V: Array, W: Array, U: Array, b: Array) -> None:
    """The way back, of arrays (..., q, p, h)."""
    h = V.shape[-1]
    for gate, (by_input, by_state) in enumerate(zip(cell.inputs, cell.states, strict=True)):
        W[..., gate * h : (gate + 1) * h] = V[..., by_input, h + 1 :, :]
        U[..., gate * h : (gate + 1) * h] = V[..., by_state, :h, :]
    b[...] = V[..., h, :].reshape(b.shape)


def times_and_end(y: Array) -> tuple[Array, Array]:
    """Outputs y, or cotangents of them, as those of all times (n, t, h) and those of the last state (n, h): a layer has
    the ones or the others. The others have no times, or are 0."""
    if y.ndim == 3:
        return y, np.zeros((len(y), y.shape[2]), y.dtype)
    return np.empty((len(y), 0, y.shape[1]), y.dtype), y


def rows_of(cell: Cell, block: int, h: int, p: int) -> tuple[int, int]:
    """Which rows of V a block has: the first, and how many. The bias counts to either part."""
    by_input, by_state = block in cell.inputs, block in cell.states
    first, stop = 0 if by_state else h, p if by_input else h + 1
    return first, stop - first
