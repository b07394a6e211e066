"""Known inputs: variables that drive the equations, and have none of their own.

Between two samples an input is a polynomial of the time, of degree 3 or less, so ``du/dt = u'``, ``du'/dt = u''``,
``du''/dt = u'''`` and ``du'''/dt = 0`` lead it from one to the next: an autonomous system, and the steps that lead the
states lead the inputs along with them. `k` counts inputs.
"""

from collections.abc import Sequence

import numpy as np

from minnet import kernels
from minnet.dynamics import Library, Method, Polynomial
from minnet.kernels.numpy.flows import library_flow
from minnet.types import Array

BETWEEN = "spline", "linear", "hold"


def derivatives(t: Array, u: Array, between: str) -> Array:
    """Inputs (n, k) and their first three derivatives just after each sample (n, 4, k)."""
    result = np.zeros((len(u), 4, u.shape[1]))
    result[:, 0] = u
    if between == "linear":
        result[:-1, 1] = np.diff(u, axis=0) / np.diff(t)[:, None]
    if between == "spline" and len(t) > 1:
        from scipy.interpolate import CubicSpline

        c = CubicSpline(t, u, axis=0).c  # of the cube first
        result[:-1, 1], result[:-1, 2], result[:-1, 3] = c[2], 2 * c[1], 6 * c[0]
    return result


class Driven(Library):
    """A library of states and inputs, whose points are states, inputs, and the inputs' three derivatives (i + 4 k)."""

    def __init__(self, library: Library, states: int, inputs: int) -> None:
        self.library, self.states, self.inputs = library, states, inputs

    def names(self, variables: Sequence[str]) -> list[str]:
        n = self.states + self.inputs
        return [*self.library.names(variables[:n]), *variables[n:]]

    def stages(self, variables: int) -> list[int]:
        return self.library.stages(self.states + self.inputs)

    def evaluate(self, x: Array) -> tuple[Array, Array]:
        """Terms, and after them the inputs' derivatives."""
        n, extra = self.states + self.inputs, 3 * self.inputs
        theta, slope = self.library.evaluate(x[:, :n])
        slopes = np.zeros((len(x), theta.shape[1] + extra, x.shape[1]))
        slopes[:, : theta.shape[1], :n] = slope
        slopes[:, theta.shape[1] :, n:] = np.eye(extra)
        return np.concatenate([theta, x[:, n:]], axis=1), slopes

    def flow(
        self,
        x: Array,
        S: Array,
        xi: Array,
        free: Array,
        method: Method,
        h: float,
        steps: int,
        path: Array,
        tangents: Array,
    ) -> None:
        rest = xi, xi[:0], free, method.A, method.b, method.carry, h, steps, path, tangents
        if isinstance(self.library, Polynomial):  # so are the inputs' derivatives, and the compiled kernel takes all
            n = self.states + self.inputs
            parent, factor = self.library.family(n)
            own = np.arange(n, x.shape[1])
            parent, factor = np.append(parent, np.zeros_like(own)), np.append(factor, own)
            kernels.active.polynomial_flow(x, S, parent, factor, *rest)
        else:
            library_flow(self.evaluate, x, S, *rest)


def driven_flow(
    library: Library, x: Array, S: Array, xi: Array, free: Array, method: Method, h: float, steps: int,
    path: Array, tangents: Array, forcing: Array,
) -> None:  # fmt: skip
    """As `Library.flow`, with inputs that are for each trajectory and sample what forcing (samples, n, 4, k) says."""
    (n, i), (t, _), k = x.shape, xi.shape, forcing.shape[-1]
    whole = np.zeros((t + 3 * k, i + 4 * k))
    whole[:t, :i] = xi
    for order in range(3):  # du/dt = u', and so on
        rows, columns = t + order * k + np.arange(k), i + order * k + np.arange(k)
        whole[rows, columns] = 1
    library = Driven(library, i, k)
    one_path, one_tangents = np.empty((1, n, i + 4 * k)), np.empty((1, n, i + 4 * k, S.shape[2]))
    for sample, inputs in enumerate(forcing):
        state = np.concatenate([x, inputs.reshape(n, 4 * k)], axis=1)
        first = np.concatenate([S, np.zeros((n, 4 * k, S.shape[2]))], axis=1)
        library.flow(state, first, whole, free, method, h, steps, one_path, one_tangents)
        x, S = one_path[0, :, :i].copy(), one_tangents[0, :, :i].copy()
        path[sample], tangents[sample] = x, S
