"""The promise of `mn.integrate`, where it is hard to keep: the error is at most its estimate, or there is a warning."""

import warnings

import numpy as np
import pytest

import minnet as mn


def integrate(*args, **options):
    """An integral, without its warning: whether there was one is in `good`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mn.IntegrationWarning)
        return mn.integrate(*args, **options)


@pytest.mark.parametrize("evaluations", [400, 1000, 2000])
def test_residuals_of_one_sign_near_a_pole(evaluations):
    """Taken for independent they seem the smaller the more there are, while the error stays."""
    result = mn.integrate(lambda x: x**-0.5, (0, 1), evaluations=evaluations, rng=0)
    assert result.good
    assert abs(result.value - 2) <= min(result.error_estimate, 1e-8)


@pytest.mark.parametrize(
    ("function", "bounds", "exact"),
    [
        (lambda x: x**-0.7, (0, 1), 1 / 0.3),
        (lambda x: -(x**-0.7) * np.log(x), (0, 1), 1 / 0.09),
        (lambda x: (-x) ** -0.8, (-2, 0), 2**0.2 / 0.2),
        (lambda x: (3 - x) ** -0.7, (2, 3), 1 / 0.3),
        (lambda x: (x * (1 - x)) ** -0.5, (0, 1), np.pi),
    ],
    ids=["power", "with a logarithm", "upper end at 0", "upper end at 3", "both ends"],
)
def test_what_is_nearer_to_a_pole_than_any_sample(function, bounds, exact):
    """Up to half of a per cent of these is; it goes on as a power."""
    result = integrate(function, bounds, rng=0)
    assert abs(result.value - exact) <= min(result.error_estimate, 1e-5 * exact)
    assert result.antiderivative(bounds[1]) == pytest.approx(result.value, rel=1e-12)
    middle = sum(bounds) / 2
    parts = result.over([bounds[0], middle], [middle, bounds[1]])
    assert parts.sum() == pytest.approx(result.value, rel=1e-6)  # units cancel each other to a few digits


def test_no_integral_at_all():
    with pytest.warns(mn.IntegrationWarning):
        result = mn.integrate(lambda x: 1 / x, (0, 1), rng=0)
    assert result.error_estimate > 1e3


def test_a_sample_at_a_singular_end():
    """It is no part of a power: 0, and 0 away from the end."""
    x = np.linspace(0, 1, 200) ** 6
    result = mn.integrate((x, np.sqrt(x)), (0, 1), singular="low", rng=0)
    assert abs(result.value - 2 / 3) <= result.error_estimate < 1e-4


def test_no_evaluation_at_a_regular_end():
    """sin(t) / t is 0 / 0 at 0, while t = 1 is singular. The number is by mpmath, with 30 digits."""
    result = mn.integrate(lambda t: np.sin(t) / t / np.sqrt(1 - t), (0, 1), rng=0)
    assert result.value == pytest.approx(1.8288610320067568, abs=1e-7)
    assert result.good


STEEP = {
    "root": (np.sqrt, 2 / 3),
    "root and logarithm": (lambda x: -np.sqrt(x) * np.log(x), 4 / 9),
    "power of the logarithm": (lambda x: (-np.log(x)) ** 0.3, 0.8974706963062772),
    "power 1.5": (lambda x: x**1.5, 0.4),
}


@pytest.mark.parametrize("name", STEEP)
def test_samples_that_begin_inside_of_a_steep_end(name):
    """The error lies between the end and the first sample, where no residual is."""
    function, exact = STEEP[name]
    kept = []
    for seed in range(8):
        u = np.random.default_rng(seed).uniform(size=200) if seed else (np.arange(200) + 0.5) / 200
        result = integrate((u, function(u)), (0, 1), rng=seed)
        kept.append(abs(result.value - exact) <= result.error_estimate or not result.good)
    assert np.mean(kept) > 0.95


@pytest.mark.parametrize("singular", ["none", "low", "both"])
def test_a_function_that_is_0_on_another_calls_points(singular):
    """There is no grid that all calls have in common."""
    seen = []

    def zero(x):
        seen.extend(x)
        return 0 * x

    integrate(zero, (0, 1), singular=singular, rng=0)
    result = integrate(lambda x: np.where(np.isin(x, seen), 0.0, 1.0), (0, 1), singular=singular, rng=1)
    assert not result.good


def test_a_bad_fit_is_no_worse_than_a_rule():
    """The whole line as one interval: the network errs by a per cent, which is in the residuals that are integrated."""

    def on_the_line(t):
        room = (1 - t) * (1 + t)
        return (1 + t**2) / room**2 / (1 + (t / room - 3) ** 2)

    result = integrate(on_the_line, (-1, 1), rng=0)
    assert abs(result.value - np.pi) < min(1e-3, result.error_estimate)
    assert result.over([-1, 0.25], [0.25, 1]).sum() == pytest.approx(result.value, rel=1e-4)


PLACES = {
    "geometric": lambda n, rng: np.geomspace(1e-3, 1, n),
    "geometric from 0": lambda n, rng: np.append(0, np.geomspace(1e-6, 1, n - 1)),
    "geometric to 1": lambda n, rng: 1 - np.append(0, np.geomspace(1e-4, 1, n - 1))[::-1],
    "squares": lambda n, rng: np.linspace(0, 1, n) ** 2,
    "cubes": lambda n, rng: np.linspace(0, 1, n) ** 3,
    "random gaps": lambda n, rng: np.cumsum(rng.exponential(size=n + 1))[:-1] / n,
    "dense at both ends": lambda n, rng: (1 - np.cos(np.pi * np.linspace(0, 1, n))) / 2,
    "dense in the middle": lambda n, rng: 0.5 + 0.5 * np.linspace(-1, 1, n) ** 3,
    "even": lambda n, rng: np.linspace(0, 1, n),
}
SAMPLED = {
    "exponential": (np.exp, np.e - 1),
    "wave": (lambda x: np.sin(9 * x), (1 - np.cos(9)) / 9),
    "quick wave": (lambda x: np.sin(25 * x), (1 - np.cos(25)) / 25),
    "runge": (lambda x: 1 / (1 + 25 * (2 * x - 1) ** 2), np.arctan(5) / 5),
    "root": (np.sqrt, 2 / 3),
    "kink": (lambda x: np.abs(x - 0.4), (0.4**2 + 0.6**2) / 2),
    "power": (lambda x: x**8, 1 / 9),
    "pole nearby": (lambda x: 1 / (x + 0.01), np.log(101)),
}


def kept(places, n, seed, singular="none"):
    """Of each function: whether its estimate holds, or there is a warning. The estimate is at least rounding."""
    x = PLACES[places](n, np.random.default_rng(seed))
    x /= max(x.max(), 1)
    for function, exact in SAMPLED.values():
        result = integrate((x, function(x)), (0, 1), singular=singular)
        yield abs(result.value - exact) <= max(result.error_estimate, 2e-15) or not result.good


@pytest.mark.parametrize("places", ["geometric", "geometric to 1", "cubes"])
def test_samples_that_are_denser_in_one_place(places):
    """They ask for as many units as could not be told apart where they are rare, and held none out there."""
    assert sum(kept(places, 100, 0)) >= len(SAMPLED) - 1


@pytest.mark.parametrize(("places", "bound"), [("geometric", 1e-9), ("geometric from 0", 1e-8), ("cubes", 1e-10)])
def test_a_smooth_function_sampled_densely_near_an_end(places, bound):
    x = PLACES[places](100, None)
    result = mn.integrate((x, np.exp(x)), (0, 1))
    assert abs(result.value - np.e + 1) <= min(result.error_estimate, bound)


def test_samples_with_one_at_a_singular_end():
    """The end itself is no scale that units could have: it asked for some of 1e-11, between the first two samples."""
    x = np.linspace(0, 1, 60) ** 2
    result = mn.integrate((x, np.exp(x)), (0, 1), singular="low")
    assert abs(result.value - np.e + 1) <= min(result.error_estimate, 1e-8)


@pytest.mark.parametrize("domain", [(-1e4, 1e4), (-1e4, 3e5)])
def test_a_function_that_is_0_wherever_it_was_asked(domain):
    with pytest.warns(mn.IntegrationWarning, match="0 at all"):
        result = mn.integrate(lambda x: np.exp(-(x**2) / 2), domain)
    assert not result.good
    assert result.error_estimate == np.inf


@pytest.mark.acceptance
def test_samples_in_uneven_places(capsys):
    """At least 95 in 100 of the estimates hold, or there is a warning."""
    for singular in ("none", "low"):
        shares = {
            places: np.mean(
                [held for n in (40, 100, 250) for seed in (0, 1) for held in kept(places, n, seed, singular)]
            )
            for places in PLACES
        }
        with capsys.disabled():
            print(f"singular={singular!r}:", {places: round(float(share), 3) for places, share in shares.items()})
        assert np.mean(list(shares.values())) >= 0.95
        assert min(shares.values()) >= 0.9
