"""Where PyTorch's modules have the channels of samples that are not flat, and what follows for weights.

Which axis is meant is seen in the modules: a convolution of PyTorch has channels first, a recurrent module last. Where
samples (channel, *places) are flattened, or flat ones become such, their numbers lie in another order than here; the
weights of the next, or of the last, Linear are put into that order.
"""

from math import prod
from typing import Any

import numpy as np

from minnet import layers
from minnet.activations import Activation
from minnet.interop.translation import Incoming, Untranslatable
from minnet.types import Array, Shape


class FromPyTorch(Incoming):
    """Layers made from modules, and how PyTorch's arrays lie at this place.

    Attributes
    ----------
    channels : "first", "last" or None
        Where they are in PyTorch's samples; None as long as no module has said so, and for flat samples.
    order : array (feature,) or None
        Which feature there is each feature here, after samples with channels first have been flattened.
    unflattened : int or None
        Which of the layers has made samples of flat ones, whose channels may be first or last.
    """

    channels: str | None = None
    order: Array | None = None
    unflattened: int | None = None

    def features(self, array: Any) -> Array:
        """An array (feature, ...) of PyTorch in the order that features have here."""
        values = numbers(array)
        return values if self.order is None else values[self.order]

    def takes_channels(self, where: str) -> None:
        """The next module takes samples with channels "first" or "last"; flat ones are both.

        Raises
        ------
        Untranslatable
            They are not there.
        """
        if self.order is not None:
            raise Untranslatable("it follows upon flattened samples with channels first without a Linear between them")
        if self.shape is not None and len(self.shape) == 1:
            return
        if self.channels not in (None, where):
            raise Untranslatable(
                f"it takes channels {where}, and the modules before it have them {self.channels}; in minnet there is "
                "nothing between them that would exchange axes"
            )
        if where == "first" and self.unflattened is not None:
            self._turn_round(self.unflattened)
        self.channels, self.unflattened = where, None

    def flatten(self) -> None:
        shape: Any = self.shape
        self.put(layers.Flatten())
        if self.channels == "first":
            self.order = channels_first_order(shape)
        self.channels = self.unflattened = None

    def unflatten(self, shape: tuple[int, ...]) -> None:
        if self.order is not None:
            raise Untranslatable("it follows upon flattened samples with channels first without a Linear between them")
        self.channels, self.unflattened = None, len(self.layers)
        self.put(layers.Reshape(shape))

    def _turn_round(self, index: int) -> None:
        """Samples that the layer at this index has made have channels first: put them last, and the features before it
        into that order, as far back as to the layer that has made them."""
        reshape: Any = self.layers[index]
        self.shape = (*reshape.shape[1:], reshape.shape[0])
        self.layers[index] = layers.Reshape(self.shape)  # type: ignore[arg-type]
        order = channels_first_order(self.shape)
        if np.array_equal(order, np.arange(order.size)):
            return
        for layer in reversed(self.layers[:index]):
            made = isinstance(getattr(layer, "wrapped", layer), layers.Dense)
            if not made and not isinstance(layer, Activation | layers.Dropout | layers.BatchNorm | layers.LayerNorm):
                break
            named = {**layer.shapes, **layer.buffer_shapes}
            by_feature = {name for name, axes in named.items() if axes[-1] in (None, order.size)}
            layer.initial = {
                name: values[..., order] if name in by_feature else values for name, values in layer.initial.items()
            }
            if made:
                return
        raise Untranslatable("flat samples become such with channels first, and no Linear before that has made them")


def channels_first_order(shape: Shape) -> Array:
    """Which number of a flattened sample (channel, *places) is each number of it as (*places, channel), its shape.

    >>> channels_first_order((3, 2)).tolist()
    [0, 3, 1, 4, 2, 5]
    """
    fixed: Any = shape
    return np.arange(prod(fixed)).reshape(fixed[-1], -1).T.ravel()


def numbers(array: Any) -> Array:
    """A copy, in an array of NumPy."""
    values: Array = array.detach().cpu().numpy().copy()
    return values
