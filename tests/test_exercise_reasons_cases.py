"""What a check says of arguments, shapes and calls: which ones are wrong, mixed up, changed, or never reached."""

import numpy as np
import pytest

from minnet.exercises.reasons.mixing import mixed
from tests.test_exercise_reasons import attempt, why


def power(W, u):
    """One step of a power iteration, of all axes but the last as one."""
    M = W.reshape(-1, W.shape[-1])
    new = M.T @ (M @ u)
    return new / np.linalg.norm(new)


def by_reshape(W, u):
    M = W.reshape(W.shape[-1], -1).T
    new = M.T @ (M @ u)
    return new / np.linalg.norm(new)


@pytest.mark.parametrize("shapes", [((4, 3), (2, 5)), ((3, 2, 4), (2, 2, 3)), ((4, 3), (3, 2, 4), (4, 1))])
def test_a_reshape_where_axes_are_to_be_moved(shapes, rng):
    cases = [{"W": rng.normal(size=shape), "u": rng.normal(size=shape[-1])} for shape in shapes]
    said = why(by_reshape, power, cases)
    assert said.startswith("Your result would be right if the entries of W stood in another order: reshape")
    assert "another order" not in why(lambda W, u: np.cos(power(W, u)), power, cases)


def test_every_order_of_the_entries():
    found = [each.array.tolist() for each in mixed(np.array([[1, 2, 3], [4, 5, 6]]))]
    assert found == [[[1, 4, 2], [5, 3, 6]], [[1, 3, 5], [2, 4, 6]]]
    assert [each.swapped for each in mixed(np.arange(4.0).reshape(2, 2))] == [True, True]
    assert len(list(mixed(np.zeros((2, 3, 4))))) == 10


def test_a_square_matrix_that_is_transposed(rng):
    cases = [{"x": rng.normal(size=n), "U": rng.normal(size=(n, n))} for n in (2, 3)]
    said = why(lambda x, U: x @ U.T, lambda x, U: x @ U, cases)
    assert said == "Your result would be right if axes of U were swapped: look at where it is transposed, or is not."


def test_an_index_that_an_order_meets_by_chance_is_no_reason(rng):
    cases = [{"points": rng.normal(size=(n, 2))} for n in (3, 4)]
    said = why(lambda points: points.T.reshape(points.shape).argmax(), lambda points: points.argmax(), cases)
    assert "another order" not in said


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda x: np.max(x, 0), "is the largest number of x along axis 0: np.max(a, 0) goes along axis 0"),
        (lambda x: np.max(x), "is the largest number of all x"),
        (lambda x: np.maximum(x, 0).max(0), "is the largest number of the right one over axis 0"),
        (lambda x: np.maximum(x, 0).min(1), "is the smallest number of the right one over axis 1"),
        (lambda x: np.sum(np.maximum(x, 0), axis=0, keepdims=True), "is the sum of the right one over axis 0"),
    ],
)
def test_a_reduction_where_each_number_is_due(wrong, words, rng):
    cases = [{"x": rng.normal(size=size)} for size in ((4, 3), (5, 2), (3, 3))]
    assert words in why(wrong, lambda x: np.maximum(x, 0), cases)


def test_smallest_and_sum_of_an_argument(rng):
    cases = [{"x": rng.normal(size=size)} for size in ((4, 3), (5, 2))]
    assert "np.minimum(a, 0)" in why(lambda x: np.min(x, 0), lambda x: np.minimum(x, 0), cases)
    assert "np.sum(a, 1) goes along axis 1" in why(lambda x: np.sum(x, 1), lambda x: x + 1, cases)


def slopes(f, theta):
    result = np.empty(theta.shape)
    for k in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[k], down[k] = up[k] + 1e-3, down[k] - 1e-3
        result[k] = (f(up) - f(down)) / 2e-3
    return result


def of_a_copy(f, theta):
    flat, result = theta.flatten(), np.empty(theta.size)
    for k in range(theta.size):
        flat[k] += 1e-3
        up = f(theta)
        flat[k] -= 2e-3
        result[k] = (up - f(theta)) / 2e-3
        flat[k] += 1e-3
    return result.reshape(theta.shape)


def test_a_function_that_never_sees_what_is_moved(rng):
    cases = [{"f": lambda x: float((x**3).sum()), "theta": rng.normal(size=size)} for size in (3, (2, 2))]
    assert why(of_a_copy, slopes, cases).startswith("Every call of f gets the same numbers. Perhaps a copy is changed")
    said = why(lambda f, theta: np.zeros(theta.shape), slopes, cases)  # does not call it
    assert said.startswith("Your result is 0 everywhere")
    assert "wrong sign" in why(lambda f, theta: -slopes(f, theta), slopes, cases)


def test_shapes_come_before_places(rng):
    def windows(x, stride=1):
        return np.cos(x[:, : 2 + stride])

    cases = [{"x": rng.normal(size=(2, 9))} | ({"stride": k} if k > 1 else {}) for k in (1, 1, 2, 3)]
    assert why(lambda x, stride=1: windows(x, 2 * stride - 1), windows, cases) == (
        "Your result has the shape (2, 5) where (2, 4) is due: 5 in place of 4 along axis 1. "
        "Your result is right where stride is 1, and wrong in all other cases."
    )
    assert why(lambda x: (np.sin(x), 1), lambda x: (x, 1, 2), cases[:2]) == "2 results are returned where 3 are due."
    assert why(lambda x: np.sin(x), lambda x: (x, 1), cases[:2]) == "1 result is returned where 2 are due."
    said = why(lambda x: (np.sin(x[:1]), 2 * x), lambda x: (x, x), cases[:2])
    assert "Your second result is twice the right one. Your first result is wrong too." in said
    said = why(lambda x: (np.ones((3, 2)) * x.std(), x), lambda x: (x, x), cases[:2])
    assert said.startswith("Your first result has the shape (3, 2) where (2, 9) is due: 3 in place of 2 along axis 0;")


def test_the_arguments_of_wrong_cases():
    def right(x, steps=2, rate=0.5, start=()):
        return np.sin(x + steps) * rate + len(start)

    def where(holds):
        return lambda x, **settings: np.cos(np.exp(right(x, **settings))) if holds(settings) else right(x, **settings)

    def said(holds, *settings, abouts=None):
        lengths, rng = (2, 4, 3, 5, 6, 2), np.random.default_rng(0)
        abouts = abouts or [""] * len(settings)
        cases = [({"x": rng.normal(size=n)} | s, a) for n, s, a in zip(lengths, settings, abouts, strict=False)]
        return why(where(holds), right, cases)

    no_step = {"steps": 0}, {}, {"steps": 3}
    assert said(lambda s: s.get("steps") == 0, *no_step) == (
        "Your result is wrong where steps is 0, and right in all other cases."
    )
    assert said(lambda s: s.get("steps") == 0, *no_step, abouts=["no step", "", ""]) == (
        "Other cases are right; this one is about no step: here steps is 0."
    )
    assert "is wrong where steps is 3, and right" in said(
        lambda s: s.get("steps") == 3, {"steps": 3}, {"steps": 3}, {"steps": 4}, {"steps": 5}
    )
    assert "steps" not in said(lambda s: s.get("steps") == 3, {"steps": 3}, {"steps": 4}, {"steps": 5})
    assert "is right where steps is 0, and wrong" in said(
        lambda s: s["steps"] != 0, {"steps": 3}, {"steps": 0}, {"steps": 2}, {"steps": 0}
    )
    assert "is wrong where start is empty" in said(
        lambda s: not s["start"], {"start": []}, {"start": [1, 2]}, {"start": []}, {"start": [3]}
    )
    several = {"steps": 3, "rate": 0.7, "start": [1]}  # which of them it is cannot be known
    assert said(lambda s: "rate" in s, several, several, {}, {}) == ""


def test_one_number_of_one_case_is_no_factor(rng):
    cases = [{"x": rng.normal(size=n), "steps": n} for n in (3, 0, 4)]
    cases[1]["x"] = rng.normal(size=4)
    said = why(lambda x, steps: x * (0.827947 if steps == 0 else 1), lambda x, steps: 1 * x, cases)
    assert said == "Your result is wrong where steps is 0, and right in all other cases."
    said = why(lambda x, steps: x + (0.827947 if steps == 0 else 0), lambda x, steps: 1 * x, cases)
    assert "0.827947" not in said


def test_numbers_of_axes_beside_an_exception(rng):
    cases = [{"x": rng.normal(size=size)} for size in (3, 4, (2, 2), (3, 2))]
    said = why(lambda x: np.array([0.0 if v < 0 else v for v in x]), lambda x: np.maximum(x, 0), cases)
    assert said.startswith("An array stands where True or False is due")
    assert said.endswith("Your result is right where x has one axis, and wrong in all other cases.")


def series(start, steps, step=np.sin):
    states = [start]
    for _ in range(steps - 1):
        states.append(step(2 * states[-1]))
    return np.array(states)


def test_a_series_that_begins_right(rng):
    cases = [{"start": rng.uniform(0.2, 0.9), "steps": n} for n in (3, 5, 4)]
    assert why(lambda start, steps: series(start, steps, np.cos), series, cases) == (
        "Your result is right in its first entry only: perhaps what goes from one to the next is wrong."
    )
    same_length = [case | {"steps": 4} for case in cases]
    assert why(lambda start, steps: series(start, steps, np.cos), series, same_length) == ""
    same_start = [case | {"start": 0.3} for case in cases]
    said = why(lambda start, steps: series(start, steps, np.cos), series, same_start)
    assert said.startswith("Your result is right in its first entry only, where 0.3 is due in every case: either")
    two = why(lambda start, steps: np.r_[series(start, 2), np.cos(series(start, steps)[2:])], series, cases)
    assert "first entry only" not in two


def test_all_arguments_that_are_changed_are_named_and_no_other():
    def wrong(y, z, t):
        y -= t
        z.sort()
        return float(np.mean(y**2) + z[0])

    cases = [{"y": np.array([3.0, 1, k]), "z": np.array([2.0, k]), "t": np.full(3, 0.5)} for k in (0.5, 4)]
    tried = attempt(wrong, lambda y, z, t: float(np.mean((y - t) ** 2) + z.min()), cases)
    assert all(trial.fault.startswith("y") for trial in tried.wrong)
    assert tried.wrong[0].fault.startswith(
        "y and z are changed by the call: +=, -=, = on entries, .sort() and the like"
    )
    assert tried.wrong[1].fault.startswith("y is changed by the call")
