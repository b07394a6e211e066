"""Jets: their layout, their masks, and what is said about shapes that do not fit."""

import numpy as np
import pytest

import minnet as mn
from minnet.errors import DataError, ShapeError
from minnet.jet import seed, stack, stack_mask, unstack


def test_seed_is_the_identity_and_its_derivatives():
    x = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    stacked = seed(x, 2)
    assert stacked.shape == (5, 3, 2)
    assert stacked[0].tolist() == x.tolist()
    assert stacked[1].tolist() == [[1, 0]] * 3
    assert stacked[2].tolist() == [[0, 1]] * 3
    assert not stacked[3:].any()


@pytest.mark.parametrize("order", [0, 1, 2])
def test_stacking_and_unstacking_are_inverse(order, rng):
    stacked = rng.standard_normal((1 + order * 3, 4, 2))
    jet = unstack(stacked, order)
    assert jet.order == order
    assert np.array_equal(stack(jet, float), stacked)


def test_short_forms_of_one_direction_and_one_output():
    jet = mn.Jet([1, 2, 3], [4, 5, 6], [[7], [8], [9]])
    assert (jet.value.shape, jet.first.shape, jet.second.shape) == ((3, 1), (1, 3, 1), (1, 3, 1))


def test_masks_broadcast_over_samples_and_directions():
    target = mn.Jet(np.zeros((3, 2)), np.zeros((2, 3, 2)), mask=mn.Mask(None, first=np.array([True, False, True])))
    mask = stack_mask(target)
    assert mask[0].all()
    assert mask[1].tolist() == mask[2].tolist() == [[True, True], [False, False], [True, True]]
    assert stack_mask(mn.Jet(np.zeros(3))) is None


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: mn.Jet([1, 2], [1, 2, 3]), ShapeError, r"first has shape .* must be \(directions, 2, 1\)"),
        (lambda: mn.Jet([1, 2], None, [1, 2]), ShapeError, "second derivatives need first ones"),
        (lambda: stack_mask(mn.Jet([1, 2], mask=mn.Mask(None, first=np.ones(2, bool)))), DataError, "first is not"),
        (lambda: stack_mask(mn.Jet([1, 2], [1, 2], mask=mn.Mask(None, [1, 0]))), DataError, "must be boolean"),
        (
            lambda: stack_mask(mn.Jet([1, 2], [1, 2], mask=mn.Mask(None, np.ones(5, bool)))),
            ShapeError,
            "does not fit first",
        ),
    ],
)
def test_what_does_not_fit_is_explained(make, error, words):
    with pytest.raises(error, match=words):
        make()
