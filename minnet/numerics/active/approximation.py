"""The loop around a learner, for a function of Python."""

from collections.abc import Callable
from typing import Any

from minnet.errors import SettingError, check_range, is_whole
from minnet.names import explained
from minnet.numerics.active.learner import Learner
from minnet.types import Array


@explained("approximate(function, learner, budget=...)")
def approximate(
    function: Callable[[Array], Any], learner: Learner, *, budget: int, batch: int = 12, tolerance: float = 0.0
) -> Learner:
    """Evaluate a function where the learner asks for it, until the error is small enough or the budget is spent.

    Parameters
    ----------
    function : callable
        points (n, d) -> values (n,).
    learner : Learner
        It may have values already; they count. Points that are pending come first: after a failure of the
        function, the same call goes on.
    budget : int
        Most evaluations.
    batch : int
        Points to ask for at once, after the first `learner.initial`.
    tolerance : float
        Stop when `learner.error_estimate()` is below.

    Returns
    -------
    Learner
        The same one.
    """
    if not isinstance(learner, Learner):
        raise SettingError(f"approximate: learner must be a Learner, not {learner!r}")
    check_range(
        "approximate",
        budget=(budget, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"),
        batch=(batch, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"),
        tolerance=(tolerance, lambda e: e >= 0, ">= 0"),
    )
    while learner.evaluations < budget:
        missing = learner.initial - learner.different
        if missing <= 0 and learner.error_estimate() < tolerance:
            break
        size = missing if missing > 0 else batch
        size = min(size, budget - learner.evaluations)
        pending = learner.box.from_unit(learner.pending[:size])
        points = pending if len(pending) else learner.ask(size)
        learner.tell(points, function(points))
    return learner
