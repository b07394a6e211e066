"""What a check says without a known mistake: what the result is to the right one, where, when and why it is wrong."""

import math
from itertools import cycle
from types import SimpleNamespace

import numpy as np
import pytest

from minnet.exercises import Case, Exercise, Mistakes, examine, find
from minnet.exercises.behaviour import Outcome, call
from minnet.exercises.diagnosis import of_functions, reason
from minnet.exercises.reasons.attempt import Attempt, Trial
from minnet.exercises.reasons.speed import slow, slowness
from minnet.exercises.reasons.twins import known

SIZES = (4, 3), (5, 2), (1, 3), (7, 4)


def attempt(function, reference, cases):
    """A function beside the right one, in cases that are dicts of arguments, or these with what they are about."""
    cases = [each if isinstance(each, tuple) else (each, "") for each in cases]
    cases = [Case("f", arguments, about) for arguments, about in cases]
    return Attempt(function, reference, [Trial(call(function, case), call(reference, case)) for case in cases])


def why(function, reference, cases):
    tried = attempt(function, reference, cases)
    assert tried.wrong
    return reason(tried)


def without_known_mistakes(name, **functions):
    """The failure of an exercise whose mistakes are not known."""
    exercise = Exercise(find(name).folder)
    vars(exercise)["mistakes"] = []
    own = {each: exercise.reference(each) for each in exercise.functions} | functions
    return examine(exercise, of_functions(own)).failure


def matrices(rng, sizes=SIZES):
    return [{"x": 10 * rng.normal(size=size)} for size in sizes]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda y: 2 * y, "Your result is twice the right one."),
        (lambda y: -y, "Your result has the wrong sign."),
        (lambda y: 1.7 * y, "Your result is 1.7 times the right one, everywhere."),
        (lambda y: y + 3, "Your result is the right one plus 3, everywhere."),
        (lambda y: y[::-1, ::-1][:, ::-1], "reverse order along axis 0"),
        (lambda y: np.roll(y, 1, axis=1), "shifted by one along axis 1: an index begins one too early"),
        (lambda y: y.T, "transposed"),
        (lambda y: -2 * y.T, "transposed, and is twice the right one, with the wrong sign"),
        (lambda y: y.T.reshape(y.shape), "read along the wrong axis: reshape does not swap axes"),
        (np.trunc, "cut to whole numbers"),
        (lambda y: np.round(y, 2), "rounded to 2 decimals"),
        (np.abs, "without its sign"),
        (np.square, "is the square of the right one"),
        (lambda y: 1 / y, "upside down"),
        (lambda y: y.ravel(), "their shape is (12,) where (4, 3) is due"),
        (lambda y: y[None], "their shape is (1, 4, 3) where (4, 3) is due"),
        (lambda y: len(y) * y, "times n, n being the number of rows of x: a sum stands where a mean is due"),
        (lambda y: y / y.shape[1], "times 1 / n, n being the number of columns of x: a mean stands where a sum is due"),
        (lambda y: 2 / len(y) * y, "times 2 / n, n being the number of rows of x"),
        (lambda y: y / y.size, "times 1 / (n m), n being the number of rows of x and m the number of columns of x"),
        (lambda y: y.sum(axis=0), "is the sum of the right one over axis 0"),
        (lambda y: y.mean(axis=1), "is the mean of the right one over axis 1"),
        (lambda y: y.cumsum(axis=0), "summed up step by step along axis 0"),
        (lambda y: y[:-1], "without its last part along axis 0"),
        (lambda y: np.sort(y.ravel()).reshape(y.shape), "the right numbers, but in another order"),
        (lambda y: 0 * y, "is 0 everywhere"),
        (lambda y: y.astype(np.float32), "has the seven digits of float32"),
        (lambda y: y[:, 3:3], "is empty: look at what a slice leaves"),
        (lambda y: y + 1e-7 * np.sin(y), "perhaps float32"),
        (lambda y: np.where(np.arange(len(y))[:, None] == len(y) - 1, y + 1, y), "wrong in its last row only"),
        (lambda y: np.where(np.arange(y.shape[1]) > 0, np.cos(y), y), "right in its first column only"),
        (lambda y: np.where(y < 0, 0.3 * y, y), "wrong only where the right one is negative"),
        (lambda y: np.where(y > 9, np.nan, y), "has nan or inf where the right one is finite"),
        (lambda y: np.full(y.shape, 3.25), "is 3.25 at every entry"),
        (lambda y: np.sin(y), ""),
        (lambda y: np.full((2, 2), 0.1), "the same in all cases"),
    ],
)  # fmt: skip
def test_what_any_result_may_be_to_the_right_one(change, sentence, rng):
    def right(x):
        return 1.5 * x

    said = why(lambda x: change(right(x)), right, matrices(rng))
    assert sentence in said
    assert bool(said) == bool(sentence)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda x: x.var(axis=0, ddof=1), "n / (n - 1) times" and "divided by n - 1 where n is due"),
        (lambda x: x.std(axis=0), "is the root of the right one"),
        (lambda x: ((x - x.mean(0)) ** 2).sum(axis=0), "a sum stands where a mean is due"),
        (lambda x: (x - x.mean(0)) ** 2, "is not averaged: its mean over axis 0 is the right one"),
        (lambda x: x.var(axis=0, keepdims=True), "their shape is (1, 3) where (3,) is due"),
        (lambda x: np.broadcast_to(x.var(axis=0), x.shape), "again and again: (4, 3) where (3,) is due"),
    ],
)
def test_variances(wrong, words, rng):
    assert words in why(wrong, lambda x: x.var(axis=0), matrices(rng, [(4, 3), (5, 2), (6, 4)]))


def test_pairs_instead_of_differences(rng):
    cases = [{"y": rng.normal(size=(n, 1)), "t": rng.normal(size=n)} for n in (5, 3)]
    assert "is (n, n)" in why(lambda y, t: y - t, lambda y, t: y[:, 0] - t, cases)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda x, a, rate=0.1: x + rate * a, "plus 2 rate a: perhaps rate a has the wrong sign"),
        (lambda x, a, rate=0.1: x - a, "minus (1 - rate) a"),
        (lambda x, a, rate=0.1: -rate * a, "is the right one minus x"),
        (lambda x, a, rate=0.1: x, "is x, as it was given"),
        (lambda x, a, rate=0.1: (x - rate * a) * rate, "times rate: that factor is one too many"),
        (lambda x, a, rate=0.1: x - 0.1 * a, "does not depend on rate (seen in 3 calls)"),
    ],
)
def test_a_term_or_a_factor_of_the_arguments(wrong, words, rng):
    cases = [{"x": rng.normal(size=n), "a": rng.normal(size=n)} for n in (3, 4)]
    cases.append({"x": rng.normal(size=2), "a": rng.normal(size=2), "rate": 0.63})
    assert words in why(wrong, lambda x, a, rate=0.1: x - rate * a, cases)


def test_numbers_too_few_to_be_sure_of_say_nothing():
    """A 6 where a 2 is due is three times as much, four more, and neither is the reason."""
    assert why(lambda n: 3 * n, lambda n: n, [{"n": 2}]) == ""
    assert why(lambda n: -n, lambda n: n, [{"n": 2}]) == ""
    assert why(lambda n: n - 1, lambda n: n, [{"n": 1}]) == ""
    assert "wrong sign" in why(lambda n: -n, lambda n: n, [{"n": 3}, {"n": 4}, {"n": 5}])


def test_an_argument_that_is_one_number_may_be_any_other_of_its_value(rng):
    cases = [{"x": rng.normal(size=3), "rate": 0.3} for _ in range(2)]
    said = why(lambda x, rate: x + 2 * rate + 0.3, lambda x, rate: x + 2 * rate, cases)
    assert said == "Your result is the right one plus 0.3, everywhere."
    cases.append({"x": rng.normal(size=3), "rate": 0.4})
    assert "plus rate" in why(lambda x, rate: x + 3 * rate, lambda x, rate: x + 2 * rate, cases)


def test_nothing_is_made_of_what_is_true_in_some_cases(rng):
    cases = [({"x": rng.normal(size=3) + k}, f"{k}") for k in range(8)]

    def wrong(holds, change):
        return lambda x: change(x) if holds(x.mean()) else np.sin(x)

    assert "everywhere" not in why(wrong(lambda mean: mean > 3, lambda x: 0 * x), lambda x: np.sin(x), cases)
    assert "as it was given" not in why(wrong(lambda mean: mean > 3, lambda x: 1 * x), lambda x: np.sin(x), cases)


def test_small_and_infinite_results():
    tiny = [{"x": np.array([3.1, 4.7])}]
    assert "is 0 where the right one is small" in why(lambda x: 0 * x, lambda x: 1e-315 * x, tiny)
    large = [{"x": np.array([800.5, 900.2])}, {"x": np.array([750.1])}]
    assert "has nan or inf" in why(lambda x: x + np.inf, lambda x: x, large)


def test_a_warning_is_no_reason_of_a_finite_result(rng):
    def wrong(x):
        return np.where(x < 0, np.exp(1000 - x), np.cos(x))

    assert "overflows" not in why(wrong, lambda x: x, [{"x": 1 + rng.uniform(size=3)} for _ in range(2)])


def test_which_of_several_results():
    def right(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
        return find("adam").reference("adam")(theta, g, m, v, t, rate, beta_1, beta_2, epsilon)

    def said(change):
        return without_known_mistakes("adam", adam=lambda **arguments: change(*right(**arguments))).reason

    assert said(lambda theta, m, v: (theta, -m, v)) == "Your second result has the wrong sign; the others are right."
    assert said(lambda theta, m, v: (theta, 2 * m, 2 * v)) == (
        "Each of your second and third results is twice the right one; the other is right."
    )
    assert said(lambda theta, m, v: (theta, 2 * m, np.cos(v))) == (
        "Your second result is twice the right one. Your third result is wrong too."
    )
    assert said(lambda theta, m, v: (theta, v, m)) == (
        "Your results are right, but in another order: yours are the first, third and second."
    )
    assert said(lambda theta, m, v: (theta, v)) == "What you return is right, but of 3 results the second is missing."
    assert said(lambda theta, m, v: (theta, m, 1, v)) == (
        "What you return is right, but for a result too many: leave out the third."
    )
    alone = without_known_mistakes(
        "ista", soft_threshold=lambda w, by: (w.shape, find("ista").reference("soft_threshold")(w, by))
    )
    assert alone.reason == "What you return is right, but for a result too many: leave out the first."
    assert said(lambda theta, m, v: (theta, m, np.cos(v))) == (
        "Of your 3 results the first and second are right; look at the third."
    )


def test_which_cases():
    def right(x, steps=1):
        return x * (1.0 + np.arange(len(x))) + steps

    def where(holds):
        return lambda x, steps=1: right(x, steps) if holds(x, steps) else np.cos(right(x, steps))

    cases = [{"x": np.arange(1.0, n + 1) / 3, "steps": steps} for n, steps in ((1, 2), (3, 1), (1, 4), (5, 1), (4, 3))]
    assert why(where(lambda x, steps: len(x) == 1), right, cases) == (
        "Your result is right where x has one entry, and wrong in all other cases."
    )
    assert "is right where steps is 1" in why(where(lambda x, steps: steps == 1), right, cases)
    assert "is wrong where steps is 1" in why(where(lambda x, steps: steps > 1), right, cases)
    named = [*cases[:4], (cases[4], "four")]
    assert why(where(lambda x, steps: len(x) != 4), right, named) == "Other cases are right; this one is about four."
    assert "only that about four is right" in why(where(lambda x, steps: len(x) == 4), right, named)


def test_square_shapes(rng):
    cases = [{"A": rng.normal(size=size)} for size in ((3, 3), (2, 4), (2, 2), (3, 5))]
    said = why(lambda A: A @ A.T if A.shape[0] == A.shape[1] else np.cos(A @ A.T), lambda A: A @ A.T, cases)
    assert said == "Your result is right where A is square, and wrong in all other cases."


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda n, rng: np.random.normal(size=n), "not drawn from rng: two calls with equal generators"),  # noqa: NPY002
        (lambda n, rng: np.random.default_rng(0).normal(size=n), "Nothing is drawn from rng"),
        (lambda n, rng: 2 * rng.normal(size=n), "twice the right one"),
        (lambda n, rng: rng.random(2 * n)[n:], "but not as the text says"),
        (lambda n, rng: [rng.normal() + 1 for _ in range(n)], "plus 1, everywhere"),
    ],
)
def test_random_numbers(wrong, words):
    cases = [{"n": n, "rng": np.random.default_rng(n)} for n in (3, 5)]
    assert words in why(wrong, lambda n, rng: rng.normal(size=n), cases)


def test_what_is_kept_from_call_to_call():
    kept, count, room = [], cycle(range(10)), np.zeros(3)

    def listing(x):
        kept.append(x)
        return np.array(kept)

    def in_a_room(x):
        room[...] = 2 * x
        return room

    cases = [{"x": float(k)} for k in range(1, 4)]
    assert "Two calls with the same arguments" in why(listing, lambda x: np.array([x]), cases)
    assert "Two calls with the same arguments" in why(lambda x: next(count), lambda x: x * x, cases)
    assert "the same array or list at every call" in why(lambda x: kept, lambda x: [x], cases)
    assert "the same array or list at every call" in why(in_a_room, lambda x: np.full(3, 2 * x), cases)


def test_right_results_in_one_array():
    same = np.array([1.0, 2.0])
    exercise = SimpleNamespace(
        cases=lambda seed: [Case("f", {"x": k}) for k in (1, 2)],
        reference=lambda name: lambda x: same.copy(),
        mistakes=[],
    )
    report = examine(exercise, of_functions({"f": lambda x: same}))
    assert not report.solved
    assert "the same array or list at every call" in report.failure.reason
    assert examine(exercise, of_functions({"f": lambda x: same.copy()})).solved


def test_a_slow_solution_is_told_and_not_refused(monkeypatch):
    assert slow(0.3, 0.001)
    assert not slow(0.3, 0.1)
    assert not slow(0.001, 0.000001)
    case = Case("f", {})
    tried = Attempt(lambda: 1, lambda: 1, [Trial(Outcome(case, 1, seconds=9.0), Outcome(case, 1, seconds=0.001))])
    assert slowness(tried) == ""  # a second call is quick
    monkeypatch.setattr("minnet.exercises.reasons.attempt.call", lambda function, case: Outcome(case, 1, seconds=8.0))
    assert slowness(tried).startswith("f is right, but takes 8 s")


@pytest.mark.parametrize(
    ("name", "functions", "words"),
    [
        ("sigmoid", {"sigmoid": lambda x: 1 / (1 + np.e ** (-x))}, "too large for a float (power)"),
        ("sigmoid", {"softplus": lambda x: np.log(1 + np.exp(x))}, "exp overflows"),
        ("sigmoid", {"sigmoid": lambda x: np.array([1 / (1 + math.exp(-v)) for v in x.ravel()]).reshape(x.shape)},
         "too large for a float"),
        ("softmax_cross_entropy", {"softmax_cross_entropy": lambda scores, labels: (1 / 0, 0)}, "divided by 0"),
        ("dense_backward", {"dense_backward": lambda x, W, dy: (dy @ W.T, x.T @ x @ dy @ dy, 0)}, "Shapes do not fit"),
        ("dense_backward", {"dense_backward": lambda a, b, c: None}, "keep these parameters"),
        ("ista", {"soft_threshold": lambda w, by: w - by if w > by else w + by}, "np.where"),
    ],
)  # fmt: skip
def test_exceptions_and_warnings(name, functions, words):
    assert words in without_known_mistakes(name, **functions).reason


def test_behaviour_that_results_do_not_show():
    def in_place(x, W, dy):
        result = dy @ W.T, x.T @ dy, dy.sum(axis=0)
        x *= 0
        return result

    def of_x(x, W, dy):
        return np.cos(dy @ np.ones(W.T.shape)), x.T @ dy, dy.sum(axis=0)

    assert "x is changed by the call" in without_known_mistakes("dense_backward", dense_backward=in_place).what
    said = without_known_mistakes("dense_backward", dense_backward=of_x).reason
    assert said == "Your first result does not depend on W (seen in 5 calls); the right one does."
    assert "no function 'dense_backward'" in examine(find("dense_backward"), of_functions({})).failure.what


@pytest.mark.parametrize("change", [list.sort, list.pop, lambda x: x.append(0.5), lambda x: x.__setitem__(0, 0.5)])
def test_a_list_that_is_changed(change):
    def wrong(x):
        result = x[0]
        change(x)
        return result

    said = why(wrong, lambda x: x[0], [{"x": x} for x in ([3.0, 1.0, 2.0], [2.5, 0.7])])
    assert said.startswith("x is changed by the call: append, pop, sort and =")


def test_an_array_in_a_list_that_is_changed():
    def wrong(weights):
        weights[1] += 1
        return float(weights[0].sum())

    cases = [{"weights": [np.arange(2.0), np.full((2, k), 0.5)]} for k in (1, 3)]
    said = why(wrong, lambda weights: float(weights[0].sum()), cases)
    assert said.startswith("weights is changed by the call")
    assert "copy.deepcopy" in said


def test_a_list_of_what_cannot_be_compared_is_not_called_changed():
    cases = [{"functions": [math.sin, math.cos], "x": x} for x in (0.3, 0.4)]
    tried = attempt(lambda functions, x: functions[0](x), lambda functions, x: functions[0](x), cases)
    assert not tried.wrong


def test_a_threshold_that_is_rarely_met_counts_as_an_argument():
    """A whole number that moves by one may leave a discrete result where it is; that is no reason."""
    said = without_known_mistakes("ista", soft_threshold=lambda w, by: np.where(np.abs(w) > by, w, 0)).reason
    assert "does not depend" not in said


def test_what_cannot_be_compared_says_nothing():
    failure = without_known_mistakes("batches", batches=lambda n, size, rng: (k for k in range(n)))
    assert "yours is a generator" in failure.what
    assert "Two calls" not in failure.reason
    assert "yours is an array of complex128" in without_known_mistakes("ista", ista=lambda **_: np.ones(3) * 1j).what


def with_silenced_warnings(x):
    with np.errstate(all="ignore"):
        return np.exp(x) / (1 + np.exp(x))


@pytest.mark.parametrize(
    ("sigmoid", "words"),
    [
        (
            lambda x: 1 / (1 + np.exp(x)),
            "falls from 1 to 0: the exponent has the wrong sign",
        ),  # warns, and the known mistake does not
        (with_silenced_warnings, "exp(x) overflows where x is above 709"),  # does not, and the known mistake does
        (lambda x: 1 / (1 + np.exp(-x)), "exp(-x) overflows where x is below -709"),  # right but for the warning
    ],
)
def test_a_warning_tells_mistakes_apart_where_numbers_do_not(sigmoid, words):
    assert words in examine(find("sigmoid"), of_functions({"sigmoid": sigmoid, "softplus": abs})).failure.reason


class TestTwoMistakesAtOnce:
    mistakes = Mistakes()

    @mistakes("First sum.")
    def f__sum(x, y):
        return x.sum(), y.mean(), -x.min()

    @mistakes("Second sum.")
    def f__other(x, y):
        return x.mean(), y.sum(), -x.min()

    @mistakes("Sign.")
    def f__sign(x, y):
        return -x.mean(), y.mean(), -x.min()

    @staticmethod
    def said(function, rng):
        cases = [{"x": rng.normal(size=n), "y": rng.normal(size=n)} for n in (3, 4)]
        tried = attempt(function, lambda x, y: (x.mean(), y.mean(), -x.min()), cases)
        return known(TestTwoMistakesAtOnce.mistakes.known, tried)

    def test_in_two_results(self, rng):
        told, _ = self.said(lambda x, y: (x.sum(), y.sum(), -x.min()), rng)
        assert told == "Two things at once. First sum. And: Second sum."
        assert self.said(lambda x, y: (-x.mean(), y.sum(), -x.min()), rng)[0].endswith("Second sum. And: Sign.")

    def test_one_of_them_known(self, rng):
        told, _ = self.said(lambda x, y: (2 * x.sum(), y.sum(), -x.min()), rng)
        assert told == "Your second result is as with this mistake: Second sum. Your first result is wrong too."

    def test_not_if_more_is_wrong(self, rng):
        assert self.said(lambda x, y: (x.sum(), y.sum(), x.min()), rng) is None
        assert self.said(lambda x, y: (2 * x.sum(), 2 * y.sum(), -x.min()), rng) is None

    def test_not_if_both_are_wrong_at_the_same_place_alone(self, rng):
        assert self.said(lambda x, y: (-x.sum(), y.mean(), -x.min()), rng) is None

    def test_in_two_cases(self):
        """Early stopping that knows no min_delta, and takes an equal loss for a better one."""

        def both(losses, patience=3, min_delta=0.0):
            best = 0
            for epoch in range(1, len(losses)):
                if losses[epoch] <= losses[best]:
                    best = epoch
                elif epoch - best >= patience:
                    return epoch, best
            return len(losses) - 1, best

        said = examine(find("early_stopping"), of_functions({"early_stopping": both})).failure.reason
        assert said.startswith("Two things at once.")
        assert "A loss that equals the best is no better" in said
        assert "min_delta is never looked at" in said

    def test_in_backpropagation(self):
        right = find("dense_backward").reference("dense_backward")

        def both(x, W, dy):
            dx, dW, db = right(x, W, dy)
            return dx, dW.T, db / len(x)

        said = examine(find("dense_backward"), of_functions({"dense_backward": both})).failure.reason
        assert "Your dW is transposed" in said
        assert "Your db is averaged" in said

    def test_not_of_several_pairs_that_explain_as_much(self, rng):
        again = Mistakes(list(self.mistakes.known))
        again("The second is a sum.")(TestTwoMistakesAtOnce.f__other)
        tried = attempt(
            lambda x, y: (x.sum(), y.sum(), -x.min()),
            lambda x, y: (x.mean(), y.mean(), -x.min()),
            [{"x": rng.normal(size=n), "y": rng.normal(size=n)} for n in (3, 4)],
        )
        assert known(again.known, tried) is None

    def test_not_one_that_is_missed_where_it_would_be(self):
        """One of them is the student's in one case of the four in which it is wrong."""
        mistakes = Mistakes()

        @mistakes("Sign.")
        def f__sign(k):
            return -k - 0.1 if k < 4 else k + 0.1

        @mistakes("Plus one.")
        def f__one(k):
            return k + 1.1 if k > 3 else k + 0.1

        def both(k):
            return f__one(k) if k > 3 else f__sign(k) if k == 3 else 0.3

        cases = [{"k": k} for k in range(6)]
        assert known(mistakes.known, attempt(both, lambda k: k + 0.1, cases)) is None
        assert known(mistakes.known, attempt(both, lambda k: k + 0.1, cases[3:])) is not None

    def test_not_one_that_does_something_else_besides(self):
        mistakes = Mistakes()

        @mistakes("In place.")
        def f__in_place(x):
            x *= 2
            return x.copy()

        @mistakes("Of two.")
        def f__of_two(x):
            return x if len(x) != 2 else 2 * x

        tried = attempt(lambda x: 2 * x, lambda x: x, [{"x": np.arange(k) + 0.5} for k in (2, 3)])
        assert known(mistakes.known, tried) is None
