"""Classes of samples with two features, and where a network draws the line between them."""

from typing import TYPE_CHECKING, Any

import numpy as np

from minnet.activations import Sigmoid
from minnet.checks import as_real, check_finite
from minnet.errors import DataError, ShapeError
from minnet.frames import column_names
from minnet.layers import Softmax
from minnet.network import Network
from minnet.plotting.parts import MARKERS, axes, between_classes, check_network, colour, label, styled
from minnet.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIDE = 200  # points along either feature at which the network is evaluated


@styled
def plot_decision_boundary(
    net: Network,
    x: Any,
    labels: Any,
    ax: "Axes | None" = None,
    *,
    xlabel: str | None = None,
    ylabel: str | None = None,
) -> "Axes":
    """Samples of two features over what the network makes of every place: its class, and how sure it is.

    With one output, a score (logit) for class 1, colours are the probability of class 1, and the line is where it is a
    half. With an output for each class, each place has the colour of the most probable class, the paler the less
    probable, with lines between classes. A network that ends with `Sigmoid` or `Softmax` gives probabilities itself.

    Parameters
    ----------
    net : Network
        Two inputs; one output, or one for each class.
    x : array (n, 2)
    labels : array (n,) or (n, 1)
        Classes as in training: 0 and 1, or numbers from 0 on.
    ax : Axes, optional
    xlabel, ylabel : str, optional
        When not given, the names of a data frame's columns, or x_0 and x_1.

    Raises
    ------
    ShapeError, DataError, DtypeError, SettingError
        Samples do not have two features, labels are others, or something is not finite.

    Examples
    --------
    >>> import minnet as mn
    >>> x, labels = mn.datasets.circles(100, rng=0)
    >>> net = mn.mlp([2, 8, 1], "tanh", rng=0)
    >>> history = mn.fit(net, x, labels, loss=mn.BinaryCrossEntropy(), optimizer=mn.LBFGS(), epochs=30)
    >>> ax = mn.plotting.plot_decision_boundary(net, x, labels, xlabel="length (cm)", ylabel="width (cm)")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['class 0', 'class 1']
    """
    owner = "plot_decision_boundary"
    check_network(net, owner)
    names = column_names(x) or ("$x_0$", "$x_1$")
    x = as_real(x, f"{owner}: x").astype(float)
    if x.ndim != 2 or x.shape[1] != 2 or net.input_shape != (2,) or len(net.output_shape) != 1:
        raise ShapeError(
            f"{owner} draws samples of two features (n, 2), and a network from these to one output or one for each "
            f"class. x has shape {x.shape}, the network takes samples {net.input_shape} and gives {net.output_shape}"
        )
    if not len(x):
        raise DataError(f"{owner}: x has no samples")
    check_finite(x, f"{owner}: x")
    classes = max(2, net.n_outputs)
    members = _classes(labels, len(x), classes, owner)
    ax = axes(ax, owner)
    low, high = x.min(axis=0), x.max(axis=0)
    margin = np.where(high > low, 0.1 * (high - low), 0.1 * np.maximum(np.abs(high), 1e-300))
    margin[(low == 0) & (high == 0)] = 1.0
    along = [np.linspace(a - m, b + m, SIDE) for a, b, m in zip(low, high, margin, strict=True)]
    places = np.stack(np.meshgrid(*along), axis=-1)
    probabilities = _probabilities(net, places.reshape(-1, 2)).reshape(SIDE, SIDE, classes)
    if classes == 2:
        filled = ax.contourf(*along, probabilities[..., 1], levels=np.linspace(0, 1, 11), cmap=between_classes())
        ax.figure.colorbar(filled, ax=ax, label="probability of class 1")
    else:
        _fill(ax, along, probabilities)
    _lines(ax, along, probabilities)
    for number in range(classes):
        of = members == number
        if of.any() or classes == 2:
            marker, hue = MARKERS[number % len(MARKERS)], colour(number)
            ax.scatter(
                x[of, 0],
                x[of, 1],
                s=14,
                marker=marker,
                color=hue,
                edgecolor="w",
                linewidth=0.3,
                label=f"class {number}",
            )
    ax.set(xlim=along[0][[0, -1]], ylim=along[1][[0, -1]])
    ax.grid(False)
    label(ax, xlabel or names[0], ylabel or names[1])
    ax.legend(loc="upper right", frameon=True)
    return ax


def _classes(labels: Any, n: int, classes: int, owner: str) -> Array:
    members = as_real(labels, f"{owner}: labels").astype(float)
    if members.shape not in ((n,), (n, 1)):
        raise ShapeError(f"{owner}: labels have shape {members.shape}; expected ({n},), one for each sample")
    members = members.reshape(-1)
    strange = members[~np.isin(members, np.arange(classes))]
    if len(strange):
        raise DataError(
            f"{owner}: labels must be whole numbers from 0 to {classes - 1}, as the network has {classes} classes, not "
            f"{strange[0]:g}; classes, numbers = numpy.unique(labels, return_inverse=True) numbers labels from 0"
        )
    return members.astype(int)


def _probabilities(net: Network, places: Array) -> Array:
    """Of each class (n, classes) at places (n, 2)."""
    scores = net(places).astype(float)
    last = net.layers[-1] if net.layers else None
    if net.n_outputs == 1:
        ones = scores if isinstance(last, Sigmoid) else 0.5 * (1 + np.tanh(0.5 * scores))
        return np.concatenate([1 - ones, ones], axis=1)
    if isinstance(last, Softmax):
        return scores
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _fill(ax: "Axes", along: list[Array], probabilities: Array) -> None:
    """The colour of the most probable class, mixed with white."""
    from matplotlib.colors import to_rgb

    classes = probabilities.shape[-1]
    hues = np.array([to_rgb(colour(k)) for k in range(classes)])[probabilities.argmax(axis=-1)]
    sure = (probabilities.max(axis=-1, keepdims=True) - 1 / classes) / (1 - 1 / classes)
    steps = [(line[1] - line[0]) / 2 for line in along]
    box = (along[0][0] - steps[0], along[0][-1] + steps[0], along[1][0] - steps[1], along[1][-1] + steps[1])
    ax.imshow(1 - 0.55 * sure * (1 - hues), extent=box, origin="lower", aspect="auto", interpolation="nearest")


def _lines(ax: "Axes", along: list[Array], probabilities: Array) -> None:
    """Lines where another class becomes the most probable."""
    for number in range(1 if probabilities.shape[-1] == 2 else 0, probabilities.shape[-1]):
        others = np.delete(probabilities, number, axis=-1).max(axis=-1)
        lead = probabilities[..., number] - others
        if lead.min() < 0 < lead.max():
            ax.contour(*along, lead, levels=[0.0], colors="k", linewidths=1.0)
