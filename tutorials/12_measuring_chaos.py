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
# # 12. Measuring chaos
#
# A set of slides computes "the Lyapunov exponent" of each coordinate of the Lorenz system: 2.86, 3.05 and 3.64. They
# are positive, so the system is chaotic. Theory says 0.9056, for all three. **Where do the other numbers come from, and
# what would you have to do to trust one?**
#
# We measure the exponent by its definition, first with the equations, then with nothing but a series of numbers. Then
# we make the slides' numbers ourselves, find two things that are wrong with them, and ask what a positive exponent of a
# series proves.

# %%
import matplotlib.pyplot as plt
import numpy as np

from minnet import dynamics
from minnet.numerics import chaos

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind readers too
KNOWN = 0.9056
lorenz = dynamics.lorenz()

# %% [markdown]
# ## Twins
#
# Two trajectories that begin $10^{-9}$ apart. If the system is chaotic, their distance grows like $e^{\lambda t}$: a
# straight line on a logarithmic scale, until the two are as far apart as two points of the attractor can be.

# %%
start = dynamics.simulate(lorenz, dt=20, samples=2)[-1]
twins = dynamics.simulate(lorenz, start + np.array([[0, 0, 0], [1e-9, 0, 0]]), dt=0.05, samples=701)
t = 0.05 * np.arange(701)
distance = np.linalg.norm(twins[0] - twins[1], axis=1)

straight = (distance > 1e-7) & (t < 20)
slope = np.polyfit(t[straight], np.log(distance[straight]), 1)[0]
print(f"slope {slope:.2f}")

figure, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
ax.semilogy(t, distance, color=BLUE, label="distance")
ax.semilogy(t[:500], distance[60] * np.exp(KNOWN * (t[:500] - t[60])), "--", color="black", label=f"slope {KNOWN}")
ax.set(xlabel="time", ylabel="distance", ylim=(1e-10, 100))
_ = ax.legend()

# %% [markdown]
# One pair gives a rough number: the line wiggles, for the attractor stretches more in some places than in others. The
# exponent is an *average*. `divergence_of_twins` takes it over many pairs, and gives an error with it.

# %%
divergence = chaos.divergence_of_twins(lorenz, dt=0.1, samples=230, pairs=100, rng=0)
print(f"100 pairs: {divergence.exponent:.3f} ± {divergence.error:.3f}")
assert abs(divergence.exponent - KNOWN) < 4 * divergence.error

# %% [markdown]
# ## All exponents, by hand
#
# A small sphere of starts becomes an ellipsoid: it grows in one direction, keeps its size in another (along the
# trajectory), and shrinks in the third. A map shows it without the distraction of an integrator. Henon's is
#
# $$x' = 1 - 1.4\,x^2 + y, \qquad y' = 0.3\,x.$$
#
# We carry two tangent vectors along, as the columns of $Q$. After each step they are $JQ = Q'R$, with orthonormal
# columns in $Q'$ again; the logarithms of R's diagonal say how much each direction has grown.

# %%
x, y, Q, total, STEPS = 0.1, 0.1, np.eye(2), np.zeros(2), 20_000
for _ in range(STEPS):
    J = np.array([[-2.8 * x, 1.0], [0.3, 0.0]])
    x, y = 1 - 1.4 * x * x + y, 0.3 * x
    Q, R = np.linalg.qr(J @ Q)
    total += np.log(np.abs(np.diag(R)))
by_hand = total / STEPS
print(f"by hand: {by_hand[0]:.4f}, {by_hand[1]:.4f}; sum {by_hand.sum():.6f}, ln 0.3 = {np.log(0.3):.6f}")
assert abs(by_hand.sum() - np.log(0.3)) < 1e-9
assert abs(by_hand[0] - 0.4192) < 0.01

# %% [markdown]
# A check that costs nothing: the determinant of J is $-0.3$ everywhere, so the sum of the exponents must be
# $\ln 0.3$. For the Lorenz system the sum must be the trace of its Jacobian, $-\sigma - 1 - \beta = -13.67$. That the
# sum is right does not say that the parts are: the slow one is the *convergence*.

# %%
spectrum = chaos.lyapunov_spectrum(lorenz, time=2000, rng=0)
print("exponents", spectrum.exponents.round(4), "±", spectrum.errors.round(4))
print(
    f"sum less trace {spectrum.exponents.sum() - spectrum.trace:.1e}, Kaplan-Yorke dimension {spectrum.dimension:.3f}"
)
assert abs(spectrum.exponents.sum() - spectrum.trace) < 1e-9

figure, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
_ = chaos.plot_convergence(spectrum, reference=KNOWN, ax=ax)

# %% [markdown]
# Errors fall like $1/\sqrt{T}$. Two digits are cheap, three cost a hundred times as much.
#
# ## With nothing but a series
#
# Now throw the equations away, and two of three coordinates with them. What is left is a series of numbers, x at even
# times. Takens showed that *delays* bring the attractor back: plot $x(t)$ against $x(t + \tau)$, and the butterfly is
# there again, bent but with all its neighbourhoods.

# %%
dt = 0.02
series = dynamics.simulate(lorenz, dt=dt, samples=10_000)[:, 0]
information = chaos.mutual_information(series, max_lag=30)
lag = information.first_minimum
false = chaos.false_neighbours(series, lag=lag, max_dimension=6, window=50)
print(f"lag {lag} samples; dimension {false.minimum_dimension()}")
assert false.minimum_dimension() == 3

figure, axes = plt.subplots(1, 3, figsize=(10, 3.2), layout="constrained")
chaos.plot_mutual_information(information, dt=dt, ax=axes[0])
chaos.plot_false_neighbours(false, ax=axes[1])
axes[2].plot(*chaos.embed(series[:3000], 2, lag).T, color=BLUE, linewidth=0.5)
_ = axes[2].set(xlabel="x(t)", ylabel=f"x(t + {lag * dt:.2g})", title="a butterfly from one coordinate")

# %% [markdown]
# The lag is where a sample and the next one have least in common, short of chaos itself. The dimension is where
# neighbours stop being neighbours by accident of projection.
#
# Twins can be *found* in such a series: for every point its nearest neighbour, and how they part (Rosenstein). One trap
# is hidden here. The nearest point to x(t) is $x(t + dt)$, and that is no twin, just the same trajectory a moment
# later. A window of time shuts those out.

# %%
points = chaos.embed(series, 3, lag)
HORIZON, WINDOW = 200, 50
followed = len(points) - HORIZON
curve = np.zeros(HORIZON)
sample = range(0, followed, 20)
for n in sample:
    far = np.linalg.norm(points[:followed] - points[n], axis=1)
    far[max(0, n - WINDOW) : n + WINDOW + 1] = np.inf
    twin = far.argmin()
    apart = np.linalg.norm(points[n : n + HORIZON] - points[twin : twin + HORIZON], axis=1)
    curve += np.log(apart) / len(sample)
times = dt * np.arange(HORIZON)
line = (times > 0.8) & (times < 2.4)
print(f"by hand, from 1 point in 20: {np.polyfit(times[line], curve[line], 1)[0]:.2f}")

divergence = chaos.rosenstein(series, dt=dt, dimension=3, lag=lag, window=WINDOW, horizon=HORIZON, region=(0.8, 2.4))
print(f"all points: {divergence.exponent:.3f} ± {divergence.error:.3f}")
assert abs(divergence.exponent / KNOWN - 1) < 0.15

figure, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
_ = chaos.plot_divergence(divergence, ax=ax)

# %% [markdown]
# Look at the curve before you believe the slope. It rises steeply at first, while the pair turns into the direction
# that grows; then there is a line; then it bends, for the attractor is finite. *Which part is the line is your choice*,
# so say which one you took. And the error bar knows how long the series was. It does not know whether the line is one.
#
# Without a region nobody has to choose. Many regions are tried, each corrected for what of the distance cannot grow,
# because it is noise or as large as the attractor, and each counts as much as it agrees with its own parts. How far
# they disagree goes into the error. (The curve is a better one, too: distances are taken between *quantiles* of x, and
# from the other trajectory, not from its nearest sample.) What has no exponent is told so.

# %%
by_itself = chaos.rosenstein(series, dt=dt, dimension=3, lag=lag, window=WINDOW, horizon=250)
print(f"without a region: {by_itself.exponent:.3f} ± {by_itself.error:.3f}")
assert abs(by_itself.exponent - KNOWN) < 2 * by_itself.error

try:
    chaos.rosenstein(np.random.default_rng(0).standard_normal(5000), dt=dt, dimension=3, window=0, horizon=50)
except ValueError as refusal:
    print("noise:", refusal)

# %% [markdown]
# ## The slides' numbers
#
# Eckmann's algorithm does what we did for Henon's map, with matrices fitted to neighbours instead of known ones.
# Neighbours are looked for in $d_E$ samples; matrices act on $d_M$ of these, every m-th, with $d_E - 1 = m (d_M - 1)$.
# Each matrix leads m samples on. The package nolds has 10 and 4 as defaults, so m is 3. The slides have 1000 samples
# with $dt = 0.1$. We start anywhere, and keep the way to the attractor.

# %%
PUBLISHED = np.array([2.86, 3.05, 3.64])
starts = np.random.default_rng(0).standard_normal((5, 3))
paths = dynamics.simulate(lorenz, starts, dt=0.1, samples=1000)


def exponents(path, dimension=10, matrix_dimension=4, stride=None):
    """The largest of each coordinate."""
    recipe = {"dt": 0.1, "dimension": dimension, "matrix_dimension": matrix_dimension, "stride": stride}
    return np.array([chaos.eckmann(path[:, i], **recipe).exponents[0] for i in range(3)])


as_published = np.mean([exponents(path, stride=1) for path in paths], axis=0)
as_in_the_paper = np.mean([exponents(path) for path in paths], axis=0)
print("published          ", PUBLISHED)
print("every map          ", as_published.round(2))
print("every third map    ", as_in_the_paper.round(2))
assert np.allclose(as_published, PUBLISHED, rtol=0.1)

# %% [markdown]
# There they are. With `stride=1`, a matrix for *every* sample goes into the product, though each of them leads three
# samples on; the time is still counted as if they followed one another. That is what nolds does. Eckmann and his
# co-authors take every third one, and the numbers fall to about half.
#
# They are still too large. In one coordinate, three exponents of the system are to be told from a fourth that is
# *spurious*, with neighbours that are nearest in a window of 0.9 units of time, in which distances grow by a factor of
# 2.3. Fewer dimensions, and a longer series, bring us back.

# %%
longer = dynamics.simulate(lorenz, dt=0.1, samples=10_000)
for dimension, matrix_dimension in ((10, 4), (7, 4), (4, 4), (5, 3), (3, 3)):
    print(f"{dimension:2} / {matrix_dimension}:", exponents(longer, dimension, matrix_dimension).round(2))
assert abs(exponents(longer, 4, 4)[0] / KNOWN - 1) < 0.1
assert exponents(longer, 10, 4)[0] > 1.2

# %% [markdown]
# x agrees with theory in four dimensions, z does not in any of the fours. So one cannot tell from the result which
# embedding was right: *you have to vary it, and believe what stays.*
#
# ## Does a positive exponent prove chaos?
#
# Take the Fourier transform of x, keep the amplitudes, throw dice for the phases, and go back. What comes out has the
# same power spectrum, and nothing else: it is linear noise. There is no exponent to be found.

# %%
x = longer[:1000, 0]
spectrum = np.fft.rfft(x)
phases = np.random.default_rng(0).uniform(0, 2 * np.pi, len(spectrum))
phases[[0, -1]] = 0  # the mean and the highest frequency are real
noise = np.fft.irfft(spectrum * np.exp(1j * phases), len(x))
assert np.allclose(np.abs(np.fft.rfft(noise)), np.abs(spectrum))

recipe = {"dt": 0.1, "dimension": 10, "matrix_dimension": 4}
data_exponent, noise_exponent = (chaos.eckmann(part, **recipe).exponents[0] for part in (x, noise))
print(f"largest exponent: data {data_exponent:.2f}, noise {noise_exponent:.2f}")
assert noise_exponent > 0.5

# %% [markdown]
# The noise is "chaotic" too. Local maps of noise are as good as random, and products of random matrices grow. *A
# positive exponent of a series proves nothing by itself.* What has to be shown is that the data have something that
# series without it do not. So make many surrogates, and choose a statistic that is hard to fool: here, how badly
# neighbours predict each other's future.

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
statistics = {
    "largest exponent (1 / time)": lambda x: chaos.eckmann(x, **recipe).exponents[0],
    "error of prediction / standard deviation": lambda x: chaos.prediction_error(x, dimension=4, window=10),
}
for ax, (name, statistic) in zip(axes, statistics.items(), strict=True):
    test = chaos.surrogate_test(x, statistic, surrogate=chaos.phase_randomised, count=39, rng=0)
    others = test.surrogates
    print(f"{name}: data {test.value:.2f}, surrogates {others.min():.2f} to {others.max():.2f}, p = {test.p_value:.2g}")
    chaos.plot_surrogate_test(test, statistic=name, ax=ax)
assert test.p_value == 0.05
assert test.value < 0.5 * others.min()

# %% [markdown]
# The data are outside of all 39 surrogates, which is what 5 per cent means for a test of both sides. For the exponent
# it is close; for the prediction there is nothing to discuss.
#
# The experiment `lyapunov` does all this at full size.
#
# ## Try it yourself
#
# 1. Measure x every 0.01 instead of 0.1. Which of Eckmann's numbers change, and why?
# 2. Set `WINDOW = 0` in Rosenstein's algorithm by hand, with dt = 0.005. What happens to the beginning of the curve?
# 3. Add 5 per cent of noise (`dynamics.add_noise`). Which method suffers most?
# 4. Test a sine wave plus a little noise against surrogates. Which hypothesis is refused, and is it chaos?
# 5. Why does z, in four dimensions, do so much worse than x? (Turn the Lorenz system by half a turn around its z axis.)

# %%
if plt.get_backend().lower() != "agg":  # in a script, open the figures; a notebook has shown them already
    plt.show()
