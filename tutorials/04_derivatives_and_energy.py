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
# # 4. Derivatives and energy
#
# A network has learnt the ground state of the harmonic oscillator. **What is its energy?** That takes derivatives of
# the network, an integral, and the right formula.
#
# A student project got 1.456 from a hundred networks, beside an "analytic" 1.4999776991944938. The answer is 1/2. We
# go the same way, and find out where each digit of the wrong numbers comes from.

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy.integrate import simpson

import minnet as mn

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too
x = np.linspace(-5, 5, 10_001)


def phi(x):
    """The normal density: the ground state up to a factor, and factors do not change the energy."""
    return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)


# %% [markdown]
# ## Differences
#
# With a step $h$, two ways to a first derivative, and one to a second:
#
# $$\frac{f(x+h) - f(x)}{h}, \qquad \frac{f(x+h) - f(x-h)}{2h}, \qquad \frac{f(x+h) + f(x-h) - 2 f(x)}{h^2}.$$
#
# Taylor's series says how far off they are: the first by $\tfrac h2 f''$, the others by multiples of $h^2$. So a tenth
# of the step should take away one digit of the first one's error, and two of the others'.


# %%
def forward(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def second(f, x, h):
    return (f(x + h) + f(x - h) - 2 * f(x)) / h**2


first_exact, second_exact = -x * phi(x), (x**2 - 1) * phi(x)
steps = np.logspace(-10, 0, 41)
errors = {
    "forward": [np.abs(forward(phi, x, h) - first_exact).max() for h in steps],
    "central": [np.abs(central(phi, x, h) - first_exact).max() for h in steps],
    "second": [np.abs(second(phi, x, h) - second_exact).max() for h in steps],
}
figure, ax = plt.subplots(layout="constrained")
for (name, largest), color in zip(errors.items(), (BLUE, ORANGE, GREEN), strict=True):
    ax.loglog(steps, largest, ".-", color=color, label=name)
    best = int(np.argmin(largest))
    print(f"{name}: best error {largest[best]:.0e}, with h = {steps[best]:.0e}")
ax.set(xlabel="step h", ylabel="largest error", ylim=(1e-13, 1e3), title="Too large, and too small")
ax.legend()

order = np.log10(errors["forward"][32] / errors["forward"][28]), np.log10(errors["central"][32] / errors["central"][28])
print(f"orders, from h = 0.001 to 0.01: {order[0]:.2f} and {order[1]:.2f}")
assert abs(order[0] - 1) < 0.01
assert abs(order[1] - 2) < 0.01

# %% [markdown]
# The right halves of the lines have slopes 1, 2 and 2, as promised. On the left, rounding: values are known to about
# $10^{-16}$, and what is left of a difference of nearly equal values is divided by $h$, or by $h^2$.
#
# ## Why a ReLU network has no second derivative
#
# A network of ReLU is made of straight pieces. Its second derivative is 0 nearly everywhere, and at the kinks there is
# none. Here is one kink, of slope 1, at 0.3, and the formula for second derivatives around it.

# %%
near = np.linspace(0.29, 0.31, 9)
for h in (0.01, 0.001):
    kinked = second(lambda x: np.maximum(x - 0.3, 0), near, h)
    print(f"h = {h}: highest value {kinked.max():8.1f} = jump of the slope / h = {1 / h:.0f}")
    assert abs(kinked.max() - 1 / h) < 1e-6

# %% [markdown]
# A spike, the higher the smaller $h$. No step is right: the network has nothing to offer there. The cure is not a
# better formula, but a smooth activation.
#
# ## Jets
#
# Smooth networks can be differentiated exactly. Carry three numbers through the network instead of one: value, first
# and second derivative by $x$, a *jet*. A dense layer is linear, so all three are multiplied by its weights (only the
# value gets the bias). Through $y = \tanh(z)$, the chain rule:
#
# $$y' = \tanh'(z)\, z', \qquad y'' = \tanh'(z)\, z'' + \tanh''(z)\, z'^2,$$
#
# with $\tanh' = 1 - y^2$ and $\tanh'' = -2 y (1 - y^2)$.

# %%
rng = np.random.default_rng(0)
W1, b1, W2, b2 = rng.standard_normal((1, 6)), rng.standard_normal(6), rng.standard_normal((6, 1)), np.zeros(1)


def jet_by_hand(x):
    value, slope, curvature = x[:, None], np.ones((len(x), 1)), np.zeros((len(x), 1))
    z, z1, z2 = value @ W1 + b1, slope @ W1, curvature @ W1
    y = np.tanh(z)
    y1 = (1 - y**2) * z1
    y2 = (1 - y**2) * z2 - 2 * y * (1 - y**2) * z1**2
    return y @ W2 + b2, y1 @ W2, y2 @ W2


net = mn.Network([mn.Dense(1, 6, weights=W1, bias=b1), mn.Tanh(), mn.Dense(6, 1, weights=W2, bias=b2)])
jet = net.jet(x, order=2)
for name, by_hand, ours in zip(
    ("value", "first", "second"), jet_by_hand(x), (jet.value, jet.first[0], jet.second[0]), strict=True
):
    print(f"{name}: by hand and net.jet differ by {np.abs(by_hand - ours).max():.0e}")
    assert np.abs(by_hand - ours).max() < 1e-13

# %% [markdown]
# ## An energy, and its formula
#
# In natural units the equation of the oscillator is $-\tfrac12 \psi'' + \tfrac12 x^2 \psi = E\,\psi$. Integrate both
# sides from $a$ to $b$. The integral of $\psi''$ is $\psi'(b) - \psi'(a)$, so that a first derivative is enough:
#
# $$E = \frac{-\tfrac12 \left[\psi'\right]_a^b + \tfrac12 \int_a^b x^2 \psi\, dx}{\int_a^b \psi\, dx}.$$
#
# The integrals by Simpson's rule, which lays a parabola through every three points.

# %%
kinetic = -0.5 * (first_exact[-1] - first_exact[0])
potential = 0.5 * simpson(x**2 * phi(x), x=x)
norm = simpson(phi(x), x=x)
print(f"energy of the exact ground state: {(kinetic + potential) / norm:.15f}")
assert abs((kinetic + potential) / norm - 0.5) < 1e-12

# %% [markdown]
# One half, as it must be. But the project printed 1.4999776991944938 for this. Such a number is a gift: sixteen digits
# cannot agree by accident. It is nearly 3/2, so try simple multiples of the parts.

# %%
printed = 1.4999776991944938
for name, value in (
    ("potential", potential / norm),
    ("kinetic + 2 potential", (kinetic + 2 * potential) / norm),
    ("3 potential", 3 * potential / norm),
    ("1 + potential", 1 + potential / norm),
):
    print(f"{name:24} {value:.16f}   {'<- every digit' if abs(value - printed) < 2e-15 else ''}")
assert abs(3 * potential / norm - printed) < 2e-15

# %% [markdown]
# Three times the potential part: the kinetic part is missing, which is small at $\pm 5$, and a factor 3 has slipped in.
# The networks' 1.456 were measured with the same expression, so they agreed with it, and looked right.
#
# ## A formula that forgives
#
# Multiply the equation by $\psi$ before integrating, and integrate by parts:
#
# $$E = \frac{-\tfrac12 \left[\psi \psi'\right]_a^b + \tfrac12 \int \psi'^2 + \tfrac12 \int x^2 \psi^2}{\int \psi^2}.$$
#
# This is the Rayleigh quotient. At the ground state it is stationary: an error $\varepsilon$ of $\psi$ changes it by
# $\varepsilon^2$ only. Put an error in, and see.


# %%
def integrated(psi, slope):
    return (-0.5 * (slope[-1] - slope[0]) + 0.5 * simpson(x**2 * psi, x=x)) / simpson(psi, x=x)


def rayleigh(psi, slope):
    boundary = psi[-1] * slope[-1] - psi[0] * slope[0]
    parts = 0.5 * simpson(slope**2, x=x) + 0.5 * simpson(x**2 * psi**2, x=x)
    return (-0.5 * boundary + parts) / simpson(psi**2, x=x)


bump, bump_slope = np.exp(-((x - 1) ** 2)), -2 * (x - 1) * np.exp(-((x - 1) ** 2))
wrong = {}
for size in (1e-2, 1e-3, 1e-4):
    psi, slope = phi(x) + size * bump, first_exact + size * bump_slope
    wrong[size] = abs(integrated(psi, slope) - 0.5), abs(rayleigh(psi, slope) - 0.5)
    print(f"an error of {size:.0e}: integrated equation off by {wrong[size][0]:.1e}, quotient by {wrong[size][1]:.1e}")
assert 9 < wrong[1e-3][0] / wrong[1e-4][0] < 11
assert 90 < wrong[1e-3][1] / wrong[1e-4][1] < 110

# %% [markdown]
# ## From networks
#
# First the project's kind of network: ReLU, Adam, differences. Then 30 tanh units by variable projection (tutorial 05),
# and jets.

# %%
readings = []
for seed in range(5):
    net = mn.mlp([1, 50, 50, 1], "relu", rng=seed, dtype="float32")
    mn.fit(net, x, phi(x), loss=mn.MeanSquaredError(), optimizer=mn.Adam(), epochs=10, batch_size=50, rng=seed)
    psi, shifted = (net(points)[:, 0].astype(float) for points in (x, x + 0.001))
    slope = (shifted - psi) / 0.001
    readings.append(
        (3 * 0.5 * simpson(x**2 * psi, x=x) / simpson(psi, x=x), integrated(psi, slope), rayleigh(psi, slope))
    )
for name, values in zip(
    ("three times the potential", "integrated equation", "Rayleigh quotient"), zip(*readings, strict=True), strict=True
):
    print(f"ReLU, 5 seeds, {name:26} {np.mean(values):.4f} +- {np.std(values, ddof=1):.4f}")

nodes = 5 * np.cos(np.pi * (np.arange(300) + 0.5) / 300)
first = mn.Dense(1, 30, weights="steep", bias="spread")
smooth = mn.Network([mn.Rescale(-5, 5), first, mn.Tanh(), mn.Dense(30, 1)], rng=0)
mn.fit(smooth, nodes, phi(nodes), loss=mn.MeanSquaredError(), optimizer=mn.VariableProjection(), epochs=150)
jet = smooth.jet(x, order=2)
psi, slope = jet.value[:, 0], jet.first[0, :, 0]
print(f"largest errors of value, slope, curvature: {np.abs(psi - phi(x)).max():.0e}, "
      f"{np.abs(slope - first_exact).max():.0e}, {np.abs(jet.second[0, :, 0] - second_exact).max():.0e}")  # fmt: skip
print(f"tanh, jets: integrated equation {integrated(psi, slope):.13f}, Rayleigh quotient {rayleigh(psi, slope):.15f}")
assert abs(rayleigh(psi, slope) - 0.5) < 1e-12

# %% [markdown]
# Exact derivatives of a good fit, and a formula that forgives: the energy is right to twelve digits and more.
#
# ## What was found
#
# - The forward difference is of first order, and every difference has a best step.
# - A network of ReLU has no second derivative; a smooth one has it exactly, by jets.
# - An "analytic" value is a measurement too: of a formula, as it was typed. Test it where the answer is known.
#
# ## Exercises
#
# 1. Shift the interval to [-5, 4]. Which of the two formulas still gives 1/2 for the exact ground state, and why both?
# 2. The first excited state is $x\, e^{-x^2/2}$. What does the integrated equation give for it on [-5, 5], and what the
#    Rayleigh quotient?
# 3. Carry a third derivative through `jet_by_hand`.

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
