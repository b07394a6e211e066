"""What the cells of recurrent layers have in them: how many gates, and what each of them sees.

A step works on rows ``z = [h, 1, x]``: the state, a one for the bias, the input. One array V (q, p, h) has all the
parameters, in q blocks: rows of U above a row of b, and rows of W below; so ``z V[q]`` is all that a step has to
multiply. Most gates see all of z. Where a cell uses what the state contributes apart from what the input does (`GRU`),
each has a block of its own, and sees only its part.
"""

from typing import NamedTuple


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


def rows_of(cell: Cell, block: int, h: int, p: int) -> tuple[int, int]:
    """Which rows of V a block has: the first, and how many. The bias counts to either part."""
    by_input, by_state = block in cell.inputs, block in cell.states
    first, stop = 0 if by_state else h, p if by_input else h + 1
    return first, stop - first
