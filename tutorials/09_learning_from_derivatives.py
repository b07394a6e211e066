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
# # 9. Learning from derivatives
#
# A car is seen from the roadside now and then: that gives its position. Its speedometer gives the derivative of its
# position. Simulations often give derivatives for little more than the value. **What is a derivative worth to a
# network that learns the function?**
#
# A notebook fits $\sin x$ and $e^{\sin x}$ to values alone, then to values and slopes, and finds the second way
# significantly better. We teach slopes to a network by hand, look at what was compared, and count.

# %%
import matplotlib.pyplot as plt
import numpy as np

import minnet as mn

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too


def f(x):
    return np.exp(np.sin(x))


def slope(x):
    return np.cos(x) * f(x)


# %% [markdown]
# ## One more equation per point
#
# Take 15 bumps that nobody trains, $\phi_j(x) = \tanh(3 (x - c_j) / 5)$, and only look for their weights: $y = \Phi c$.
# Each known value is one linear equation for $c$. A known slope is one, too, since the slope of a sum is the sum of
# slopes: $y' = \Phi' c$, with $\phi_j' = \tfrac35 (1 - \phi_j^2)$. So write one below the other:
#
# $$\begin{pmatrix} \Phi \\ \Phi' \end{pmatrix} c = \begin{pmatrix} f \\ f' \end{pmatrix}.$$

# %%
centres = np.linspace(-0.5, 10.5, 15)
grid = np.linspace(0, 10, 1001)


def basis(x):
    phi = np.tanh(0.6 * (x[:, None] - centres))
    values = np.column_stack([phi, np.ones(len(x))])
    slopes = np.column_stack([0.6 * (1 - phi**2), np.zeros(len(x))])
    return values, slopes


def solve(points, with_slopes):
    x = np.linspace(0, 10, points)
    values, slopes = basis(x)
    matrix = np.concatenate([values, slopes]) if with_slopes else values
    known = np.concatenate([f(x), slope(x)]) if with_slopes else f(x)
    c, *_ = np.linalg.lstsq(matrix, known, rcond=1e-10)
    return basis(grid)[0] @ c


linear = {}
for points, with_slopes in ((8, False), (8, True), (16, False)):
    linear[points, with_slopes] = np.abs(solve(points, with_slopes) - f(grid)).max()
    what = "values and slopes" if with_slopes else "values"
    print(f"{points:2} points, {what:17}: largest error {linear[points, with_slopes]:.3f}")
assert linear[8, True] < 0.2 * linear[8, False]

# %% [markdown]
# Eight points do not determine sixteen weights; eight points with slopes do, about as well as sixteen points.
#
# ## Slopes through a network
#
# Now the bumps are to move: a hidden layer $h = \tanh(z)$, $z_n = x_n w + b$, and $y = h\, v + c$. Carry the derivative
# by $x$ along (a *jet*, tutorial 04). The first layer gives $z' = w$; then
#
# $$h' = (1 - h^2)\, z', \qquad y' = h' v .$$
#
# The loss is the sum of two mean squares, of the errors $e = y - f$ and $e' = y' - f'$. To go downhill we need its
# derivative by $w$, and $w$ acts in three ways: on $h$, and on both factors of $h'$. With cotangents
# $\bar y = 2 e / N$ and $\bar y' = 2 e' / N$, $\bar h = \bar y\, v$ and $\bar h' = \bar y' v$, the chain rule backwards
# reads
#
# $$\bar z = (1 - h^2)\, \bar h - 2 h (1 - h^2)\, z'\, \bar h', \qquad \bar z' = (1 - h^2)\, \bar h' .$$
#
# The second derivative of tanh has come in: who trains on slopes needs an activation with a curvature. Then, summed
# over points, $\bar w = \sum_n (\bar z_n x_n + \bar z'_n)$ and $\bar b = \sum_n \bar z_n$.


# %%
def by_hand(x, w, b, v, c):
    """Loss, and its gradient by w, b, v and c."""
    h = np.tanh(x[:, None] * w + b)
    bend = 1 - h**2
    dh = bend * w  # h'
    e, de = h @ v + c - f(x), dh @ v - slope(x)
    y_bar, dy_bar = 2 * e / len(x), 2 * de / len(x)
    h_bar, dh_bar = np.outer(y_bar, v), np.outer(dy_bar, v)
    z_bar = bend * h_bar - 2 * h * bend * w * dh_bar
    dz_bar = bend * dh_bar
    gradient = [(z_bar * x[:, None] + dz_bar).sum(0), z_bar.sum(0), y_bar @ h + dy_bar @ dh, [y_bar.sum()]]
    return np.mean(e**2) + np.mean(de**2), np.concatenate(gradient)


x, rng = np.linspace(0, 10, 20), np.random.default_rng(0)
theta = rng.standard_normal(16)  # five units
loss, gradient = by_hand(x, *np.split(theta[:15], 3), theta[15])
direction, step = rng.standard_normal(16), 1e-6
ahead, behind = (
    by_hand(x, *np.split(t[:15], 3), t[15])[0] for t in (theta + step * direction, theta - step * direction)
)
print(f"along a random direction: {gradient @ direction:.8f}, by a difference {(ahead - behind) / (2 * step):.8f}")
assert abs((ahead - behind) / (2 * step) / (gradient @ direction) - 1) < 1e-7

# %% [markdown]
# `minnet` does the same for any number of layers: the target is a `Jet`, the loss is `Sobolev`, after the spaces of
# functions whose distance counts derivatives (Czarnecki et al., 2017).

# %%
net = mn.Network([mn.Dense(1, 5), mn.Tanh(), mn.Dense(5, 1)])
net.theta = theta
target = mn.Jet(f(x), first=slope(x))
history = mn.fit(net, x, target, loss=mn.Sobolev(), optimizer=mn.SGD(0.01), epochs=1)
print(f"loss by hand {loss:.10f}, by minnet {history.history['loss'][0]:.10f}")
assert np.abs(net.grad - gradient).max() < 1e-12 * np.abs(gradient).max()

# %% [markdown]
# ## Compare the same quantity
#
# The notebook draws two curves into one figure: the loss with slopes and the loss without. But these are different
# quantities, one with an extra term. What one wants to know is the error of the *values*, for both. A callback measures
# it on the way.


# %%
class Watch(mn.Callback):
    """Mean squared error of the values after every epoch."""

    def __init__(self):
        self.errors = []

    def on_epoch_end(self, run):
        self.errors.append(np.mean((run.net(x)[:, 0] - f(x)) ** 2))


def uniform(shape, rng):
    """As PyTorch starts biases of a layer with one input: spread, where zeros would put all units in one place."""
    return rng.uniform(-1, 1, shape)


def network(seed):
    layers = [mn.Dense(1, 30, bias=uniform), mn.Tanh(), mn.Dense(30, 30), mn.Tanh(), mn.Dense(30, 1)]
    return mn.Network(layers, rng=seed)


x, epochs, seeds = np.linspace(0, 10, 100), 1500, range(5)
losses = {
    "values": (mn.MeanSquaredError(), f(x), BLUE),
    "values and slopes": (mn.Sobolev(), mn.Jet(f(x), first=slope(x)), ORANGE),
}
figure, axes = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
for name, (loss, target, color) in losses.items():
    for seed in seeds:
        net, watch = network(seed), Watch()
        history = mn.fit(net, x, target, loss=loss, optimizer=mn.Adam(0.003), epochs=epochs, callbacks=[watch])
        label = name if seed == 0 else None
        axes[0].semilogy(history.history["loss"], color=color, linewidth=0.8, label=label)
        axes[1].semilogy(watch.errors, color=color, linewidth=0.8)
axes[0].set(xlabel="epoch", ylabel="loss", title="What each of them minimises")
axes[1].set(xlabel="epoch", ylabel="mean squared error of values", title="The same for both")
_ = axes[0].legend()

# %% [markdown]
# Five first weights for each: the slopes do help. By how much? That depends on what else is done. Here is the error of
# the values in the end, for three learning rates, from the same first weights with and without slopes:

# %%
rms = {}
for rate in (0.001, 0.003, 0.01):
    for name, (loss, target, _) in losses.items():
        errors = []
        for seed in seeds:
            net = network(seed)
            mn.fit(net, x, target, loss=loss, optimizer=mn.Adam(rate), epochs=epochs)
            errors.append(np.sqrt(np.mean((net(x)[:, 0] - f(x)) ** 2)))
        rms[rate, name] = np.array(errors)
    values, slopes = (np.median(rms[rate, name]) for name in losses)
    smaller = np.sum(rms[rate, "values and slopes"] < rms[rate, "values"])
    print(f"learning rate {rate:5}: values {values:.4f}, with slopes {slopes:.4f}, smaller with slopes: {smaller} of 5")
assert np.median(rms[0.01, "values"]) < 2 * np.median(rms[0.001, "values and slopes"])

# %% [markdown]
# With slopes the error is smaller by a factor of three to five. But values alone with the largest learning rate get as
# far as slopes with the smallest: training was not finished. A comparison of losses at a single learning rate compares
# that, too (tutorial 07).
#
# ## Compare the data, not the training
#
# With 100 points the values say everything; what slopes changed was the way downhill. To see what they are worth as
# *data*, we take few points, and a method that finds what there is to find: variable projection (tutorial 05), which
# solves for the last layer as we did above.


# %%
everywhere = np.linspace(0, 10, 2001)


def largest_error(x, target, loss, units=30):
    first = mn.Dense(1, units, weights="steep", bias="spread")
    net = mn.Network([mn.Rescale(0, 10), first, mn.Tanh(), mn.Dense(units, 1)], rng=0)
    mn.fit(net, x, target, loss=loss, optimizer=mn.VariableProjection(), epochs=60)
    return np.abs(net(everywhere)[:, 0] - f(everywhere)).max()


def second(x):
    return f(x) * (np.cos(x) ** 2 - np.sin(x))


counts = np.array([12, 16, 20, 26, 32, 40])
errors = np.empty((3, len(counts)))
for column, n in enumerate(counts):
    x = np.linspace(0, 10, n)
    errors[0, column] = largest_error(x, f(x), mn.MeanSquaredError())
    errors[1, column] = largest_error(x, mn.Jet(f(x), slope(x)), mn.Sobolev())
    errors[2, column] = largest_error(x, mn.Jet(f(x), slope(x), second(x)), mn.Sobolev((1, 1, 1)))
figure, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True, layout="constrained")
names = "values", "values, slopes", "values, slopes, second derivatives"
for order, (name, color, marker) in enumerate(zip(names, (BLUE, ORANGE, GREEN), "os^", strict=True)):
    axes[0].semilogy(counts, errors[order], marker=marker, color=color)
    axes[1].semilogy(counts * (order + 1), errors[order], marker=marker, color=color, label=name)
axes[0].set(xlabel="points", ylabel="largest error", title="By the number of points")
axes[1].set(xlabel="numbers known", title="By the number of numbers")
axes[1].legend()
at_40 = errors[:, list(counts).index(40)]
print("40 points:", ", ".join(f"{error:.1e}" for error in at_40))
assert at_40[0] > 1e-8 > 100 * at_40[1]

# %% [markdown]
# At 40 points, slopes are worth three digits. But look at the right figure: against the number of *numbers* known, the
# three curves are nearly one. **A derivative is worth about as much as one more value**, as long as there are not
# enough values. So derivatives pay where they are cheaper than another point: where a simulation takes hours, and its
# gradient is a by-product.
#
# ## Slopes here, values there
#
# If all numbers are worth the same, does it matter which ones are known? `mn.Mask` says which: booleans, for values,
# first and second derivatives. What stands in the other places is never looked at. Take the car: its speed at 40 times,
# its position only at the start. Or its position and its speed in turn.

# %%
x = np.linspace(0, 10, 40)
start = x == 0
position = np.where(start, f(x), 0)  # nobody has seen the others
cases = {
    "40 values": mn.Jet(f(x), slope(x), mask=mn.Mask(first=np.zeros(40, bool))),
    "40 slopes, 1 value": mn.Jet(position, slope(x), mask=mn.Mask(value=start)),
    "20 values, 20 slopes, in turn": mn.Jet(
        f(x), slope(x), mask=mn.Mask(value=np.arange(40) % 2 == 0, first=np.arange(40) % 2 == 1)
    ),
    "40 values, 40 slopes": mn.Jet(f(x), slope(x)),
}
found = {name: largest_error(x, target, mn.Sobolev()) for name, target in cases.items()}
for name, error in found.items():
    print(f"{name:30}: largest error {error:.1e}")
assert found["40 slopes, 1 value"] < 1e-6
assert found["20 values, 20 slopes, in turn"] > 10 * found["40 values"]

# %% [markdown]
# The second line is an integral: from its slopes and one value, the network has found the function, to seven digits.
# (Tutorial 08 goes the other way about it.)
#
# The third is worse, and that can be understood. What error can hide from the data? If values are known at a distance
# $h$, it is the wave $\sin(\pi x / h)$, which is 0 at all of them: its length is $2h$. Values and slopes in turn miss
# $\sin(\pi x / 2h)$: it is 0 at every other point, and flat at the points between. That wave is twice as long, and it
# is much harder to say that there is none of it in a smooth function. Values *and* slopes at every other point miss
# $\sin^2(\pi x / 2h)$, of length $2h$ again. So the places matter: best take the slope where the value is.
#
# ## When slopes are wrong
#
# A speedometer is not exact. Give every slope an error of 0.01, and leave the values exact. What weight should the
# slopes have? Once with 8 units, which have 25 parameters, fewer than there are values; once with 30.

# %%
noisy = slope(x) + 0.01 * np.random.default_rng(0).standard_normal(40)
weights = 10.0 ** np.arange(-10, 3, 2)
alone = {units: largest_error(x, f(x), mn.MeanSquaredError(), units) for units in (8, 30)}
errors = {
    units: np.array([largest_error(x, mn.Jet(f(x), noisy), mn.Sobolev((1, w)), units) for w in weights])
    for units in alone
}
figure, ax = plt.subplots(figsize=(6, 4), layout="constrained")
for (units, error), color, marker in zip(alone.items(), (BLUE, ORANGE), "os", strict=True):
    ax.loglog(weights, errors[units], color=color, marker=marker, label=f"{units} units, wrong slopes")
    ax.axhline(error, color=color, linestyle="--", linewidth=1, label=f"{units} units, values alone")
    print(f"{units:2} units: values alone {error:.1e}, with slopes and weight 1 {errors[units][-2]:.1e}")
ax.set(xlabel="weight of the slopes", ylabel="largest error")
ax.legend()
assert errors[8][-2] > 30 * alone[8]
assert errors[8][:2].max() < 2 * alone[8]
assert errors[30].min() > 10 * alone[30]

# %% [markdown]
# With the weight 1, both are hundreds of times worse than without any slopes. A sum of squares is right (its minimum is
# the most likely fit) if every square is divided by the variance of its error. Eight units can follow values to about
# $10^{-5}$, the slopes are good to $10^{-2}$: that asks for a weight of about $(10^{-5} / 10^{-2})^2 = 10^{-6}$, and
# there the harm ends indeed.
#
# Not so with 30 units: 91 parameters meet the 40 values with room to spare, and use the room for the errors of the
# slopes, whatever their weight. **Weigh a derivative by what you know of its error, and have fewer parameters than
# numbers that are right.**
#
# ## Exercises
#
# 1. Add the second derivative to `by_hand`. Which derivative of tanh comes in?
# 2. Put errors of 0.01 on values *and* slopes, and take 8 units. How many points with slopes are worth 100 values?
# 3. Let slopes be known in $[0, 5]$ only. Where is the error, and how does it depend on the number of points?
# 4. Values, slopes and second derivatives in turn: which wave hides now?
# 5. Replace tanh by ReLU in "Compare the same quantity". What do slopes do now? What does `mn.Sobolev((1, 1, 1))` say?
# 6. The fits of the notebook are drawn up to $x = 20$. Do slopes help beyond 10? Guess first.

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
