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
# # 8. Neural integration
#
# A network of one hidden layer can be integrated with pen and paper. So: fit one to samples of a function, and the
# integral of the fit costs nothing more, over any interval. A notebook tries this on $\ln x$ with 10 000 sigmoids, and
# prints
#
# | from | 0 | 5 | 10 | 15 | 20 | 25 | 30 | 35 | 40 | 45 |
# |---|---|---|---|---|---|---|---|---|---|---|
# | to | 5 | 20 | 35 | 50 | 65 | 80 | 95 | 110 | 125 | 140 |
# | network | 3.94 | 39.80 | 81.45 | 127.09 | inf | inf | inf | nan | nan | nan |
# | Simpson | -inf | 36.87 | 76.41 | 119.98 | 166.42 | 215.09 | 265.58 | 317.62 | 370.98 | 425.53 |
#
# **Four things went wrong here. Which?** We find them one by one, and then get nine digits with 50 units.

# %%
import matplotlib.pyplot as plt
import numpy as np

import minnet as mn

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too

# %% [markdown]
# ## One sigmoid
#
# With $\sigma(t) = 1 / (1 + e^{-t})$, the integral of one unit is
#
# $$\int_\alpha^\beta \sigma(b + w x)\, dx
#   = (\beta - \alpha) + \frac{\mathrm{Li}_1(-e^{-b - w \alpha}) - \mathrm{Li}_1(-e^{-b - w \beta})}{w},
#   \qquad \mathrm{Li}_1(z) = -\ln(1 - z).$$
#
# That is how the notebook has it, and it is right. Let us check it where we know the answer: $\sigma(t) - 1/2$ is odd,
# so from $-1$ to $1$ the integral is 1.


# %%
def as_written(b, w, low, high):
    Li_low, Li_high = (-np.log1p(np.exp(-b - w * x)) for x in (low, high))
    return (high - low) + (Li_low - Li_high) / w


print(as_written(0.0, 2.0, -1.0, 1.0))
assert abs(as_written(0.0, 2.0, -1.0, 1.0) - 1) < 1e-15

# %% [markdown]
# ## Infinite, and no number
#
# Networks are trained in float32. There, $e^{t}$ overflows at $t = 88.7$. A unit whose weight has grown to $-1.5$ is in
# trouble from $x = 60$ on: first at the upper end of the interval, later at both, where inf - inf is not a number.

# %%
w, b = np.float32(-1.5), np.float32(0)
with np.errstate(over="ignore", invalid="ignore"):
    for low, high in ((0, 50), (20, 65), (65, 140)):
        print(f"{low:3} to {high:3}: {as_written(b, w, low, high)}")
    assert np.isnan(as_written(b, w, 65, 140))

# %% [markdown]
# Nothing infinite is in the integral itself. $-\mathrm{Li}_1(-e^t) = \ln(1 + e^t)$ is the *softplus*: for large $t$ it
# is $t$. Who writes $\max(t, 0) + \ln(1 + e^{-|t|})$ never meets a large exponent. For $d$ dimensions there is a chain
# of such functions, $P_k(t) = -\mathrm{Li}_k(-e^t)$, each the integral of the one before:

# %%
from minnet.numerics.integration.polylogarithm import minus_polylog
from minnet.numerics.integration.ridge_integrals import ridge_integral

t = np.linspace(-6, 6, 200)
figure, axes = plt.subplots(figsize=(5.5, 3.6), layout="constrained")
for k, color in zip(range(4), (GREY, BLUE, ORANGE, GREEN), strict=True):
    names = {0: "sigmoid", 1: "softplus"}
    axes.semilogy(t, minus_polylog(k, t), color=color, label=f"$P_{k}$ {names.get(k, '')}")
axes.set(xlabel="t", ylabel="$-Li_k(-e^t)$", title="Each is the integral of the one before")
axes.legend()
print(ridge_integral(mn.Sigmoid(), [-1.5], 0.0, [65.0], [140.0]).value, minus_polylog(5, 1000.0))

# %% [markdown]
# Over a box in four dimensions the integral of a sigmoid is $\sum \pm P_4 / (w_1 w_2 w_3 w_4)$ over its 16 corners.
# For small weights that is a difference of nearly equal numbers, divided by nearly nothing. `ridge_integral` uses the
# sum where it is safe, and an integral without differences where it is not; the second number is its bound on the
# error.

# %%
for size in (1.0, 0.1, 0.01, 0.001):
    low, high, w = np.zeros(4), np.ones(4), np.full(4, size)
    corners = np.indices((2,) * 4).reshape(4, -1)
    signs = (-1.0) ** corners.sum(axis=0)
    naive = (signs * minus_polylog(4, size * corners.sum(axis=0))).sum() / size**4
    value, bound = ridge_integral(mn.Sigmoid(), w, 0.0, low, high)
    print(f"w = {size:5}: sum over corners {naive:.12f}, ridge_integral {value:.12f} +- {bound:.0e}")
assert abs(value - 0.5005) < 1e-6

# %% [markdown]
# ## The drift
#
# From 5 to 20, 10 to 35, 15 to 50 the network's integrals are too large by 2.93, 5.04, 7.11. The deviation grows with
# the length $L$ of the interval: 15, 25, 35. The network's last bias $b_2$ adds $b_2 L$ to the integral, and in the
# notebook $b_2$ is a Python list:

# %%
b_2 = [-0.2]
total = b_2 * 5  # meant as -1.0
print(total)
total += np.array([3.0])  # the units' part
print(total, "of which the first is printed")
assert total[0] == 2.8

# %% [markdown]
# A list times 5 is five times as long. Adding an array to it makes an array, and $b_2$ is in each entry *once*. What is
# printed is off by $b_2 - b_2 L = (1 - L)\, b_2$. If that is all, the first deviation tells $b_2$, and $b_2$ the
# others:

# %%
length = np.array([15, 25, 35])
deviation = np.array([2.93103, 5.03677, 7.10550])
b_2 = deviation[0] / (1 - length[0])
print(f"b_2 = {b_2:.4f}; predicted {(1 - length) * b_2}, published {deviation}")
assert np.abs((1 - length) * b_2 / deviation - 1).max() < 0.005

# %% [markdown]
# Half a per cent. The other two troubles: Simpson's rule asks for $\ln 0$, and the last three intervals leave
# $[0, 100]$, where the samples are from.
#
# ## Scales instead of places
#
# Remove these slips, and the network's integrals are right to 0.06 (`minnet run neural-integration`), where Simpson's
# rule is right to 0.0000001. $\ln x$ has structure on all scales: between $10^{-9}$ and $10^{-8}$ it changes as much
# as between 10 and 100. Evenly spread samples and units see none of it.
#
# Let both be spread over *scales*: unit $j$ bends at $x_j$, with a slope of about $1/x_j$, and the $x_j$ fall
# geometrically towards 0. The output weights then are a linear problem, as in tutorial 05. An error at $x$ lives on an
# interval of the length $x$, so squared errors get the weight $x^2$.

# %%
x = 140 * np.exp(np.linspace(np.log(1e-12), 0, 400))
grid = np.arange(1, 141)
places = {
    "evenly": 140 * np.arange(1, 51) / 50,
    "over scales": 140 * np.exp(-25 * np.linspace(0, 1, 50)),
}
figure, axes = plt.subplots(figsize=(6, 3.8), layout="constrained")
for (name, bends), color in zip(places.items(), (ORANGE, BLUE), strict=True):
    steep = 0.7 / bends
    net = mn.Network([mn.Dense(1, 50, weights=steep[None], bias=-np.ones(50)), mn.Tanh(), mn.Dense(50, 1)], rng=0)
    history = mn.fit(
        net, x, np.log(x), loss=mn.MeanSquaredError(), optimizer=mn.VariableProjection(), epochs=60, sample_weight=x**2
    )
    error = np.abs(net(x)[:, 0] - np.log(x)) * x
    axes.loglog(x, error, color=color, label=f"units spread {name}")
    print(f"{name:12} root mean square of the weighted error {np.sqrt(history.history['loss'][-1]):.1e}")
axes.set(xlabel="x", ylabel="x |network - ln x|", title="What each place adds to the error of an integral")
axes.legend()
assert error.max() < 1e-6

# %% [markdown]
# `mn.integrate` does this by itself. It asks whether the function is singular at an end, chooses samples, fits, and
# estimates the error from samples it has held out.

# %%
result = mn.integrate(np.log, (0, 140), units=50, rng=0)
print(result)
low = np.arange(0, 50, 5)
high = 3 * low + 5
exact = high * np.log(high) - high - np.where(low > 0, low * np.log(np.maximum(low, 1)) - low, 0)
print("the ten integrals, errors:", np.array2string(np.abs(result.over(low, high) - exact), precision=1))
assert np.abs(result.over(low, high) - exact).max() < 1e-8

# %% [markdown]
# All ten are from one fit: `over` takes arrays of bounds, and `antiderivative` is a function.

# %%
a = np.linspace(0, 140, 300)
figure, axes = plt.subplots(figsize=(5.5, 3.6), layout="constrained")
axes.plot(a, result.antiderivative(a), color=BLUE, label="antiderivative of the network")
axes.plot(a[1:], a[1:] * np.log(a[1:]) - a[1:], "--", color=ORANGE, label=r"$x \ln x - x$")
axes.set(xlabel="x", ylabel="integral from 0 to x")
_ = axes.legend()

# %% [markdown]
# ## Several variables
#
# In more dimensions, samples are Sobol's points. A peak in three dimensions, against `scipy.integrate.qmc_quad` with as
# many evaluations:

# %%
from scipy.integrate import qmc_quad
from scipy.special import erf
from scipy.stats.qmc import Sobol


def peak(x):
    return np.exp(-(4 * (x - 0.4) ** 2).sum(axis=1))


exact = (np.sqrt(np.pi) / 4 * (erf(0.8) + erf(1.2))) ** 3
integral = mn.integrate(peak, [(0, 1)] * 3, evaluations=512, tolerance=1e-3, rng=0)
engine = Sobol(3, rng=0)
quasi = qmc_quad(lambda x: peak(np.atleast_2d(x.T)), [0] * 3, [1] * 3, n_points=64, qrng=engine).integral  # 8 times
print(f"{integral}, true error {abs(integral.value - exact):.1e}; quasi-Monte Carlo {abs(quasi - exact):.1e}")
assert abs(integral.value - exact) < integral.error_estimate < 1e-3

# %% [markdown]
# Smooth functions that are costly to evaluate are what this is for: hundreds of evaluations, and a second for the fit.
# A kink or a jump, which no sum of few sigmoids has, is where it loses, and it says so:

# %%
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    jump = mn.integrate(lambda x: (x > 0.3).astype(float), (0, 1), rng=0)
print(jump, "true error", f"{abs(jump.value - 0.7):.1e}")
print(caught[0].message)
assert not jump.good

# %% [markdown]
# ## Exercises
#
# 1. `minnet run neural-integration` repeats the notebook at full size (some minutes). Where does the largest exponent
#    cross 88.7, and which of the published intervals should be infinite for that network?
# 2. Integrate $1/\sqrt{x}$ over $[0, 1]$, and look at the error estimate. Why is it harder than $\ln x$?
# 3. Integrate noisy samples. How does the error fall with their number?
# 4. Derive $\int_\alpha^\beta \tanh$ from the formula for $\sigma$, and find where your formula cancels.

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
