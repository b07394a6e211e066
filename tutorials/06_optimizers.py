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
from minnet.numerics.descent.landscapes import LANDSCAPES

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
kappa = L / mu
turn = np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]])
along_axes = np.diag([mu, L])
turned, start = turn @ along_axes @ turn.T, turn @ np.array([2.0, 2.0])  # as far along either eigenvector


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
assert round(np.log(10) / -np.log(1 - 1 / kappa)) == 229

# %% [markdown]
# One per cent per step, 229 steps for each digit.
#
# ## Momentum
#
# Let the gradient push a heavy ball instead of moving a point: it adds to a velocity, of which a fraction $m$ is kept.
#
# $$v \leftarrow m v + g, \qquad \theta \leftarrow \theta - h v .$$
#
# Since $h v$ is the last step, $\theta_{t+1} = \theta_t - h g_t + m (\theta_t - \theta_{t-1})$. Along an eigenvector
# the distance follows $z^t$, where
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
measured, growth = factor(paths["heavy ball"]), 2 ** (1 / 75)  # growth per step of t, from 75 to 150
print(f"theory {root_m:.4f}, measured {measured:.4f}, without the t {measured / growth:.4f}")
assert abs(measured / growth - root_m) < 0.001

# %% [markdown]
# The measured factor is a little larger: at both ends of the interval the two roots are equal, and the distance goes as
# $t z^t$. Without that $t$, it is $\sqrt m$.
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

# %% [markdown]
# ## Nesterov
#
# The heavy ball's factor holds on quadratics. On other convex functions it may fail entirely. Here is one (Lessard,
# Recht and Packard, 2016): its slope rises at the rate 25, then 1, then 25 again, so $L = 25$ and $\mu = 1$. With the
# step and the momentum just derived, the heavy ball goes round in a circle of three points, forever.


# %%
def kinked(theta):
    return np.where(theta < 1, 25 * theta, np.where(theta < 2, theta + 24, 25 * theta - 24))


round_and_round = descend(partial(heavy_ball, h=4 / (5 + 1) ** 2, m=(4 / 6) ** 2), kinked, [3.3], 300)[:, 0]
print("the heavy ball's last points:", round_and_round[-6:].round(3), " the minimum: 0")
assert np.abs(round_and_round[-3:] - round_and_round[-6:-3]).max() < 1e-12 < np.abs(round_and_round[-3:]).min()

# %% [markdown]
# Nesterov's cure (1983): the ball will roll on by $-h m v$ anyway, so take the gradient *there*, at
# $\phi = \theta - h m v$.
#
# $$v \leftarrow m v + \nabla f(\theta - h m v), \qquad \theta \leftarrow \theta - h v .$$
#
# A network would have to be moved to $\phi$ for its gradient, and back. Keep $\phi$ instead of $\theta$: the new
# $\phi$ is the new $\theta - h m v$, the old one was $\theta - h (v_\mathrm{new} - g)$. Subtract:
#
# $$v \leftarrow m v + g, \qquad \phi \leftarrow \phi - h (g + m v).$$
#
# So the push of this step is counted once more. With $h = 1/L$ and $m = (\sqrt\kappa - 1) / (\sqrt\kappa + 1)$ the
# factor is $1 - 1 / \sqrt\kappa$: on quadratics not quite the heavy ball's, but this one is safe.


# %%
def nesterov(phi, g, v, t, h, m):
    v = m * v + g
    return phi - h * (g + m * v), v


paths["Nesterov"] = descend(partial(nesterov, h=1 / L, m=root_m), slope, start, 300)
assert agree(paths["Nesterov"], minnets(mn.SGD(1 / L, momentum=root_m, nesterov=True), slope, start, 300))
print(f"theory {1 - 1 / np.sqrt(kappa):.4f}, measured {factor(paths['Nesterov']):.4f}")
assert abs(factor(paths["Nesterov"]) - (1 - 1 / np.sqrt(kappa))) < 0.01

safe = descend(partial(nesterov, h=1 / 25, m=4 / 6), kinked, [3.3], 300)[:, 0]
print(f"where the heavy ball went round, Nesterov ends at {safe[-1]:.0e}")
assert abs(safe[-1]) < 1e-12

# %% [markdown]
# ## Averaging
#
# A gradient from a few samples is noisy: $g = \lambda \theta + \xi$, where $\xi$ has the variance $\sigma^2$. With
# $a = 1 - h \lambda$ a step is $\theta \leftarrow a \theta - h \xi$. In the end the variance $V$ of $\theta$ no longer
# changes, so $V = a^2 V + h^2 \sigma^2$:
#
# $$V = \frac{h^2 \sigma^2}{1 - a^2} = \frac{h \sigma^2}{\lambda (2 - h \lambda)} .$$
#
# The learning rate sets a floor. Below it, one gets by a smaller rate, or by averaging the points:
# $\bar\theta \leftarrow \beta \theta + (1 - \beta) \bar\theta$. The same bookkeeping, with $b = 1 - \beta$, gives
#
# $$\bar V = V\, \frac{\beta}{2 - \beta} \cdot \frac{1 + a b}{1 - a b} .$$
#
# The price: $\bar\theta$ forgets the start by $b$ per step, however fast $\theta$ is. We let 4000 walks run side by
# side, as one vector.


# %%
def averaged(path, beta):
    means = [path[0]]
    for theta in path[1:]:
        means.append(beta * theta + (1 - beta) * means[-1])
    return np.array(means)


def noisy(seed):
    rng = np.random.default_rng(seed)
    return lambda theta: theta + rng.standard_normal(theta.size)  # curvature 1, sigma 1


h, beta = 0.1, 0.05
a, b = 1 - h, 1 - beta
walks = descend(partial(gradient_descent, h=h), noisy(0), np.full(4000, 3.0), 300)
means = averaged(walks, beta)
assert agree(means, minnets(mn.Averaged(mn.SGD(h), beta), noisy(0), np.full(4000, 3.0), 300))
floor = h / (2 - h)
floors = floor, floor * beta / (2 - beta) * (1 + a * b) / (1 - a * b)
for name, variance, theory in zip(("points  ", "averages"), (walks[-1].var(), means[-1].var()), floors, strict=True):
    print(f"variance of the {name} after 300 steps: {variance:.4f}, theory {theory:.4f}")
    assert abs(variance / theory - 1) < 0.05

# %% [markdown]
# ## AdaGrad
#
# So far one learning rate serves all parameters, and it must suit the steepest. AdaGrad (Duchi, Hazan and Singer, 2011)
# gives each its own: divide by the size of the gradients that this parameter has seen.
#
# $$G \leftarrow G + g^2, \qquad \theta \leftarrow \theta - h\, g / (\sqrt G + \epsilon),$$
#
# all of it for each parameter alone. $\epsilon = 10^{-8}$ only keeps 0/0 away. The first step is $h$ times the sign of
# $g$: $h$ is now a length, in the units of $\theta$, and the units of $f$ cancel.


# %%
def adagrad(theta, g, G, t, h, epsilon=1e-8):
    G = G + g * g
    return theta - h * g / (np.sqrt(G) + epsilon), G


ours = descend(partial(adagrad, h=1.0), slope, start, 1000)
assert agree(ours, minnets(mn.AdaGrad(1.0), slope, start, 1000))
times_1000 = descend(partial(adagrad, h=1.0), lambda theta: 1000 * slope(theta), start, 1000)
print(f"largest difference if f is multiplied by 1000: {np.abs(times_1000 - ours).max():.0e}")
assert np.abs(times_1000 - ours).max() < 1e-5

along = descend(partial(adagrad, h=1.0), partial(slope, A=along_axes), [2.0, 2.0], 1000)
print(
    f"factor per step, eigenvectors along the axes: {factor(along[:60]):.3f}, turned by 30 degrees: {factor(ours):.3f}"
)
assert np.abs(along[:, 0] - along[:, 1]).max() < 1e-5
assert factor(along[:60]) < 0.9 < 0.98 < factor(ours)
lengths = np.diff(descend(partial(adagrad, h=-1.0), np.ones_like, [0.0], 1000)[:, 0])
assert np.abs(lengths * np.sqrt(np.arange(1, 1001)) - 1).max() < 1e-6  # a constant gradient: h / sqrt(t)

# %% [markdown]
# Along the axes, the condition number is gone: both parameters take the same way, though one is a hundred times
# steeper. Turn the valley by 30 degrees, and it is back. **Adaptive optimizers cure bad scaling of parameters, not
# valleys that lie across them.**
#
# ## RMSProp
#
# The sum $G$ only grows, so AdaGrad's steps only shrink: by $1 / \sqrt t$ while gradients stay the same. A network
# that has left a steep place for a flat one should not be slow for ever. RMSProp (Tieleman and Hinton, 2012) takes an
# average that forgets, over some $1 / (1 - \rho) = 10$ steps.
#
# $$S \leftarrow \rho S + (1 - \rho) g^2, \qquad \theta \leftarrow \theta - h\, g / (\sqrt S + \epsilon).$$
#
# The price: it never arrives. Suppose that a parameter jumps between $x$ and $-x$. Then $g^2$ is the same every time,
# $\sqrt S = |g|$, the step is exactly $h$, and that is $2x$: it goes on jumping, half a learning rate from the minimum.


# %%
def rmsprop(theta, g, S, t, h, rho=0.9, epsilon=1e-8):
    S = rho * S + (1 - rho) * g * g
    return theta - h * g / (np.sqrt(S) + epsilon), S


ours = descend(partial(rmsprop, h=0.01), partial(slope, A=along_axes), [2.0, 2.0], 2000)
assert agree(ours, minnets(mn.RMSProp(0.01), partial(slope, A=along_axes), [2.0, 2.0], 2000))
print("RMSProp's last points, in learning rates:", (ours[-2:] / 0.01).round(3).tolist())
assert np.abs(np.abs(ours[-10:]) / 0.01 - 0.5).max() < 0.001

# %% [markdown]
# ## Adam
#
# Adam (Kingma and Ba, 2015) is both: an average of gradients, with momentum's $m$ called $\beta_1 = 0.9$, over the root
# of an average of squares, with RMSProp's $\rho$ called $\beta_2 = 0.999$.
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2) g^2 .$$
#
# Both start at 0, and that is wrong: nothing has been seen yet, and 0 is counted as if it had. After $t$ steps,
#
# $$m_t = (1 - \beta_1) \sum_{s=1}^t \beta_1^{t-s} g_s .$$
#
# If the gradients have the expectation $\bar g$, the expectation of $m_t$ is $\bar g$ times the sum of the weights, a
# geometric series: $(1 - \beta_1) (1 + \beta_1 + \dots + \beta_1^{t-1}) = 1 - \beta_1^t$. Divide by it, and likewise
# $v$ by $1 - \beta_2^t$:
#
# $$\theta \leftarrow \theta - h\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon} .$$


# %%
def adam(theta, g, memory, t, h, beta_1=0.9, beta_2=0.999, epsilon=1e-8, corrected=True):
    m, v = memory
    m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g * g
    c_1, c_2 = (1 - beta_1**t, 1 - beta_2**t) if corrected else (1, 1)
    return theta - h * (m / c_1) / (np.sqrt(v / c_2) + epsilon), (m, v)


ours = descend(partial(adam, h=0.3), slope, start, 600, (0.0, 0.0))
assert agree(ours, minnets(mn.Adam(0.3), slope, start, 600))

t = np.arange(1, 5001)
steps = {
    corrected: -np.diff(descend(partial(adam, h=1.0, corrected=corrected), np.ones_like, [0.0], 5000, (0.0, 0.0))[:, 0])
    for corrected in (True, False)
}
theory = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)
print(f"uncorrected, constant gradient: first step {steps[False][0]:.2f} h, largest {steps[False].max():.2f} h, "
      f"still {steps[False][999]:.2f} h at t = 1000")  # fmt: skip
assert np.abs(steps[True] - 1).max() < 1e-7
assert np.abs(steps[False] / theory - 1).max() < 1e-6
assert 3 < steps[False][0] < 4 < 6 < steps[False].max() < 7

# %% [markdown]
# Without the correction, Adam's first step is $0.1 / \sqrt{0.001} = 3.2$ learning rates long, and it gets worse before
# it gets better: $m$ is filled in 10 steps, $v$ in 1000.

# %%
figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
ax.semilogx(t, steps[False], color=ORANGE, label="without correction")
ax.semilogx(t, steps[True], color=BLUE, label="with correction")
ax.set(xlabel="step t", ylabel="length of the step / learning rate", ylim=(0, None))
ax.set_title("Adam, while the gradient stays the same")
ax.legend()
ax.grid(alpha=0.3)

# %% [markdown]
# ## The quadratic
#
# Ours and `minnet`'s take the same steps, so from here on we take `minnet`'s, which are shorter to write. All of them
# on both valleys, until they are within $10^{-6}$ of the minimum for good: the first three with the parameters that
# theory wants, the adaptive ones with the best of seven learning rates.


# %%
def until(path, goal):
    """Steps after which the distance from 0 stays below the goal; infinite if it does not."""
    outside = np.flatnonzero(~(np.linalg.norm(path, axis=1) < goal))
    return outside[-1] + 1 if outside[-1] + 1 < len(path) else np.inf


rates = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
tuned = {
    "gradient descent": [mn.SGD(1 / L)],
    "heavy ball": [mn.SGD(4 / (np.sqrt(L) + np.sqrt(mu)) ** 2, momentum=root_m**2)],
    "Nesterov": [mn.SGD(1 / L, momentum=root_m, nesterov=True)],
    "AdaGrad": [mn.AdaGrad(h) for h in rates],
    "RMSProp": [mn.RMSProp(h) for h in rates],
    "Adam": [mn.Adam(h) for h in rates],
}
colors = dict(zip(tuned, (GREY, BLUE, SKY, GREEN, PINK, ORANGE), strict=True))
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(10, 4), layout="constrained")
needed = {}
for ax, (valley, A, first) in zip(
    axes, (("along the axes", along_axes, [2.0, 2.0]), ("turned", turned, start)), strict=True
):
    for name, choices in tuned.items():
        runs = [minnets(optimizer, partial(slope, A=A), first, 2000) for optimizer in choices]
        best = min(runs, key=lambda path: (until(path, 1e-6), np.linalg.norm(path[600])))
        needed[name, valley] = until(best, 1e-6)
        ax.semilogy(np.linalg.norm(best, axis=1), color=colors[name], label=name)
    ax.set(xlabel="step", ylim=(1e-9, 10), xlim=(0, 600), title=f"Condition number 100, {valley}")
    ax.grid(alpha=0.3)
axes[0].set_ylabel("distance from the minimum")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside right center")

for name in tuned:
    print(f"{name:17}" + "".join(f"{needed[name, valley]:7} steps {valley}" for valley in ("along the axes", "turned")))
theory = 2 * np.log(1e-6 / np.linalg.norm(start)) / np.log(0.9)
print(f"for Adam, if it is a heavy ball with m = 0.9, theory says {theory:.0f}")
assert needed["gradient descent", "turned"] > 8 * needed["Nesterov", "turned"] > 12 * needed["heavy ball", "turned"]
assert needed["AdaGrad", "turned"] > 50 * needed["AdaGrad", "along the axes"]
assert min(tuned, key=lambda name: needed[name, "turned"]) == "heavy ball"
for valley in ("along the axes", "turned"):
    assert np.isinf(needed["RMSProp", valley])
    assert abs(needed["Adam", valley] / theory - 1) < 0.1

# %% [markdown]
# Where the condition number is known, the heavy ball needs the fewest steps in the turned valley. AdaGrad needs even
# fewer along the axes, and many across them. RMSProp never arrives. And Adam? Its $v$ remembers 1000 steps and changes
# little in 300, so it *is* a heavy ball in the averaging dialect, with $m = 0.9$: it shrinks the distance by about
# $\sqrt{0.9}$ per step, in either valley.
#
# ## A bent valley
#
# Beale's function has a plateau, a steep wall, and a long flat valley to the minimum at (3, 0.5). Each optimizer has
# the best of seven learning rates: that which is soonest within 0.05 of the minimum for good.

# %%
kinds = {
    "gradient descent": mn.SGD,
    "heavy ball": partial(mn.SGD, momentum=0.9),
    "Nesterov": partial(mn.SGD, momentum=0.9, nesterov=True),
    "AdaGrad": mn.AdaGrad,
    "RMSProp": mn.RMSProp,
    "Adam": mn.Adam,
}
beale, first, minimum = LANDSCAPES["beale"], [0.6, 1.2], [3.0, 0.5]
figure, ax = plt.subplots(figsize=(9, 4.8), layout="constrained")
across, up = np.meshgrid(np.linspace(-0.6, 4.2, 200), np.linspace(-1.4, 1.4, 200))
ax.contour(across, up, np.log10(beale.value(across, up)), levels=14, colors=GREY, linewidths=0.5, linestyles="solid")
lowest, first_steps = {}, {}
for (name, kind), marker in zip(kinds.items(), "os^vDP", strict=True):
    with np.errstate(over="ignore", invalid="ignore"):  # some learning rates are too large
        runs = {h: minnets(kind(h), lambda p: np.array(beale.gradient(*p)), first, 400) for h in rates}
        arrivals = {h: until(path - minimum, 0.05) for h, path in runs.items()}
    h = min(arrivals, key=arrivals.get)
    path = runs[h][: arrivals[h] + 1]
    label = f"{name}, h = {h:g}: {arrivals[h]} steps"
    ax.plot(*path.T, marker + "-", ms=3.5, lw=1, color=colors[name], label=label, markevery=0.04)
    lowest[name], first_steps[name] = path[:, 1].min(), path[1] - path[0]
ax.plot(*first, "o", color=BLACK, fillstyle="none", ms=10, label="start")
ax.plot(*minimum, "*", color=BLACK, ms=12, label="minimum")
ax.set(xlabel="x", ylabel="y", title="Beale's function (lines: equal logarithm), and six ways down")
figure.legend(loc="outside right center")

assert max(lowest[name] for name in ("heavy ball", "Nesterov", "Adam")) < -0.5
assert min(lowest[name] for name in ("gradient descent", "AdaGrad", "RMSProp")) > 0
for name in ("AdaGrad", "RMSProp", "Adam"):
    assert abs(first_steps[name][0] / first_steps[name][1] - 1) < 1e-6

# %% [markdown]
# What has momentum shoots through the valley, down to y < -0.5, and comes back. What divides by the size of gradients
# leaves the start at 45 degrees, though it is several times steeper in y: both coordinates take the same step.
#
# ## Two circles
#
# Now the study's task, smaller: 200 points of two circles, and a network of three layers of 8 sigmoids with weights
# from the standard normal distribution. The gradient comes from `backward`. The parameters of a network are one flat
# vector, `net.theta`, so our own rules can train it as they are.

# %%
x, labels = mn.datasets.circles(200, noise=0.1, factor=0.3, rng=0)
loss = mn.BinaryCrossEntropy()


def normal(shape, rng):
    return rng.standard_normal(shape)


def fresh():
    return mn.mlp([2, 8, 8, 8, 1], "sigmoid", weights=normal, bias=normal, rng=0)  # the last sigmoid is in the loss


def slope_of_loss(theta):
    net.theta = theta
    _, dy = loss(net(x), labels)
    net.backward(dy)
    return net.gradient().copy()


def train(optimizer, epochs=1000):
    net = fresh()
    return net, mn.fit(net, x, labels, loss=loss, optimizer=optimizer, epochs=epochs).history["loss"]


net = fresh()
ours = descend(partial(adam, h=0.03), slope_of_loss, net.theta, 300, (0.0, 0.0))[-1]
theirs = train(mn.Adam(0.03), epochs=300)[0].theta
print(
    f"{net.n_parameters} parameters, 300 steps of Adam, ours and minnet's: differ by {np.abs(ours - theirs).max():.0e}"
)
assert np.abs(ours - theirs).max() < 1e-9

# %% [markdown]
# Six optimizers, each with the best of seven learning rates.

# %%
figure, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
final = {}
for name, kind in kinds.items():
    curves = {h: train(kind(h))[1] for h in rates}
    h = min(curves, key=lambda h: curves[h][-1])
    final[name] = curves[h][-1]
    ax.loglog(np.arange(1, 1001), curves[h], color=colors[name], label=f"{name}, h = {h:g}: {final[name]:.0e}")
ax.set(xlabel="step, each on all points", ylabel="log loss (nats per sample)", title="Two circles, one start")
figure.legend(loc="outside right center")
ax.grid(alpha=0.3)

forgetful = train(mn.Adam(0.03, beta_2=0.9))[1][-1]
finer = train(mn.RMSProp(0.3, epsilon=1e-12))[1][-1]
print(f"Adam with beta_2 = 0.9: {forgetful:.0e}; RMSProp with epsilon = 1e-12: {finer:.0e}")
assert min(final, key=final.get) == "RMSProp"
assert final["RMSProp"] < 1e-3 * min(final[name] for name in final if name != "RMSProp")
assert forgetful < 1e-3 * final["Adam"]
assert finer < 1e-3 * final["RMSProp"]

# %% [markdown]
# RMSProp, which never arrived, is ahead of all others by a factor of more than a thousand. How so? A network that has
# told all points apart lowers its log loss by making its weights larger and larger: *the minimum lies at infinity*.
# Gradients fade on the way there, and steps in proportion to them fade too. RMSProp's keep their length, until
# $\epsilon$ is no longer small beside the gradients: that is the bend at the end of its line, and with a smaller
# $\epsilon$ it goes on. Adam would do the same, but it remembers the large gradients of the past for 1000 steps. With
# $\beta_2 = 0.9$ it forgets as fast as RMSProp, and follows it.
#
# So there is no best optimizer here, only answers to questions: is the condition bad, along the axes or across; is the
# gradient noisy; does the minimum lie at infinity? (And this was one start. Tutorial 07 is about how to compare.)
#
# ## Your own
#
# What is left of Adam if we take away all but the essence: an average of gradients for the direction, and steps of one
# length? The sign of the average. For `minnet`, an optimizer is a rule, and a class with its defaults. `slots` says how
# many numbers it remembers about each parameter, and `coefficients` what the rule is given besides.


# %%
def sign_step(theta, grad, state, learning_rate, momentum, rest):
    (v,) = state
    v = momentum * v + rest * grad
    return theta - learning_rate * np.sign(v), (v,)


@dataclass(frozen=True)
class SignMomentum(mn.RuleOptimizer):
    """theta -= lr sign(v) with v = m v + (1 - m) g: every parameter moves by lr, at every step."""

    learning_rate: float = 0.01
    momentum: float = 0.9
    rule = mn.Rule(sign_step, slots=1)

    def coefficients(self, learning_rate, t):
        return learning_rate, self.momentum, 1 - self.momentum


for optimizer in (SignMomentum(), SignMomentum(mn.schedules.Cosine(0.03, steps=1000))):
    net, curve = train(optimizer)
    print(f"{optimizer}: log loss {curve[-1]:.0e}")
    assert curve[-1] < 1e-9 < final["Adam"]

figure, ax = plt.subplots(figsize=(6, 4.6), layout="constrained")
mn.plotting.plot_decision_boundary(net, x, labels, ax=ax)
_ = ax.set(xlabel="input $x_0$ (dimensionless)", ylabel="input $x_1$ (dimensionless)", title="Learnt by SignMomentum")

# %% [markdown]
# A rule of two lines, and it does better here than Adam with its defaults. Schedules, clipping, averages and
# checkpoints it gets from the base class; the second of the two had a schedule.
#
# ## What was found
#
# - Momentum turns $\kappa$ into $\sqrt\kappa$. With $(1 - m)$ before the gradient, multiply the learning rate by
#   $1 / (1 - m)$ before you compare.
# - Dividing by the size of gradients makes $h$ a length. It cures scales, not valleys that lie across the axes.
# - Who keeps the length of the steps never arrives at a minimum, and is the first on the way to infinity.
# - Adam's corrections are two geometric series. Without them its steps begin 3 times, and become 6 times, too long.
#
# ## Exercises
#
# 1. Plot the factor of the heavy ball against $m$, with $h = 1/L$. Where is it least, and why is there a kink?
# 2. Correct RMSProp's bias. How long is its first step without, in learning rates?
# 3. Find the largest $h$ for which Adam comes to rest on the turned quadratic within 5000 steps.
# 4. Let `SignMomentum` look ahead as Nesterov's does. Does it help on the circles?

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
