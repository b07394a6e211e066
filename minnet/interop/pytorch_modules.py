"""What PyTorch has no module for: samples with channels last, and layers and settings of minnet that it lacks.

The only file besides its two neighbours that imports PyTorch; `minnet.interop` imports them when they are called.
"""

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.func import functional_call

from minnet.interop.windows import cut, same


class ChannelsLast(nn.Sequential):
    """Modules that want channels first, (n, channel, *places), for samples (n, *places, channel)."""

    def forward(self, x: Any) -> Any:
        return super().forward(x.movedim(-1, 1)).movedim(1, -1)


class Convolution(nn.Module):
    """A convolution, or a transposed one, for samples (n, *places, channel).

    Parameters
    ----------
    inner : nn.Conv1d, nn.Conv2d, nn.ConvTranspose1d or nn.ConvTranspose2d
        Without padding, unless `padding` is None.
    padding : "same", "circular" or None
        As in `minnet.layers.convolution.Convolution`; with a stride, too, and for windows of any size.
    """

    def __init__(self, inner: Any, padding: str | None = None) -> None:
        super().__init__()
        self.inner, self.padding = inner, padding
        self.ends = Transposed(inner, padding) if inner.transposed else Forward(inner, padding)

    def forward(self, x: Any) -> Any:
        x = x.movedim(-1, 1)
        y = self.inner(x) if self.padding is None else self.ends.cropped(self.inner(self.ends.padded(x)))
        return y.movedim(1, -1)

    def extra_repr(self) -> str:
        return f"padding={self.padding!r}"


class Forward:
    """What is added at the ends of the inputs (n, channel, *places) of a convolution."""

    def __init__(self, inner: Any, padding: str | None) -> None:
        self.stride, self.circular, self.reach = inner.stride, padding == "circular", reaches(inner)

    def padded(self, x: Any) -> Any:
        for axis, (stride, reach) in enumerate(zip(self.stride, self.reach, strict=True), start=2):
            x = extended(x, axis, *same(x.shape[axis], stride, reach), self.circular)
        return x

    def cropped(self, y: Any) -> Any:
        return y


class Transposed:
    """What is cut off at the ends of the outputs (n, channel, *places) of a transposed convolution. Its output padding
    becomes what is needed for that."""

    def __init__(self, inner: Any, padding: str | None) -> None:
        windows = zip(inner.stride, reaches(inner), strict=True)
        self.cuts = [cut(stride, reach, padding == "circular") for stride, reach in windows]
        if padding is not None:
            inner.output_padding = tuple(extra for _, extra, _, _ in self.cuts)

    def padded(self, x: Any) -> Any:
        for axis, (copies, *_) in enumerate(self.cuts, start=2):
            x = extended(x, axis, copies, copies, circular=True)
        return x

    def cropped(self, y: Any) -> Any:
        for axis, (*_, before, after) in enumerate(self.cuts, start=2):
            y = y.narrow(axis, before, y.shape[axis] - before - after)
        return y


def reaches(inner: Any) -> list[int]:
    """Places from the first to the last weight of a window, along each axis."""
    return [(size - 1) * step + 1 for size, step in zip(inner.kernel_size, inner.dilation, strict=True)]


def extended(x: Any, axis: int, before: int, after: int, circular: bool) -> Any:
    """x with places added along an axis: zeros, or those of the other end, time and again where x is short."""
    if before == after == 0:
        return x
    if circular:
        places = torch.arange(-before, x.shape[axis] + after, device=x.device) % x.shape[axis]
        return x.index_select(axis, places)
    pads = [0, 0] * (x.ndim - axis - 1) + [before, after]
    return nn.functional.pad(x, pads)


class BatchNorm(nn.BatchNorm1d):
    """Batch normalisation over the last axis, whose first steps count alike, as those of `minnet.BatchNorm` do: the
    weight of step t is ``1 / t`` as long as that is more than `momentum`. `num_batches_tracked` is t."""

    def forward(self, x: Any) -> Any:
        weight = 0.0
        if self.training:
            self.num_batches_tracked.add_(1)
            weight = max(self.momentum, 1 / self.num_batches_tracked.item())
        rows = x.reshape(-1, x.shape[-1])
        y = nn.functional.batch_norm(
            rows, self.running_mean, self.running_var, self.weight, self.bias, self.training, weight, self.eps
        )
        return y.reshape(x.shape)


class Spectral(nn.Module):
    """The parametrization of a weight by ``W / sigma``, as `minnet.SpectralNorm` makes it; in training, every pass ends
    with a step of the power iteration.

    Parameters
    ----------
    u : tensor (o,)
    axis : int
        That of the outputs o in the weight.
    """

    def __init__(self, u: Any, axis: int) -> None:
        super().__init__()
        self.axis = axis
        self.register_buffer("u", u)

    def forward(self, weight: Any) -> Any:
        M = weight.movedim(self.axis, -1).reshape(-1, self.u.numel())
        u = self.u.clone()
        v, norm = M @ u, M.norm()
        sigma = torch.maximum(v.norm(), norm / min(M.shape) ** 0.5)
        if self.training:
            with torch.no_grad():
                longest = M[(M**2).sum(1).argmax()]
                new = v / v.norm() @ M if v.norm() >= norm / len(M) ** 0.5 else longest
                self.u.copy_(new / new.norm() if new.norm() > 0 else u)
        return weight / torch.where(sigma > 0, sigma, torch.ones_like(sigma))


class Series(nn.Module):
    """A recurrent module for series (n, time, feature) that returns outputs alone: of all times, or the last one.

    Parameters
    ----------
    cell : nn.LSTM, nn.GRU or nn.RNN
        With ``batch_first=True``, of one layer and direction.
    return_sequences, go_backwards : bool
        As for `minnet.LSTM`.
    """

    def __init__(self, cell: Any, return_sequences: bool, go_backwards: bool) -> None:
        super().__init__()
        self.cell, self.return_sequences, self.go_backwards = cell, return_sequences, go_backwards

    def forward(self, x: Any) -> Any:
        x = x.flip(1) if self.go_backwards else x
        gru = isinstance(self.cell, nn.GRU)
        y, _ = functional_call(self.cell, {"bias_hh_l0": self.second_bias()}, (x,)) if gru else self.cell(x)
        if not self.return_sequences:
            return y[:, -1]
        return y.flip(1) if self.go_backwards else y

    def second_bias(self) -> Any:
        """Of a GRU: for what the state contributes to n. For r and z the first one counts alone; with two, of which the
        sum matters, it would be learned twice as fast."""
        bias, gates = self.cell.bias_hh_l0, 2 * self.cell.hidden_size
        return torch.cat([torch.zeros_like(bias[:gates]), bias[gates:]])

    def extra_repr(self) -> str:
        return f"return_sequences={self.return_sequences}, go_backwards={self.go_backwards}"


class Standardize(nn.Module):
    """``(x - mean) / std``."""

    def __init__(self, mean: Any, std: Any) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(np.array(mean)))
        self.register_buffer("std", torch.from_numpy(np.array(std)))

    def forward(self, x: Any) -> Any:
        return (x - self.mean) / self.std


class Unstandardize(Standardize):
    """``mean + std y``."""

    def forward(self, x: Any) -> Any:
        return self.mean + self.std * x


class Rescale(nn.Module):
    """From [low, high] to [-1, 1]."""

    def __init__(self, low: float, high: float) -> None:
        super().__init__()
        self.low, self.high = low, high

    def forward(self, x: Any) -> Any:
        width = self.high - self.low
        return x * (2 / width) - (self.high + self.low) / width

    def extra_repr(self) -> str:
        return f"{self.low}, {self.high}"


class Sine(nn.Module):
    """``sin(omega x)``."""

    def __init__(self, omega: float) -> None:
        super().__init__()
        self.omega = omega

    def forward(self, x: Any) -> Any:
        return torch.sin(self.omega * x)

    def extra_repr(self) -> str:
        return str(self.omega)


class Abs(nn.Module):
    """``|x|``."""

    def forward(self, x: Any) -> Any:
        return x.abs()


class SmoothAbs(nn.Module):
    """``sqrt(x^2 + epsilon^2)``."""

    def __init__(self, epsilon: float) -> None:
        super().__init__()
        self.epsilon = epsilon

    def forward(self, x: Any) -> Any:
        return (x * x + self.epsilon**2).sqrt()

    def extra_repr(self) -> str:
        return str(self.epsilon)
