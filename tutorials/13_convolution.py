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
# # 13. Convolution
#
# A dense layer that takes a picture of 32 x 32 places and gives another has a million weights. It must learn at every
# place anew what an edge looks like. But an edge is an edge everywhere. **What is left of a dense layer if every place
# has the same few weights, and sees its neighbours only?** We build it by hand, forward and backward, and find that
# three things that look different are one matrix: a convolution, its gradient, and a layer that makes pictures larger.

# %%
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np

import minnet as mn

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too

# %% [markdown]
# ## One window, by hand
#
# A set of slides shows this picture of 5 x 5 numbers, and a window of 3 x 3 weights. Laid upon the first nine places,
# multiplied and added up, it gives 6; moved on by one place, the next number:
#
# $$y_{p,q} = \sum_{r,t} x_{p+r,\,q+t}\, W_{r,t}.$$

# %%
picture = np.array([[7, 2, 3, 3, 8], [4, 5, 3, 8, 4], [3, 3, 2, 8, 4], [2, 8, 7, 2, 7], [5, 4, 4, 5, 4.0]])
window = np.array([[1, 0, -1], [1, 0, -1], [1, 0, -1.0]])


def convolve(x, W):
    """All windows of x that fit, one by one."""
    height, width = x.shape[0] - W.shape[0] + 1, x.shape[1] - W.shape[1] + 1
    y = np.empty((height, width))
    for p in range(height):
        for q in range(width):
            y[p, q] = (x[p : p + W.shape[0], q : q + W.shape[1]] * W).sum()
    return y


print(convolve(picture, window))
assert convolve(picture, window)[0, 0] == 6

# %% [markdown]
# The weights are positive on the left and negative on the right: the result is large where the picture gets darker
# from left to right, at *edges*. `mn.Conv2d` is the same, for several channels at once: at every place stand `i`
# numbers (red, green and blue, say), and for each of `o` new channels there is a window of its own. So W has four
# axes, (height, width, i, o).

# %%
layer = mn.Conv2d(1, 1, 3, weights=window[:, :, None, None])
net = mn.Network([layer], input_shape=(5, 5, 1))
print(net.summary())
assert np.array_equal(net(picture[None, :, :, None])[0, :, :, 0], convolve(picture, window))

# %% [markdown]
# ## It is a dense layer
#
# Every output is a sum of inputs times weights. So there is a matrix for it. Let us see it, for a series of ten places
# and a window of three: we ask the layer for the response to each unit vector.


# %%
def matrix(layer, places):
    """What the layer does with (places,) numbers, as a matrix (outputs, places)."""
    net = mn.Network([layer], input_shape=(places, 1))
    return net(np.eye(places)[..., None])[..., 0].T


weights = np.array([1.0, 2.0, 3.0])[:, None, None]
matrices = {
    "stride 1": matrix(mn.Conv1d(1, 1, 3, weights=weights), 10),
    "padding 'same'": matrix(mn.Conv1d(1, 1, 3, padding="same", weights=weights), 10),
    "'circular'": matrix(mn.Conv1d(1, 1, 3, padding="circular", weights=weights), 10),
    "stride 2, 'same'": matrix(mn.Conv1d(1, 1, 3, 2, "same", weights=weights), 10),
    "dilation 3": matrix(mn.Conv1d(1, 1, 3, dilation=3, weights=weights), 10),
}
figure, axes = plt.subplots(1, len(matrices), figsize=(12, 3), layout="constrained")
for ax, (name, values) in zip(axes, matrices.items(), strict=True):
    shown = ax.imshow(np.where(values == 0, np.nan, values), cmap="viridis", vmin=0, vmax=3)
    ax.set(title=name, xlabel="input place", ylabel="output place", xticks=range(0, 10, 3), yticks=range(len(values)))
_ = figure.colorbar(shown, ax=axes, label="weight", ticks=[1, 2, 3], shrink=0.7)

# %% [markdown]
# The same three numbers in every row, and zeros everywhere else. *Zeros that are never stored, and weights that are
# stored once*: that is all. With padding, the first and the last output see places that are not there: zeros, or, in a
# circle, those of the other end. With a stride of 2, every other row is left out; with a dilation, windows have holes.
#
# ## Backward: the transpose
#
# For a dense layer $y = x W$, cotangents go back as $dx = dy\, W^\mathsf{T}$ (tutorial 2). So here they must go back by
# the transposed matrix. Its rows have the same numbers, in the opposite order, and where several windows saw one place,
# it adds up what comes back from them. Let us write that down without any matrix, and compare.

# %%
x, dy = np.random.default_rng(0).standard_normal((2, 10))
W = weights[:, 0, 0]


def backward(dy, W, places):
    """Every output gives its cotangent back to the places that its window saw."""
    dx = np.zeros(places)
    for p in range(len(dy)):
        dx[p : p + len(W)] += dy[p] * W
    return dx


def gradient(x, dy, size):
    """Every weight met one place for each output: the products, added up."""
    return np.array([(x[t : t + len(dy)] * dy).sum() for t in range(size)])


dy = dy[:8]
net = mn.Network([mn.Conv1d(1, 1, 3, weights=weights)], input_shape=(10, 1))
net(x[None, :, None])
assert np.allclose(backward(dy, W, 10), matrices["stride 1"].T @ dy)
assert np.allclose(backward(dy, W, 10), net.backward(dy[None, :, None])[0, :, 0])
assert np.allclose(gradient(x, dy, 3), net.gradient()[:3])
print("by hand and by the layer:", gradient(x, dy, 3).round(6), net.gradient()[:3].round(6))

# %% [markdown]
# ## A layer that makes pictures larger
#
# What goes *backward* through a convolution with stride 2 has twice as many places as what comes in. Used forward, that
# is a layer which makes pictures larger: a **transposed convolution**. Every input puts a copy of the window, times its
# value, into the output, and where copies overlap they add up. The slides' example:

# %%
square = np.array([[0, 1], [2, 3.0]])
net = mn.Network([mn.ConvTranspose2d(1, 1, 2, weights=square[:, :, None, None])], input_shape=(2, 2, 1))
larger = net(square[None, :, :, None])[0, :, :, 0]
print(larger)
assert np.array_equal(larger, [[0, 0, 1], [0, 4, 6], [4, 12, 9]])

down, up = mn.Conv1d(1, 1, 4, 2, 1, weights=np.arange(1.0, 5)[:, None, None]), None
there = matrix(down, 8)
up = mn.ConvTranspose1d(1, 1, 4, 2, 1, weights=np.arange(1.0, 5)[:, None, None])
back = matrix(up, 4)
assert np.array_equal(there, back.T)
figure, axes = plt.subplots(1, 2, figsize=(7, 3.5), layout="constrained")
for ax, values, name in zip(axes, (there, back), ("Conv1d, stride 2", "ConvTranspose1d, stride 2"), strict=True):
    shown = ax.imshow(np.where(values == 0, np.nan, values), cmap="viridis", vmin=0, vmax=4)
    ax.set(title=name, xlabel="input place", ylabel="output place")
_ = figure.colorbar(shown, ax=axes, label="weight", shrink=0.7)

# %% [markdown]
# It is *not* the inverse: what went down and up again is not what it was. It is the transpose, and that is why its own
# gradient is an ordinary convolution. `minnet` has only two kernels for both layers, and each does the other's backward
# pass.
#
# In the matrix on the right every output sees two inputs, all in the same way: a window of 4 fits a stride of 2. A
# window of 3 does not, and it leaves a pattern, even if it is given a constant:

# %%
figure, axes = plt.subplots(figsize=(7, 2.8), layout="constrained")
ones = np.ones((1, 12, 1))
for size, colour in ((3, ORANGE), (4, BLUE)):
    layer = mn.ConvTranspose1d(1, 1, size, 2, "same", weights=1.0)
    axes.plot(mn.Network([layer], input_shape=(12, 1))(ones)[0, :, 0], "o-", color=colour, label=f"window of {size}")
axes.set(xlabel="output place", ylabel="output", title="Stride 2, all weights and all inputs 1", ylim=(0, 2.4))
_ = axes.legend()

# %% [markdown]
# ## Why channels come last
#
# PyTorch puts a picture's channels first, (n, i, height, width); here they are last, (n, height, width, i). For a
# window of 3 x 3 and 64 channels, that decides what lies side by side in memory. With channels last, one row of the
# window is a single run of 3 x 64 numbers, for the next place it begins 64 numbers later, and the 64 weights for all
# new channels of one input number lie side by side as well. A product of matrices wants just that: rows that begin at
# regular distances, read straight through. *So nothing has to be copied.* The usual way is to copy every window into a
# row of a large matrix first ("im2col"), here nine times the picture, and to multiply then.

# %%
x = np.random.default_rng(1).standard_normal((16, 32, 32, 64)).astype("float32")
W = np.random.default_rng(2).standard_normal((3, 3, 64, 64)).astype("float32")
net = mn.Network([mn.Conv2d(64, 64, 3, weights=W)], input_shape=(32, 32, 64), dtype="float32")


def by_copies(x, W):
    """Every window as a row of a large matrix, then one product."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), (1, 2))  # (n, height, width, i, 3, 3)
    rows = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, 9 * 64)  # the copy
    return (rows @ W.reshape(9 * 64, 64)).reshape(*windows.shape[:3], 64), rows.nbytes


copied, size = by_copies(x, W)
assert np.allclose(net(x), copied, atol=1e-3)
for name, function in (("windows in place", lambda: net(x)), ("windows copied", lambda: by_copies(x, W))):
    times = []
    for _ in range(5):
        start = perf_counter()
        function()
        times.append(perf_counter() - start)
    print(f"{name:17} {1000 * min(times):6.1f} ms")
print(f"the copy has {size / 2**20:.0f} MB, the pictures {x.nbytes / 2**20:.0f} MB")

# %% [markdown]
# ## What it is good for
#
# A bump in a series, somewhere: does it point up or does it turn from up to down? A dense layer has to learn that for
# every place. A convolution learns one window, and a maximum over all places (`MaxPool`) forgets where it was. Both get
# the same few series to learn from.


# %%
def bumps(n, rng):
    """Series (n, 40, 1) with a bump of one of two kinds at a random place, and noise."""
    times, kinds = np.arange(40), np.arange(n) % 2
    place = rng.uniform(6, 34, n)[:, None]
    bump = np.exp(-((times - place) ** 2) / 8)
    x = np.where(kinds[:, None] == 0, bump, -(times - place) * bump / 1.2)
    return (x + 0.3 * rng.standard_normal(x.shape))[..., None], kinds


rng = np.random.default_rng(3)
x, kinds = bumps(100, rng)
unseen, unseen_kinds = bumps(2000, rng)
networks = {
    "windows": [mn.Conv1d(1, 8, 7, padding="same"), mn.ReLU(), mn.MaxPool(40), mn.Flatten(), mn.Dense(8, 1)],
    "dense": [mn.Flatten(), mn.Dense(40, 40), mn.ReLU(), mn.Dense(40, 1)],
}
accuracy = {}
for name, layers in networks.items():
    net = mn.Network(layers, input_shape=(40, 1), rng=4)
    mn.fit(net, x, kinds, loss=mn.BinaryCrossEntropy(), optimizer=mn.Adam(0.01), epochs=150, batch_size=20, rng=5)
    accuracy[name] = ((net(unseen)[:, 0] > 0) == unseen_kinds).mean()
    print(f"{name:8} {net.n_parameters:5} parameters, {accuracy[name]:.1%} of 2000 unseen series right")
assert accuracy["windows"] > accuracy["dense"] + 0.05

# %% [markdown]
# The network with windows has 73 parameters, the other one 1681. Fewer, but in the right places.
#
# ## To try
#
# 1. Give `Conv1d` the weights $[1, -2, 1] / h^2$ and a sampled sine. Which derivative is it? What happens at the ends,
#    with each kind of padding?
# 2. Put a maximum of one place to the right of another in the series. For which layers does the output move along
#    (`Conv1d`, with stride 2, `MaxPool`, `Flatten` and `Dense`)?
# 3. Two windows of 3, one after the other, see 5 places. How many does a stack of ten see? And with dilations 1, 2, 4,
#    8, ...? Check it with unit vectors, as `matrix` does.
# 4. Write `backward` for a stride of 2, and compare with `matrix(...).T`.

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
