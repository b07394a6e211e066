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
# # 6. From gradient descent to Adam
#
# Adam's formula looks like a recipe: two averages, a square root, two corrections, four constants. **What does each
# part do, and what happens without it?**
#
# We start at gradient descent and change one thing at a time. Each formula is derived, written in a few lines of NumPy,
# held against `minnet`'s own class, and tried: on a quadratic, where theory says how fast it must be, on a bent valley,
# and on a network that learns to tell two circles apart.

# %%
from dataclasses import dataclass
from functools import partial

import matplotlib.pyplot as plt
import numpy as np

import minnet as mn
from minnet.numerics.landscapes import LANDSCAPES

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too
PINK, SKY, BLACK = "#CC79A7", "#56B4E9", "#000000"

# %% [markdown]
# ## One loop for all
#
# An optimizer is a rule: from the parameters $\theta$, their gradient $g$, and what it remembers, to new parameters and
# a new memory. $t = 1, 2, \dots$ counts the steps. The loop around it is always the same. The second loop takes an
# optimizer of `minnet` along; we shall use it to check ours.


# %%
def descend(rule, gradient, theta, steps, memory=0.0):
    """The way of a rule: parameters (steps + 1, p), the start first."""
    path = [np.array(theta, float)]
    for t in range(1, steps + 1):
        theta, memory = rule(path[-1], gradient(path[-1]), memory, t)
        path.append(theta)
    return np.array(path)


def minnets(optimizer, gradient, theta, steps):
    """The way of one of minnet's optimizers, in the same form."""
    theta = np.array(theta, float)
    slots, path = optimizer.start(theta), [theta.copy()]
    for t in range(1, steps + 1):
        optimizer.step(theta, gradient(theta), slots, t, optimizer.learning_rate)
        path.append(optimizer.evaluated(theta, slots).copy())
    return np.array(path)


def agree(one, other):
    """To rounding."""
    return np.abs(one - other).max() < 1e-11 * np.abs(one).max()


# %% [markdown]
# ## Gradient descent
#
# Let the slope of $f$ change by at most $L$ per unit of length: $L$ is the largest curvature. Then $f$ lies below a
# parabola, and a step $-h g$ with the *learning rate* $h$ promises
#
# $$f(\theta - h g) \le f(\theta) - h |g|^2 + \tfrac12 L h^2 |g|^2 .$$
#
# The right side is least for $h = 1/L$. That is the step for somebody who knows $L$, and nothing else.
#
# How fast is it? On a quadratic, $g = A \theta$ with the minimum at 0. Along an eigenvector of $A$ with the curvature
# $\lambda$, a step multiplies the distance by $1 - h \lambda$. With $h = 1/L$ the steepest direction is done at once.
# The flattest, of curvature $\mu$, is left with the factor
#
# $$1 - \mu / L = 1 - 1 / \kappa, \qquad \kappa = L / \mu.$$
#
# $\kappa$, the *condition number*, is what makes a problem hard. Here is one with $\kappa = 100$, turned by 30 degrees.


# %%
def gradient_descent(theta, g, memory, t, h):
    return theta - h * g, memory


L, mu = 1.0, 0.01
kappa, start = L / mu, np.array([1.0, 1.0])
turn = np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]])
along_axes = np.diag([mu, L])
turned = turn @ along_axes @ turn.T


def slope(theta, A=turned):
    return A @ theta


def factor(path):
    """By which the distance from the minimum shrinks per step, over the later half of the way."""
    distances = np.linalg.norm(path, axis=1)
    half = len(distances) // 2
    return (distances[-1] / distances[half]) ** (1 / (len(distances) - 1 - half))


paths = {"gradient descent": descend(partial(gradient_descent, h=1 / L), slope, start, 1200)}
assert agree(paths["gradient descent"], minnets(mn.SGD(1 / L), slope, start, 1200))
print(f"theory {1 - 1 / kappa:.4f}, measured {factor(paths['gradient descent']):.4f}")
assert abs(factor(paths["gradient descent"]) - (1 - 1 / kappa)) < 1e-6

# %% [markdown]
# One per cent per step: 229 steps for each digit.
#
# ## Momentum
#
# Let the gradient push a heavy ball instead of moving a point: it adds to a velocity, of which a fraction $m$ is kept.
#
# $$v \leftarrow m v + g, \qquad \theta \leftarrow \theta - h v .$$
#
# Since $h v$ is the last step, $\theta_{t+1} = \theta_t - h g_t + m (\theta_t - \theta_{t-1})$. Along an eigenvector the
# distance follows $z^t$, where
#
# $$z^2 - (1 + m - h \lambda) z + m = 0 .$$
#
# The product of the two roots is $m$. If they are complex, they are conjugates, and both have the size $\sqrt m$,
# *whatever the curvature*. They are complex for $(1 - \sqrt m)^2 < h \lambda < (1 + \sqrt m)^2$. Make that interval
# reach from $h \mu$ to $h L$:
#
# $$\sqrt m = \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}, \qquad h = \frac{4}{(\sqrt L + \sqrt\mu)^2}.$$
#
# The factor per step is $\sqrt m \approx 1 - 2 / \sqrt\kappa$: the condition number has got a root (Polyak, 1964).


# %%
def heavy_ball(theta, g, v, t, h, m):
    v = m * v + g
    return theta - h * v, v


root_m = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
h, m = 4 / (np.sqrt(L) + np.sqrt(mu)) ** 2, root_m**2
paths["heavy ball"] = descend(partial(heavy_ball, h=h, m=m), slope, start, 150)
assert agree(paths["heavy ball"], minnets(mn.SGD(h, momentum=m), slope, start, 150))
print(f"theory {root_m:.4f}, measured {factor(paths['heavy ball']):.4f}")
assert abs(factor(paths["heavy ball"]) - root_m) < 0.01

# %% [markdown]
# (The measured factor is a little larger: at both ends of the interval the two roots are equal, and the distance goes
# as $t z^t$.)
#
# ## A dialect
#
# Many courses, and the study of tutorial 01, write $v \leftarrow m v + (1 - m) g$. Then $v$ is an average of gradients:
# the weights $(1 - m) m^k$ of the gradient $k$ steps ago add up to 1. In the first form they add up to $1 / (1 - m)$,
# which is 10 for $m = 0.9$. Nothing else differs. The two take the same steps if the averaging one has the learning
# rate $h / (1 - m)$. With the *same* $h$, it crawls.


# %%
def averaging(theta, g, v, t, h, m):
    v = m * v + (1 - m) * g
    return theta - h * v, v


same_steps = descend(partial(averaging, h=h / (1 - m), m=m), slope, start, 150)
same_rate = descend(partial(averaging, h=h, m=m), slope, start, 1200)
assert agree(same_steps, paths["heavy ball"])
assert agree(same_rate, minnets(mn.SGD(h, momentum=m, dialect="average"), slope, start, 1200))
print(f"learning rate h / (1 - m): factor {factor(same_steps):.4f}, h: {factor(same_rate):.4f}")
assert factor(same_rate) > factor(paths["heavy ball"]) + 0.1
