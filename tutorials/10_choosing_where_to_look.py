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
# # 10. Choosing where to look
#
# Some functions are dear: each value is a day in the laboratory, or a night on a computer. **If you may ask for the
# next value anywhere, where should you ask?**
#
# We build a committee of networks by hand and let it choose points for a function of one variable. We see why the
# change of a model is a bad stand-in for its error. Then we take a surface with a kink, and find that a thing we *know*
# about it is worth more than any clever choice of points, and what happens when that knowledge is wrong.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import minnet as mn
from minnet.numerics import active

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too


# %% [markdown]
# ## A committee of three
#
# A function that is dull nearly everywhere, and has one steep place. Equally spaced points spend most of the budget on
# the dull parts.


# %%
def steep(x):
    return np.tanh(25 * (x - 0.63)) + 0.3 * x


grid = np.linspace(0, 1, 501)
START = np.linspace(0, 1, 6)


def member(x, y, seed):
    """A network with 10 tanh units, trained on all points."""
    first = mn.Dense(1, 10, weights="steep", bias="spread")
    net = mn.Network([mn.Rescale(0, 1), first, mn.Tanh(), mn.Dense(10, 1)], rng=seed)
    mn.fit(net, x, y, loss=mn.MeanSquaredError(), optimizer=mn.LevenbergMarquardt(), epochs=60)
    return net(grid)[:, 0]


def committee(x):
    """Predictions (3, grid) of three networks that differ in nothing but their first weights."""
    return np.array([member(x, steep(x), seed) for seed in range(3)])


votes = committee(START)
spread = np.ptp(votes, axis=0)

figure, (upper, lower) = plt.subplots(2, 1, figsize=(6, 4.5), sharex=True, layout="constrained")
upper.plot(grid, steep(grid), color=GREY, linewidth=4, label="the function")
upper.plot(grid, votes.T, color=BLUE, linewidth=1)
upper.plot(START, steep(START), "ko", label="what is known")
upper.set(ylabel="f(x)", title="Three networks that all pass through six points")
upper.legend()
lower.plot(grid, spread, color=BLUE, label="disagreement")
lower.plot(grid, np.abs(votes[0] - steep(grid)), color=ORANGE, label="error of the first")
lower.set(xlabel="x")
_ = lower.legend()

# %% [markdown]
# All three fit what they were shown, and they differ in between. Where they differ, at least two of three are wrong:
# *the disagreement sees the error without knowing the function.* So ask there, train again, and so on (query by
# committee: Seung, Opper and Sompolinsky, 1992).

# %%
chosen = START.copy()
for _ in range(8):
    votes = committee(chosen)
    chosen = np.append(chosen, grid[np.ptp(votes, axis=0).argmax()])
errors = {
    "chosen": np.abs(committee(chosen) - steep(grid)).mean(),
    "equally spaced": np.abs(committee(np.linspace(0, 1, len(chosen))) - steep(grid)).mean(),
}
print("mean error from 14 points:", {name: f"{error:.1e}" for name, error in errors.items()})
print("chosen after the first six:", chosen[6:].round(2))
assert errors["chosen"] < 0.5 * errors["equally spaced"]

# %% [markdown]
# ## The learner
#
# `minnet.numerics.active` has this loop for any number of variables, behind two verbs: *ask* for points, *tell* the
# values. Between the two you may do whatever it takes to get them. What the loop by hand forgot is built in: several
# points at once keep apart; members go on from where they were; and no region stays unseen for ever, whatever the
# committee thinks of it.
#
# The surface below has a ridge with a sharp edge, along a curve. A student's notebook tried to learn it to a mean error
# of 1e-6, choosing points by how much the network *changed* in the last steps of training, and reported 0.0013. What it
# had measured was the change. A model that is stuck does not change, and may be as wrong as you like.

# %%
side = np.linspace(0, 1, 100)
square = np.stack(np.meshgrid(side, side, indexing="ij"), axis=-1).reshape(-1, 2)
truth = mn.datasets.kinked_ridge(square)
BOUNDS = [(0, 1), (0, 1)]

net = mn.Network([mn.Dense(2, 30), mn.Tanh(), mn.Dense(30, 30), mn.Tanh(), mn.Dense(30, 1)], rng=0)
x = np.random.default_rng(0).random((500, 2))
target = mn.datasets.kinked_ridge(x)
mn.fit(net, x, target, loss=mn.MeanSquaredError(), optimizer=mn.SGD(0.01), epochs=2000)
before = net(square)[:, 0]
mn.fit(net, x, target, loss=mn.MeanSquaredError(), optimizer=mn.SGD(0.01), epochs=50)
after = net(square)[:, 0]
print(f"change {np.abs(after - before).mean():.4f}, error {np.abs(after - truth).mean():.2f}")
assert np.abs(after - before).mean() < 0.1 * np.abs(after - truth).mean()

# %% [markdown]
# Gradient descent on 500 points; the "error" looks a hundred times smaller than it is.
#
# ## What you know is worth more than where you look
#
# Tanh networks are smooth, and the edge is not: they need point after point along it. But we know that there *is* an
# edge. So we give the network one unit that has it: a small network makes u(x, y), the next unit is |u|, and a function
# of one variable makes the rest. During training, |u| is rounded off to $\sqrt{u^2 + \varepsilon^2}$, and
# $\varepsilon$ falls to 0: data points have to feel an edge that is still to move across them.

# %%
LITTLE = active.Effort(members=2, starts=12, fresh=2, last=400)
models = {"tanh": active.TanhNetwork((10, 10)), "with |u|": active.KinkNetwork()}
learners, curves = {}, {}
for name, model in models.items():
    learner = active.Learner(BOUNDS, model=model, effort=LITTLE, rng=2)
    curves[name] = []
    for budget in (64, 96):
        active.approximate(mn.datasets.kinked_ridge, learner, budget=budget, batch=32)
        error = np.abs(learner.predict(square) - truth).mean()
        curves[name].append(error)
        print(f"{name:8} {budget} evaluations: error {error:.1e}, its own estimate {learner.error_estimate():.1e}")
    learners[name] = learner
assert curves["with |u|"][-1] < 0.01 * curves["tanh"][-1]

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained")
for ax, (name, learner) in zip(axes, learners.items(), strict=True):
    error = np.abs(learner.predict(square) - truth).reshape(100, 100)
    shown = ax.contourf(side, side, np.log10(error.T + 1e-12), levels=np.arange(-9, 2), cmap="cividis", extend="both")
    ax.plot(*learner.points[:64].T, ".", color="white", markersize=4)
    ax.plot(*learner.points[64:].T, "o", color=ORANGE, markersize=4)
    ax.set(title=f"{name}: mean error {error.mean():.1e}", xlabel="x", aspect="equal")
axes[0].set_ylabel("y")
_ = figure.colorbar(shown, ax=axes, label=r"$\log_{10}$ |error|")

# %% [markdown]
# With the effort that the experiment `active-learning` makes, the network with |u| comes below 1e-6 with 140
# evaluations and less.
#
# ## When the knowledge is wrong
#
# The unit assumes that the function depends on |u| *and nothing else*: the same on both sides of the edge. Take one
# that has an edge of the same kind, but another slope on either side.


# %%
def roof(x):
    return np.abs(x[:, 0] - 0.4) + 0.5 * x[:, 0] + np.sin(2 * x[:, 1])


for name, model in models.items():
    learner = active.Learner(BOUNDS, model=model, effort=LITTLE, rng=0)
    active.approximate(roof, learner, budget=64)
    error = np.abs(learner.predict(square) - roof(square)).mean()
    print(f"{name:8} error {error:.1e}, estimate {learner.error_estimate():.1e}")

# %% [markdown]
# What was a matter of several powers of ten is gone: the two are of a kind. The estimate has noticed: it is what you
# would have in earnest, and it is the reason not to believe an assumption, however plausible, without one.
#
# ## Tomorrow
#
# A learner is a file, if you like. What goes on tomorrow goes on with the same bits.

# %%
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "learner.npz"
    learner.save(path)
    again = active.load(path)
assert np.array_equal(again.ask(3), learner.ask(3))

# %% [markdown]
# ## Try it yourself
#
# 1. Let the committee by hand have two members, or ten. What does a round cost, and what does it bring?
# 2. Pass `strategy=active.SpaceFilling()` to the learner with |u|. How much of the success is the choice of points?
# 3. Write a strategy of your own: a subclass of `active.Strategy` with a method `interest`.
# 4. Give the network two units, `KinkNetwork(kinks=2)`, and try the roof again. Why may that help?
# 5. Tell gradients too: `learner.tell(points, values, gradients)`. Is a gradient worth two more points?

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
