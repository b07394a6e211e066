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
# # 3. Fitting a function
#
# A network of two hidden layers is to learn a gaussian from samples. How wide should it be, how many samples go into
# an update, how long is it trained? **And when one run is good and the next is bad, is that overfitting, or chance?**
#
# We try one network, then many, and find that most of what looks like an effect of a setting is scatter between seeds.
# Then we overfit on purpose, to know what it looks like.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np

import minnet as mn
from minnet import study
from minnet.datasets import gaussian

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too
x = np.linspace(-5, 5, 2000)
t = gaussian(x)

# %% [markdown]
# ## One network
#
# Two layers of 30 ReLU units, Adam, 15 passes over the data (*epochs*), 20 samples for each update (the *batch*). With
# 2000 samples an epoch is 100 updates.


# %%
def network(width, seed):
    return mn.mlp([1, width, width, 1], "relu", rng=seed)


def train(net, x, t, epochs=15, batch_size=20, seed=0, **settings):
    return mn.fit(net, x, t, loss=mn.MeanSquaredError(), optimizer=mn.Adam(), epochs=epochs, batch_size=batch_size,
                  rng=seed, **settings)  # fmt: skip


net = network(30, seed=0)
history = train(net, x, t)
error = net(x)[:, 0] - t
print(f"largest error {np.abs(error).max():.4f}, mean square {np.mean(error**2):.1e}, in {history.seconds:.2f} s")

figure, (above, below) = plt.subplots(2, 1, sharex=True, layout="constrained")
mn.plotting.plot_fit(x, t, net(x)[:, 0], ax=above)
mn.plotting.plot_error(x, t, net(x)[:, 0], ax=below)
_ = above.set(title="One network: 30-30, 15 epochs, batches of 20", ylabel="density")

# %% [markdown]
# The error is a zigzag: a network of ReLU is made of straight pieces, and each piece cuts a corner.
#
# ## The same, with other seeds
#
# Nothing but the seed changes: the initial weights, and the order of the samples.

# %%
seeds = range(20)
errors = []
for seed in seeds:
    net = network(30, seed)
    train(net, x, t, seed=seed)
    errors.append(np.mean((net(x)[:, 0] - t) ** 2))
lower, median, upper = np.quantile(errors, [0.25, 0.5, 0.75])
print(f"20 seeds: quartiles {lower:.1e}, {median:.1e}, {upper:.1e}; best {min(errors):.1e}, worst {max(errors):.1e}")
assert max(errors) > 3 * min(errors)

# %% [markdown]
# The worst is many times as bad as the best, at the very same settings. So a figure with *one run per setting* shows
# mostly this scatter. From here on: several seeds, medians and quartiles.
#
# ## A small study
#
# `minnet.study` runs a function over a grid of settings and seeds, side by side, and keeps every finished run in a
# file. The function takes settings and a random stream, and returns numbers.


# %%
def fit_gaussian(settings, rng):
    net = network(settings["width"], rng)
    train(net, x, t, settings["epochs"], settings["batch_size"], rng)
    return {"mean_square": float(np.mean((net(x)[:, 0] - t) ** 2))}


grids = {
    "width": study.grid(width=[5, 10, 20, 50, 100], epochs=15, batch_size=20, repeats=8),
    "epochs": study.grid(width=30, epochs=[1, 3, 10, 30, 100], batch_size=20, repeats=8),
    "batch_size": study.grid(width=30, epochs=15, batch_size=[5, 20, 50, 200, 500], repeats=8),
}
with TemporaryDirectory() as folder:
    store = Path(folder) / "runs.sqlite"
    results = {
        name: study.run(fit_gaussian, points, store=store, seed=0, backend="threads", name=name)
        for name, points in grids.items()
    }

figure, axes = plt.subplots(1, 3, sharey=True, figsize=(10, 3.5), layout="constrained")
for ax, (name, rows) in zip(axes, results.items(), strict=True):
    groups = study.group(rows, name)
    values = [group.settings[name] for group in groups]
    samples = np.array([study.metric(group.rows, "mean_square") for group in groups])
    mn.plotting.plot_spread(np.array(values), samples, ax)
    ax.set(xscale="log", yscale="log", xlabel=name.replace("_", " "))
    print(name, {value: f"{np.median(row):.1e}" for value, row in zip(values, samples, strict=True)})
_ = axes[0].set_ylabel("mean squared difference")

# %% [markdown]
# Wider is better, up to a point. More epochs are better, up to a point. And large batches are worse: is a small batch
# *better*, then? In as many epochs it makes more updates. To be fair, keep the number of updates.

# %%
medians = {}
for batch_size, epochs in ((20, 15), (100, 75), (400, 300)):
    runs = []
    for seed in range(8):
        net = network(30, seed)
        train(net, x, t, epochs, batch_size, seed)
        runs.append(np.mean((net(x)[:, 0] - t) ** 2))
    medians[batch_size] = np.median(runs)
    updates = epochs * -(-len(x) // batch_size)
    print(f"batches of {batch_size:3}, {epochs:3} epochs: {updates} updates, median {medians[batch_size]:.1e}")

# %% [markdown]
# With as many updates, larger batches are no worse: they are slower. **Updates, not epochs, are what a network learns
# from**, as long as each has some idea of the whole.
#
# ## Is that overfitting?
#
# Bad runs of a wide network are easily blamed on overfitting: too many parameters, bent to every sample. Then the
# errors *between* the samples would be larger than *at* the samples. Look there.

# %%
middle = 0.5 * (x[1:] + x[:-1])
wide = network(200, seed=1)
train(wide, x, t, epochs=10, batch_size=50, seed=1)
at, between = (np.sqrt(np.mean((wide(points)[:, 0] - gaussian(points)) ** 2)) for points in (x, middle))
print(
    f"200-200 units, {wide.n_parameters} parameters for {len(x)} samples: error at samples {at:.2e}, "
    f"between {between:.2e}"
)
assert abs(at / between - 1) < 0.01

# %% [markdown]
# No difference: 40 801 parameters, 2000 samples, and no overfitting. The samples have no noise and lie close together,
# so there is nothing wrong to learn. What scatters is the *end of the training*: every update of Adam moves all
# weights by about the learning rate, and wherever the last one has left them, they stay. In a longer training, let the
# rate fall to zero.

# %%
spread = {}
for name, rate in (("constant", 0.001), ("falling to 0", mn.schedules.Cosine(0.001, steps=60 * 100))):
    runs = []
    for seed in range(12):
        net = network(30, seed)
        mn.fit(net, x, t, loss=mn.MeanSquaredError(), optimizer=mn.Adam(rate), epochs=60, batch_size=20, rng=seed)
        runs.append(np.mean((net(x)[:, 0] - t) ** 2))
    spread[name] = runs
    print(f"learning rate {name}: median {np.median(runs):.1e}, worst {max(runs):.1e}")
assert np.median(spread["falling to 0"]) < np.median(spread["constant"])

# %% [markdown]
# ## What overfitting is
#
# Now 40 samples, with noise. The error that counts is the one against the gaussian itself, which the network never
# sees; held-out samples, noisy like the others, stand in for it.

# %%
rng = np.random.default_rng(0)
few, held_out = rng.uniform(-5, 5, (2, 40))
noisy, held_values = (gaussian(points) + 0.05 * rng.standard_normal(40) for points in (few, held_out))
net = network(200, seed=0)
history = train(net, few, noisy, epochs=3000, batch_size=40, validation_data=(held_out, held_values))
training, held = history.history["loss"], history.history["val_loss"]
best = int(np.argmin(held))
print(
    f"training loss {training[-1]:.1e}; held-out loss {held[-1]:.1e} at the end, "
    f"{held[best]:.1e} after {best + 1} epochs"
)
assert training[-1] < 0.05**2 < held[-1]
assert held[-1] > 1.2 * held[best]

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
left.loglog(np.arange(1, len(training) + 1), training, color=BLUE, label="training samples")
left.loglog(np.arange(1, len(held) + 1), held, color=ORANGE, label="held-out samples")
left.axhline(0.05**2, color=GREY, linestyle="--", label="variance of the noise")
left.axvline(best + 1, color=GREY, linewidth=1)
left.set(xlabel="epoch", ylabel="mean squared error", title="The gap is the sign")
left.legend()
right.plot(few, noisy, ".", color=BLUE, label="samples")
right.plot(x, net(x)[:, 0], color=ORANGE, label="network, 3000 epochs")
right.plot(x, t, color=GREY, label="gaussian")
right.set(xlabel="x", ylabel="density", title="Bent to the noise")
_ = right.legend(loc="upper right", fontsize="small")

# %% [markdown]
# The training loss falls below the variance of the noise: the network has learnt the noise too. The held-out loss
# turns where that begins. Stop there (`mn.EarlyStopping`), or have more samples.
#
# ## Many digits
#
# On the document's smooth, noiseless gaussian four digits are a poor result, and the network is not to blame. Twenty
# tanh units, inputs scaled to [-1, 1], steep initial slopes, and a method that knows curvature:

# %%
first = mn.Dense(1, 20, weights="steep", bias="spread")
small = mn.Network([mn.Rescale(-5, 5), first, mn.Tanh(), mn.Dense(20, 1)], rng=1)
history = mn.fit(small, x, t, loss=mn.MeanSquaredError(), optimizer=mn.VariableProjection(), epochs=100)
largest = np.abs(small(x)[:, 0] - t).max()
print(f"{small.n_parameters} parameters: largest error {largest:.0e} in {history.seconds:.2f} s")
assert largest < 1e-11

# %% [markdown]
# How that works is the subject of tutorial 05; what eleven digits are good for, of tutorial 04.
#
# ## Exercises
#
# 1. Use 2001 samples and batches of 20. How large is the last batch of each epoch, and what does its update follow?
#    Compare the scatter over 20 seeds with that of 2000 samples.
# 2. Replace ReLU by tanh in `network`. Is a smooth function easier for smooth units, at these settings?
# 3. Find the number of noisy samples from which the network of 200 units no longer overfits in 3000 epochs.

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
