"""A step of a DCGAN against PyTorch's: batch 64, pictures of 32 x 32 with three channels, spectral normalisation.

    python -m benchmarks.convolutions
    python -m benchmarks.convolutions --channels 32 --seconds 60

The generator makes 4 x 4 places of noise and doubles them three times by transposed convolutions with batch
normalisation; the discriminator halves them three times by convolutions with spectral normalisation. One step: the
discriminator learns from 64 real and 64 generated pictures, then the generator; Adam for both. Both libraries take
turns in one process, with one thread and then with two, in float32, and do the same: the same games, the same passes
(PyTorch in its own order of axes, or with channels last, whichever is faster here).
"""

import argparse
import json
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

import minnet as mn
from benchmarks.turns import in_turns

BATCH, LATENT = 64, 100


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.convolutions", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--channels", type=int, nargs="+", default=[64, 32], help="of the first layer (%(default)s)")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each row (%(default)s)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="(%(default)s)")
    parser.add_argument("--json", metavar="FILE", help="write the measurements there too")
    options = parser.parse_args()
    records = []
    print(
        f"{'channels':>14} {'threads':>8} {'minnet':>9} {'PyTorch':>9} {'channels last':>14}   ms a step   {'ratio':>6}"
    )
    for channels in options.channels:
        steps = {
            "minnet": minnet_step(channels),
            "PyTorch": torch_step(channels, last=False),
            "channels last": torch_step(channels, last=True),
        }
        for threads in options.threads:
            times = in_turns(steps, threads, options.seconds)
            ratio = min(times["PyTorch"], times["channels last"]) / times["minnet"]
            sizes = "/".join(str(channels * factor) for factor in (1, 2, 4))
            row = " ".join(f"{1000 * times[name]:{width}.1f}" for name, width in zip(times, (9, 9, 14), strict=True))
            print(f"{sizes:>14} {threads:8} {row} {'':12} {ratio:8.2f}")
            records.append({"channels": channels, "threads": threads, **times})
    print("medians of single steps; ratio: best of PyTorch / minnet")
    for channels in options.channels:
        with ProcessPoolExecutor(1, get_context("spawn")) as processes:
            held, beyond = processes.submit(memory, channels).result()
        print(
            f"{channels} channels: {held:.0f} MB for activations, parameters, optimizers; beyond them {beyond:.0f} MB"
        )
    if options.json:
        Path(options.json).write_text(json.dumps(records, indent=2), encoding="utf-8")
    return 0


def memory(channels: int) -> tuple[float, float]:
    """MB that are held after a step, by layers (activations, parameters) and by optimizers; and MB that a step takes at
    its peak beyond these. In a process of its own: memory to work in is kept from step to step."""
    minnet_step(4)()  # what is loaded once does not count
    tracemalloc.start()
    game, batch, call = minnet_game(channels)
    for _ in range(2):
        game.step(batch, call)
    tracemalloc.reset_peak()
    game.step(batch, call)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    arrays = [*batch]
    for state in game.states.values():
        arrays += [state.theta, state.slots, state.previous, state.buffers, state.previous_buffers]
    for layer in (*game.generator.layers, *game.discriminator.layers):
        for part in (layer, *([layer.wrapped] if isinstance(layer, mn.SpectralNorm) else [])):
            arrays += [value for value in vars(part).values() if isinstance(value, np.ndarray)]
    held = sum({id(_owner(array)): _owner(array).nbytes for array in arrays}.values())
    return held / 1e6, (peak - held) / 1e6


def _owner(array: Any) -> Any:
    """The array whose memory it is."""
    return array if array.base is None else _owner(array.base)


def minnet_step(channels: int) -> Callable[[], None]:
    game, batch, call = minnet_game(channels)
    return lambda: game.step(batch, call)


def minnet_game(channels: int) -> tuple[mn.Adversarial, Any, mn.Pass]:
    """The game, a batch of samples, and how a step is called."""
    c = channels
    generator = mn.Network(
        [
            mn.Dense(LATENT, 16 * 4 * c), mn.Reshape((4, 4, 4 * c)), mn.BatchNorm(), mn.ReLU(),
            mn.ConvTranspose2d(4 * c, 2 * c, 4, 2, 1), mn.BatchNorm(), mn.ReLU(),
            mn.ConvTranspose2d(2 * c, c, 4, 2, 1), mn.BatchNorm(), mn.ReLU(),
            mn.ConvTranspose2d(c, 3, 4, 2, 1), mn.Tanh(),
        ],
        rng=0, dtype="float32",
    )  # fmt: skip
    discriminator = mn.Network(
        [
            mn.SpectralNorm(mn.Conv2d(3, c, 4, 2, 1)), mn.LeakyReLU(0.2),
            mn.SpectralNorm(mn.Conv2d(c, 2 * c, 4, 2, 1)), mn.LeakyReLU(0.2),
            mn.SpectralNorm(mn.Conv2d(2 * c, 4 * c, 4, 2, 1)), mn.LeakyReLU(0.2),
            mn.SpectralNorm(mn.Conv2d(4 * c, 1, 4)),
        ],
        input_shape=(32, 32, 3), rng=1, dtype="float32",
    )  # fmt: skip
    rng = np.random.default_rng(0)
    real = rng.uniform(-1, 1, (BATCH, 32, 32, 3)).astype("float32")
    return mn.Adversarial(generator, discriminator), (real,), mn.Pass(training=True, rng=rng)


def torch_step(channels: int, last: bool) -> Callable[[], None]:
    import torch
    from torch import nn
    from torch.nn.functional import binary_cross_entropy_with_logits as loss
    from torch.nn.utils.parametrizations import spectral_norm

    c = channels
    generator: Any = nn.Sequential(
        nn.Linear(LATENT, 16 * 4 * c), nn.Unflatten(1, (4 * c, 4, 4)), nn.BatchNorm2d(4 * c), nn.ReLU(True),
        nn.ConvTranspose2d(4 * c, 2 * c, 4, 2, 1), nn.BatchNorm2d(2 * c), nn.ReLU(True),
        nn.ConvTranspose2d(2 * c, c, 4, 2, 1), nn.BatchNorm2d(c), nn.ReLU(True),
        nn.ConvTranspose2d(c, 3, 4, 2, 1), nn.Tanh(),
    )  # fmt: skip
    discriminator: Any = nn.Sequential(
        spectral_norm(nn.Conv2d(3, c, 4, 2, 1)), nn.LeakyReLU(0.2, True),
        spectral_norm(nn.Conv2d(c, 2 * c, 4, 2, 1)), nn.LeakyReLU(0.2, True),
        spectral_norm(nn.Conv2d(2 * c, 4 * c, 4, 2, 1)), nn.LeakyReLU(0.2, True),
        spectral_norm(nn.Conv2d(4 * c, 1, 4)),
    )  # fmt: skip
    order = torch.channels_last if last else torch.contiguous_format
    generator, discriminator = generator.to(memory_format=order), discriminator.to(memory_format=order)
    by_generator, by_discriminator = (
        torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999), fused=True) for net in (generator, discriminator)
    )
    real = (torch.rand(BATCH, 3, 32, 32) * 2 - 1).to(memory_format=order)
    ones, zeros = torch.ones(BATCH, 1, 1, 1), torch.zeros(BATCH, 1, 1, 1)

    def step() -> None:
        generated = generator(torch.randn(BATCH, LATENT))
        by_discriminator.zero_grad()
        loss(discriminator(real), ones).backward()
        loss(discriminator(generated.detach()), zeros).backward()
        by_discriminator.step()
        by_generator.zero_grad()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(False)
        loss(discriminator(generated), ones).backward()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(True)
        by_generator.step()

    return step


if __name__ == "__main__":
    raise SystemExit(main())
