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
# # 14. Recurrence
#
# A convolution sees as far as its window. What if the answer depends on something that was said a hundred samples ago,
# or one cannot know how long ago? A recurrent network reads a series one sample at a time and keeps a *state*: what it
# makes of everything so far. **How does a gradient get from the end of a series back to its beginning, and what is left
# of it when it arrives?**
#
# We go back through time by hand, measure how the gradient vanishes, and look at what gates do about it.

# %%
import matplotlib.pyplot as plt
import numpy as np

import minnet as mn
from minnet.initializers import orthogonal

BLUE, ORANGE, GREEN, PINK, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#999999"  # for colour-blind readers too
rng = np.random.default_rng(0)

# %% [markdown]
# ## Forward
#
# The simplest recurrent layer takes its own last output as a second input:
#
# $$h_t = \tanh(x_t W + h_{t-1} U + b), \qquad h_0 = 0.$$
#
# It is a deep network with as many layers as there are times, whose layers all have the *same* weights: five numbers in
# a row or five thousand, the parameters are W, U and b.

# %%
n, times, i, h = 4, 6, 2, 3  # samples, times, inputs, hidden units
x = rng.standard_normal((n, times, i))
W, U, b = rng.standard_normal((i, h)), rng.standard_normal((h, h)), rng.standard_normal(h)

states = [np.zeros((n, h))]
for t in range(times):
    states.append(np.tanh(x[:, t] @ W + states[-1] @ U + b))

net = mn.Network([mn.SimpleRNN(i, h, weights=W, recurrent_weights=U, bias=b)])
assert np.allclose(net(x), np.stack(states[1:], axis=1))
print("x (sample, time, input)", x.shape, "-> h (sample, time, unit)", net(x).shape)

# %% [markdown]
# ## Back through time
#
# Let the loss say something about every output: $\mathrm{d}y_t$. The state $h_t$ matters twice, as the output of time t
# and as an input of time t + 1. So its cotangent is a sum, and to have the second part we must have been at t + 1
# before:
#
# $$\mathrm{d}h_t = \mathrm{d}y_t + \mathrm{d}a_{t+1} U^\top, \qquad
#   \mathrm{d}a_t = \mathrm{d}h_t \, (1 - h_t^2), \qquad \mathrm{d}x_t = \mathrm{d}a_t W^\top.$$
#
# Every time used the same weights, so every time has its say in their gradients:
#
# $$\mathrm{d}W = \sum_t x_t^\top \mathrm{d}a_t, \qquad \mathrm{d}U = \sum_t h_{t-1}^\top \mathrm{d}a_t, \qquad
#   \mathrm{d}b = \sum_t \mathrm{d}a_t.$$

# %%
dy = rng.standard_normal((n, times, h))
dW, dU, db, dx = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b), np.zeros_like(x)
from_later = np.zeros((n, h))
for t in reversed(range(times)):
    da = (dy[:, t] + from_later) * (1 - states[t + 1] ** 2)
    dW += x[:, t].T @ da
    dU += states[t].T @ da
    db += da.sum(axis=0)
    dx[:, t] = da @ W.T
    from_later = da @ U.T

net(x)
assert np.allclose(net.backward(dy), dx)
assert np.allclose(net.gradient(), np.concatenate([dW.ravel(), dU.ravel(), db]))

# %% [markdown]
# Two ways to get it wrong: forget `from_later` (then nothing is learned about the past), or *add* to it without
# overwriting (then everything is counted again and again). The check of tutorial 2 finds both: move all parameters in
# some direction, and compare.

# %%
theta, direction, step = net.theta.copy(), rng.standard_normal(net.theta.size), 1e-6
difference = 0.0
for sign in (1, -1):
    net.theta = theta + sign * step * direction
    difference += sign * np.vdot(dy, net(x)) / (2 * step)
net.theta = theta
print(f"by backpropagation {net.grad @ direction:.8f}, by differences {difference:.8f}")
assert abs(net.grad @ direction - difference) < 1e-6

# %% [markdown]
# ## What is left of a gradient
#
# On the way from time t back to time t - k, the cotangent is multiplied by $U^\top$ and by slopes $1 - h^2 \le 1$, k
# times. With an orthogonal U, which keeps lengths (the default), only the slopes count. We let a loss look at the last
# output alone, and measure how large the cotangent of the input is, k times earlier.
#
# An LSTM carries a second state c, which is not squeezed through a tanh and a matrix at every step, but multiplied by a
# number between 0 and 1, the *forget gate* f:
#
# $$c_t = f\, c_{t-1} + i\, g, \qquad h_t = o \tanh(c_t),$$
#
# with gates $i, f, o = \sigma(x_t W + h_{t-1} U + b)$ and $g = \tanh(\ldots)$, each from its own columns of W, U and b.
# Back along c the cotangent is multiplied by f, and by nothing else. At the start of training f is about
# $\sigma(b_f)$: 0.50 for a bias of 0, 0.73 for a bias of 1, 0.95 for a bias of 3.

# %%
UNITS, LAGS, SEEDS = 32, 60, 8
noise = 0.5 * rng.standard_normal((50, LAGS + 1, 1))


def lstm(inputs, units, forget):
    """An LSTM that gives its last state, with this bias of its forget gates."""
    return mn.LSTM(inputs, units, return_sequences=False, bias=np.repeat([0.0, forget, 0.0, 0.0], units))


def half(shape, rng):
    return orthogonal(shape, rng) / 2


def by_lag(layer, seed):
    """Root mean square of the cotangent of the input, by lag."""
    net = mn.Network([layer], rng=seed)
    y = net(noise)
    dx = net.backward(np.random.default_rng(seed).standard_normal(y.shape))
    return np.sqrt((dx**2).mean(axis=(0, 2)))[::-1]


layers = {
    "SimpleRNN": (lambda: mn.SimpleRNN(1, UNITS, return_sequences=False), ORANGE, "-"),
    "SimpleRNN, U halved": (lambda: mn.SimpleRNN(1, UNITS, False, recurrent_weights=half), ORANGE, ":"),
    "LSTM, forget bias 0": (lambda: lstm(1, UNITS, 0.0), BLUE, ":"),
    "LSTM, forget bias 1": (lambda: lstm(1, UNITS, 1.0), BLUE, "-"),
    "LSTM, forget bias 3": (lambda: lstm(1, UNITS, 3.0), BLUE, "--"),
}
figure, ax = plt.subplots(figsize=(8.5, 4), layout="constrained")
factors = {}
for name, (make, color, line) in layers.items():
    size = np.exp(np.mean([np.log(by_lag(make(), seed)) for seed in range(SEEDS)], axis=0))
    factors[name] = np.exp(np.polyfit(np.arange(20, LAGS + 1), np.log(size[20:]), 1)[0])
    ax.semilogy(size / size[0], line, color=color, label=f"{name}: {factors[name]:.2f} per step")
    print(f"{name:20} after {LAGS} steps {size[-1] / size[0]:.1e}, a factor of {factors[name]:.2f} per step")
ax.set(xlabel="lag (steps back from the output)", ylabel="cotangent of the input / that at lag 0", ylim=(1e-12, 1e3))
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
assert factors["SimpleRNN, U halved"] < 0.55 < factors["LSTM, forget bias 0"] < 0.8
assert 0.9 < factors["LSTM, forget bias 1"] < 1 < factors["LSTM, forget bias 3"]

# %% [markdown]
# After the first steps the lines are nearly straight: *exponential*, in either direction. What differs is the rate.
#
# - Halve U, and every step takes half. After 30 steps nothing is left that float32 could add to anything.
# - "Simple networks cannot, LSTMs can" is not what we see. With an orthogonal U the simple network keeps more than an
#   LSTM whose forget gates begin at one half: there 0.74 per step are left.
# - A bias of 1 makes that 0.96, which is why it is the default. It is more than $\sigma(1) = 0.73$, because cotangents
#   also go through the gates and come back through U.
# - With a bias of 3 they *grow*. Exploding gradients are the smaller evil: `global_clipnorm=1` in any optimizer cuts
#   them.
#
# All this is the beginning of training. What can be learned from there?
#
# ## A task that needs a memory
#
# Forty random numbers between -1 and 1, and beside them a mark, which is 1 at one of them. At the end the network shall
# say the number that was marked. Who forgets it can only say 0, and has a loss of 1/3, the variance.

# %%
TIMES, CELLS = 40, 8


def marked_numbers(samples, rng):
    x = np.zeros((samples, TIMES, 2))
    at = rng.integers(0, TIMES, samples)
    x[..., 0] = rng.uniform(-1, 1, (samples, TIMES))
    x[np.arange(samples), at, 1] = 1
    return x, x[np.arange(samples), at, 0]


makers = {
    "SimpleRNN": (lambda: mn.SimpleRNN(2, CELLS, return_sequences=False), ORANGE, "-"),
    "LSTM, forget bias 0": (lambda: lstm(2, CELLS, 0.0), BLUE, ":"),
    "LSTM, forget bias 1": (lambda: lstm(2, CELLS, 1.0), BLUE, "-"),
    "GRU": (lambda: mn.GRU(2, CELLS, return_sequences=False), GREEN, "-"),
}
figure, ax = plt.subplots(figsize=(8.5, 4), layout="constrained")
final, networks = {}, {}
for name, (make, color, line) in makers.items():
    final[name] = []
    for seed in range(3):
        x, y = marked_numbers(1000, np.random.default_rng(seed))
        net = mn.Network([make(), mn.Dense(CELLS, 1)], rng=seed)
        history = mn.fit(
            net,
            x,
            y,
            loss=mn.MeanSquaredError(),
            optimizer=mn.Adam(0.01, global_clipnorm=1.0),
            epochs=40,
            batch_size=50,
            rng=seed,
        )
        ax.semilogy(history.history["loss"], line, color=color, label=None if seed else name, alpha=0.8)
        final[name].append(history.history["loss"][-1])
        networks[name, seed] = net
    print(f"{name:20} final loss", np.round(final[name], 4))
ax.axhline(1 / 3, color="black", linestyle="--", linewidth=1, label="always 0")
ax.set(xlabel="epoch", ylabel="mean squared error", title="three seeds each")
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
assert max(final["SimpleRNN"]) > 0.2
assert max(final["LSTM, forget bias 0"] + final["LSTM, forget bias 1"] + final["GRU"]) < 0.03

# %% [markdown]
# The gated networks learn it on every seed, the simple one on none, or nearly none. The bias, which made such a
# difference to the gradient at the start, makes a small one here: of marks far back 0.74 leaves next to nothing, but
# half of the marks are in the last twenty steps, and what is learned from those serves the others.
#
# ## What the gates do
#
# So let us watch them. We go through one series step by step, by hand, with the trained W, U and b.

# %%
net = networks["LSTM, forget bias 1", 0]
layer = net.layers[0]
x, y = marked_numbers(500, np.random.default_rng(100))


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


c, hidden = np.zeros((2, len(x), CELLS))
inputs, forgets, memories = [], [], []
for t in range(TIMES):
    i, f, g, o = np.split(x[:, t] @ layer.W + hidden @ layer.U + layer.b, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    hidden = sigmoid(o) * np.tanh(c)
    inputs.append(sigmoid(i)), forgets.append(sigmoid(f)), memories.append(c)
net(x)
assert np.allclose(net.states()[layer], [hidden, c])

correlation = [np.corrcoef(c[:, unit], y)[0, 1] for unit in range(CELLS)]
unit = int(np.argmax(np.abs(correlation)))
sample = int(np.argmax(np.abs(y) * (np.argmax(x[..., 1], axis=1) == 12)))
marked = int(np.argmax(x[sample, :, 1]))
print(f"unit {unit}: its memory at the end correlates with the marked number, r = {correlation[unit]:.3f}")
assert abs(correlation[unit]) > 0.8

figure, axes = plt.subplots(3, 1, figsize=(6.5, 6), sharex=True, layout="constrained")
axes[0].plot(x[sample, :, 0], "o-", color=GREY, markersize=3, label="number")
axes[0].plot(marked, x[sample, marked, 0], "o", color=ORANGE, label="the marked one")
axes[1].plot([gate[sample, unit] for gate in inputs], color=BLUE, label="input gate")
axes[1].plot([gate[sample, unit] for gate in forgets], color=GREEN, label="forget gate")
axes[2].plot([memory[sample, unit] for memory in memories], color=PINK, label="memory c")
axes[2].axhline(0, color="black", linewidth=0.6)
for ax, label in zip(axes, ("input", f"gates of unit {unit}", "memory"), strict=True):
    ax.axvline(marked, color=ORANGE, linewidth=0.8, linestyle=":")
    ax.set(ylabel=label)
    ax.legend(loc="upper right", ncols=2)
axes[0].set(ylim=(-1.1, 1.7))
axes[1].set(ylim=(0, 1.35))
_ = axes[2].set(xlabel="time (steps)")

# %% [markdown]
# At the mark the input gate opens and the forget gate closes: what was there is dropped, and the number comes in (with
# its sign reversed; the `Dense` layer after it knows). Nobody told it to build a memory cell.
#
# It is not the cell of the textbooks, though. There, a forget gate stays at 1 and holds the number. Here it is about
# 0.7, and $0.7^{27}$ is $10^{-4}$, yet more than half of the number is still there 27 steps later. What holds it is the
# other way around: c makes h, and h comes back through U and is written in again at every step. (The input gate opens
# for strongly negative numbers too, marked or not; but what it lets in, g, is near 0 before the mark, and after it what
# is remembered.)
#
# This is one unit out of eight, the clearest. The others help, and are harder to read.
#
# ## Series without an end
#
# Backpropagation through time keeps all states of all times. A series of a million samples does not fit, and one
# update for all of it would be slow learning. *Truncated* backpropagation cuts it into windows: one update for each,
# and the next begins with the state that the last ended with. The state crosses the border; the gradient does not.
#
# So how long must a window be? The target here is the input, six steps late. Each network gets 1600 updates.

# %%
DELAY = 6
x = rng.uniform(-1, 1, (40, 240, 1))
y = np.zeros_like(x)
y[:, DELAY:] = x[:, :-DELAY]
loss, windows = mn.MeanSquaredError(), (3, 6, 12, 24, 240)
errors = []
for window in windows:
    net = mn.Network([mn.GRU(1, 20), mn.Conv1d(20, 1, 1)], rng=0)  # a convolution over one time: the same map at each
    data, held_out = mn.training_data(net, loss, x, y, split=0.2)
    step = mn.Truncated(net, loss, mn.Adam(0.005), window=window)
    history = mn.train(step, data, validation=held_out, epochs=1600 * window // (240 * 4), batch_size=8, rng=0)
    errors.append(history.history["val_loss"][-1])
    print(f"window {window:3}: {step.state.t} updates, validation loss {errors[-1]:.4f}")
assert min(errors[:2]) > 0.1
assert max(errors[2:]) < 0.02

figure, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
ax.loglog(windows, errors, "o-", color=BLUE, label="validation loss")
ax.axvline(DELAY, color=ORANGE, linestyle=":", label=f"delay, {DELAY} steps")
ax.axhline(1 / 3, color="black", linestyle="--", linewidth=1, label="always 0")
ax.set(xlabel="window (steps)", ylabel="mean squared error", xticks=windows, xticklabels=windows)
ax.minorticks_off()
_ = ax.legend(loc="lower left")

# %% [markdown]
# Longer than the delay, or nothing is learned, however many updates there are. The information is in the state, six
# steps later too; but no gradient ever says that it was of use.
#
# ## What to take home
#
# - Back through time is back through a deep network whose layers share their weights: cotangents go back step by step,
#   gradients are sums over steps.
# - Every step multiplies. So gradients vanish or explode exponentially, and the *rate* is what initial values decide:
#   an orthogonal U, a forget bias of 1.
# - A gate is a multiplication that the network controls. One near 1 lets state and gradient pass.
# - Truncation forgets gradients, not states. The window has to be longer than what is to be learned.
#
# ## Exercises
#
# 1. Remove `from_later` from the way back by hand. Which of dW, dU and db are wrong? Is the gradient by the last
#    input?
# 2. Let the loss look at the *mean* of all outputs. What does the plot of cotangents look like now?
# 3. Make the task longer: 100 numbers, 200. Does the forget bias matter then? What about a bias of 3?
# 4. Give the simple network 64 units, or a smaller learning rate. Can you make it learn the marked number?
# 5. `mn.LSTM(..., go_backwards=True)` reads from the end. For which marked numbers does that make the task easier?

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
