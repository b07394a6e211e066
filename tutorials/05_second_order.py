# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 5. Second order
#
# Adam takes tens of thousands of steps to fit a curve to three or four digits. **What would a method need to know to
# get twelve, in a hundred steps?**
#
# We fit two parameters by hand first, and find the step of Gauss, Newton, Levenberg and Marquardt. Then we do the same
# to a network, where its Jacobian comes from one backward sweep. Last, we notice that half of a network's parameters
# need no search at all.

# %%
import matplotlib.pyplot as plt
import numpy as np

import minnet as mn

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too

# %% [markdown]
# ## Two parameters
#
# A decay, measured without noise: $t_n = e^{-x_n}$. The model is $y_n = a\, e^{-b x_n}$, so the answer is
# $a = b = 1$. Residuals are errors, $r_n = y_n - t_n$, and the loss is half the sum of their squares,
# $C = \tfrac12 |r|^2$.
#
# Both parameters at once in one vector $\theta = (a, b)$. The *Jacobian* $J_{np} = \partial r_n / \partial \theta_p$
# says how each residual answers to each parameter, and the chain rule gives the gradient: $\nabla C = J^T r$.

# %%
x = np.linspace(0, 4, 30)
t = np.exp(-x)


def residuals(theta):
    a, b = theta
    return a * np.exp(-b * x) - t


def jacobian(theta):
    a, b = theta
    e = np.exp(-b * x)
    return np.column_stack([e, -a * x * e])


start = np.array([2.0, 3.0])
theta, downhill = start.copy(), [start]
for _ in range(200):
    theta = theta - 0.05 * jacobian(theta).T @ residuals(theta)
    downhill.append(theta)
print("gradient descent, 200 steps:", theta)

# %% [markdown]
# The gradient knows which way is down, not how far. For that we need curvature: how the gradient itself changes. Where
# the fit is good, residuals are small, and the second derivative of $C$ is nearly $J^T J$ (the other part is multiplied
# by $r$). *No second derivative had to be computed*: that is the privilege of sums of squares.
#
# A parabola with gradient $J^T r$ and curvature $J^T J$ has its lowest point at the step $v$ with
#
# $$J^T J\, v = -J^T r.$$
#
# This is Gauss's and Newton's step. Far from the answer, the parabola is a lie, and the step may be absurd. Levenberg's
# cure is a damping $\lambda$:
#
# $$(J^T J + \lambda \mathbb{1})\, v = -J^T r.$$
#
# With large $\lambda$ this is a short step downhill, with $\lambda = 0$ Newton's. Lower it after each success, raise it
# after each failure.

# %%
theta, damping, path = start.copy(), 1.0, [start]
for iteration in range(40):
    r, J = residuals(theta), jacobian(theta)
    v = np.linalg.solve(J.T @ J + damping * np.eye(2), -J.T @ r)
    if np.sum(residuals(theta + v) ** 2) < np.sum(r**2):
        theta, damping = theta + v, damping / 3
        path.append(theta)
    else:
        damping *= 2
    if iteration in (3, 6, 9, 12, 15):
        print(f"{iteration + 1:3} iterations: error {np.abs(theta - 1).max():.1e}, damping {damping:.1e}")
assert np.abs(theta - 1).max() < 1e-12

# %% [markdown]
# Once the parabola fits, the number of right digits nearly doubles with every step. In a picture of the loss, gradient
# descent falls into the valley and then creeps along its floor; the damped step turns and walks down the floor.

# %%
a, b = np.meshgrid(np.linspace(0, 2.6, 200), np.linspace(0, 3.3, 200))
costs = 0.5 * np.sum((a[..., None] * np.exp(-b[..., None] * x) - t) ** 2, axis=-1)
figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
axes.contour(a, b, np.log10(costs), levels=15, colors=GREY, linewidths=0.5, linestyles="solid")
axes.plot(*np.transpose(downhill), color=ORANGE, marker=".", markersize=3, label="gradient descent, 200 steps")
axes.plot(
    *np.transpose(path), color=BLUE, marker="o", markersize=4, label=f"Levenberg-Marquardt, {len(path) - 1} steps"
)
axes.plot(1, 1, "k*", markersize=12, label="the answer")
axes.set(xlabel="a", ylabel="b", title="Loss (lines: equal logarithm), and two ways down")
_ = axes.legend()

# %% [markdown]
# ## A network has a Jacobian too
#
# `net.jacobian(x)` is what `backward` and `gradient` compute, before the sum over samples: one row per sample. So the
# same thirteen lines train a network. The target is a gaussian, the network has one hidden layer of 20 neurons. Where
# it starts matters more than anything else: `steep` gives every neuron the slope 3, `spread` distributes the places
# where they bend over the interval, and `Rescale` brings $[-5, 5]$ to $[-1, 1]$.

# %%
nodes = -5 * np.cos(np.pi * (np.arange(200) + 0.5) / 200)  # denser towards the ends, as Chebyshev's are
target = mn.datasets.gaussian(nodes)
grid = np.linspace(-5, 5, 2001)


def fresh():
    first = mn.Dense(1, 20, weights="steep", bias="spread")
    return mn.Network([mn.Rescale(-5, 5), first, mn.Tanh(), mn.Dense(20, 1)], rng=0)


def error(net):
    return np.abs(net(grid)[:, 0] - mn.datasets.gaussian(grid)).max()


net, damping = fresh(), 1.0
for _ in range(60):
    r = net(nodes)[:, 0] - target
    J = net.jacobian(nodes)[:, 0]
    theta = net.theta.copy()
    v = np.linalg.solve(J.T @ J + damping * np.eye(theta.size), -J.T @ r)
    net.theta = theta + v
    if np.sum((net(nodes)[:, 0] - target) ** 2) < np.sum(r**2):
        damping /= 3
    else:
        net.theta, damping = theta, damping * 2
print(f"by hand, 60 iterations: largest error {error(net):.1e}")
assert error(net) < 1e-4

# %% [markdown]
# `mn.LevenbergMarquardt()` does this inside `fit`, with one refinement: its steps are bent along the curvature of the
# residuals (*geodesic acceleration*), for the price of one more evaluation. Next to it, `mn.LBFGS()`, which builds up
# its idea of the curvature from gradients alone, and Adam.

# %%
methods = {
    "Adam": (mn.Adam(0.01), 2000, GREY),
    "L-BFGS": (mn.LBFGS(), 500, ORANGE),
    "Levenberg-Marquardt": (mn.LevenbergMarquardt(), 200, BLUE),
    "variable projection": (mn.VariableProjection(), 100, GREEN),
}
mn.fit(fresh(), nodes, target, loss=mn.MeanSquaredError(), optimizer=mn.Adam(), epochs=1)  # compiles the kernels
figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
errors = {}
for name, (method, epochs, color) in methods.items():
    net = fresh()
    history = mn.fit(net, nodes, target, loss=mn.MeanSquaredError(), optimizer=method, epochs=epochs)
    losses = np.array(history.history["loss"])
    axes.loglog(np.arange(1, losses.size + 1), np.sqrt(losses), color=color, label=name)
    errors[name] = error(net)
    print(f"{name:22} {losses.size:5} iterations, {history.seconds:5.2f} s, largest error {errors[name]:.1e}")
axes.set(xlabel="iteration", ylabel="root mean square error", title="Four ways to fit a gaussian with 61 parameters")
axes.legend()
assert errors["variable projection"] < 1e-11 < errors["Levenberg-Marquardt"] < errors["Adam"]

# %% [markdown]
# ## Half of the parameters need no search
#
# The green line starts where the others never arrive. Look at the last layer: $y = \Phi c$, where the columns of
# $\Phi$ are the outputs of the hidden neurons (and ones, for the bias). For given neurons, the best $c$ is a *linear*
# problem, solved at once, by hand since Gauss:

# %%
net = fresh()
W, b = net.layers[1].W[0], net.layers[1].b
Phi = np.column_stack([np.tanh(nodes[:, None] / 5 * W + b), np.ones(nodes.size)])
c, *_ = np.linalg.lstsq(Phi, target, rcond=None)
print(f"20 neurons nobody has trained: largest error {np.abs(Phi @ c - target).max():.1e}")

# %% [markdown]
# What is left is a function of the neurons' parameters $\alpha$ alone: residuals $r(\alpha) = \Phi c(\alpha) - t$.
# Its Jacobian is simpler than one would fear. Moving $\alpha$ changes $\Phi$; the part of that change which $c$ can
# make up for lies in the space that the columns of $\Phi$ span, and is projected away. With $Q$ an orthonormal basis
# of that space,
#
# $$J = (\mathbb{1} - Q Q^T)\, \frac{\partial \Phi}{\partial \alpha}\, c.$$

# %%
net.layers[3].W, net.layers[3].b = c[:-1, None], c[-1]
Q, _ = np.linalg.qr(Phi)
inner = net.jacobian(nodes)[:, 0, :40]  # by the 20 slopes and 20 biases of the first layer
J = inner - Q @ (Q.T @ inner)
print(f"length of the Jacobian: {np.linalg.norm(inner):.1e}, projected: {np.linalg.norm(J):.1e}")
assert np.linalg.norm(J) < 1e-3 * np.linalg.norm(inner)

# %% [markdown]
# The projected Jacobian is thousands of times shorter: nearly all that the neurons could do, the output layer can make
# up for. That is why searching for both together goes so slowly: they undo each other's work. And it is why a damping
# of fixed size would smother these steps; `minnet` measures $\lambda$ against the first $J^T J$.
#
# Twelve digits of a function are nine or ten of its derivatives, for these are exact derivatives of the network:

# %%
net = fresh()
mn.fit(net, nodes, target, loss=mn.MeanSquaredError(), optimizer=mn.VariableProjection(), epochs=400)
jet = net.jet(grid)
g = mn.datasets.gaussian(grid)
for name, values, exact in (
    ("value", jet.value[:, 0], g),
    ("first derivative", jet.first[0, :, 0], -grid * g),
    ("second derivative", jet.second[0, :, 0], (grid**2 - 1) * g),
):
    print(f"{name:18} largest error {np.abs(values - exact).max():.1e}")
assert np.abs(jet.second[0, :, 0] - (grid**2 - 1) * g).max() < 1e-7

# %% [markdown]
# ## When not to
#
# A Jacobian has a row for each sample and a column for each parameter, and each step solves a system as large as the
# number of parameters. With 61 that takes a tenth of a millisecond, with 40 000 a minute and 13 GB. Noise sets a floor
# that no solver gets below. And batches, which make large data affordable, make $J^T J$ worthless. Second order is for
# small networks, smooth targets, and many digits.
#
# ## Exercises
#
# 1. Give the two-parameter fit noise of size 0.01. How many iterations are still worth it?
# 2. Replace `weights="steep"` by `"glorot_uniform"` and `bias="spread"` by `"zeros"`. How many digits are left?
# 3. Fit with ReLU instead of tanh. Which part of the argument breaks?
# 4. Write `inner - Q @ (Q.T @ inner)` as a gradient: show that $J^T r$ is the gradient of $\tfrac12 |r(\alpha)|^2$,
#    although $\partial c / \partial \alpha$ never appears.

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
