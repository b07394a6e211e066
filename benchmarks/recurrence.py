"""A training step of a recurrent network, against PyTorch in eager mode: forward, loss, backward, gradient, Adam.

    python -m benchmarks.recurrence
    python -m benchmarks.recurrence --layer GRU --times 200 --hidden 128

float32; one run, in which minnet and PyTorch take turns, with one thread and with two; medians. Series of three
features go through one layer, and a linear map of the last state is compared with a number for each series.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import minnet as mn
from benchmarks.turns import in_turns


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.recurrence", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--layer", choices=("LSTM", "GRU", "SimpleRNN"), default="LSTM", help="(%(default)s)")
    parser.add_argument("--times", type=int, default=100, help="(%(default)s)")
    parser.add_argument("--hidden", type=int, default=64, help="(%(default)s)")
    parser.add_argument("--batch", type=int, default=64, help="(%(default)s)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="(%(default)s)")
    parser.add_argument("--seconds", type=float, default=10.0, help="for each number of threads (%(default)s)")
    parser.add_argument("--json", metavar="FILE", help="write the measurements there too")
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    x = rng.standard_normal((options.batch, options.times, 3)).astype("float32")
    y = rng.standard_normal((options.batch, 1)).astype("float32")
    steps = {"minnet": minnet_step(options, x, y), "PyTorch": torch_step(options, x, y)}
    print(f"{options.layer}, {options.times} times x {options.hidden} units, batch {options.batch}, float32")
    record = {}
    for threads in options.threads:
        medians = in_turns(steps, threads, options.seconds)
        ratio = medians["PyTorch"] / medians["minnet"]
        times = ", ".join(f"{name} {1e3 * seconds:.2f} ms" for name, seconds in medians.items())
        print(f"threads {threads}: {times}; {ratio:.2f} times as fast")
        record[threads] = medians | {"ratio": ratio}
    if options.json:
        Path(options.json).write_text(json.dumps(record, indent=2), encoding="utf-8")
    return 0


def minnet_step(options: Any, x: Any, y: Any) -> Callable[[], None]:
    layer = getattr(mn, options.layer)(3, options.hidden, return_sequences=False)
    net = mn.Network([layer, mn.Dense(options.hidden, 1)], rng=0, dtype="float32")
    loss = mn.MeanSquaredError()
    data, _ = mn.training_data(net, loss, x, y)
    step, call = mn.Supervised(net, loss, mn.Adam(1e-3)), mn.Pass(training=True, rng=np.random.default_rng(0))

    return lambda: step.step(data, call)


def torch_step(options: Any, x: Any, y: Any) -> Callable[[], None]:
    import torch

    layer = getattr(torch.nn, options.layer.removeprefix("Simple"))(3, options.hidden, batch_first=True)
    linear = torch.nn.Linear(options.hidden, 1)
    optimizer = torch.optim.Adam([*layer.parameters(), *linear.parameters()], lr=1e-3, fused=True)
    inputs, targets = torch.tensor(x), torch.tensor(y)

    def run() -> None:
        optimizer.zero_grad(set_to_none=True)
        outputs, _ = layer(inputs)
        torch.nn.functional.mse_loss(linear(outputs[:, -1]), targets).backward()
        optimizer.step()

    return run


if __name__ == "__main__":
    raise SystemExit(main())
