"""Right solutions of `sobolev` in other styles, the numbers of its text, and what minnet makes of the same."""

import numpy as np
import pytest

import minnet as mn


def outputs_in_loops(x, w, b, v, c):
    y, y1 = [], []
    for s in x:
        h = [np.tanh(wj * s + bj) for wj, bj in zip(w, b, strict=True)]
        y.append(c + sum(vj * hj for vj, hj in zip(v, h, strict=True)))
        y1.append(sum(vj * wj * (1 - hj * hj) for vj, wj, hj in zip(v, w, h, strict=True)))
    return y, y1


def outputs_in_columns(x, w, b, v, c):
    z = w[:, None] * x[None, :] + b[:, None]
    return (v[:, None] * np.tanh(z)).sum(axis=0) + c, (v * w) @ (1 / np.cosh(z) ** 2)


def loss_in_a_loop(y, y1, t, t1, weight=1.0):
    n, total, dy, dy1 = len(y), 0.0, np.zeros(len(y)), np.zeros(len(y))
    for k in range(n):
        total += ((y[k] - t[k]) ** 2 + weight * (y1[k] - t1[k]) ** 2) / n
        dy[k] = 2 / n * (y[k] - t[k])
        dy1[k] = 2 / n * weight * (y1[k] - t1[k])
    return total, dy, dy1


def loss_by_products(y, y1, t, t1, weight=1.0):
    e, e1 = np.subtract(y, t), np.subtract(y1, t1)
    return float((e @ e + weight * e1 @ e1) / e.size), e * (2 / e.size), e1 * (2 * weight / e.size)


def gradients_in_loops(x, dy, dy1, w, b, v):
    dw, db, dv = (np.zeros(len(w)) for _ in range(3))
    for k in range(len(x)):
        for j in range(len(w)):
            h = np.tanh(w[j] * x[k] + b[j])
            slope = 1 - h**2
            dv[j] += dy[k] * h + dy1[k] * w[j] * slope
            dz = dy[k] * v[j] * slope - 2 * dy1[k] * v[j] * w[j] * h * slope
            db[j] += dz
            dw[j] += dz * x[k] + dy1[k] * v[j] * slope
    return dw, db, dv, sum(dy)


def gradients_by_einsum(x, dy, dy1, w, b, v):
    h = np.tanh(x[:, None] * w + b)
    slope, bend = 1 - h**2, -2 * h + 2 * h**3
    dv = np.einsum("n,nj->j", dy, h) + np.einsum("n,nj,j->j", dy1, slope, w)
    db = np.einsum("n,nj,j->j", dy, slope, v) + np.einsum("n,nj,j,j->j", dy1, bend, v, w)
    dw = np.einsum("n,n,nj,j->j", dy, x, slope, v) + np.einsum("n,nj,j->j", dy1, slope, v)
    return [dw + np.einsum("n,n,nj,j,j->j", dy1, x, bend, v, w), db, dv, dy.sum()]


VARIANTS = [
    {"values_and_slopes": outputs_in_loops, "sobolev_loss": loss_in_a_loop, "gradients": gradients_in_loops},
    {"values_and_slopes": outputs_in_columns, "sobolev_loss": loss_by_products},
    {"gradients": gradients_by_einsum},
]


def worked(values_and_slopes, sobolev_loss, gradients):
    x, w, b, v = np.array([1.0]), np.array([2.0]), np.log([2.0]) - 2, np.array([5.0])
    assert np.ravel(values_and_slopes(x, w, b, v, 1.0)) == pytest.approx([4, 6.4])
    known = (np.array(part) for part in ([4.0, 1.0], [6.4, 0.0], [3.0, 1.0], [6.9, 0.0]))
    loss, dy, dy1 = sobolev_loss(*known, weight=4.0)
    assert loss == pytest.approx(1)
    assert np.ravel([dy, dy1]) == pytest.approx([1, 0, -2, 0])
    result = gradients(x, np.array([2.0]), np.array([-2.0]), w, b, v)
    assert np.hstack(result) == pytest.approx([15.36, 21.76, -1.36, 2])


def against_minnet(values_and_slopes, sobolev_loss, gradients):
    rng = np.random.default_rng(0)
    x, t, t1 = rng.normal(size=(3, 6))
    net = mn.Network([mn.Dense(1, 4), mn.Tanh(), mn.Dense(4, 1)], rng=0)
    net.theta = rng.normal(size=net.theta.size)
    w, b, v, c = (part.ravel().copy() for layer in net.layers[::2] for part in (layer.W, layer.b))
    with mn.use_kernels("numpy"):
        jet = net.jet(x, order=1)
        right_y, right_y1 = jet.value[:, 0].copy(), jet.first[0, :, 0].copy()
        y, y1 = values_and_slopes(x, w, b, v, c[0])
        assert y == pytest.approx(right_y)
        assert y1 == pytest.approx(right_y1)
        loss, dy, dy1 = sobolev_loss(y, y1, t, t1, weight=0.7)
        target = mn.Sobolev((1.0, 0.7)).prepare(mn.Jet(t, first=t1), 6, (1,), float, "y")
        right_loss, slopes = mn.Sobolev((1.0, 0.7))(np.stack([y, y1])[..., np.newaxis], target)
        assert loss == pytest.approx(right_loss)
        assert np.stack([dy, dy1]) == pytest.approx(slopes[..., 0])
        net.backward(mn.Jet(dy, first=dy1))
        assert np.hstack(gradients(x, dy, dy1, w, b, v)) == pytest.approx(net.gradient())
