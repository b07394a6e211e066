"""Noise in, samples out: what a generator begins with, and what it gives once it is trained."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet import architecture
from minnet.checks import as_generator, check_finite
from minnet.errors import DataError, SettingError, ShapeError, check_range, is_whole
from minnet.layers import BatchNorm, Pass
from minnet.mapped import joined
from minnet.names import explained
from minnet.network import Network
from minnet.types import Array, Shape

MOST = 10**12  # samples: more than memories hold

LAWS = {
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "uniform": lambda rng, shape: rng.uniform(-1, 1, shape),
}


@dataclass(frozen=True)
class Latent:
    """The noise that a generator is given: its shape, and its law, mean 0 and variance 1 or uniform on [-1, 1]."""

    shape: tuple[int, ...]
    law: str

    @classmethod
    def of(cls, generator: Network, shape: Any, law: str, owner: str) -> "Latent":
        """That of a generator, checked.

        Raises
        ------
        SettingError, ShapeError
            There is no such law; the shape has a free axis and is not given, or does not fit the generator.
        """
        if not isinstance(generator, Network):
            raise SettingError(f"{owner}: the generator must be a Network, not {generator!r:.60}")
        if law not in LAWS:
            raise SettingError(f"{owner}: latent must be one of {', '.join(LAWS)}, not {law!r}")
        if not (shape is None or is_whole(shape) or isinstance(shape, tuple | list)):
            raise SettingError(f"{owner}: latent_shape must be positive whole numbers such as (16, 8), not {shape!r}")
        given: Shape = generator.input_shape if shape is None else (shape,) if is_whole(shape) else tuple(shape)
        if shape is None and None in given:
            raise SettingError(
                f"{owner}: the generator takes samples of shape {given}, whose free axes have no length yet; say "
                f"latent_shape={tuple(16 if axis is None else axis for axis in given)}, for example"
            )
        if not all(axis is not None and is_whole(axis) and axis >= 1 for axis in given):
            raise SettingError(f"{owner}: latent_shape must be positive whole numbers such as (16, 8), not {shape!r}")
        if not architecture.fits(given, generator.input_shape):
            raise ShapeError(
                f"{owner}: latent_shape is {given}, but the generator takes samples of shape {generator.input_shape}"
            )
        return cls(tuple(map(int, given)), law)  # type: ignore[arg-type]

    def draw(self, n: int, rng: np.random.Generator, dtype: Any) -> Array:
        """Noise for n samples, (n, *shape); drawn in float64, so that it is the same (rounded) in either dtype."""
        return LAWS[self.law](rng, (n, *self.shape)).astype(dtype)


@explained("generate(net, n, rng=0)")
def generate(
    generator: Network,
    n: int,
    *,
    rng: int | np.random.Generator | None = None,
    latent_shape: Any = None,
    latent: str = "normal",
    batch_size: int = 256,
) -> Array:
    """Samples (n, *output_shape) that a generator makes of noise.

    Parameters
    ----------
    generator : Network
    n : int
        How many samples.
    rng : int, numpy.random.Generator or None
        Draws the noise. The samples do not depend on the batch size.
    latent_shape : tuple, optional
        Of the noise for one sample; needed where the generator has a free axis: longer noise, longer series.
    latent : "normal" or "uniform"
        As in training.
    batch_size : int
        How many are computed at a time, which bounds the memory.

    Raises
    ------
    SettingError, ShapeError
        A number is not positive; the shape of the noise is not given, or does not fit.

    Examples
    --------
    >>> import minnet as mn
    >>> mn.generate(mn.mlp([4, 8, 2], rng=0), 1000, rng=1).shape
    (1000, 2)
    """
    noise = Latent.of(generator, latent_shape, latent, "generate")
    whole = (lambda count: is_whole(count) and 1 <= count <= MOST), f"a positive whole number, of {MOST:g} at most"
    check_range("generate", n=(n, *whole), batch_size=(batch_size, *whole))
    rng = as_generator(rng, "generate")
    sizes = (min(batch_size, n - start) for start in range(0, n, batch_size))
    return joined((generator(noise.draw(size, rng, generator.dtype)) for size in sizes), n)


@explained("estimate_statistics(net, x)")
def estimate_statistics(
    net: Network, x: Any, *, batch_size: int = 256, rng: int | np.random.Generator | None = None
) -> None:
    """Estimate the means and variances of all `BatchNorm` layers anew, from inputs x, for the parameters as they are.

    The running statistics of training are those of parameters on their way. After parameters were averaged
    (`Averaged`), or changed by hand, they belong to others: this makes them fit. Every mean is that over the batches
    which x is split into, each passed on as in training. A network without such layers stays as it is.

    Parameters
    ----------
    net : Network
    x : array (n, *input_shape)
        For a generator, noise: ``rng.standard_normal((2000, *latent_shape))``.
    batch_size : int
        About as many as in training.
    rng : int, numpy.random.Generator or None
        For layers that draw, such as `Dropout`.

    Raises
    ------
    ShapeError, DtypeError, DataError, SettingError
        x does not fit the network, or has no samples; a batch has a single value of each feature.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.BatchNorm()], input_shape=(1,))
    >>> estimate_statistics(net, [[0.0], [10.0]])
    >>> net([[5.0]]).round(6).tolist()
    [[0.0]]
    """
    check_range(
        "estimate_statistics",
        batch_size=(batch_size, lambda count: is_whole(count) and count >= 1, "a positive whole number"),
    )
    x, rng = net.as_inputs(x), as_generator(rng, "estimate_statistics")
    if not len(x):
        raise DataError("x has no samples")
    check_finite(x, "x")
    layers = [layer for layer in net.layers if isinstance(layer, BatchNorm)]
    batches = np.array_split(x, -(-len(x) // batch_size))
    totals = [np.zeros((2, layer.mean.size)) for layer in layers]
    for batch in batches:
        net.forward(batch[np.newaxis], Pass(training=True, rng=rng))
        for layer, total in zip(layers, totals, strict=True):
            total += np.asarray(layer.seen)
    for layer, (mean, variance) in zip(layers, totals, strict=True):
        layer.mean, layer.variance = mean / len(batches), variance / len(batches)
