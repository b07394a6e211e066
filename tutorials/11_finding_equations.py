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
# # 11. Finding equations
#
# Somebody gives you a table: at every tenth of a second, three numbers. They come from
#
# $$\dot x = \sigma (y - x), \qquad \dot y = x (\rho - z) - y, \qquad \dot z = x y - \beta z,$$
#
# with $\sigma = 10$, $\rho = 28$, $\beta = 8/3$ (Lorenz, 1963), but you are not told. **Can the equations be read off
# the table?** A set of slides tries regression. With a sample every 0.01 its coefficients are off by 0.77 to 0.99,
# with one every 0.1 by 5.9 to 8.3, and it concludes that regression needs small steps, and that something else is
# needed for large ones. We find out where those errors come from, and then get ten digits out of the same table.

# %%
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import least_squares

from minnet import dynamics
from minnet.numerics import identification as idn

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too

lorenz = dynamics.lorenz()
start = dynamics.states_on_attractor(lorenz, 1, rng=0)[0]


def samples(dt, count):
    """Samples of one trajectory, in steps finer than any that we shall fit with."""
    return dynamics.simulate(lorenz, start, dt=dt, samples=count, step=0.002)


fine, x = samples(0.01, 3000), samples(0.1, 1000)
figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
axes.plot(fine[:, 0], fine[:, 2], color=GREY, linewidth=0.5, label="the motion")
axes.plot(x[:300, 0], x[:300, 2], ".", color=BLUE, markersize=4, label="samples, dt = 0.1")
axes.set(xlabel="x", ylabel="z", title="What we are given")
_ = axes.legend()

# %% [markdown]
# ## The idea
#
# Write down all terms that an equation might have, its *library*. With $\Theta(x)$ for their values,
#
# $$\dot x = \Theta(x)\, \Xi,$$
#
# and $\Xi$ has a row for each term and a column for each equation. This is linear in what we look for. If we knew the
# rates $\dot x$, it would be least squares.

# %%
library = dynamics.Polynomial(2)
terms = library.names("xyz")
true = lorenz.coefficients
print("terms:", terms)
print("of", true.size, "coefficients,", np.count_nonzero(true), "are not 0")


def rms(xi):
    """Root mean square error of the seven coefficients that are not 0."""
    return np.sqrt(np.mean((xi - true)[true != 0] ** 2))


def fit(theta, rates, support):
    """Least squares for each equation, with the terms of the support (t, i)."""
    xi = np.zeros(support.shape)
    for i in range(support.shape[1]):
        xi[support[:, i], i] = np.linalg.lstsq(theta[:, support[:, i]], rates[:, i], rcond=None)[0]
    return xi


# %% [markdown]
# We do not know the rates. The slides take $(x_{n+1} - x_n) / dt$. Let us make it easy for them: only the seven terms
# that the equations have.

# %%
everything, right = np.ones_like(true, bool), true != 0
fitted = {}
for dt in (0.001, 0.01, 0.1):
    data = samples(dt, round(100 / dt))
    theta = library.evaluate(data)[0]
    forward = np.diff(data, axis=0) / dt
    fitted[dt] = fit(theta[:-1], forward, right)
    print(f"dt = {dt:5}: error {rms(fitted[dt]):.2f}, with all terms {rms(fit(theta[:-1], forward, everything)):.2f}")
assert 0.9 < rms(fitted[0.01]) < 1.1
assert 2 < rms(fitted[0.1]) < 5

# %% [markdown]
# There they are: an error of 1.0 at dt = 0.01, and of 3 to 9 at dt = 0.1. No noise was added, and there are ten
# thousand samples: *more data would not help*. By Taylor's formula
#
# $$\frac{x_{n+1} - x_n}{dt} = \dot x_n + \frac{dt}{2}\, \ddot x_n + \dots$$
#
# The second part is no noise. It is a function of the state, and the regression takes it for a part of the law. If that
# is so, we can predict the wrong coefficients: regress the true rate plus $dt/2\, \ddot x$, where
# $\ddot x = \partial \dot x / \partial x \cdot \dot x$.

# %%
for dt in (0.001, 0.01):
    data = samples(dt, round(100 / dt))
    theta, rate = library.evaluate(data)[0], lorenz.rate(data)
    second = np.einsum("noi,ni->no", lorenz.jacobian(data), rate)
    predicted = fit(theta, rate + dt / 2 * second, right)
    places = [("dx/dt", "y"), ("dy/dt", "x"), ("dy/dt", "y"), ("dz/dt", "z")]
    print(f"dt = {dt}: error {rms(fitted[dt]):.4f}, predicted {rms(predicted):.4f}")
    for equation, term in places:
        t, i = terms.index(term), "xyz".index(equation[1])
        print(
            f"    {term} in {equation}: true {true[t, i]:7.3f}, found {fitted[dt][t, i]:7.3f}, "
            f"predicted {predicted[t, i]:7.3f}"
        )
    assert abs(rms(predicted) - rms(fitted[dt])) < 0.1 * rms(fitted[dt])

# %% [markdown]
# The differences explain it: 28 becomes 30.4, and $-1$ becomes $-2.2$. Nothing is wrong with the regression. It is
# given the wrong left-hand side.
#
# ## Better rates
#
# The same neighbours can do better. A polynomial through $2 k + 1$ samples has a slope that is right to order
# $dt^{2k}$. In `minnet`, `idn.Regression` puts together two things: how samples become linear equations, and who solves
# these.

# %%
forms = {
    "forward": idn.ForwardDifferences(),
    "order 2": idn.FiniteDifferences(2),
    "order 4": idn.FiniteDifferences(4),
    "order 8": idn.FiniteDifferences(8),
    "weak form": idn.WeakForm(),
}
steps = np.array([0.005, 0.01, 0.02, 0.05, 0.1, 0.2])
errors = {name: [] for name in forms}
for dt in steps:
    data = samples(dt, 1000)
    for name, form in forms.items():
        model = idn.identify(data, dt, method=idn.Regression(form, idn.LeastSquares()))
        errors[name].append(rms(model.coefficients))

# %%
figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
axes.set_prop_cycle(color=[GREY, ORANGE, "#E69F00", BLUE, GREEN])
for (name, error), mark in zip(errors.items(), "os^Dv", strict=True):
    axes.loglog(steps, error, f"{mark}-", label=name)
axes.axhspan(0.77, 0.99, color=GREY, alpha=0.3, linewidth=0, label="published, dt = 0.01")
axes.set(xlabel="time between samples", ylabel="error of seven coefficients", title="1 000 samples, all ten terms")
axes.legend(fontsize=8)
assert errors["order 8"][1] < 1e-4 < errors["forward"][1]

# %% [markdown]
# At dt = 0.01, eighth order is nearly done. At dt = 0.1 all differences fail. The samples are so far apart that a
# polynomial through nine of them is no longer the motion: the trouble is the *derivative*.
#
# ## Which terms?
#
# The law has seven terms, and least squares gives us thirty. *Sequentially thresholded least squares* (Brunton, Proctor
# and Kutz, 2016) drops the terms whose part in the equation is small, fits the others again, and so on. Sizes are
# compared after dividing each column by its root mean square; or $x^2$ would seem small for being measured in large
# numbers.


# %%
def thresholded(theta, rates, threshold):
    size = np.sqrt(np.mean(rates**2, axis=0)) / np.sqrt(np.mean(theta**2, axis=0))[:, None]
    support = np.ones(size.shape, bool)
    while True:
        xi = fit(theta, rates, support)
        small = support & (np.abs(xi) < threshold * size)
        if not small.any():
            return xi
        support &= ~small


def show(xi):
    for i, variable in enumerate("xyz"):
        sides = [f"{xi[t, i]:+.4g} {terms[t]}" for t in np.flatnonzero(xi[:, i])]
        print(f"    d{variable}/dt =", " ".join(sides))


data = samples(0.01, 3000)
theta = library.evaluate(data)[0]
print("forward differences:")
show(thresholded(theta[:-1], np.diff(data, axis=0) / 0.01, 0.1))

eighth = np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 0, 4 / 5, -1 / 5, 4 / 105, -1 / 280]) / 0.01
rates = np.stack([np.convolve(column, eighth[::-1], "valid") for column in data.T], axis=1)
by_hand = thresholded(theta[4:-4], rates, 0.1)
print("eighth order:")
show(by_hand)
assert np.array_equal(by_hand != 0, right)
model = idn.identify(data, 0.01, method=idn.Regression(idn.FiniteDifferences(8), idn.STLSQ(0.1)))
np.testing.assert_allclose(by_hand, model.coefficients, atol=1e-7)

# %% [markdown]
# With forward differences the wrong terms stay, because to the regression they are not wrong: they are in
# $dt/2\, \ddot x$.
#
# ## The LASSO and its path
#
# The slides minimise squares plus $\lambda |\Xi|_1$. This makes coefficients exactly 0, but which depends on
# $\lambda$. So solve for many, refit the terms of each by least squares, and let an information criterion choose: it
# weighs what is left against the number of terms. `plot_path` shows the way from strong to weak. (`Lasso` is adaptive
# as it comes, of which more below; with `gamma=0` and without a refit it is the slides'.)

# %%
from functools import partial

from minnet.numerics.identification.samples import make_problem
from minnet.plotting import style

data = dynamics.add_noise(samples(0.02, 2000), 0.01, rng=0)
equations = idn.WeakForm(30).equations(make_problem(data, 0.02, library, None))
plain = partial(idn.Lasso, gamma=0, refit=False)
path = idn.Chosen(plain, criterion=idn.bic).path(equations)
with style():
    figure, axes = plt.subplots(1, 3, figsize=(11, 4.4), layout="constrained")
    for variable, ax in zip("xyz", axes, strict=True):
        idn.plot_path(path, variable, ax=ax)
        ax.legend(ncols=3, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.18))
chosen = {
    "plain LASSO": path.support,
    "STLSQ": idn.Chosen(idn.STLSQ, criterion=idn.bic).path(equations).support,
    "adaptive LASSO": idn.Lasso().solve(equations).support,
}
for name, support in chosen.items():
    print(name, "chooses", [[terms[t] for t in np.flatnonzero(column)] for column in support.T])
assert (chosen["plain LASSO"] >= right).all()
assert np.array_equal(chosen["STLSQ"], right)
assert np.array_equal(chosen["adaptive LASSO"], right)

# %% [markdown]
# Read it from the right, where the penalty is strong. In $\dot x$, the terms $y$ and $x z$ come in first; $x$, which
# is in the law, only where the strength is 0.02, and until then $x z$ and $y z$ stand in for it. That is how a LASSO
# treats terms that resemble each other: here all seven are chosen, and others beside them. Thresholds begin at the
# other end, with all terms in, and get it right. In return they need data that can tell all terms apart.
#
# ## Integrals instead of derivatives
#
# Multiply $\dot x = \Theta \Xi$ by a smooth window $\varphi(t)$ that vanishes at both ends, and integrate by parts:
#
# $$-\int \varphi'(t)\, x(t)\, dt = \Big(\int \varphi(t)\, \Theta(x(t))\, dt\Big)\, \Xi.$$
#
# The derivative has moved to $\varphi$, which we know. Integrals average noise, where derivatives magnify it. This is
# the *weak form*, and it was the last curve of the figure above. At dt = 0.1:

# %%
weak = idn.identify(x, 0.1, method=idn.Regression(idn.WeakForm(), idn.STLSQ()))
print(f"error {rms(weak.coefficients):.3f}", *weak.equations(4), weak.verdict, sep="\n    ")
assert rms(weak.coefficients) < 0.2
assert not weak.identified

# %% [markdown]
# A hundred times better than differences, from the same table. Still, the sums stand in for integrals, and the last
# equation has terms that are not there. The verdict says so: it noticed that another set of coefficients predicts the
# samples far better.
#
# ## No derivative at all
#
# What do the samples say, exactly? That the motion which passes through $x_n$ passes through $x_{n+1}$ a time dt later.
# So ask for that: let $\phi(x; \Xi)$ be the state to which the equations lead from $x$ in the time dt, and minimise
#
# $$\sum_n |\phi(x_n; \Xi) - x_{n+1}|^2.$$
#
# It is no longer linear in $\Xi$, but we have a good start. Levenberg and Marquardt do the rest.


# %%
def missed(values, step):
    xi = np.zeros_like(true)
    xi[right] = values
    system = replace(lorenz, coefficients=xi)
    return (dynamics.simulate(system, x[:-1], dt=0.1, samples=2, step=step)[:, 1] - x[1:]).ravel()


first = fit(library.evaluate(x[:-1])[0], np.diff(x, axis=0) / 0.1, right)[right]
for step in (0.1, 0.05, 0.02, 0.01):
    solved = least_squares(missed, first, args=(step,), method="lm", xtol=1e-15, ftol=1e-15)
    print(f"steps of {step:4}: error {np.sqrt(np.mean((solved.x - true[right]) ** 2)):.1e}, {solved.nfev} evaluations")
assert np.abs(solved.x - true[right]).max() < 1e-8

# %% [markdown]
# From the same forward differences that were off by 3 we get to ten digits, with a sample every 0.1. What is left is
# set by the *integrator's* steps, which we may choose, and no longer by the sampling, which we may not.
#
# `FlowMatching` does it with all thirty coefficients. It integrates the derivatives with respect to the coefficients
# alongside, drops those that are not needed, and halves the steps until this makes no difference.

# %%
for dt in (0.1, 0.2):
    model = idn.identify(samples(dt, 400), dt, method=idn.FlowMatching())
    print(f"dt = {dt}: error {rms(model.coefficients):.0e}, {model.verdict}", *model.equations(11), sep="\n    ")
    assert rms(model.coefficients) < 1e-9
    assert np.array_equal(model.coefficients != 0, right)

# %% [markdown]
# So it is not true that regression needs small steps. *Rates* need them.
#
# ## Noise
#
# Flow matching believes each sample to be the state. If it is not, the motion starts in the wrong place, and the error
# of the start becomes one of the coefficients. *Multiple shooting* (Bock, 1983) treats the first state of each short
# segment as one more unknown. Segments then grow to 4, 8, 16 intervals, as long as what is left stays noise: the longer
# the better one knows where a motion came from, but of a long chaotic one nobody finds the start.

# %%
noisy = dynamics.add_noise(samples(0.02, 600), 0.02, rng=0)
models = {}
for method in (idn.Regression(), idn.FlowMatching(), idn.MultipleShooting(longest=32)):
    models[method.name] = model = idn.identify(noisy, 0.02, method=method)
    print(f"{method.name}: error {rms(model.coefficients):.3f}, residuals {model.sigma:.4f}, {model.verdict}")
shooting, matching = models["multiple shooting"], models["flow matching"]
print(*shooting.equations(), sep="\n")
assert rms(shooting.coefficients) < 0.3 * rms(matching.coefficients)

# %% [markdown]
# Three things to see. The residuals are 0.0199 of the variables' standard deviations, and the noise was 0.02: nothing
# else is left. Flow matching has nearly $\sqrt 2$ times that, the noise of both ends. And the equations are printed
# with as many digits as their standard errors leave meaning:

# %%
off = (shooting.coefficients - true)[right] / shooting.standard_errors[right]
print("errors in standard errors:", off.round(1))
assert np.abs(off).max() < 4
assert abs(shooting.sigma - 0.02) < 0.002

# %% [markdown]
# ## What the data cannot say
#
# A method always returns numbers. Here are three tables that do not hold an answer.

# %%
circle = dynamics.System(
    "oscillator", ("x", "v"), dynamics.Polynomial(1), np.array([[0, 0], [0, -1], [1, 0]], float), np.array([1.0, 0])
)
one_orbit = dynamics.simulate(circle, dt=0.1, samples=300)
cases = {
    "one orbit of an oscillator": (one_orbit, 0.1, idn.FlowMatching(sparse=False)),
    "a sample every 0.7": (samples(0.7, 300), 0.7, idn.FlowMatching()),
    "no law at all": (np.random.default_rng(0).standard_normal((300, 3)), 0.1, idn.FlowMatching()),
    "forward differences": (x, 0.1, idn.Regression(idn.ForwardDifferences())),
}
for name, (data, dt, method) in cases.items():
    model = idn.identify(data, dt, method=method)
    print(f"{name}: {model.verdict}")
    assert not model.identified

# %% [markdown]
# On the first, $x^2 + v^2 = 1$ throughout. Nobody can tell $x^2$ from $1 - v^2$ there, and a second orbit would settle
# it. The last is not the table's fault, but the verdict cannot know that; it names a better method.
#
# ## Maps, forces, and quotients
#
# Not everything is a polynomial flow on its own. A *map* leads from each sample to the next in one step, such as
# generations of insects; there is no time between, and nothing to integrate. A *known input* drives the equations and
# has none of its own. And where something saturates, right-hand sides are *quotients*: the terms of numerator and
# denominator are searched at once.

# %%
insects = dynamics.simulate(dynamics.logistic(3.9), dt=1, samples=60)
print(*idn.identify(insects, kind="map", variables=["n"]).equations(4))

t = 0.1 * np.arange(300)


def force(t):
    return np.sin(1.3 * t) + 0.5 * np.cos(0.37 * t)


oscillator = dynamics.System.from_function(  # the third variable is the time
    lambda s: np.stack([s[:, 1], -s[:, 0] - 0.3 * s[:, 1] + force(s[:, 2]), np.ones(len(s))], axis=1), [0.0, 0.0, 0.0]
)
pushed = dynamics.simulate(oscillator, dt=0.1, samples=300)[:, :2]
driven = idn.identify(pushed, t, inputs={"u": force(t)}, variables=["x", "v"])
print(*driven.equations(4), sep="\n")
assert driven.equations(4) == ["dx/dt = 1 v", "dv/dt = -1 x - 0.3 v + 1 u"]

enzyme = dynamics.System.from_function(lambda s: 0.6 - 1.5 * s / (0.3 + s), [2.0])
decays = list(dynamics.simulate(enzyme, np.array([[0.05], [0.5], [2.0], [4.0]]), dt=0.05, samples=80))
kinetics = idn.identify(decays, 0.05, library=dynamics.Rational(1, 1), variables=["s"])
print(*kinetics.equations(4))
assert kinetics.identified

# %% [markdown]
# The input is known at the samples only. Between them it follows a cubic spline; for a switch it would be
# `between="hold"`. The quotient is written with a 1 in its denominator: $0.6 - 1.5 s / (0.3 + s)$ is
# $(0.6 - 3 s) / (1 + 3.33 s)$.
#
# ## When the form is known
#
# The slides also mention a search: Jaya, a population that is drawn to its best and away from its worst, then Powell's
# method. Only $\sigma$, $\rho$ and $\beta$ are unknown. They quote that it finds parameters "to $10^{-23}$".

# %%
BOUNDS = {"sigma": (0, 30), "rho": (0, 60), "beta": (0, 10)}


def with_steps(step):
    """The form, with steps of RK4."""
    return lambda **p: replace(dynamics.lorenz(**p), method=dynamics.RK4, step=step)


own = dynamics.simulate(with_steps(0.05)(), start, dt=0.05, samples=300)
results = {}
for name, data in (("exact samples", samples(0.05, 300)), ("samples made by the same RK4", own)):
    model = idn.identify(data, 0.05, method=idn.JayaPowell(with_steps(0.05), BOUNDS))
    results[name] = model
    print(f"{name}: mean square {model.sigma**2:.0e}, error {rms(model.coefficients):.0e}")
assert results["samples made by the same RK4"].sigma ** 2 < 1e-18 < 1e-8 < results["exact samples"].sigma ** 2

# %% [markdown]
# If the integrator that fits is the one that made the data, its errors cancel, and the mean square falls to rounding.
# That is a number about two computer programs that agree with each other, and it is a mean *square*: the parameters
# have half as many digits. On exact samples the same RK4 with the same steps is off by a hundredth. Nature does not
# tell which integrator it uses; take a small step.
#
# ## Try it yourself
#
# 1. Print the coefficients that forward differences give at dt = 0.1, next to the prediction by $dt/2\, \ddot x$. Why
#    does the prediction fail there? Add $dt^2/6$ times the third derivative.
# 2. Use *centred* differences, and predict their error in the same way. Which derivative do you need now?
# 3. A trajectory with gaps: set 50 random samples to NaN. Which methods mind, and how much?
# 4. Give `FlowMatching` a library of degree 3, or 4. How many samples does it need until it fails?
# 5. Van der Pol's oscillator (`dynamics.van_der_pol()`) has a cycle. Sample only the cycle: is the verdict right?
# 6. Pass the known coefficient: `idn.STLSQ(relations=[idn.known("y", term="y", value=-1.0)])`. What does it do for
#    forward differences, and why not more?
# 7. With 5 % of noise, how does the error of `MultipleShooting` fall with the number of samples? Which power do you
#    expect?

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
