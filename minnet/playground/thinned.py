"""Records of a race that is long: ever fewer of them, as it goes on."""

import numpy as np

from minnet.types import Array


class ThinnedHistory:
    """Arrays at steps, at most so many of them: when there are more, every other one is dropped, except the last."""

    def __init__(self, most: int) -> None:
        self.most, self.stride = most, 1
        self.steps: list[int] = []
        self.values: list[Array] = []

    def add(self, step: int, values: Array) -> None:
        """At one more step; the last one is replaced, if it was of the same step, or too near the one before."""
        again = self.steps[-1:] == [step]
        if again or (len(self.steps) > 1 and self.steps[-1] - self.steps[-2] < self.stride):
            self.steps.pop()
            self.values.pop()
        self.steps.append(step)
        self.values.append(values)
        if len(self.steps) > self.most:
            self.steps, self.values = self.steps[::2], self.values[::2]
            self.stride = 2 * max(1, (self.steps[-1] - self.steps[0]) // self.most)

    def arrays(self) -> tuple[Array, Array]:
        """Steps (records,) and what was added at them (records, ...)."""
        return np.array(self.steps), np.array(self.values)
