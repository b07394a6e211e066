"""A step of a DCGAN against PyTorch's: batch 64, pictures of 32 x 32 with three channels, spectral normalisation.

    python -m benchmarks.convolutions
    python -m benchmarks.convolutions --channels 32 --rounds 10

The generator makes 4 x 4 places of noise and doubles them three times by transposed convolutions with batch
normalisation; the discriminator halves them three times by convolutions with spectral normalisation. One step: the
discriminator learns from 64 real and 64 generated pictures, then the generator; Adam for both. Both libraries take
turns in one process, with one thread and then with two, in float32, and do the same: the same games, the same passes
(PyTorch in its own order of axes, or with channels last, whichever is faster here).
"""

import argparse
import json
import resource
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

import minnet as mn

BATCH, LATENT = 64, 100


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.convolutions", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--channels", type=int, nargs="+", default=[64, 32], help="of the first layer (%(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each (%(default)s)")
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
            times = in_turns(steps, threads, options.rounds)
            ratio = min(times["PyTorch"], times["channels last"]) / times["minnet"]
            sizes = "/".join(str(channels * factor) for factor in (1, 2, 4))
            row = " ".join(f"{1000 * times[name]:{width}.1f}" for name, width in zip(times, (9, 9, 14), strict=True))
            print(f"{sizes:>14} {threads:8} {row} {'':12} {ratio:8.2f}")
            records.append({"channels": channels, "threads": threads, **times})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"times of one step, medians of {options.rounds}; ratio: best of PyTorch / minnet. Peak memory {peak:.0f} MB")
    if options.json:
        Path(options.json).write_text(json.dumps(records, indent=2), encoding="utf-8")
    return 0


def in_turns(steps: dict[str, Callable[[], None]], threads: int, rounds: int) -> dict[str, float]:
    """Median seconds of a step of each, taken in turns."""
    import torch

    torch.set_num_threads(threads)
    times: dict[str, list[float]] = {name: [] for name in steps}
    with mn.use_threads(threads):
        for turn in range(rounds + 1):
            for name, step in steps.items():
                start = perf_counter()
                step()
                step()
                if turn:  # the first one compiles
                    times[name].append((perf_counter() - start) / 2)
    return {name: median(seconds) for name, seconds in times.items()}


def minnet_step(channels: int) -> Callable[[], None]:
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
    game = mn.Adversarial(generator, discriminator)
    rng = np.random.default_rng(0)
    real = rng.uniform(-1, 1, (BATCH, 32, 32, 3)).astype("float32")
    call = mn.Pass(training=True, rng=rng)

    def step() -> None:
        game.step((real,), call)

    return step


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
