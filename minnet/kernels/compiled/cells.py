"""One step of the cells of recurrent layers, and one back.

Every loop runs over all units of a group of samples, and over few arrays, so that the compiler can tell that they do
not overlap. `gates` is where the step's first gate begins in a, `sums` the same in da, and `apart` the distance between
gates.
"""

from minnet.kernels.compiled import overloads  # noqa: F401  (Numba must know the formulas before it compiles the loops)
from minnet.kernels.compiled.cache import inner
from minnet.kernels.compiled.tuning import tuned
from minnet.kernels.compiled.views import view
from minnet.kernels.formulas.activations import sigmoid_1, tanh_1
from minnet.kernels.formulas.elementary import quick_sigmoid, quick_tanh


@inner
def apply(f, values):
    """A gate's nonlinearity, in place."""
    tuned()
    for m in range(values.size):
        values[m] = f(values[m])


@inner
def rnn(a, gates, h):
    tuned()
    sums = view(a, gates, (h.size,))
    apply(quick_tanh, sums)
    for m in range(h.size):
        h[m] = sums[m]


@inner
def lstm(a, gates, apart, before, c, h):
    tuned()
    M = h.size
    i, f = view(a, gates, (M,)), view(a, gates + apart, (M,))
    g, o, squashed = (
        view(a, gates + 2 * apart, (M,)),
        view(a, gates + 3 * apart, (M,)),
        view(a, gates + 4 * apart, (M,)),
    )
    apply(quick_sigmoid, i)
    apply(quick_sigmoid, f)
    apply(quick_tanh, g)
    apply(quick_sigmoid, o)
    for m in range(M):
        c[m] = f[m] * before[m] + i[m] * g[m]
    for m in range(M):
        squashed[m] = c[m]
    apply(quick_tanh, squashed)
    for m in range(M):
        h[m] = o[m] * squashed[m]


@inner
def gru(a, gates, apart, h):
    tuned()
    M = h.size
    r, z, n = view(a, gates, (M,)), view(a, gates + apart, (M,)), view(a, gates + 2 * apart, (M,))
    by_state, difference = view(a, gates + 3 * apart, (M,)), view(a, gates + 4 * apart, (M,))
    apply(quick_sigmoid, r)
    apply(quick_sigmoid, z)
    for m in range(M):
        n[m] += r[m] * by_state[m]
    apply(quick_tanh, n)
    for m in range(M):
        difference[m] = h[m] - n[m]
    for m in range(M):
        h[m] = n[m] + z[m] * difference[m]


@inner
def slope(f_1, d, factor, values, result):
    """``result = d factor f'``, with f' in terms of the values of f."""
    tuned()
    zero = values.dtype.type(0)
    for m in range(result.size):
        result[m] = d[m] * factor[m] * f_1(values[m], values[m], zero)


@inner
def rnn_back(dh, a, gates, da, sums):
    tuned()
    h, result, zero = view(a, gates, (dh.size,)), view(da, sums, (dh.size,)), dh.dtype.type(0)
    for m in range(dh.size):
        result[m] = dh[m] * tanh_1(h[m], h[m], zero)


@inner
def lstm_back(dh, dc, a, gates, apart, before, da, sums):
    tuned()
    M, zero = dh.size, dh.dtype.type(0)
    i, f = view(a, gates, (M,)), view(a, gates + apart, (M,))
    g, o, squashed = (
        view(a, gates + 2 * apart, (M,)),
        view(a, gates + 3 * apart, (M,)),
        view(a, gates + 4 * apart, (M,)),
    )
    slope(sigmoid_1, dh, squashed, o, view(da, sums + 3 * apart, (M,)))
    for m in range(M):
        dc[m] += dh[m] * o[m] * tanh_1(squashed[m], squashed[m], zero)
    slope(sigmoid_1, dc, g, i, view(da, sums, (M,)))
    slope(sigmoid_1, dc, before, f, view(da, sums + apart, (M,)))
    slope(tanh_1, dc, i, g, view(da, sums + 2 * apart, (M,)))
    for m in range(M):
        dc[m] *= f[m]


@inner
def gru_back(dh, a, gates, apart, da, sums):
    """Leaves in dh that part which does not go through a gate."""
    tuned()
    M, zero = dh.size, dh.dtype.type(0)
    r, z, n = view(a, gates, (M,)), view(a, gates + apart, (M,)), view(a, gates + 2 * apart, (M,))
    by_state, difference = view(a, gates + 3 * apart, (M,)), view(a, gates + 4 * apart, (M,))
    dn, dn_by_state = view(da, sums + 2 * apart, (M,)), view(da, sums + 3 * apart, (M,))
    slope(sigmoid_1, dh, difference, z, view(da, sums + apart, (M,)))
    for m in range(M):
        dn[m] = (dh[m] - dh[m] * z[m]) * tanh_1(n[m], n[m], zero)
    for m in range(M):
        dn_by_state[m] = dn[m] * r[m]
    slope(sigmoid_1, dn, by_state, r, view(da, sums, (M,)))
    for m in range(M):
        dh[m] *= z[m]
