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
# # 2. Backpropagation
#
# Tutorial 1 trained one neuron with three parameters. Stack neurons in layers, and the parameters are soon thousands.
# **How does each of them learn in which direction to move, and how do we know that the answer is right?**
#
# First we pass forward and backward through a small network by hand, in a few lines of NumPy, and compare with
# `minnet`. Then we learn to check a gradient without any reference. Then we give the network a problem that no single
# neuron can solve.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from sklearn.datasets import make_circles

import minnet as mn

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too

# %% [markdown]
# ## Forward
#
# Two inputs, eight hidden neurons with $\tanh$, one output. Arrays are `(samples, features)`, and the indices are those
# of tutorial 1: $n$ sample, $i$ input, $o$ output; $m$ counts the hidden neurons in between.
#
# $$z_{nm} = \sum_i x_{ni} W^{(1)}_{im} + b^{(1)}_m, \qquad a_{nm} = \tanh z_{nm}, \qquad
#   y_{no} = \sum_m a_{nm} W^{(2)}_{mo} + b^{(2)}_o.$$
#
# Why the $\tanh$? Without it, two layers would be one: a linear map of a linear map is linear.

# %%
rng = np.random.default_rng(0)
x = rng.standard_normal((5, 2))
t = np.array([[0.0], [1.0], [1.0], [0.0], [1.0]])
W1, b1 = rng.standard_normal((2, 8)), rng.standard_normal(8)
W2, b2 = rng.standard_normal((8, 1)), rng.standard_normal(1)

z = x @ W1 + b1
a = np.tanh(z)
y = a @ W2 + b2
print("x", x.shape, "-> a", a.shape, "-> y", y.shape, " parameters:", sum(p.size for p in (W1, b1, W2, b2)))

# %% [markdown]
# ## Backward: sweep, then contract
#
# Let $L$ be the loss, a single number. Write $\mathrm{d}y$ for $\partial L / \partial y$, an array shaped like $y$ that
# says for each sample and output how $L$ answers to it. It is called the *cotangent* of $y$. Every quantity has one.
#
# A layer must answer two questions.
#
# 1. **Sweep.** Given the cotangent of my outputs, what is that of my inputs? Input $i$ acts on $L$ through every output
#    $o$, so all these ways are added up: for $y = xW + b$,
#    $\mathrm{d}x_{ni} = \sum_o \mathrm{d}y_{no} W_{io}$. For $a = \tanh z$, each number goes by itself:
#    $\mathrm{d}z = (1 - a^2)\, \mathrm{d}a$.
# 2. **Contract.** What is the gradient by my parameters? *Inputs times cotangents, summed over samples:*
#    $\mathrm{d}W_{io} = \sum_n x_{ni}\, \mathrm{d}y_{no}$ and $\mathrm{d}b_o = \sum_n \mathrm{d}y_{no}$.
#
# The sweep starts at the loss. For the log loss of tutorial 1, $\mathrm{d}y = (\sigma(y) - t) / N$: answer minus truth.

# %%
dy = (1 / (1 + np.exp(-y)) - t) / len(x)

da = dy @ W2.T  # sweep: cotangents travel back to the inputs
dz = (1 - a**2) * da
dx = dz @ W1.T

dW2, db2 = a.T @ dy, dy.sum(axis=0)  # contract: inputs times cotangents, summed over samples
dW1, db1 = x.T @ dz, dz.sum(axis=0)

# %% [markdown]
# That is all of backpropagation. Look at the shapes: there is hardly another way to make the products fit. If you
# forget a formula, let the shapes remind you.
#
# Look at the cost, too. The sweep and the contraction are four matrix products, the forward pass is two. So *all*
# slopes together cost about as much as two forward passes, for 33 parameters as for 33 million. Moving every parameter
# a little and looking what happens would take two passes for *each* of them.
#
# ## The same in minnet
#
# A `Network` keeps the parameters of all layers in one vector, `theta`, and the gradient in another, layer after layer:
# $W$, then $b$. `backward` sweeps, `gradient` contracts.

# %%
net = mn.Network(
    [
        mn.Dense(2, 8, weights=W1, bias=b1),
        mn.Tanh(),
        mn.Dense(8, 1, weights=W2, bias=b2),
    ]
)
loss = mn.BinaryCrossEntropy()

y_net = net(x)
value, dy_net = loss(y_net, t)
dx_net = net.backward(dy_net)
grad = net.gradient()

by_hand = np.concatenate([dW1.ravel(), db1, dW2.ravel(), db2])
print(net.summary())
print("largest difference of the gradients:", abs(grad - by_hand).max())
assert np.allclose(y_net, y, rtol=0, atol=1e-12)
assert np.allclose(dy_net, dy, rtol=0, atol=1e-12)
assert np.allclose(dx_net, dx, rtol=0, atol=1e-12)
assert np.allclose(grad, by_hand, rtol=0, atol=1e-12)

# %% [markdown]
# ## Who checks the checker?
#
# Two programs agree. But they share one head: had we got $\tanh'$ wrong on paper, both would be wrong. The definition
# of the derivative is an independent witness. Choose
#
# - a random direction $v$ in the space of parameters, of length 1,
# - a random cotangent $u$, shaped like $y$,
#
# and look at the single number $\varphi(\theta) = \sum_{no} u_{no}\, y_{no}(\theta)$. Its slope along $v$ can be had in
# two ways:
#
# $$\underbrace{v \cdot \nabla \varphi}_{\text{backpropagation, started with } u} \quad\text{and}\quad
#   \underbrace{\frac{\varphi(\theta + h v) - \varphi(\theta - h v)}{2h}}_{\text{forward passes only}}.$$
#
# One random direction tests all parameters at once. If any slope is wrong, it would take a miracle for the errors to
# cancel in $v \cdot \nabla \varphi$.


# %%
def forward(x, theta):
    W1, b1, W2, b2 = theta
    a = np.tanh(x @ W1 + b1)
    return a @ W2 + b2, a


def backward(x, a, theta, dy):
    _, _, W2, _ = theta
    dz = (1 - a**2) * (dy @ W2.T)
    return x.T @ dz, dz.sum(axis=0), a.T @ dy, dy.sum(axis=0)


def slope_by_difference(x, theta, u, v, h):
    up, _ = forward(x, [p + h * d for p, d in zip(theta, v, strict=True)])
    down, _ = forward(x, [p - h * d for p, d in zip(theta, v, strict=True)])
    return np.sum(u * (up - down)) / (2 * h)


def slope_by_backpropagation(x, theta, u, v, backward):
    _, a = forward(x, theta)
    return sum(np.sum(g * d) for g, d in zip(backward(x, a, theta, u), v, strict=True))


theta = (W1, b1, W2, b2)
v = [rng.standard_normal(p.shape) for p in theta]
length = np.sqrt(sum(np.sum(d**2) for d in v))
v = [d / length for d in v]
u = rng.standard_normal(y.shape)
measured = slope_by_difference(x, theta, u, v, h=1e-5)
swept = slope_by_backpropagation(x, theta, u, v, backward)
print(f"central difference {measured:.12f}   backpropagation {swept:.12f}")
assert abs(swept - measured) < 1e-9 * abs(measured)

# %% [markdown]
# ## A bug, planted on purpose
#
# A common one: somebody forgets the derivative of the activation. The shapes fit, and nothing crashes. Training goes
# badly, and one blames the learning rate. The check sees it at once.


# %%
def backward_with_bug(x, a, theta, dy):
    _, _, W2, _ = theta
    dz = dy @ W2.T  # where is 1 - a**2?
    return x.T @ dz, dz.sum(axis=0), a.T @ dy, dy.sum(axis=0)


wrong = slope_by_backpropagation(x, theta, u, v, backward_with_bug)
print(f"central difference {measured:.6f}   with the bug {wrong:.6f}")
assert abs(wrong - measured) > 0.1 * abs(measured)

# %% [markdown]
# And where is it? Let $v$ move one array at a time, and leave the others alone.

# %%
for k, name in enumerate(("W1", "b1", "W2", "b2")):
    v_k = [d if j == k else np.zeros_like(d) for j, d in enumerate(v)]
    difference = slope_by_difference(x, theta, u, v_k, h=1e-5)
    error = abs(slope_by_backpropagation(x, theta, u, v_k, backward_with_bug) / difference - 1)
    print(f"{name}: relative error {error:.0e}")
    assert (error > 0.1) if name in ("W1", "b1") else (error < 1e-8)

# %% [markdown]
# `W2` and `b2` are right, `W1` and `b1` are wrong. The sweep passes the second layer first. So the bug sits between the
# two layers: at the $\tanh$.
#
# ## How small a step?
#
# The smaller, the better? No. Taylor's formula gives the central difference's *truncation* error,
#
# $$\frac{\varphi(h) - \varphi(-h)}{2h} = \varphi'(0) + \tfrac16 \varphi'''(0)\, h^2 + \dots,$$
#
# which falls like $h^2$. But $\varphi$ itself is known only to a relative $\varepsilon \approx 10^{-16}$, and this
# *rounding* error is divided by $2h$: it grows like $1/h$. The best $h$ balances the two,
# $h^2 \sim \varepsilon / h$, so $h \sim \varepsilon^{1/3} \approx 10^{-5}$. Both branches can be seen:

# %%
steps = np.logspace(-12, 0, 73)
right, buggy = (
    np.array([abs(s / slope_by_difference(x, theta, u, v, step) - 1) for step in steps]) for s in (swept, wrong)
)

fig, ax = plt.subplots(figsize=(7.5, 5), layout="constrained")
ax.loglog(steps, buggy, "s", ms=4, color=ORANGE, label="the bug: no step helps")
ax.loglog(steps, right, "o", ms=4, color=BLUE, label="the right gradient")
truncation = right[steps > 1e-3][0] * (steps / steps[steps > 1e-3][0]) ** 2
rounding = np.finfo(float).eps * np.sum(abs(u * y)) / abs(swept) / steps
ax.loglog(steps[steps > 2e-6], truncation[steps > 2e-6], "-", color=GREEN, label="truncation, slope $+2$")
ax.loglog(steps[steps < 1e-4], rounding[steps < 1e-4], "--", color="black", label="rounding, slope $-1$")
ax.set(xlabel="step $h$ (dimensionless)", ylabel="relative difference of the two slopes (dimensionless)")
ax.set_title("Gradient check: the error against the step")
ax.legend(loc="center", bbox_to_anchor=(0.52, 0.7))
ax.grid(alpha=0.3)

branch = (steps > 1e-4) & (steps < 3e-2)
measured_slope = np.polyfit(np.log(steps[branch]), np.log(right[branch]), 1)[0]
print(f"slope of the truncation branch: {measured_slope:.2f}")
assert abs(measured_slope - 2) < 0.05
assert 1e-7 < steps[right.argmin()] < 1e-3
assert buggy[steps < 1e-2].min() > 0.1

# %% [markdown]
# A right gradient draws a V. A wrong one draws a floor. When in doubt whether $10^{-6}$ is "close enough", do not
# guess: change $h$ and see which of the two it is.
#
# ## Never with ones
#
# Why a *random* cotangent $u$? It would be simpler to sum the outputs, that is, to take $u = 1$ everywhere. Look what
# happens for a softmax, $p_o = e^{x_o} / \sum_j e^{x_j}$. Its backward sweep is
#
# $$\mathrm{d}x_{ni} = p_{ni} \Bigl(\mathrm{d}y_{ni} - \sum_o p_{no}\, \mathrm{d}y_{no}\Bigr).$$
#
# Below, one version is right, and one forgets the first $p$. Both are checked with ones, and with a random cotangent.


# %%
def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax_backward(p, dy):
    return p * (dy - (p * dy).sum(axis=1, keepdims=True))


def softmax_backward_with_bug(p, dy):
    return dy - (p * dy).sum(axis=1, keepdims=True)


scores, direction = rng.standard_normal((5, 3)), rng.standard_normal((5, 3))
random = rng.standard_normal((5, 3))
p, h = softmax(scores), 1e-5
errors = {}
for kind, cotangent in (("ones", np.ones((5, 3))), ("random", random)):
    difference = np.sum(cotangent * (softmax(scores + h * direction) - softmax(scores - h * direction))) / (2 * h)
    for name, sweep in (("right", softmax_backward), ("wrong", softmax_backward_with_bug)):
        errors[kind, name] = abs(np.sum(direction * sweep(p, cotangent)) - difference)
        print(f"cotangent {kind:6}  version {name}: error {errors[kind, name]:.0e}")
assert errors["ones", "right"] < 1e-9
assert errors["ones", "wrong"] < 1e-9  # the check is blind
assert errors["random", "right"] < 1e-9
assert errors["random", "wrong"] > 0.1  # now it sees

# %% [markdown]
# The outputs of a softmax add up to 1, whatever the inputs. With ones, $\varphi$ is constant, every slope is 0, and
# both versions return 0. The check compares nothing with nothing and is content. A random $u$ has no such blind spot.
#
# Here is `minnet`'s own `Softmax`, under the same random cotangent.

# %%
softmax_net = mn.Network([mn.Dense(3, 3, weights=np.eye(3)), mn.Softmax()])
softmax_net(scores)
assert np.allclose(softmax_net.backward(random), softmax_backward(p, random), rtol=0, atol=1e-12)

# %% [markdown]
# ## A problem for more than one neuron
#
# The study (Provost and Akakpo, *Convex Optimization Project: Adam Optimizer*, 2023) goes on from blobs to circles: one
# class inside the other, here with 1000 points in place of its 10,000. **What can a line do here?**

# %%
x, labels = make_circles(n_samples=1000, noise=0.1, factor=0.3, random_state=0)
x_fresh, labels_fresh = make_circles(n_samples=1000, noise=0.1, factor=0.3, random_state=1)  # to test with
t = labels[:, np.newaxis].astype(float)


def accuracy(net, x, labels):
    return np.mean((net(x)[:, 0] >= 0) == (labels == 1))


def fit_circles(net, rng):
    """150 epochs of Adam in batches of 50; returns the loss of each epoch."""
    history = mn.fit(
        net, x, t, loss=mn.BinaryCrossEntropy(), optimizer=mn.Adam(0.01), epochs=150, batch_size=50, rng=rng
    )
    return history.history["loss"]


line_losses, line_accuracies = [], []
for seed in range(10):
    rng = np.random.default_rng(seed)
    line = mn.Network([mn.Dense(2, 1)], rng=rng)
    line_losses.append(fit_circles(line, rng))
    line_accuracies.append(accuracy(line, x, labels))
print(f"a neuron: log loss {np.mean(line_losses, axis=0)[-1]:.4f}; log 2 = {np.log(2):.4f}")
print("accuracies:", np.sort(line_accuracies))
assert max(abs(losses[-1] - np.log(2)) for losses in line_losses) < 0.005
assert max(line_accuracies) < 0.7

# %% [markdown]
# The neuron learns nothing. Its log loss is $\log 2$, what one pays for always answering "one half", and that is nearly
# what it answers: by symmetry, no direction is better than any other. Its accuracy is an accident of which side of an
# almost arbitrary line is called what. Draw other seeds and it changes; the loss does not.
#
# ## Eight hidden neurons

# %%
deep_losses, deep_nets = [], []
for seed in range(10):
    rng = np.random.default_rng(seed)
    deep = mn.mlp([2, 8, 1], "tanh", rng=rng)
    deep_losses.append(fit_circles(deep, rng))
    deep_nets.append(deep)
deep_accuracies = [accuracy(deep, x_fresh, labels_fresh) for deep in deep_nets]
print(f"the network: log loss {min(l[-1] for l in deep_losses):.4f} to {max(l[-1] for l in deep_losses):.4f}")
print("accuracies on fresh points:", np.sort(deep_accuracies))
assert min(deep_accuracies) >= 0.99

fig, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
epochs = np.arange(1, 151)
ax.plot(epochs, np.transpose(line_losses), color=ORANGE, ls="--", lw=1)
ax.plot(epochs, np.transpose(deep_losses), color=BLUE, lw=1)
ax.set(xlabel="epoch", ylabel="log loss (nats per sample, logarithmic)", yscale="log")
ax.set_title("Ten seeds each: a neuron stays at log 2, a hidden layer learns")
handles = [Line2D([], [], color=ORANGE, ls="--"), Line2D([], [], color=BLUE)]
ax.legend(handles, ["one neuron", "eight hidden neurons"], loc="lower left")
ax.grid(alpha=0.3)

# %% [markdown]
# ## What the hidden neurons do
#
# Each hidden neuron is undecided along a line of its own, where its $z_{nm} = 0$. The output neuron weighs them up and
# encloses the inner class. The thin lines below are those of the eight hidden neurons.

# %%
shades = LinearSegmentedColormap.from_list("classes", [BLUE, "white", ORANGE])
axis = np.linspace(-1.6, 1.6, 161)
grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)

fig, axes = plt.subplots(1, 2, figsize=(10.5, 5.2), sharey=True, layout="constrained")
for ax, net, title in ((axes[0], line, "One neuron"), (axes[1], deep, "Eight hidden neurons")):
    probability = 1 / (1 + np.exp(-net(grid).reshape(161, 161)))
    filled = ax.contourf(axis, axis, probability, levels=np.linspace(0, 1, 21), cmap=shades, alpha=0.6)
    ax.contour(axis, axis, probability, levels=[0.5], colors="black", linewidths=2)
    for k, color, marker in ((0, BLUE, "o"), (1, ORANGE, "^")):
        ax.scatter(*x[labels == k].T, s=10, c=color, marker=marker, linewidths=0)
    ax.set(xlabel="input $x_0$ (dimensionless)", aspect="equal", xlim=(-1.6, 1.6), ylim=(-1.6, 1.6))
    ax.set_title(f"{title}: accuracy {accuracy(net, x, labels):.3f}")
axes[0].set_ylabel("input $x_1$ (dimensionless)")
hidden = deep.layers[0]
for m in range(8):
    axes[1].axline(
        -hidden.b[m] * hidden.W[:, m] / (hidden.W[:, m] @ hidden.W[:, m]),
        slope=-hidden.W[0, m] / hidden.W[1, m],
        color="black",
        ls=":",
        lw=1,
    )
handles = [
    Line2D([], [], color=BLUE, marker="o", ls=""),
    Line2D([], [], color=ORANGE, marker="^", ls=""),
    Line2D([], [], color="black", lw=2),
    Line2D([], [], color="black", ls=":", lw=1),
]
names = ["class 0", "class 1", "decision boundary, $p = 1/2$", "a hidden neuron's line"]
fig.legend(handles, names, loc="outside lower center", ncols=4)
fig.colorbar(filled, ax=axes, label="probability of class 1 (dimensionless)", ticks=[0, 0.25, 0.5, 0.75, 1])
fig.suptitle("A line cannot enclose anything")
assert accuracy(deep, x, labels) >= 0.99

# %% [markdown]
# ## Where to read on
#
# You can read all of this in `minnet` now. Nothing there is more than you have written above.
#
# 1. `minnet/layers/dense.py`: a layer that sweeps and contracts.
# 2. `minnet/kernels/formulas/activations.py`: every activation and its slopes, in a few lines each.
# 3. `minnet/kernels/formulas/jets.py`: the same sweep when derivatives by the *inputs* travel along.
# 4. `minnet/network.py`: layers in a row, and the vector `theta`.
# 5. `minnet/training/step.py`: a batch, a loss, a sweep, an update. You will recognise each line of `Supervised.step`.
# 6. `minnet/training/loop.py`: epochs of batches. Look for the function `run_epoch`.
#
# ## Exercises
#
# 1. **How many are enough?** Train with 1, 2, 3 and 4 hidden neurons. Where does the accuracy jump, and why there?
#    *Hint: how many straight lines does it take to enclose a region?*
# 2. **A loss of 17?** For its networks the study reports losses such as 16 and 17, although a network that always
#    answers "one half" has a log loss of 0.69. Its code adds $10^{-15}$ under both logarithms, and passes targets and
#    answers in the wrong order. Show that it then computes nearly $34.5$ times the mean of $|a - t|$. What is that for
#    $a = 1/2$? *Hint:* $-\log 10^{-15} \approx 34.5$, *and* $t$ *is 0 or 1.*
# 3. **Live with the bug.** Train the network by hand on the circles, 2000 full-batch steps with a learning rate of 0.1,
#    once with `backward` and once with `backward_with_bug`. What accuracy does each reach? Then plant a bug of your
#    own, and let a friend find it with the check. *Hint: start from weights of about 0.5 times a standard normal draw.*

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
