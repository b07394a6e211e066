"""The workloads: networks and batches that the documents train."""

from dataclasses import dataclass

import numpy as np

from minnet import datasets


@dataclass(frozen=True)
class Workload:
    """A network, its data, and how it is trained.

    loss is "mse", "bce" (from a score) or "sobolev" (values and first derivatives); optimizer "adam" or "sgd".
    """

    name: str
    widths: tuple[int, ...]
    activation: str
    loss: str
    optimizer: str
    learning_rate: float
    samples: int
    batch_size: int
    target: float
    target_two_threads: float | None = None

    @property
    def steps_per_epoch(self) -> int:
        return self.samples // self.batch_size

    @property
    def flops(self) -> int:
        """Multiplications and additions of one step's matrix products: forward, gradient, and backward but for the
        first layer; twice over for jets of first order."""
        pairs = [i * o for i, o in zip(self.widths, self.widths[1:], strict=False)]
        orders = 2 if self.loss == "sobolev" else 1
        return 2 * self.batch_size * orders * (3 * sum(pairs) - pairs[0])

    def data(self, dtype: str) -> tuple[np.ndarray, ...]:
        """Inputs (n, i), targets (n, 1) and, for "sobolev", derivatives (n, 1)."""
        if self.loss == "bce":
            x, labels = datasets.circles(self.samples, rng=0)
            order = np.random.default_rng(0).permutation(self.samples)
            return x[order].astype(dtype), labels[order, None].astype(dtype)
        low, high, function = (0, 10, np.sin) if self.loss == "sobolev" else (-5, 5, datasets.gaussian)
        x = np.linspace(low, high, self.samples)
        x = np.random.default_rng(0).permutation(x)[:, None]
        arrays = [x, function(x)] + ([np.cos(x)] if self.loss == "sobolev" else [])
        return tuple(array.astype(dtype) for array in arrays)

    def initial(self, dtype: str) -> list[np.ndarray]:
        """W (i, o) and b (o,) of every layer: the same start for everyone."""
        rng = np.random.default_rng(1)
        parameters = []
        for i, o in zip(self.widths, self.widths[1:], strict=False):
            limit = np.sqrt(6 / (i + o))
            parameters += [rng.uniform(-limit, limit, (i, o)).astype(dtype), np.zeros(o, dtype)]
        return parameters


def _gaussian(name: str, hidden: int, batch_size: int, target: float, two: float | None = None) -> Workload:
    return Workload(name, (1, hidden, hidden, 1), "relu", "mse", "adam", 1e-3, 10_000, batch_size, target, two)


def _circles(name: str, width: int, samples: int, target: float, two: float | None = None) -> Workload:
    return Workload(name, (2, width, width, width, 1), "sigmoid", "bce", "adam", 1e-2, samples, samples, target, two)


WORKLOADS = {
    workload.name: workload
    for workload in (
        _gaussian("200-200/20", 200, 20, 2.0),
        _gaussian("200-200/2", 200, 2, 2.2),
        _gaussian("200-200/200", 200, 200, 1.5, 1.5),
        _gaussian("20-20/20", 20, 20, 3.5),
        _gaussian("20-20/2", 20, 2, 3.5),
        _circles("circles-16/10000", 16, 10_000, 3.0, 4.5),
        _circles("circles-4/100", 4, 100, 4.0),
        Workload("10000/20", (1, 10_000, 1), "sigmoid", "mse", "adam", 1e-3, 10_000, 20, 2.0),
        Workload("sobolev-100/1000", (1, 100, 100, 1), "tanh", "sobolev", "sgd", 1e-2, 1000, 1000, 1.6, 2.8),
    )
}
