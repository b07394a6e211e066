"""Spectral normalisation: weights divided by their largest singular value."""

from copy import deepcopy
from operator import attrgetter
from typing import Any

import numpy as np

from minnet.errors import SettingError
from minnet.layers.base import Buffered, Layer
from minnet.layers.passes import Pass
from minnet.types import Array, Shape


class SpectralNorm(Buffered):
    """A layer with ``W / sigma`` in the place of its weights W, where sigma estimates the largest singular value of
    ``M[i,o]``, all axes of W but the last in one (Miyato et al., ICLR 2018, arXiv 1802.05957, section 2.1).

    What it computes then grows no faster than its inputs (a dense layer; for a convolution, up to a factor that the
    window sets), so a discriminator made of such layers has a bounded slope. Sigma comes from a power iteration, one
    step of it for every step of training::

        v = M u / |M u|,  sigma = |M u|      in every pass
        u <- M^T v / |M^T v|                 once for every step of training: u (o,) is a buffer

    Without the division by their lengths, u and v would grow or shrink by sigma^2 in every iteration until they
    overflow or vanish. For given u, ``|M u|`` is a function of W with the gradient ``v u^T``, and the gradient of the
    layer goes through it: ``dW = (dW' - <dW', W / sigma> v u^T) / sigma``, with dW' that by ``W / sigma``.

    ``|M u|`` never exceeds the largest singular value, and neither does ``|M|_F / sqrt(min(M.shape))``; sigma is the
    larger one. So where W has left u behind (a new start, weights set by hand), sigma is too small by a factor of
    ``sqrt(min(M.shape))`` at worst, and u begins anew from the longest row of M. While W is 0, so is ``W / sigma``.

    It does not couple samples, does the same in training and inference, and carries what the layer carries.

    Parameters
    ----------
    wrapped : Layer
        With the parameter W, (..., out), and at most a bias b besides: `Dense`, convolutions. A copy of it is taken.

    Raises
    ------
    SettingError
        It is no such layer, or belongs to a network.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.SpectralNorm(mn.Dense(2, 2, weights=[[30.0, 0.0], [0.0, 4.0]]))], rng=0)
    >>> for _ in range(10):
    ...     net.update_buffers()
    >>> net([[1.0, 1.0]]).round(3)
    array([[1.   , 0.133]])
    """

    W: Array
    u: Array
    dW: Array
    weight_names = ("W",)

    def __init__(self, wrapped: Layer) -> None:
        shapes = wrapped.shapes if isinstance(wrapped, Layer) and not isinstance(wrapped, Buffered) else {}
        if not {"W"} <= set(shapes) <= {"W", "b"} or len(shapes["W"]) < 2:
            raise SettingError(
                "SpectralNorm takes a layer with weights W and at most a bias b, such as Dense(2, 3) or a convolution, "
                f"not {wrapped!r:.60}"
            )
        if wrapped.is_bound():
            raise SettingError(f"SpectralNorm: {wrapped} already belongs to a network; make a new one")
        self.wrapped: Any = deepcopy(wrapped)  # a layer with W
        self.input_shape, self.training_differs = wrapped.input_shape, wrapped.training_differs
        self.takes_lengths = wrapped.takes_lengths
        self.shapes, self.buffer_shapes = dict(shapes), {"u": shapes["W"][-1:]}
        self.initial = {**wrapped.initial, "u": _direction}

    @property
    def max_order(self) -> int:
        return self.wrapped.max_order

    def output_shape(self, input_shape: Shape) -> Shape:
        return self.wrapped.output_shape(input_shape)

    def bind(self, values: Array, gradients: Array, buffers: Array) -> None:
        """The layer within gets memory of its own, for W / sigma and the gradient by it."""
        super().bind(values, gradients, buffers)
        self.wrapped.shapes = self.shapes
        self.wrapped.bind(np.empty_like(values), np.empty_like(gradients), buffers[:0])

    def forward(self, x: Array, call: Pass) -> Array:
        self.normalise()
        return self.wrapped.forward(x, call)

    def normalise(self) -> None:
        """Give the layer within ``W / sigma``, and the bias."""
        M = self.W.reshape(-1, self.u.size)
        v = M @ self.u
        by_u, by_norm = length(v), length(M) / np.sqrt(min(M.shape))
        self.sigma = M.dtype.type(max(by_u, by_norm) or 1)
        self.vectors = (v / self.sigma, self.u.copy()) if by_u >= by_norm else None  # of the derivative of sigma
        for name in self.shapes:
            setattr(self.wrapped, name, self.W / self.sigma if name == "W" else getattr(self, name))

    def slope(self) -> Array:
        """The derivative of sigma by W in the last pass, in the shape of W."""
        if self.vectors is None:  # sigma is the norm of W over sqrt(rank)
            return self.wrapped.W / min(self.W.reshape(-1, self.u.size).shape)
        return np.outer(*self.vectors).reshape(self.W.shape)

    # The way back is that of the layer within, whose methods these are: a debugger goes there at once.
    backward: Any = property(attrgetter("wrapped.backward"))
    remember: Any = property(attrgetter("wrapped.remember"))

    def gradient(self) -> None:
        slope = self.slope()
        self.wrapped.gradient()
        for name in self.shapes:
            setattr(self, f"d{name}", getattr(self.wrapped, f"d{name}"))
        self.dW -= np.vdot(self.wrapped.dW, self.wrapped.W) * slope
        self.dW /= self.sigma

    def jacobian(self, rows: dict[str, Array]) -> None:
        self.wrapped.jacobian(rows)
        along = (rows["W"] * self.wrapped.W).reshape(len(rows["W"]), -1).sum(axis=1)
        rows["W"] -= along.reshape(-1, *(1,) * self.W.ndim) * self.slope()
        rows["W"] /= self.sigma

    def update_buffers(self) -> None:
        M = self.W.reshape(-1, self.u.size)
        v = M @ self.u
        if length(v) >= length(M) / np.sqrt(len(M)):
            new = (v / v.dtype.type(length(v) or 1)) @ M
        else:  # u is worse than the longest row of M, from where it begins anew: it is never worse than that again
            scaled = M / np.abs(M).max()
            new = scaled[np.square(scaled).sum(axis=1).argmax()]
        if length(new) > 0:
            self.u = new / new.dtype.type(length(new))

    def settings(self) -> dict[str, Any]:
        return {"wrapped": self.wrapped}


def length(x: Array) -> float:
    """Euclidean norm of all numbers; also where their squares are too large or too small for the dtype."""
    square = float(np.vdot(x, x))
    limits = np.finfo(x.dtype)
    if float(limits.tiny) / float(limits.eps) < square < np.inf:
        return square**0.5
    largest = float(np.abs(x).max(initial=0))
    if not 0 < largest < np.inf:
        return largest
    return largest * float(np.linalg.norm(x.ravel() / x.dtype.type(largest)))


def _direction(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """A random vector of length 1."""
    u = rng.standard_normal(shape)
    return u / np.linalg.norm(u)
