"""Classes as what is learned: their targets and losses, and how outputs are probabilities."""

from collections.abc import Mapping

import numpy as np

from minnet.losses import BinaryCrossEntropy, CategoricalCrossEntropy, Loss, MeanSquaredError
from minnet.playground.problem import RaceProblem
from minnet.playground.sampling import drawn
from minnet.types import Array


class Classification(RaceProblem):
    """Samples of two or more classes."""

    def targets_of(self, y: Array) -> Array:
        """0 or 1, or one-hot classes: (m, o)."""
        return np.eye(self.classes)[y.astype(int)] if self.classes > 2 else y[:, np.newaxis]

    def losses(self) -> Mapping[str, Loss]:
        entropy = CategoricalCrossEntropy() if self.classes > 2 else BinaryCrossEntropy()
        return {"cross-entropy": entropy, "squares": MeanSquaredError()}

    def learned(self, count: int, rng: np.random.Generator) -> Array:
        """Drawn at random, of each class its share, and one at least."""
        return drawn(self.y.astype(int), count, rng)

    def accuracy(self, outputs: Array, y: Array, loss: Loss) -> float:
        return float(np.mean(self.classify(outputs, loss) == y))

    def classify(self, outputs: Array, loss: Loss) -> Array:
        """The class (n,) that outputs (n, o) are for."""
        # of more than two classes, probabilities may be cut off at 1
        scores = self.probabilities(outputs, loss) if self.classes == 2 else outputs
        return scores.argmax(axis=1)

    def probabilities(self, outputs: Array, loss: Loss) -> Array:
        """Probabilities of the classes (n, classes) from outputs (n, o)."""
        if self.classes > 2:
            weights = (
                np.exp(outputs - outputs.max(axis=1, keepdims=True))
                if isinstance(loss, CategoricalCrossEntropy)
                else np.clip(outputs, 1e-9, 1)
            )
            return weights / weights.sum(axis=1, keepdims=True)
        squares = isinstance(loss, MeanSquaredError)
        second = np.clip(outputs[:, 0], 0, 1) if squares else 0.5 * (1 + np.tanh(0.5 * outputs[:, 0]))
        return np.column_stack([1 - second, second])
