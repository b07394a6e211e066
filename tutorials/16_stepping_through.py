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
# # 16. Stepping through
#
# `fit` is one line, and after it the weights are others. **What happens in between, to one batch, and how can one look
# at it?** We follow four samples through a small network in Python's debugger, count the calls that lie between `fit`
# and the product of two matrices, say what each is for, and then see all the numbers of a step at once.
#
# Nothing stops here when the tutorial runs: the sessions with the debugger are given their commands beforehand. Try
# them by hand: save a few lines in a file and call `python -m pdb file.py`, or set the same breakpoints in an editor.

# %%
import io
import pdb
import sys
import textwrap

import matplotlib.pyplot as plt
import numpy as np

import minnet as mn
from minnet.kernels.numpy import dense as products

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too
WIDTH = 100  # columns

# %% [markdown]
# ## Kernels to look into
#
# minnet's arithmetic exists twice: compiled by Numba, which is fast and which no debugger can enter, and in plain
# NumPy, to be read. The variable `MINNET_KERNELS=numpy` in the environment chooses the second for a whole program,
#
#     MINNET_KERNELS=numpy python -m pdb file.py
#
# and `mn.use_kernels("numpy")` does from within. Besides, compiled *epochs*, in which `fit` makes all batches in a
# single call, need compiled kernels: with NumPy's there is a Python loop over the batches, and every batch comes by.

# %%
mn.use_kernels("numpy")
x = np.array([[1.0, 2.0], [-1.0, 0.5], [0.5, -1.0], [-2.0, -1.0]])
y = x[:, 0] * x[:, 1]
settings = {"loss": mn.MeanSquaredError(), "optimizer": mn.Adam(0.01), "batch_size": 4, "shuffle": False}


def network():
    return mn.Network([mn.Dense(2, 3), mn.Tanh(), mn.Dense(3, 1)], rng=0)


def train(net, batches=1):
    """One epoch with the same four samples in each of its batches."""
    return mn.fit(net, np.tile(x, (batches, 1)), np.tile(y, batches), epochs=1, **settings)


# %% [markdown]
# ## How many calls, and why
#
# Python tells whoever asks (`sys.setprofile`) when a function is called and when it returns. We keep those of minnet,
# each with its depth: how many of minnet's functions are under way.


# %%
def calls_of(batches):
    """Calls of minnet's functions in a training, in order: begin, end, depth, name, module."""
    net = network()
    calls, open_calls, clock = [], [], 0

    def watch(frame, event, _):
        nonlocal clock
        module = frame.f_globals.get("__name__", "")
        if not module.startswith("minnet."):
            return
        clock += 1
        if event == "call":
            open_calls.append([clock, clock, len(open_calls) + 1, frame.f_code.co_qualname, module])
            calls.append(open_calls[-1])
        elif event == "return" and open_calls:
            open_calls.pop()[1] = clock

    sys.setprofile(watch)
    try:
        train(net, batches)
    finally:
        sys.setprofile(None)
    return calls


train(network())  # imports that happen at first use are over
one, two = calls_of(batches=1), calls_of(batches=2)
product = next(call for call in one if call[3] == products.dense_forward.__name__)
print(f"one epoch of one batch: {len(one)} calls; a second batch: {len(two) - len(one)} more")
print(f"way to the first product, {product[2]} calls deep:")
for begin, end, depth, name, module in one:
    if begin <= product[0] <= end:
        print(f"  {depth}  {name:45} {module}")

with mn.use_kernels("compiled"):
    train(network())
    compiled, many = calls_of(batches=1), calls_of(batches=100)
print(f"compiled: {len(compiled)} calls for one batch, {len(many)} for a hundred")
assert len(two) - len(one) < len(one) / 2
assert len(many) == len(compiled)
assert product[2] == 9
assert not any(name == "Dense.forward" for *_, name, _ in compiled)
assert any(name == "Dense.forward" for *_, name, _ in one)

# %% [markdown]
# With Python 3.11 these are 319 calls for the epoch, of which 66 belong to the batch, and the product of the first
# layer is nine calls deep. (Later versions of Python count a few less.) In compiled epochs the number does not grow
# with the batches, and no layer is ever called: there is nothing to stop at.
#
# Nine may seem many for $xW$. Each is there for one reason, and knows nothing of the others' business:
#
# | depth | call | what it is for |
# |---|---|---|
# | 1, 3 | `checked` | answers misspelt settings; the functions below it need not |
# | 2 | `fit` | checks data and settings, once: most of the calls that are not the batch's |
# | 4 | `train` | epochs, callbacks, checkpoints, validation |
# | 5 | `run_epoch` | takes one batch after the other out of the data |
# | 6 | `Supervised.step` | forward, loss, backward, update: a step of yours may stand here |
# | 7 | `Network.forward` | layer after layer |
# | 8 | `Dense.forward` | remembers what backward will need |
# | 9 | `dense_forward` | $y = xW + b$, in NumPy or compiled |
#
# The step itself can be drawn. Every bar is a call, as long as calls happen within it; what it calls lies below.

# %%
step = next(call for call in one if call[3] == "Supervised.step")
inside = [call for call in one if step[0] <= call[0] <= step[1]]
rooms = {
    "training": BLUE,
    "optimizers": BLUE,
    "network": GREEN,
    "layers": GREEN,
    "activations": GREEN,
    "losses": ORANGE,
    "kernels": GREY,
}
labels = {
    "Supervised.step": "Supervised.step", "Network.forward": "Network.forward", "Network.gradient": "Network.gradient",
    "Elementwise.__call__": "loss", "TrainState.apply": "TrainState.apply", "RuleOptimizer.step": "Adam",
    "Dense.forward": "Dense", "Activation.forward": "Tanh", "Dense.backward": "Dense", "Activation.backward": "Tanh",
}  # fmt: skip
fig, ax = plt.subplots(figsize=(10, 4.2), layout="constrained")
for begin, end, depth, name, module in inside:
    colour = rooms.get(module.split(".")[1], "#CCCCCC")
    ax.barh(depth - step[2], end - begin + 0.8, left=begin - step[0], height=0.9, color=colour, edgecolor="white")
    if name in labels and end - begin > 2:
        place, ink = ((begin + end) / 2 - step[0], depth - step[2]), "white" if colour == BLUE else "black"
        ax.text(*place, labels[name], color=ink, ha="center", va="center", fontsize=7)
ax.set(yticks=[], xlabel="calls and returns, in order (a count)", xlim=(-1, step[1] - step[0] + 2))
ax.invert_yaxis()
for room, colour in (("training, optimizer", BLUE), ("network, layers", GREEN), ("loss", ORANGE), ("kernels", GREY)):
    ax.barh(0, 0, color=colour, label=room)
ax.legend(loc="lower center", ncols=4, fontsize=8)
_ = ax.set_title("One step of training, call by call: forward, loss, back, update")

# %% [markdown]
# From left to right: forward, through three layers; the loss; back through them, and the gradients; Adam. The light
# bars are checks of shapes and the like.
#
# ## Breakpoints by name
#
# Line numbers move, names do not. In the debugger a breakpoint can be a function:
#
#     b mn.Dense.forward                        every dense layer, forward
#     b mn.Dense.forward, self.n_outputs == 1   the last one only: a condition, in the words of that function
#     b mn.TrainState.apply, self.t == 2        the third update (t counts those that are made)
#     b products.dense_gradient                 the product behind dW, after
#                                               from minnet.kernels.numpy import dense as products
#
# Set them at the beginning, while you are in your own file: names are looked up where one is, and `mn` is a name of
# yours. `c` goes on to the next stop, `n` to the next line, `s` into a call, `r` to the end of a function, `u` and `d`
# up and down the nine frames, and `p` prints anything that can be computed there. Editors have the same: in VS Code
# "Add Function Breakpoint", with a condition. Here is a session, with its commands in advance.


# %%
Pdb = next(kind for kind in pdb.Pdb.__mro__ if kind.__module__ == "pdb")  # notebooks put one of their own before it


def session(commands, batches=1):
    """What the debugger prints when it is given some commands; then it quits, and training is given up."""
    inputs, out = io.StringIO("\n".join([*commands, "q", ""])), io.StringIO()
    debugger, tracing = Pdb(stdin=inputs, stdout=out, nosigint=True, readrc=False), sys.gettrace()
    try:
        debugger.runcall(train, network(), batches)
    finally:
        debugger.clear_all_breaks()
        sys.settrace(tracing)
    answers = out.getvalue().split("(Pdb) ")[1:]
    for command, answer in zip(commands, answers, strict=False):
        lines = [line.rsplit("/minnet/", 1)[-1].removeprefix("> ") for line in answer.rstrip().splitlines()]
        print(f"(Pdb) {command}")
        for line in lines:
            print(textwrap.fill(line, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 9))
    return answers


answers = session(
    [
        "b mn.Dense.forward",
        "c",
        "p self, x.shape, self.W.shape",
        "u",
        "p [str(layer) for layer in self.layers]",
        "c",
        "p self, x.shape, self.W.shape",
        "p abs(x).max() < 1",
    ]
)
assert "Dense(2, 3), (1, 4, 2), (2, 3)" in answers[2]
assert "Dense(3, 1), (1, 4, 3), (3, 1)" in answers[6]
assert "True" in answers[7]

# %% [markdown]
# The inputs have three axes, (1, 4, 2), where we gave two: the first one counts orders of derivative (tutorial 4), and
# plain training has one. Behind the $\tanh$ all numbers are below 1, as they should be.
#
# A breakpoint is a good place to check what one believes. We stop in the update of the third batch: with the same
# samples in every batch, Adam should move every weight by about the learning rate, whatever its gradient (tutorial 6).
# And we stop at the product behind $\mathrm{d}W$, and compute it as the sum over samples that it is.

# %%
answers = session(
    [
        "b mn.TrainState.apply, self.t == 2",
        "c",
        "p self.t, self.theta.size, gradient.shape",
        "r",
        "moves = abs(self.theta - self.previous) / self.learning_rate",
        "p moves.round(2)",
        "p moves.min() > 0.5, moves.max() < 1.1",
    ],
    batches=4,
)
assert "(2, 13, (13,))" in answers[2]
assert answers[6].count("True") == 2

answers = session(
    [
        "b products.dense_gradient",
        "c",
        "p dW.shape, x.shape, dy.shape",
        "r",
        "p np.allclose(dW, np.einsum('kni,kno->io', x, dy))",
    ]
)
assert "True" in answers[4]

# %% [markdown]
# Three more ways to stop:
#
# - `breakpoint()` in code of your own: a callback's `on_epoch_end(self, run)`, a layer's `forward`, a `Step`. With
#   `PYTHONBREAKPOINT=0` in the environment, all of them pass.
# - `python -m pdb -c continue file.py` stops where something is raised, with all the frames to go `u` through.
#   `%debug` does so in a notebook.
# - `NUMBA_DISABLE_JIT=1` makes Python of the compiled kernels too, loops and all, for those who want to see *these*.
#   It is slow: take a few samples.
#
# ## All at once
#
# A debugger shows one array at a time, and one must know where to look. `mn.trace` makes one step on a copy of the
# network, and lists every array that arises: what comes out of each layer, the gradient of the loss by that ("d
# output"), the parameters and their gradients. Nothing is changed by looking.

# %%
net = network()
seen = mn.trace(net, x, y, mn.MeanSquaredError())
print(seen)
assert np.array_equal(net.theta, network().theta)
assert np.allclose(seen[0, "output"], x @ net.layers[0].W + net.layers[0].b)
assert seen.findings == []

# %% [markdown]
# What to look for? In a healthy network outputs have a spread of about 1, and gradients neither shrink nor grow much
# from layer to layer. What goes wrong is said below the table. Let us break a network on purpose: nine layers of
# sigmoids, as people built them before 2010.


# %%
def say(findings):
    """A sentence after the other, in lines that fit."""
    for words in findings or ["nothing stands out"]:
        print(textwrap.fill(words, WIDTH, initial_indent="- ", subsequent_indent="  "))


rng = np.random.default_rng(0)
x, y = rng.standard_normal((100, 2)), rng.standard_normal(100)
deep = mn.mlp([2, *[20] * 9, 1], "sigmoid", rng=0)
seen = mn.trace(deep, x, y, mn.MeanSquaredError())
say(seen.findings)
assert "the gradient vanishes by a factor of" in seen.findings[-1]

# %% [markdown]
# The slope of a sigmoid is at most 1/4, and every layer multiplies by it: the first weights hear of the loss a
# millionth of what the last ones do. The picture shows it as a staircase (orange), while the outputs look just fine.

# %%
with mn.plotting.style():
    ax = seen.plot()
    ax.figure.suptitle("Nine layers of sigmoids: gradients shrink from the bottom to the top", fontsize=11)

# %% [markdown]
# The same with ReLU, which has slope 1 where it lets through, and He's initial weights, made for it. The gradient
# arrives; what is said now is the price: units that are 0 for all hundred samples.

# %%
mended = mn.Network(
    [part for i, o in [(2, 20), *[(20, 20)] * 8] for part in (mn.Dense(i, o, weights="he_normal"), mn.ReLU())]
    + [mn.Dense(20, 1)],
    rng=0,
)
seen = mn.trace(mended, x, y, mn.MeanSquaredError())
say(seen.findings)
assert not any("vanishes" in words for words in seen.findings)
with mn.plotting.style():
    ax = seen.plot()
    ax.figure.suptitle("Nine layers of ReLU: gradients keep their size", fontsize=11)

# %% [markdown]
# And two accidents. Biases far below zero, after which no ReLU answers; and weights that are too large for a tanh:

# %%
dead = mn.Network([mn.Dense(2, 8, bias=-20.0), mn.ReLU(), mn.Dense(8, 1)], rng=0)
flat = mn.Network(
    [mn.Dense(2, 8, weights=lambda shape, rng: 30 * rng.standard_normal(shape)), mn.Tanh(), mn.Dense(8, 1)], rng=0
)
for broken in (dead, flat):
    print(broken)
    say(mn.trace(broken, x, y, mn.MeanSquaredError()).findings)
assert "dead" in mn.trace(dead, x, y, mn.MeanSquaredError()).findings[0]
assert "saturated" in mn.trace(flat, x, y, mn.MeanSquaredError()).findings[0]

# %% [markdown]
# ## To try
#
# 1. **Find the NaN.** Set one weight of `mended` to `np.inf`, in the fifth dense layer, and let `mn.trace` tell where
#    numbers stop being finite. Then find the same place with a breakpoint and a condition.
# 2. **A batch that comes second.** Stop in the *second* batch's loss. Which function has a name that you can use, and
#    which condition tells the batches apart? *Hint:* `u` *to the step, and look at* `self.state.t`.
# 3. **Count again.** How many calls does a batch take with `Dropout` between the layers, with `accuracy=True`, with ten
#    layers? What does the number grow with, and what does it not?
# 4. **Memory.** Put `mn.LSTM(1, 8, return_sequences=False)` before a dense layer, and trace series of 10, 50, 250
#    times. What is said of the gradient along time, and what with `SimpleRNN`?

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
