"""How a training step became fast: naive NumPy, BLAS, register tiles, compiled epochs.

    python -m benchmarks.story
    python -m benchmarks.story products
    python -m benchmarks.story steps --workloads 200-200/20 20-20/2

`products` times one matrix product in four ways. `steps` times a whole training step in four ways that build on each
other. Everything on one processor.
"""

import argparse
from time import perf_counter
from unittest import mock

from benchmarks.__main__ import bind

SHAPES = [(20, 200, 200), (200, 200, 200), (20, 20, 20), (1000, 16, 16)]


def main() -> int:
    from benchmarks.workloads import WORKLOADS

    parser = argparse.ArgumentParser(
        "python -m benchmarks.story", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", nargs="?", choices=["products", "steps"], help="(both)")
    parser.add_argument("--workloads", nargs="+", default=["200-200/20", "20-20/20", "circles-16/10000"])
    parser.add_argument("--dtype", default="float32", choices=["float32", "float64"])
    options = parser.parse_args()
    unknown = [name for name in options.workloads if name not in WORKLOADS]
    if unknown:
        parser.error(f"there is no workload {unknown[0]!r}; known: {', '.join(WORKLOADS)}")
    bind(1)
    if options.part != "steps":
        products(options.dtype)
    if options.part != "products":
        steps([WORKLOADS[name] for name in options.workloads], options.dtype)
    return 0


# One product.


def loops(x, W, b, y):
    """The three loops of the definition, compiled by Numba, in an order that reads memory as it lies."""
    for n in range(x.shape[1]):
        for o in range(W.shape[1]):
            y[0, n, o] = b[o]
        for i in range(x.shape[2]):
            for o in range(W.shape[1]):
                y[0, n, o] += x[0, n, i] * W[i, o]


def products(dtype: str) -> None:
    """GFLOP/s of ``y = x W + b`` for the shapes that occur."""
    import numba
    import numpy as np

    from benchmarks.machine import best_seconds
    from minnet.kernels import compiled, numpy

    def naive(x, W, b, y):
        np.einsum("kni,io->kno", x, W, out=y)
        y += b

    products = {
        "NumPy's einsum, without BLAS": naive,
        "three loops, compiled": numba.njit(fastmath={"contract"})(loops),
        "NumPy's matmul, with BLAS": numpy.dense_forward,
        "register tiles": compiled.dense_forward,
    }
    print(f"y = x W + b in {dtype}: GFLOP/s\n")
    print(f"{'samples x inputs x outputs':30}" + "".join(f"{N} x {I} x {O}".rjust(18) for N, I, O in SHAPES))
    rng = np.random.default_rng(0)
    for name, product in products.items():
        cells = []
        for N, I, O in SHAPES:
            x, W = rng.standard_normal((1, N, I)).astype(dtype), rng.standard_normal((I, O)).astype(dtype)
            b, y = np.zeros(O, dtype), np.empty((1, N, O), dtype)
            cells.append(2 * N * I * O / best_seconds(lambda a=(x, W, b, y), f=product: f(*a)) / 1e9)
        print(f"{name:30}" + "".join(f"{cell:18.1f}" for cell in cells), flush=True)
    print()


# One step.


def naive_kernels():
    """The dense products of the NumPy kernels without BLAS: NumPy's own loops over the definition."""
    import numpy as np

    from minnet.kernels import numpy

    def dense_forward(x, W, b, y):
        np.einsum("kni,io->kno", x, W, out=y)
        y[0] += b

    def dense_backward(dy, W, dx):
        np.einsum("kno,io->kni", dy, W, out=dx)

    def dense_gradient(x, dy, dW, db):
        np.einsum("kni,kno->io", x, dy, out=dW)
        dy[0].sum(axis=0, out=db)

    return mock.patch.multiple(
        numpy, dense_forward=dense_forward, dense_backward=dense_backward, dense_gradient=dense_gradient
    )


def steps(workloads, dtype: str) -> None:
    """Microseconds of a training step of each workload."""
    import minnet as mn

    print(f"a training step in {dtype}: microseconds\n")
    print(f"{'':30}" + "".join(f"{workload.name:>18}" for workload in workloads))
    for name in ("naive NumPy", "NumPy with BLAS", "compiled kernels", "compiled epochs"):
        cells = []
        for workload in workloads:
            with mn.use_kernels("numpy" if "NumPy" in name else "compiled"):
                if name == "naive NumPy":
                    with naive_kernels():
                        cells.append(step_time(workload, dtype, compiled=False))
                else:
                    cells.append(step_time(workload, dtype, compiled=name == "compiled epochs"))
        print(f"{name:30}" + "".join(f"{cell:18.1f}" for cell in cells), flush=True)


def step_time(workload, dtype: str, compiled: bool) -> float:
    """Microseconds per step of `fit`."""
    from benchmarks.peers import minnet

    run = minnet(workload, dtype, 1, compiled=compiled)
    run(1)
    epochs = 1
    while True:
        start = perf_counter()
        run(epochs)
        took = perf_counter() - start
        if took > 0.5:
            return took / (epochs * workload.steps_per_epoch) * 1e6
        epochs *= 2


if __name__ == "__main__":
    raise SystemExit(main())
