"""Active learning: known answers, no forgotten regions, and learners that go on after an interruption as if nothing."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.spatial import cKDTree

from minnet import datasets, storage
from minnet.errors import DataError, FileFormatError, SettingError, ShapeError
from minnet.numerics import active
from minnet.numerics.active import Effort, KinkNetwork, Learner, TanhNetwork, approximate
from minnet.numerics.active.committee import Committee

LITTLE = Effort(members=3, starts=6, fresh=2, first=30, between=30, last=200)
QUICK = Effort(members=2, starts=9, fresh=1, first=40, between=40, last=300)
SMALL = TanhNetwork((8,))
KINDS = [active.Disagreement(), active.ModelChange(), active.Residual(), active.SpaceFilling()]


def wave(x):
    return np.sin(3 * x[:, 0]) * np.cos(2 * x[:, -1])


def small(**options):
    options = {"model": SMALL, "effort": LITTLE, "initial": 16, "rng": 0} | options
    return Learner([(0, 1), (-1, 3)], **options)


@dataclass(frozen=True)
class Corner(active.Strategy):
    """Wants nothing but one corner."""

    sharpness: float = 10.0

    def interest(self, learner, unit):
        return np.exp(-self.sharpness * unit.sum(axis=1))


# -- known answers


def test_a_kink_is_found_where_it_is():
    """|x - 1/3| + x^2 from 24 evaluations, to seven digits, where polynomials would need thousands."""
    learner = Learner([(0, 1)], model=KinkNetwork(3, 1, 6), effort=QUICK, initial=12, rng=1)

    def function(x):
        return 1 / (0.2 + np.abs(x[:, 0] - 1 / 3))

    approximate(function, learner, budget=28, batch=4)
    x = np.linspace(0, 1, 1001)[:, np.newaxis]
    error = np.abs(learner.predict(x) - function(x))
    assert error.mean() < 1e-6
    assert np.abs(x[learner.predict(x).argmax(), 0] - 1 / 3) < 1e-3


def test_predictions_and_estimates_are_in_the_functions_own_units():
    learner = approximate(lambda x: 1000 + 50 * wave(x), small(), budget=60)
    x = active.box.candidates(2000, 2, np.random.default_rng(5)) * [1, 4] + [0, -1]
    error = np.abs(learner.predict(x) - 1000 - 50 * wave(x)).mean()
    assert error < 0.5
    assert error / 5 < learner.error_estimate() < 100 * error


def test_gradients_are_learnt_in_the_boxs_units():
    """Told at 12 points only; a gradient scaled wrongly would make the fit worse, not better."""
    x = np.random.default_rng(3).random((400, 2)) * [1, 4] + [0, -1]

    def slope(x):
        a, b = x.T
        return np.column_stack([3 * np.cos(3 * a) * np.cos(2 * b), -2 * np.sin(3 * a) * np.sin(2 * b)])

    errors = []
    for known in (False, True):
        learner = small(initial=24)
        points = learner.ask(24)
        learner.tell(points[:12], wave(points[:12]))
        learner.tell(points[12:], wave(points[12:]), slope(points[12:]) if known else None)
        errors.append(np.abs(learner.predict(x) - wave(x)).mean())
    assert errors[1] < errors[0] / 3


def test_a_committee_looks_where_its_members_cannot_know():
    """All values are known on the left half; the right half is where they differ."""
    learner = Learner([(0, 1)], model=SMALL, effort=LITTLE, initial=10, gap=np.inf, rng=0)
    x = np.linspace(0, 0.5, 12)[:, np.newaxis]
    learner.tell(x, wave(x))
    assert learner.ask(3).min() > 0.5


def constants(*values):
    """A committee whose members are constants."""
    thetas = np.zeros((len(values), SMALL.network(2, 0.0, np.random.default_rng(0)).n_parameters))
    thetas[:, -1] = values
    return Committee(SMALL, thetas, np.arange(len(values), dtype=float))


def test_the_better_of_the_two_that_agree_best_predicts_and_is_what_changes(monkeypatch):
    learner = small()
    points = learner.ask(16)
    learner.tell(points, wave(points))
    votes = iter([constants(5.0, 1.0, 1.25), constants(3.0, 9.0, 2.5)])
    monkeypatch.setattr(active.learner, "train", lambda *args, **options: next(votes))
    assert learner.predict(points) == pytest.approx(learner.shift + learner.scale * 1.0)
    assert learner.error_estimate() == pytest.approx(learner.scale * 0.25)
    learner.tell(points[:1] + 0.01, [0.0])
    assert learner.predict(points) == pytest.approx(learner.shift + learner.scale * 3.0)
    assert learner.former_votes(points) == pytest.approx(learner.shift + learner.scale * 1.0)
    assert active.ModelChange().interest(learner, points) == pytest.approx(learner.scale * 2.0)


def test_residuals_lead_to_the_greatest_surprise():
    learner = small(strategy=active.Residual(), gap=np.inf, model=TanhNetwork((20,)))
    points = learner.ask(16)
    learner.tell(points, wave(points))
    learner.predict(points)
    odd = np.array([[0.9, 2.5]])
    learner.tell(odd, wave(odd) + 5)
    learner.ask(1)
    assert cKDTree(learner.unit_points).query(learner.pending)[1][0] == 16


# -- where points may be


@pytest.mark.parametrize("strategy", KINDS, ids=lambda kind: type(kind).__name__)
def test_points_are_in_the_box_and_all_different(strategy):
    learner = approximate(wave, small(strategy=strategy), budget=40)
    assert learner.evaluations == 40
    assert ((learner.points >= [0, -1]) & (learner.points <= [1, 3])).all()
    assert cKDTree(learner.unit_points).query(learner.unit_points, k=2)[0][:, 1].min() > 1e-3


def test_no_region_is_forgotten_whatever_the_strategy_wants():
    everywhere = np.random.default_rng(7).random((4000, 2))
    widest = {}
    for gap in (1.5, np.inf):
        learner = approximate(wave, small(strategy=Corner(), gap=gap), budget=70, batch=18)
        widest[gap] = cKDTree(learner.unit_points).query(everywhere)[0].max() * np.sqrt(70)
    assert widest[1.5] < 1.5 * 1.1  # the gap is closed at random candidates, not everywhere
    assert widest[np.inf] > 1.5


def test_what_was_asked_for_is_not_asked_for_again():
    learner = small()
    first = learner.ask(16)
    learner.tell(first, wave(first))
    second, third = learner.ask(4), learner.ask(4)
    assert cKDTree(second).query(third)[0].min() > 1e-3
    assert len(learner.pending) == 8
    learner.tell(second, wave(second))
    assert np.allclose(learner.box.from_unit(learner.pending), third)


def test_points_told_are_those_asked_for_however_narrow_the_box_is():
    """Between 1e8 and 1e8 + 1 floating-point numbers are 1.5e-8 apart."""
    learner = Learner([(1e8, 1e8 + 1)], model=SMALL, effort=LITTLE, rng=0)
    points = learner.ask(8)
    learner.tell(points, np.cos(points[:, 0]))
    assert len(learner.pending) == 0


def test_where_nothing_is_of_interest_points_go_where_there_are_none():
    """A single member disagrees with nobody."""
    learner = small(effort=Effort(members=1, starts=2, fresh=1, first=5, between=5, last=20))
    points = learner.ask(16)
    learner.tell(points, wave(points))
    learner.ask(4)
    assert cKDTree(learner.pending).query(learner.pending, k=2)[0][:, 1].min() > 0.05


@pytest.mark.parametrize(
    ("interest", "error"), [(lambda unit: unit, ShapeError), (lambda unit: unit[:, 0] / 0, DataError)]
)
def test_strategies_must_give_every_candidate_a_number(interest, error):
    class Own(active.Strategy):
        def interest(self, learner, unit):
            with np.errstate(all="ignore"):
                return interest(unit)

    learner = small(strategy=Own())
    points = learner.ask(16)
    learner.tell(points, wave(points))
    with pytest.raises(error, match="the strategy's interest"):
        learner.ask(1)


def test_values_told_one_by_one_are_learnt_in_their_unit():
    """The first value alone does not tell how much values differ."""
    together, one_by_one = small(), small()
    points = together.ask(16)
    together.tell(points, 1e6 * wave(points))
    for point in points:
        one_by_one.tell([point], 1e6 * wave(np.array([point])))
    assert one_by_one.scale == pytest.approx(together.scale)
    assert np.array_equal(one_by_one.predict(points), together.predict(points))


@pytest.mark.parametrize("first", [[1.0], [1e6], [1e6, 1e6 * (1 + 1e-16)], [0.0, 0.0]])
def test_looking_early_does_not_fix_the_unit(first):
    """One value, or values that differ by rounding, say nothing of the others."""

    def learnt(look):
        learner = small()
        points = learner.ask(24)
        learner.tell(points[: len(first)], first)
        if look:
            learner.error_estimate()
        learner.tell(points, 1e6 * wave(points))
        return np.abs(learner.predict(points[2:]) - 1e6 * wave(points[2:])).max() / 1e6, learner.scale

    (error, scale), (expected, usual) = learnt(look=True), learnt(look=False)
    assert usual / 4 <= scale <= 4 * usual
    assert error < 3 * expected + 1e-6


def test_members_in_another_unit_are_the_same_functions(rng):
    learner = small()
    points = learner.ask(12)
    learner.tell(points, wave(points))
    learner.predict(points)
    x = rng.uniform(-1, 1, (5, learner.box.dimension))
    committee = learner.committee
    other = committee.in_other_units(1e3, -7.0)
    np.testing.assert_allclose(other.predict(x), 1e3 * committee.predict(x) - 7.0, rtol=1e-12)


def test_points_evaluated_again_are_no_more_of_the_first_ones():
    """Two points, eight times each: the next are of the Sobol sequence still, and no estimate ends the search."""
    learner, plain = small(initial=16), small(initial=16)
    twins = np.repeat([[0.2, 0.5], [0.7, 2.0]], 8, axis=0)
    learner.tell(twins, wave(twins))
    assert (learner.evaluations, learner.different) == (16, 2)
    assert np.array_equal(learner.ask(14), plain.ask(14))
    learner = small(initial=16)
    learner.tell(twins, wave(twins))
    approximate(wave, learner, budget=100, tolerance=1e3)
    assert learner.different == 16


def test_the_search_ends_at_the_tolerance_or_with_the_budget():
    assert approximate(wave, small(), budget=20).evaluations == 20
    learner = approximate(wave, small(), budget=200, tolerance=0.05)
    assert learner.evaluations < 100
    assert learner.error_estimate() < 0.05


# -- interruptions


@pytest.mark.parametrize("strategy", [*KINDS, Corner(7.0)], ids=lambda kind: type(kind).__name__)
def test_interrupted_and_resumed_is_the_same_to_the_bit(strategy, tmp_path):
    straight, stopped = small(strategy=strategy), small(strategy=strategy)
    for round in range(4):
        stopped_points, straight_points = stopped.ask(8), straight.ask(8)
        assert np.array_equal(stopped_points, straight_points)
        if round == 2:
            assert stopped.error_estimate() == straight.error_estimate()
        stopped.save(tmp_path / "learner.npz")  # between asking and telling
        stopped = active.load(tmp_path / "learner.npz", strategies=[Corner])
        straight.tell(straight_points, wave(straight_points))
        stopped.tell(stopped_points, wave(stopped_points))
        stopped.save(tmp_path / "learner.npz")  # before training
        stopped = active.load(tmp_path / "learner.npz", strategies=[Corner])
    assert np.array_equal(stopped.ask(3), straight.ask(3))
    stopped.save(tmp_path / "learner.npz")  # after training
    stopped = active.load(tmp_path / "learner.npz", strategies=[Corner])
    assert np.array_equal(stopped.ask(2), straight.ask(2))
    x = np.array([[0.3, 0.1]])
    assert stopped.predict(x) == straight.predict(x)
    assert stopped.error_estimate() == straight.error_estimate()
    assert (stopped.model, stopped.strategy, stopped.effort) == (straight.model, straight.strategy, straight.effort)


def test_a_function_that_fails_once_is_asked_the_same_again():
    calls = []

    def fails(x):
        calls.append(x)
        if len(calls) == 2:
            raise OSError("the laboratory is closed")
        return wave(x)

    straight, stopped = approximate(wave, small(), budget=40, batch=8), small()
    with pytest.raises(OSError, match="closed"):
        approximate(fails, stopped, budget=40, batch=8)
    approximate(fails, stopped, budget=40, batch=8)
    assert np.array_equal(stopped.points, straight.points)


def test_strategies_that_cannot_be_written_say_so(tmp_path):
    class Own(active.Strategy):
        def interest(self, learner, unit):
            return unit[:, 0]

    with pytest.raises(SettingError, match="Own must be a frozen dataclass"):
        small(strategy=Own()).save(tmp_path / "learner.npz")


def test_files_that_are_no_learners(tmp_path):
    learner = small(strategy=Corner())
    learner.tell(points := learner.ask(16), wave(points))
    learner.save(tmp_path / "own.npz")
    with pytest.raises(FileFormatError, match="no 'Corner'; pass its class"):
        active.load(tmp_path / "own.npz")
    TanhNetwork((3,)).network(2, 0.0, np.random.default_rng(0)).save(tmp_path / "net.npz")
    with pytest.raises(FileFormatError, match="holds a minnet network"):
        active.load(tmp_path / "net.npz")
    whole = (tmp_path / "own.npz").read_bytes()
    (tmp_path / "half.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileFormatError, match="truncated"):
        active.load(tmp_path / "half.npz")


def test_learners_that_were_tampered_with(tmp_path):
    learner = small()
    learner.tell(points := learner.ask(16), wave(points))
    learner.predict(points)
    learner.save(path := tmp_path / "learner.npz")
    for damage, match in [
        (lambda header, arrays: header["numbers"].update(seed="x"), "seed='x'"),
        (lambda header, arrays: header["numbers"].update(scale=None), "scale=None"),
        (lambda header, arrays: header["numbers"].update(scale=-0.0), "scale=-0.0"),
        (lambda header, arrays: header["numbers"].update(scale=5e-324), "not in the unit of its header, 5e-324"),
        (lambda header, arrays: header["numbers"].update(best=3), "committee of 3"),
        (lambda header, arrays: header["model"].update(kind=3), "header"),
        (lambda header, arrays: [arrays.pop(name) for name in list(arrays) if "committee" in name], "committee of 0"),
        (lambda header, arrays: arrays.update({"values": np.array(3.0)}), "'values' has no axes"),
        (lambda header, arrays: arrays["committee.thetas"].fill(np.nan), "not finite"),
        (lambda header, arrays: arrays.update(more=np.ones(2)), "unexpected arrays"),
    ]:
        header, arrays = storage.read(path, "active learner")
        damage(header, arrays)
        storage.write(tmp_path / "damaged.npz", "active learner", header, arrays)
        with pytest.raises(FileFormatError, match=match):
            active.load(tmp_path / "damaged.npz")


# -- what cannot be


@pytest.mark.parametrize(
    ("bounds", "error", "match"),
    [
        ([0, 1], ShapeError, "pairs"),
        ([(1, 0)], DataError, "low < high"),
        ([(0, np.inf)], DataError, "finite"),
        ([(-1e308, 1e308)], DataError, "finite"),
        ([], ShapeError, "pairs"),
    ],
)
def test_bounds_that_cannot_be(bounds, error, match):
    with pytest.raises(error, match=match):
        Learner(bounds)


def test_what_cannot_be_told_or_asked():
    learner = small()
    with pytest.raises(DataError, match="tell it some first"):
        learner.predict([[0.5, 0.5]])
    with pytest.raises(ShapeError, match=r"expected \(points, 2\)"):
        learner.tell([[1.0, 2.0, 3.0]], [1.0])
    with pytest.raises(ShapeError, match="one for each point"):
        learner.tell([[0.5, 0.5]], [1.0, 2.0])
    with pytest.raises(DataError, match="outside of the box"):
        learner.tell([[0.5, 30.0]], [1.0])
    with pytest.raises(DataError, match="values"):
        learner.tell([[0.5, 0.5]], [np.nan])
    with pytest.raises(ShapeError, match="like the points"):
        learner.tell([[0.5, 0.5]], [1.0], [1.0])
    with pytest.raises(SettingError, match="ask: n"):
        learner.ask(0)
    assert learner.evaluations == 0


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"model": "tanh"}, "model must be a Model"),
        ({"strategy": active.Disagreement}, "strategy must be a Strategy"),
        ({"initial": 0}, "initial"),
        ({"gap": 0.0}, "gap"),
    ],
)
def test_options_that_cannot_be(options, match):
    with pytest.raises(SettingError, match=match):
        small(**options)


@pytest.mark.parametrize("make", [lambda: KinkNetwork(smooth=0), lambda: TanhNetwork((3, 0)), lambda: Effort(starts=2)])
def test_models_and_efforts_that_cannot_be(make):
    with pytest.raises(SettingError):
        make()


# -- the surface with a kink


def test_the_kinked_ridge_by_hand():
    x = np.array([[0.0, 0.0], [1.0, 0.0], [0.5**0.25, 0.0]])
    assert datasets.kinked_ridge(x) == pytest.approx([1 / 0.6, 1 / 0.6, 10])


def test_points_that_were_rounded_on_the_way_are_those_asked_for():
    learner = active.Learner([(0, 1), (0, 1)], rng=0)
    points = learner.ask(8).round(6)
    learner.tell(points, points.sum(axis=1))
    assert not len(learner.pending)


@pytest.mark.parametrize("exponent", [-1000, 530, 1000])
def test_values_whose_squares_are_out_of_range(exponent):
    """They are finite, and their unit is their own: the error is the same part of it."""
    errors = []
    for unit in (0, exponent):
        learner = Learner([(0, 1)], model=TanhNetwork((4,)), effort=Effort(starts=4, fresh=2), initial=8, rng=0)
        points = learner.ask(8)
        learner.tell(points, np.ldexp(np.sin(3 * points[:, 0]), unit))
        errors.append(np.ldexp(learner.error_estimate(), -unit))
        assert learner.ask(2).shape == (2, 1)
    assert errors[1] == pytest.approx(errors[0])
