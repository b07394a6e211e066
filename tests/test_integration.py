"""`mn.integrate`: known integrals, honest error estimates, and what it says when it cannot."""

import warnings

import numpy as np
import pytest
from scipy import integrate as scipy_integrate

import minnet as mn
from minnet.errors import DataError, DtypeError, SettingError, ShapeError
from minnet.numerics.integration import designs, genz
from minnet.numerics.integration.integrate import FEWEST_SAMPLES
from minnet.numerics.integration.samples import _hole


@pytest.fixture(scope="module")
def logarithm():
    return mn.integrate(np.log, (0, 140), units=50, rng=0)


@pytest.mark.parametrize(
    ("function", "bounds", "exact", "error"),
    [
        (np.cos, (0, 1), np.sin(1), 1e-12),
        (lambda x: np.exp(-(x**2) / 2), (-5, 5), 2.5066268375731304, 1e-12),
        (lambda x: np.cos(30 * x), (0, 1), np.sin(30) / 30, 1e-9),
        (lambda x: np.full(len(x), -3.0), (2, 4), -6, 1e-14),
        (np.sqrt, (0, 2), 4 / 3 * np.sqrt(2), 1e-11),
        (lambda x: np.sqrt(3 - x), (1, 3), 4 / 3 * np.sqrt(2), 1e-11),
        (lambda x: np.sqrt(1 - x**2), (-1, 1), np.pi / 2, 1e-9),
        (lambda x: 1 / np.sqrt(x), (0, 1), 2, 2e-6),
    ],
    ids=["cos", "gaussian", "waves", "constant", "root", "root at the end", "circle", "pole"],
)
def test_integrals_of_one_variable(function, bounds, exact, error):
    """Ends where the function or its slope is infinite are found."""
    result = mn.integrate(function, bounds, rng=0)
    assert result.value == pytest.approx(exact, abs=error)
    assert result.good
    assert result.evaluations <= 400
    assert result.error_estimate < 100 * error


def test_samples_with_a_gap_inside():
    x = np.concatenate([np.linspace(0, 0.2, 60), np.linspace(0.8, 1, 60)])
    with pytest.raises(DataError, match=r"no samples between 0\.2 and 0\.8.*two integrals, one up to 0\.2"):
        mn.integrate((x, np.exp(x)), (0, 1), rng=0)


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_repeated_measurements_are_one_point(noise):
    """Held-out samples whose twins were trained on would say that all is well."""
    rng = np.random.default_rng(0)
    x = np.repeat(np.linspace(0, 1, 25), 8)
    y = np.exp(x) + noise * rng.standard_normal(200)
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        result = mn.integrate((x, y), (0, 1), rng=0)
    assert abs(result.value - np.e + 1) < result.error_estimate < 0.03
    assert result.good == (noise == 0)


def test_random_points_are_no_gaps():
    for seed in range(20):
        x = np.concatenate([[0, 1], np.random.default_rng(seed).uniform(0, 1, 60)])
        assert mn.integrate((x, 1 + x), (0, 1), rng=0).value == pytest.approx(1.5, abs=1e-6)


@pytest.mark.parametrize(
    ("keep", "around"),
    [
        (lambda x: np.linalg.norm(x - 0.5, axis=1) > 0.35, r"1, 1\), in 3\d%"),  # a ring
        (lambda x: (x[:, 0] > 0.5) | (x[:, 1] > 0.5), r"0, 0\), in 2\d%"),  # not in a corner, though on all sides
        (lambda x: np.abs(x[:, 0] - 0.5) > 0.25, None),
    ],
)
def test_samples_of_a_box_with_a_hole(keep, around):
    """Samples that are held out are where samples are, and a bump in the hole was missed without a word."""
    x = np.random.default_rng(0).random((4000, 2))
    x = x[keep(x)][:600]
    with pytest.raises(DataError, match=rf"no samples around \({around or ''}"):
        mn.integrate((2 * x, np.exp(-50 * ((x - 0.5) ** 2).sum(axis=1))), [(0, 2), (0, 2)], rng=0)


@pytest.mark.parametrize("d", [2, 3, 5])
def test_random_points_of_a_box_have_no_hole(d):
    for seed in range(10):
        x = np.random.default_rng(seed).random((300, d))
        for points in (x, 0.5 - 0.5 * np.cos(np.pi * x)):  # denser at the faces
            assert _hole(points) is None
    grid = np.stack(np.meshgrid(*[np.linspace(0, 1, 4)] * d), axis=-1).reshape(-1, d)
    assert _hole(grid) is None


def test_values_near_the_largest_number():
    with pytest.raises(DataError, match=r"weights overflow with values up to 1e\+304; divide the function by that"):
        mn.integrate(np.exp, (0, 700), rng=0)


def test_all_integrals_of_the_logarithm_from_one_fit(logarithm):
    """The ten intervals of the document, and more, to 1e-8."""
    low = np.arange(0, 50, 5)
    high = 3 * low + 5
    exact = high * np.log(high) - high - np.where(low > 0, low * np.log(np.maximum(low, 1)) - low, 0)
    assert np.abs(logarithm.over(low, high) - exact).max() < 1e-8
    x = np.linspace(1, 140, 50).reshape(5, 10)
    assert logarithm.antiderivative(x) == pytest.approx(x * np.log(x) - x, abs=1e-8)
    assert logarithm.antiderivative(140) == pytest.approx(logarithm.value, abs=1e-9)
    assert logarithm(x) == pytest.approx(np.log(x), abs=1e-7)
    assert logarithm.evaluations == 400


def test_the_antiderivative_is_one(logarithm):
    x, h = np.array([0.5, 3.0, 77.0]), 1e-4
    slope = (logarithm.antiderivative(x + h) - logarithm.antiderivative(x - h)) / (2 * h)
    assert slope == pytest.approx(logarithm(x), abs=1e-6)


def test_a_box_and_its_parts(rng):
    """All boxes at once, from one fit; they add up."""
    result = mn.integrate(lambda x: np.exp(x[:, 0] - 2 * x[:, 1]), [(-1, 2), (0, 1)], rng=0)
    low, high = rng.uniform([-1, 0], [0.5, 0.5], (6, 2)), rng.uniform([0.5, 0.5], [2, 1], (6, 2))
    exact = (np.exp(high[:, 0]) - np.exp(low[:, 0])) * (np.exp(-2 * low[:, 1]) - np.exp(-2 * high[:, 1])) / 2
    assert result.over(low, high) == pytest.approx(exact, abs=1e-6)
    assert result.over([-1, 0], [0.3, 1]) + result.over([0.3, 0], [2, 1]) == pytest.approx(result.value, rel=1e-9)
    assert result.evaluations == 500
    assert result([0.0, 0.0]) == pytest.approx(1, abs=1e-4)


def test_samples_in_any_order(rng):
    x = rng.uniform(0, 3, 300)
    result = mn.integrate((x, np.sin(x)), (0, 3), rng=0)
    assert result.value == pytest.approx(1 - np.cos(3), abs=1e-9)
    assert result.evaluations == 300
    points = rng.uniform(-1, 1, (400, 2))
    plane = mn.integrate((points, points @ [1, 2] + 3), [(-1, 1), (-1, 1)], rng=0)
    assert plane.value == pytest.approx(12, abs=1e-5)
    u = 10.0 ** rng.uniform(-10, 0, 300)
    assert mn.integrate((u, np.log(u)), (0, 1), singular="low", rng=0).value == pytest.approx(-1, abs=1e-6)
    assert mn.integrate((-u, np.log(u)), (-1, 0), singular="high", rng=0).value == pytest.approx(-1, abs=1e-6)


def test_noise_is_averaged_over_and_told(rng):
    x = np.linspace(0, 1, 1000)
    y = x**2 + 0.1 * rng.standard_normal(1000)
    result = mn.integrate((x, y), (0, 1), units=5, tolerance=0.1, rng=0)
    assert abs(result.value - 1 / 3) < result.error_estimate < 0.03
    assert result.residual == pytest.approx(0.1, rel=0.2)


@pytest.mark.parametrize("unit", [2.0**-996, 2.0**-564, 2.0**664])  # powers of two: all is rounded alike
def test_the_error_estimate_has_the_functions_unit(unit):
    """A jump, which no fit gets right: squares of its errors are no floating-point numbers in these units."""
    with pytest.warns(mn.numerics.integration.IntegrationWarning):
        one, other = (mn.integrate(lambda x, c=c: c * (x > 0.3), (0, 1), rng=0) for c in (1.0, unit))
    assert other.value == pytest.approx(unit * one.value, rel=1e-12)
    assert other.error_estimate == pytest.approx(unit * one.error_estimate, rel=1e-12)
    assert other.residual == pytest.approx(unit * one.residual, rel=1e-12)


def test_what_a_singular_end_may_hide_is_in_the_estimate():
    """1.6e-6 of this integral is nearer to 3 than any point; residuals alone tell a quarter of that."""
    sheet = mn.integrate(lambda x: 1 / np.sqrt(3 - x), (2, 3), rng=0)
    assert 1e-9 < abs(sheet.value - 2) < sheet.error_estimate < 1e-3


def test_samples_in_single_precision_may_round_across_the_bounds():
    x = np.linspace(0, 0.1, 100, dtype="float32")
    assert float(x[-1]) > 0.1
    assert mn.integrate((x, np.cos(x)), (0, 0.1), rng=0).value == pytest.approx(np.sin(0.1), abs=1e-8)


def test_a_fit_that_is_not_good_enough_warns():
    with pytest.warns(mn.IntegrationWarning, match="Way out: more evaluations"):
        result = mn.integrate(lambda x: np.sign(np.sin(40 * x)), (0, 1), rng=0)
    assert not result.good
    assert "not good enough" in repr(result)


def test_error_estimates_over_genzs_families(rng):
    """The acceptance test has a hundred."""
    errors, estimates = genz_errors(24, rng)
    assert (estimates >= errors).mean() >= 0.85
    assert not_too_large(estimates, errors).mean() >= 0.75


def genz_errors(n, rng):
    """Relative errors and estimates (n,) of random functions in 1 to 4 dimensions, in turn; 100 to 1000 evaluations."""
    names, errors = list(genz.FAMILIES), []
    for i in range(n):
        d = 1 + i % 4
        names_here = names[:5] if d == 1 else names  # the discontinuous one has two dimensions at least
        problem = genz.draw(names_here[(i // 4) % len(names_here)], d, rng)
        bounds = [(0, 1)] * d if d > 1 else (0, 1)
        count = int(rng.choice([100, 200, 300] if d == 1 or n < 50 else [300, 600, 1000]))
        function = problem if d > 1 else lambda x, problem=problem: problem(x[:, None])
        result = mn.integrate(function, bounds, evaluations=count, tolerance=np.inf, rng=rng)
        assert result.evaluations == problem.evaluations
        errors.append((abs(result.value - problem.exact) / problem.size, result.error_estimate / problem.size))
    return np.transpose(errors)


def not_too_large(estimates, errors):
    """At most 100 times the error, or of the size of what rounding may add, even if by chance it has added nothing."""
    return estimates <= np.maximum(100 * errors, 1e-13)


@pytest.mark.acceptance
def test_error_estimates_of_a_hundred_functions(capsys):
    errors, estimates = genz_errors(100, np.random.default_rng(1))
    above, within = (estimates >= errors).mean(), not_too_large(estimates, errors).mean()
    with capsys.disabled():
        print(f"\nerror estimates: {above:.0%} at least the error, {within:.0%} at most 100 times it")
    assert above >= 0.9
    assert within >= 0.8


def test_the_same_seed_gives_the_same_bits():
    def peak(x):
        return np.exp(-((x - 0.3) ** 2).sum(axis=1))

    first, second = (mn.integrate(peak, [(0, 1)] * 2, evaluations=200, rng=3) for _ in range(2))
    assert first.value == second.value
    assert first.error_estimate == second.error_estimate


@pytest.mark.parametrize("d", [2, 3])
@pytest.mark.parametrize("family", genz.FAMILIES)
def test_genzs_integrals(family, d, rng):
    """Against cubature, cut where the functions are not smooth."""
    problem = genz.draw(family, d, rng)
    cuts = [np.array([0, problem.u[i], 1]) if not problem.family.smooth else np.array([0, 1]) for i in range(d)]
    total = 0.0
    for cell in np.ndindex(*(len(cut) - 1 for cut in cuts)):
        low, high = (np.array([cuts[i][cell[i] + shift] for i in range(d)], float) for shift in (0, 1))
        inside = (low + 1e-12 * (high - low), high - 1e-12 * (high - low))
        total += scipy_integrate.cubature(problem, *inside, rule="gk21", rtol=1e-9).estimate
    assert problem.exact == pytest.approx(total, rel=1e-7, abs=1e-9)
    assert problem.c.sum() == pytest.approx(problem.family.difficulty)


def test_singular_ends_are_found_and_steep_layers_are_not():
    def singular_ends(function):
        return designs.singular_ends(function, 0.0, 1.0)

    with np.errstate(all="ignore"):
        assert singular_ends(np.sqrt) == (True, False)
        assert singular_ends(lambda x: np.log(1 - x)) == (False, True)
    assert singular_ends(lambda x: np.tanh(1000 * x)) == (False, False)
    assert singular_ends(lambda x: x**2) == (False, False)
    assert singular_ends(np.ones_like) == (False, False)
    assert singular_ends(lambda x: 1e6 + (x - 0.3) ** 2) == (False, False)  # differences over 1e-8 are rounding here


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: mn.integrate(np.cos, (1, 0)), SettingError, "below its high"),
        (lambda: mn.integrate(np.cos, (0, np.inf)), DataError, "bounds.*substitute"),
        (lambda: mn.integrate(np.cos, (-1e308, 1e308)), DataError, "lengths"),
        (lambda: mn.integrate(np.cos, 3.0), ShapeError, "bounds"),
        (lambda: mn.integrate(np.cos, (0, 1), evaluations=3), SettingError, "evaluations"),
        (lambda: mn.integrate(np.cos, (0, 1), units=0), SettingError, "units"),
        (lambda: mn.integrate(np.cos, (0, 1), singular="left"), SettingError, "singular"),
        (lambda: mn.integrate(np.cos, (0, 1), singular=["low"]), SettingError, "singular"),
        (lambda: mn.integrate(np.cos, (0, 1), tolerance=0), SettingError, "tolerance"),
        (lambda: mn.integrate(lambda x: x[:, 0], [(0, 1)] * 2, singular="low"), SettingError, "one dimension"),
        (lambda: mn.integrate(lambda x: x[:, 0], [(0, 1)] * 7), SettingError, "too many"),
        (lambda: mn.integrate(lambda x: x, [(0, 1)] * 2), ShapeError, r"expected \(500,\)"),
        (lambda: mn.integrate(lambda x: 1j * x, (0, 1)), DtypeError, "values"),
        (lambda: mn.integrate(lambda x: 1 / (x - x), (0, 1), singular="none"), DataError, "at x ="),
        (lambda: mn.integrate(3, (0, 1)), SettingError, "a function, or a pair"),
        (lambda: mn.integrate((np.linspace(0, 0.5, 99), np.zeros(99)), (0, 1)), DataError, "narrower bounds"),
        (lambda: mn.integrate((np.full(20, 0.5), np.zeros(20)), (0, 1)), DataError, "narrower bounds"),
        (lambda: mn.integrate((np.zeros(20), np.zeros(21)), (0, 1)), ShapeError, "samples"),
        (lambda: mn.integrate((np.zeros(9), np.zeros(9)), (0, 1)), DataError, str(FEWEST_SAMPLES)),
        (lambda: mn.integrate((np.linspace(0, 2, 20), np.zeros(20)), (0, 1)), DataError, r"outside.*\[1.05"),
    ],
)
def test_what_cannot_be_integrated_is_told(call, error, match):
    with np.errstate(all="ignore"), pytest.raises(error, match=match):
        call()


def test_questions_beyond_the_domain_are_refused(logarithm):
    with pytest.raises(DataError, match="beyond the domain"):
        logarithm.over(1, 141)
    with pytest.raises(ShapeError, match="do not fit"):
        logarithm.over([1, 2], [3, 4, 5])
    with pytest.raises(DtypeError, match="real numbers"):
        logarithm.antiderivative("all of it")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plane = mn.integrate(lambda x: x.sum(axis=1), [(0, 1)] * 2, evaluations=50, rng=0)
    with pytest.raises(SettingError, match="2 variables"):
        plane.antiderivative(0.5)
    with pytest.raises(ShapeError, match="expected"):
        plane.over(0.0, 1.0)


def test_arrays_of_one_variable_keep_their_shape():
    line = mn.integrate(lambda x: 2 * x, (0, 3), rng=0)
    assert line([1.0]).shape == line.over([1.0], [2.0]).shape == (1,)
    assert line.over([[0.0], [1.0]], [2.0, 3.0]) == pytest.approx(np.array([[4, 9], [3, 8]]), abs=1e-6)


def test_functions_and_settings_that_cannot_be_fitted():
    with pytest.raises(DataError, match=r"is nan at x = "):
        mn.integrate(lambda x: np.where(x < 0.5, np.nan, x), (0, 1), singular="none", rng=0)
    with pytest.raises(SettingError, match="1000 units"):
        mn.integrate(np.sin, (0, 1), units=1000, rng=0)
