"""From layers of minnet to an ONNX graph, whose nodes are functions between named arrays.

ONNX's convolutions, pooling and recurrences have the axes of their arrays in another order, (n, channel, *places) and
(time, n, feature): they stand between two transpositions here, of which runtimes drop those that cancel each other.
"""

import os
from itertools import count
from typing import Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from minnet import activations, layers, storage
from minnet.checks import convert
from minnet.interop.translation import Untranslatable, each, layers_of, translated
from minnet.interop.windows import cut, pair, reach, same
from minnet.layers.standardize import Unstandardize
from minnet.network import Network
from minnet.types import Array, Shape

OPSET = 20  # the first with GELU
IR_VERSION = 10  # of the file format, which goes with it


class Graph:
    """Nodes one after the other; `last` is the name of the array that they have come to."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.last = "x"
        self._numbers = count(1)

    def add(self, operation: str, *inputs: Any, outputs: int = 1, **attributes: Any) -> list[str]:
        """A node of the last array and further inputs, names or arrays, which become constants. Returns the names of
        its outputs; the next node goes on from the first one."""
        names = [f"{operation}_{next(self._numbers)}" for _ in range(outputs)]
        inputs = (self.last, *(value if isinstance(value, str) else self.constant(value) for value in inputs))
        self.nodes.append(helper.make_node(operation, list(inputs), names, **attributes))
        self.last = names[0]
        return names

    def constant(self, value: Any) -> str:
        """The name of a constant: whole numbers in int64, others in float32."""
        array = np.asarray(value)
        kind: Any = np.int64 if array.dtype.kind == "i" else np.float32
        name = f"constant_{next(self._numbers)}"
        converted = convert(np.ascontiguousarray(array).reshape(array.shape), np.dtype(kind), "to_onnx: parameters")
        self.constants.append(numpy_helper.from_array(converted, name))
        return name

    def transposed(self, *axes: int) -> None:
        self.add("Transpose", perm=axes)


def write(net: Network, path: str | os.PathLike[str]) -> None:
    """See `minnet.interop.to_onnx`."""
    graph = Graph()
    each("to_onnx", TABLE, layers_of(net, graph))
    graph.nodes.append(helper.make_node("Identity", [graph.last], ["y"]))
    inputs, outputs = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, axes_of(shape, name))
        for name, shape in (("x", net.input_shape), ("y", net.output_shape))
    )
    model = helper.make_model(
        helper.make_graph(graph.nodes, "network", [inputs], [outputs], graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION,
        producer_name="minnet",
    )  # fmt: skip
    checker.check_model(model, full_check=True)
    storage.write_bytes(path, model.SerializeToString())


def axes_of(shape: Shape, name: str) -> list[int | str]:
    """Axes of samples; those that are free have a name."""
    return ["n", *(f"{name}_{place}" if axis is None else axis for place, axis in enumerate(shape, start=1))]


def dense(layer: layers.Dense, shape: Shape, graph: Graph) -> None:
    graph.add("Gemm", layer.W, layer.b)


def channels_first(axes: int) -> tuple[int, ...]:
    """The order of axes that brings channels to the front."""
    return 0, axes + 1, *range(1, axes + 1)


def channels_last(axes: int) -> tuple[int, ...]:
    return 0, *range(2, axes + 2), 1


def convolution(layer: Any, shape: Shape, graph: Graph) -> None:
    """The places to add are numbers in ONNX: for "same", those for samples of this length."""
    graph.transposed(*channels_first(layer.axes))
    if isinstance(layer.padding, str):
        ends = [ends_of(layer, axis, shape[axis]) for axis in range(layer.axes)]
    else:
        ends = [(number, number) for number in layer.padding]
    if layer.padding == "circular":
        wrapped(graph, shape, ends)
        ends = [(0, 0)] * layer.axes
    windowed("Conv", layer, layer.W.swapaxes(-1, -2), ends, graph)
    graph.transposed(*channels_last(layer.axes))


def transposed(layer: Any, shape: Shape, graph: Graph) -> None:
    """Outputs are cut off, or where that is less than nothing, added; fewer than the stride, as runtimes want it."""
    graph.transposed(*channels_first(layer.axes))
    if isinstance(layer.padding, str):
        windows = [(layer.stride[axis], reach(layer, axis)) for axis in range(layer.axes)]
        cuts = [cut(*window, layer.padding == "circular") for window in windows]
        wrapped(graph, shape, [(copies, copies) for copies, *_ in cuts])
    else:
        cuts = [(0, extra, before, before) for before, extra in zip(layer.padding, layer.output_padding, strict=True)]
    ends = [(before, max(0, after - extra)) for _, extra, before, after in cuts]
    added = [max(0, extra - after) for _, extra, _, after in cuts]
    for places, stride in zip(added, layer.stride, strict=True):
        if places >= stride:
            raise Untranslatable(
                f"ONNX adds fewer places than the stride at the end, and output_padding needs {places}"
            )
    windowed("ConvTranspose", layer, layer.W, ends, graph, output_padding=added)
    graph.transposed(*channels_last(layer.axes))


def windowed(
    operation: str, layer: Any, W: Array, ends: list[tuple[int, int]], graph: Graph, **attributes: Any
) -> None:
    """A node with the windows W (*window, a, b) of a layer, which are (a, b, *window) there."""
    before, after = zip(*ends, strict=True)
    graph.add(
        operation, np.moveaxis(W, (-2, -1), (0, 1)), layer.b, kernel_shape=layer.kernel_size, strides=layer.stride,
        dilations=layer.dilation, pads=[*before, *after], **attributes,
    )  # fmt: skip


def ends_of(layer: Any, axis: int, length: int | None) -> tuple[int, int]:
    """Places to add along an axis; with a stride of 1, the length does not matter."""
    if length is None and layer.stride[axis] > 1:
        raise Untranslatable(
            f"padding={layer.padding!r} with a stride depends on the length of samples, which is free; say it: "
            "Network(..., input_shape=...)"
        )
    return same(length or reach(layer, axis), layer.stride[axis], reach(layer, axis))


def wrapped(graph: Graph, shape: Shape, ends: list[tuple[int, int]]) -> None:
    """Add places of the other end, along the axes of samples with channels first."""
    for axis, (before, after) in enumerate(ends):
        length = shape[axis]
        if before == after == 0:
            continue
        if length is None:
            raise Untranslatable(
                "circular padding needs samples of a known length; say it: Network(..., input_shape=...)"
            )
        graph.add("Gather", np.arange(-before, length + after) % length, axis=axis + 2)


def pool(layer: Any, shape: Shape, graph: Graph) -> None:
    axes = len(shape) - 1
    graph.transposed(*channels_first(axes))
    operation = "MaxPool" if isinstance(layer, layers.MaxPool) else "AveragePool"
    graph.add(operation, kernel_shape=pair(layer.size, axes), strides=pair(layer.stride, axes))
    graph.transposed(*channels_last(axes))


def up_sample(layer: layers.UpSample, shape: Shape, graph: Graph) -> None:
    axes = len(shape) - 1
    graph.transposed(*channels_first(axes))
    scales = np.array([1.0, 1.0, *pair(layer.factor, axes)])
    graph.add(
        "Resize", "", scales, mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"
    )  # fmt: skip
    graph.transposed(*channels_last(axes))


def reshape(layer: layers.Reshape, shape: Shape, graph: Graph) -> None:
    graph.add("Reshape", np.array([-1, *layer.shape]))


def batch_norm(layer: layers.BatchNorm, shape: Shape, graph: Graph) -> None:
    """The mean is subtracted first: so no digit is lost far from 0."""
    scale = layer.gamma / np.sqrt(layer.variance.astype(float) + layer.epsilon)
    for operation, value in (("Sub", layer.mean), ("Mul", scale), ("Add", layer.beta)):
        graph.add(operation, value)


def layer_norm(layer: layers.LayerNorm, shape: Shape, graph: Graph) -> None:
    graph.add("LayerNormalization", layer.gamma, layer.beta, axis=-1, epsilon=layer.epsilon)


def spectral_norm(layer: layers.SpectralNorm, shape: Shape, graph: Graph) -> None:
    layer.normalise()
    translated(TABLE, type(layer.wrapped), layer.wrapped, shape, graph)


CELLS: dict[type, tuple[str, tuple[int, ...]]] = {
    layers.LSTM: ("LSTM", (0, 3, 1, 2)),
    layers.GRU: ("GRU", (1, 0, 2)),
    layers.SimpleRNN: ("RNN", (0,)),
}
"""What ONNX calls a cell, and which gate of minnet stands at each place there: i, o, f, g of an LSTM; z, r, n."""


def recurrent(layer: Any, shape: Shape, graph: Graph) -> None:
    """ONNX has two biases, of which the second one stands with what the state contributes."""
    kind, order = CELLS[type(layer)]
    h, gates = layer.n_hidden, len(order)
    first, second = np.zeros((2, gates, h))
    first[...] = layer.b[: gates * h].reshape(gates, h)
    second[gates - (layer.b.size // h - gates) :] = layer.b[gates * h :].reshape(-1, h)

    def by_gates(array: Array) -> Array:
        """Rows (gates h, ...) in ONNX's order."""
        return array.reshape(gates, h, *array.shape[1:])[list(order)].reshape(array.shape)

    W, U = by_gates(layer.W.T), by_gates(layer.U.T)
    b = np.concatenate([by_gates(part.ravel()) for part in (first, second)])
    attributes = {"linear_before_reset": 1} if kind == "GRU" else {}
    graph.transposed(1, 0, 2)
    direction = "reverse" if layer.go_backwards else "forward"
    states = graph.add(kind, W[None], U[None], b[None], hidden_size=h, direction=direction, outputs=2, **attributes)
    if layer.return_sequences:  # (time, direction, n, h)
        graph.add("Squeeze", np.array([1]))
        graph.transposed(1, 0, 2)
    else:
        graph.last = states[1]  # (direction, n, h)
        graph.add("Squeeze", np.array([0]))


def rescale(layer: layers.Rescale, shape: Shape, graph: Graph) -> None:
    graph.add("Mul", 2 / (layer.high - layer.low))
    graph.add("Sub", (layer.high + layer.low) / (layer.high - layer.low))


def standardize(layer: layers.Standardize, shape: Shape, graph: Graph) -> None:
    graph.add("Sub", layer.mean)
    graph.add("Div", layer.std)


def unstandardize(layer: Unstandardize, shape: Shape, graph: Graph) -> None:
    graph.add("Mul", layer.std)
    graph.add("Add", layer.mean)


def silu(layer: activations.SiLU, shape: Shape, graph: Graph) -> None:
    x = graph.last
    graph.add("Sigmoid")
    graph.add("Mul", x)


def sine(layer: activations.Sine, shape: Shape, graph: Graph) -> None:
    graph.add("Mul", layer.parameter)
    graph.add("Sin")


def smooth_abs(layer: activations.SmoothAbs, shape: Shape, graph: Graph) -> None:
    graph.add("Mul", graph.last)
    graph.add("Add", layer.parameter**2)
    graph.add("Sqrt")


def node(operation: str, parameter: str = "", **attributes: Any) -> Any:
    """The translation of a layer to one node; an attribute is the layer's parameter."""

    def translation(layer: Any, shape: Shape, graph: Graph) -> None:
        graph.add(operation, **attributes, **({parameter: layer.parameter} if parameter else {}))

    return translation


TABLE: dict[type, Any] = {
    layers.Dense: dense,
    **dict.fromkeys((layers.Conv1d, layers.Conv2d), convolution),
    **dict.fromkeys((layers.ConvTranspose1d, layers.ConvTranspose2d), transposed),
    **dict.fromkeys((layers.MaxPool, layers.AveragePool), pool),
    layers.UpSample: up_sample,
    layers.Flatten: node("Flatten"),
    layers.Reshape: reshape,
    layers.BatchNorm: batch_norm,
    layers.LayerNorm: layer_norm,
    layers.SpectralNorm: spectral_norm,
    **dict.fromkeys((layers.LSTM, layers.GRU, layers.SimpleRNN), recurrent),
    layers.Dropout: node("Identity"),
    layers.Softmax: node("Softmax", axis=-1),
    layers.Rescale: rescale,
    layers.Standardize: standardize,
    Unstandardize: unstandardize,
    activations.Identity: node("Identity"),
    activations.ReLU: node("Relu"),
    activations.LeakyReLU: node("LeakyRelu", "alpha"),
    activations.ELU: node("Elu", "alpha"),
    activations.Sigmoid: node("Sigmoid"),
    activations.Tanh: node("Tanh"),
    activations.Softplus: node("Softplus"),
    activations.SiLU: silu,
    activations.GELU: node("Gelu"),
    activations.Sine: sine,
    activations.Abs: node("Abs"),
    activations.SmoothAbs: smooth_abs,
}
