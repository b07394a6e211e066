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
# # 1. One neuron
#
# A student report on optimizers (Provost and Akakpo, *Convex Optimization Project: Adam Optimizer*, 2023; "the study"
# from here on) begins with a single neuron. It separates two clouds of points, is trained for 100 steps from a random
# start, and ends with an accuracy of 0.945.
#
# **Is 0.945 what a neuron can do?** The start was not seeded, so nobody can draw the same one again. We can do better:
# draw 200 starts, look at all of them, and then train until nothing moves any more.
#
# On the way we build the neuron, its loss and its gradient by hand. At the end, four lines of `minnet` do the same.

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import norm
from sklearn.datasets import make_blobs

import minnet as mn

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too

# %% [markdown]
# ## The data
#
# The study's 1000 points: two round Gaussian clouds with a standard deviation of 1, made by scikit-learn. Points of
# class 0 have the target $t = 0$, points of class 1 have $t = 1$.
#
# One index alphabet serves all tutorials: $n$ counts samples, $i$ input features, $o$ output features. Arrays are
# `(samples, features)`: `x[n, i]` and `t[n, o]`.

# %%
x, labels, centers = make_blobs(n_samples=1000, n_features=2, centers=2, random_state=0, return_centers=True)
t = labels[:, np.newaxis].astype(float)
print("x", x.shape, " t", t.shape)


def scatter_classes(ax, size=12):
    """The two classes, told apart by colour and by marker."""
    for k, color, marker in ((0, BLUE, "o"), (1, ORANGE, "^")):
        ax.scatter(*x[labels == k].T, s=size, c=color, marker=marker, alpha=0.5, linewidths=0, label=f"class {k}")
    ax.set(xlabel="input $x_0$ (dimensionless)", ylabel="input $x_1$ (dimensionless)", aspect="equal")


fig, ax = plt.subplots(figsize=(6, 5.5), layout="constrained")
scatter_classes(ax)
ax.set_title("Two clouds of 500 points that overlap a little")
ax.legend()
ax.grid(alpha=0.3)

# %% [markdown]
# ## The neuron
#
# A neuron has one weight per input feature and one bias. It adds up
#
# $$z_{no} = \sum_i x_{ni} W_{io} + b_o$$
#
# and squeezes the sum into a probability, $a = \sigma(z) = 1 / (1 + e^{-z})$: how sure it is that sample $n$ belongs to
# class 1. It decides for class 1 where $a \ge 1/2$, that is, where $z \ge 0$. The number $z$ is called the *score*, or
# *logit*.
#
# Why the index $o$, for a single neuron? Because it costs nothing. A matrix `W` with 200 columns holds 200 neurons side
# by side, and the same three lines of code serve them all. We shall need that.
#
# Typed as it stands, the formula of $\sigma$ overflows: $e^{-z}$ is infinite for $z = -1000$. The form below only ever
# takes the exponential of a negative number.


# %%
def score(x, W, b):
    return x @ W + b


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


print(sigmoid(np.array([-1000.0, 0.0, 1000.0])))
assert np.array_equal(sigmoid(np.array([-1000.0, 0.0, 1000.0])), [0.0, 0.5, 1.0])

# %% [markdown]
# ## The loss
#
# How bad is the answer $a$ when the truth is $t$? The *log loss* is minus the logarithm of the probability that the
# neuron gave to the truth, averaged over the $N$ samples:
#
# $$L = \frac1N \sum_n \ell_n, \qquad \ell = -t \log a - (1 - t) \log (1 - a).$$
#
# Sure and right costs almost nothing. Undecided ($a = 1/2$) costs $\log 2 \approx 0.69$. Sure and wrong costs a lot;
# and where $a$ has been rounded to 0, the computer says infinity.
#
# The cure is to put $\sigma$ into the formula and simplify on paper. With $\log(1 - a) = \log a - z$,
#
# $$\ell = -\log a + (1 - t) z = \log(1 + e^{-z}) + z - t z
#        = \max(z, 0) - t z + \log\bigl(1 + e^{-|z|}\bigr).$$
#
# The last step uses $\log(1 + e^{-z}) = \max(-z, 0) + \log(1 + e^{-|z|})$. Nothing overflows now, and nothing is
# rounded to 0 before its logarithm is taken.


# %%
def log_loss(z, t):
    """Mean over samples; one number for each column (neuron)."""
    return np.mean(np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z))), axis=0)


print("undecided:", log_loss(np.zeros((1, 1)), 1.0), "  sure and wrong:", log_loss(np.full((1, 1), -1000.0), 1.0))

# %% [markdown]
# ## The gradient, line by line
#
# First the slope of the sigmoid. From $a = 1/(1 + e^{-z})$,
#
# $$\frac{da}{dz} = \frac{e^{-z}}{(1 + e^{-z})^2} = a (1 - a).$$
#
# Then the slope of the loss by $a$:
#
# $$\frac{d\ell}{da} = -\frac{t}{a} + \frac{1 - t}{1 - a} = \frac{a - t}{a (1 - a)}.$$
#
# Multiply the two. The denominator cancels, and what is left is as simple as could be:
#
# $$\frac{d\ell}{dz} = a - t.$$
#
# *Answer minus truth.* From the score to the parameters is one more step of the chain rule. Since
# $\partial z_{no} / \partial W_{io} = x_{ni}$ and $\partial z_{no} / \partial b_o = 1$,
#
# $$\frac{\partial L}{\partial W_{io}} = \frac1N \sum_n x_{ni} (a_{no} - t_{no}), \qquad
#   \frac{\partial L}{\partial b_o} = \frac1N \sum_n (a_{no} - t_{no}).$$


# %%
def gradient(x, t, W, b):
    dz = (sigmoid(score(x, W, b)) - t) / len(x)
    return x.T @ dz, dz.sum(axis=0)


# %% [markdown]
# ## Do you believe it?
#
# Do not. Measure it. The slope along one parameter is nearly
#
# $$\frac{L(\theta + h) - L(\theta - h)}{2h}.$$
#
# With $h = 10^{-5}$ that is good to about ten digits (tutorial 2 explains why no smaller $h$ is better).

# %%
rng = np.random.default_rng(0)
W_starts, b_starts = rng.standard_normal((2, 200)), rng.standard_normal(200)  # 200 starts, drawn as the study drew one
W, b = W_starts[:, :1], b_starts[:1]

dW, db = gradient(x, t, W, b)
h = 1e-5
for name, by_hand, W_step, b_step in (
    ("W[0,0]", dW[0, 0], np.array([[h], [0.0]]), 0.0),
    ("W[1,0]", dW[1, 0], np.array([[0.0], [h]]), 0.0),
    ("b[0]  ", db[0], np.zeros((2, 1)), h),
):
    up, down = log_loss(score(x, W + W_step, b + b_step), t), log_loss(score(x, W - W_step, b - b_step), t)
    measured = ((up - down) / (2 * h)).item()
    print(f"{name}   by hand {by_hand: .12f}   measured {measured: .12f}")
    assert abs(measured - by_hand) < 1e-9

# %% [markdown]
# ## A hundred steps
#
# Gradient descent goes a little way downhill, again and again: $\theta \leftarrow \theta - \alpha \nabla L(\theta)$.
# The study takes 100 steps with the learning rate $\alpha = 0.1$, each with all 1000 points, from weights and a bias
# drawn from the standard normal distribution. So do we, from the first of our 200 starts.


# %%
def train(W, b, rate, steps):
    """Parameters after training; losses and accuracies before, and after every step, (steps + 1, neurons)."""
    losses, accuracies = [], []
    for step in range(steps + 1):
        z = score(x, W, b)
        losses.append(log_loss(z, t))
        accuracies.append(np.mean((z >= 0) == (t == 1), axis=0))
        if step < steps:
            dW, db = gradient(x, t, W, b)
            W, b = W - rate * dW, b - rate * db
    return W, b, np.array(losses), np.array(accuracies)


W_100, b_100, losses_100, accuracies_100 = train(W, b, rate=0.1, steps=100)
print(f"log loss {losses_100[0, 0]:.3f} -> {losses_100[-1, 0]:.3f}, accuracy {accuracies_100[-1, 0]:.3f}")
assert round(accuracies_100[-1, 0], 3) == 0.935

fig, ax = plt.subplots(figsize=(6.5, 4), layout="constrained")
ax.plot(losses_100[:, 0], color=BLUE)
ax.set(xlabel="step", ylabel="log loss (nats per sample)", title="A hundred steps from one random start")
ax.grid(alpha=0.3)

# %% [markdown]
# The curve falls and seems to settle. It looks finished. The accuracy is 0.935, though, not 0.945. Same data, same
# method, another start: another result.
#
# ## Two hundred starts
#
# All of them at once: `W_starts` has 200 columns.

# %%
W_all, b_all, _, accuracies_all = train(W_starts, b_starts, rate=0.1, steps=100)
correct = np.round(accuracies_all[-1] * len(x)).astype(int)  # counts are exact where fractions are not
below, equal, above = np.mean(correct < 945), np.mean(correct == 945), np.mean(correct > 945)
print(f"lowest {correct.min() / 1000}, median {np.median(correct) / 1000}, highest {correct.max() / 1000}")
print(f"below 0.945: {below:.1%}   exactly 0.945: {equal:.1%}   above: {above:.1%}")
assert (correct.min(), np.median(correct), correct.max()) == (863, 939, 952)
assert (np.sum(correct < 945), np.sum(correct == 945), np.sum(correct > 945)) == (165, 11, 24)

fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.hist(correct / 1000, bins=np.arange(0.8605, 0.96, 0.003), color=BLUE, alpha=0.8, label="our 200 starts")
ax.axvline(0.945, color=ORANGE, lw=2, label="the study's one start: 0.945")
ax.set(xlabel="accuracy after 100 steps (fraction of samples)", ylabel="number of starts")
ax.set_title("The accuracy after 100 steps depends on the start")
ax.legend(loc="upper left")
ax.grid(alpha=0.3)

# %% [markdown]
# After 100 steps the accuracy is anything from 0.863 to 0.952. Of the 200 starts, 165 end below 0.945, 11 exactly
# there, and 24 above. So 0.945 is a fairly lucky draw: better than 82.5 % of the starts, and no property of the neuron.
#
# ## Why a hundred steps are not enough
#
# The loss of this neuron is convex: one valley, one bottom. If every start ends somewhere else, they have not arrived.
# How long does arriving take? That depends on how curved the valley is. Differentiate once more, with
# $da/dz = a(1 - a)$ and $\tilde x = (x_0, x_1, 1)$, the last entry for the bias:
#
# $$H_{jk} = \frac1N \sum_n \tilde x_{nj}\, a_n (1 - a_n)\, \tilde x_{nk}.$$
#
# Along an eigenvector of $H$ with eigenvalue $\lambda$, every step near the bottom multiplies the remaining distance by
# $1 - \alpha \lambda$. Steps are stable if $\alpha < 2 / \lambda_{\max}$. Since $a(1 - a) \le 1/4$ everywhere, the
# largest eigenvalue of $\tilde x^T \tilde x / 4N$ gives a learning rate that is safe from any start.

# %%
x_tilde = np.column_stack([x, np.ones(len(x))])
largest = np.linalg.eigvalsh(x_tilde.T @ x_tilde / (4 * len(x)))[-1]
print(f"safe learning rates: below {2 / largest:.2f}")
assert 0.1 < 0.5 < 2 / largest < 0.66

# %% [markdown]
# The study's 0.1 is safe, and 0.5 is too. Now train to the bottom: 20,000 steps with 0.5, for the worst and the best of
# our 200 starts, and for one that shares the study's 0.945.

# %%
chosen = [int(correct.argmin()), int(np.flatnonzero(correct == 945)[0]), int(correct.argmax())]
W_end, b_end, losses_end, accuracies_end = train(W_starts[:, chosen], b_starts[chosen], rate=0.5, steps=20_000)

dW, db = gradient(x, t, W_end, b_end)
lengths = np.sqrt((dW**2).sum(axis=0) + db**2)
for o in range(3):
    print(
        f"W = ({W_end[0, o]:.5f}, {W_end[1, o]:.5f})  b = {b_end[o]:.5f}  log loss {losses_end[-1, o]:.6f}  "
        f"accuracy {accuracies_end[-1, o]:.3f}  length of the gradient {lengths[o]:.0e}"
    )
assert lengths.max() < 1e-7
assert np.ptp(W_end, axis=1).max() < 1e-5
assert np.ptp(b_end) < 1e-4
assert accuracies_end[-1].min() >= 0.955
assert np.array_equal(np.round(accuracies_end[-1], 3), [0.957] * 3)

# %% [markdown]
# Three starts, one neuron, and its gradient has vanished. **The converged neuron gets 0.957**, more than any of the 200
# starts had after 100 steps.
#
# How slow was the way there? At the bottom we can compute $H$.

# %%
a = sigmoid(score(x, W_end[:, 1:2], b_end[1:2]))
H = x_tilde.T @ (a * (1 - a) * x_tilde) / len(x)
curvatures = np.linalg.eigvalsh(H)
left = (1 - 0.1 * curvatures) ** 100
print("curvatures", curvatures)
print("fraction of the distance left after 100 steps with rate 0.1:", left)
assert 0.98 < left[0] < 0.99
assert left[2] < 0.05

# %% [markdown]
# Along the steepest direction, 96 % of the distance is gone after 100 steps: that is the fall that we saw in the first
# loss curve. Along the flattest one, 98.6 % of it is *still there*. The valley is a gutter: its walls are steep, its
# floor hardly slopes. The start's luck is in where along the floor it begins, and 100 steps do not move it far. (This
# is exact near the bottom only, where $H$ is what we computed; but the picture is right.)

# %%
fig, axes = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
styles = ((ORANGE, "-", "worst start"), (BLUE, "--", "start that gets 0.945 as well"), (GREEN, ":", "best start"))
steps = np.arange(1, 20_001)
for o, (color, line, label) in enumerate(styles):
    axes[0].plot(steps, losses_end[1:, o], color=color, ls=line, lw=2, label=label)
    axes[1].plot(steps, accuracies_end[1:, o], color=color, ls=line, lw=2, label=label)
for ax in axes:
    ax.axvline(20, color=GREY, lw=1.5, label="about as far as 100 steps with rate 0.1")
    ax.set(xscale="log", xlabel="step, with learning rate 0.5 (logarithmic)")
    ax.grid(alpha=0.3)
axes[0].set(yscale="log", ylabel="log loss (nats per sample, logarithmic)", title="The loss")
axes[1].set(ylabel="accuracy (fraction of samples)", ylim=(0.8, 0.97), title="The accuracy")
axes[0].set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
axes[0].legend()
fig.suptitle("Three starts meet, but not within the study's hundred steps")
assert np.ptp(accuracies_end[20]) > 0.02

# %% [markdown]
# ## The decision boundary
#
# The neuron is undecided where $z = 0$, on the line $x_1 = -(W_{00} x_0 + b_0) / W_{10}$. Here are the lines of 40 of
# the 200 starts after 100 steps, of one that got the study's 0.945, and of the converged neuron.

# %%
fig, ax = plt.subplots(figsize=(8, 6), layout="constrained")
scatter_classes(ax)
across = np.array([-2.5, 5.5])


def draw_boundary(W, b, **style):
    ax.plot(across, -(W[0] * across + b) / W[1], **style)


for o in range(40):
    draw_boundary(W_all[:, o], b_all[o], color=GREY, lw=0.7, label="40 starts, 100 steps" if o == 0 else None)
o = chosen[1]
draw_boundary(W_all[:, o], b_all[o], color=GREEN, ls="--", lw=2.5, label="one with 0.945, 100 steps")
draw_boundary(W_end[:, 1], b_end[1], color="black", lw=2.5, label="converged: 0.957")
ax.set(xlim=(-2.5, 5.5), ylim=(-2.5, 7.5), title="Where the neuron is undecided, $z = 0$")
ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
ax.grid(alpha=0.3)

# %% [markdown]
# All lines pass through nearly the same point, between the two clouds. That much is learned fast. What is still open
# after 100 steps is the *tilt*, and it is the tilt that the start decides.
#
# ## Is 0.957 good?
#
# For once we can know, because we know how the points were made. Around its centre $c_k$, class $k$ has the density
# $\propto e^{-|x - c_k|^2 / 2}$, and both classes are equally frequent. The best possible score is the logarithm of the
# ratio of the two densities:
#
# $$z^* = \tfrac12 |x - c_0|^2 - \tfrac12 |x - c_1|^2
#       = x \cdot (c_1 - c_0) + \tfrac12 \bigl(|c_0|^2 - |c_1|^2\bigr).$$
#
# That is linear in $x$: the best classifier of all *is* a neuron. On fresh points it is right with probability
# $\Phi(|c_1 - c_0| / 2)$, where $\Phi$ is the normal distribution function.

# %%
W_best = (centers[1] - centers[0])[:, np.newaxis]
b_best = 0.5 * (centers[0] @ centers[0] - centers[1] @ centers[1])
best_here = np.mean((score(x, W_best, b_best) >= 0) == (t == 1))
best_fresh = norm.cdf(np.linalg.norm(W_best) / 2)
print(f"best possible:  W = ({W_best[0, 0]:.2f}, {W_best[1, 0]:.2f})  b = {b_best:.2f}")
print(f"learned:        W = ({W_end[0, 1]:.2f}, {W_end[1, 1]:.2f})  b = {b_end[1]:.2f}")
print(f"accuracy of the best possible: {best_here:.3f} on our points, {best_fresh:.3f} on fresh ones")
assert round(best_here, 3) == 0.956
assert round(best_fresh, 3) == 0.963
assert abs(W_end[:, 1:2] - W_best).max() < 0.3
assert abs(b_end[1] - b_best) < 0.05

# %% [markdown]
# The neuron has learned nearly the true formula. On our 1000 points it makes one error fewer than the best possible
# rule (0.957 against 0.956), because it was fitted to these very points. Nothing is left to gain: a larger network
# could only learn the noise.
#
# ## The same neuron in minnet
#
# A neuron is a `Dense` layer with one output. `BinaryCrossEntropy` is the log loss; it takes scores, not probabilities,
# for the reason we met above. `SGD` with the full batch is gradient descent. We start from the same weights and take
# the same 100 steps.

# %%
net = mn.Network([mn.Dense(2, 1, weights=W, bias=b)])
history = mn.fit(net, x, t, loss=mn.BinaryCrossEntropy(), optimizer=mn.SGD(0.1), epochs=100)

by_hand = np.concatenate([W_100.ravel(), b_100])  # minnet keeps all parameters in one vector, theta
print("minnet ", net.theta)
print("by hand", by_hand)
assert np.allclose(net.theta, by_hand, rtol=0, atol=1e-12)
assert np.allclose(history.history["loss"], losses_100[:-1, 0], rtol=0, atol=1e-12)

# %% [markdown]
# Equal to rounding, the 100 losses too (`minnet` records each before its step). And to convergence:

# %%
mn.fit(net, x, t, loss=mn.BinaryCrossEntropy(), optimizer=mn.SGD(0.5), epochs=20_000)
accuracy = np.mean((net(x) >= 0) == (t == 1))
print(f"minnet, converged: {net.theta}, accuracy {accuracy:.3f}")
assert accuracy >= 0.955
assert np.allclose(net.theta, np.append(W_end[:, 1], b_end[1]), rtol=0, atol=1e-4)

# %% [markdown]
# ## What to take home
#
# - A result without a seed is one draw. Show many, and say where yours lies among them.
# - A loss curve that looks flat is no proof of convergence. Look at the gradient, and at other starts.
# - Compare with the best possible, whenever you can know it.
#
# ## Exercises
#
# 1. **Widen the gutter.** Subtract from each feature its mean, divide it by its standard deviation, and run the 200
#    starts again. How many of them are below 0.945 now? Which learning rates are safe now? *Hint: compare the largest
#    and the smallest eigenvalue of* $H$ *at the new minimum. The long floor came from a trade: with* $x_1 \approx 2.6$
#    *on average, a change of* $W_{10}$ *can nearly be undone by a change of* $b_0$.
# 2. **Fresh points.** Draw 100,000 new points around the same `centers`, and measure the 200 neurons after 100 steps
#    and the converged one on them. Does the converged one still win? Against how many? *Hint:* `make_blobs(100_000,
#    centers=centers, random_state=1)`.
#
# Next: `02_backpropagation.py`, where neurons are stacked.

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
