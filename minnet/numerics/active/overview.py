"""What a notebook shows of a learner: what it is, what it knows, and how good it takes itself to be."""

from typing import Any

from minnet.notebook import output
from minnet.tables import Table


def html(learner: Any) -> str:
    """A table; nothing is trained for it."""
    bounds = ", ".join(f"[{low:g}, {high:g}]" for low, high in zip(learner.box.low, learner.box.high, strict=True))
    known = learner.evaluations
    values = f"{known}, from {learner.values.min():.4g} to {learner.values.max():.4g}" if known else "none yet"
    new = known - learner.trained_on
    estimate = f"{learner.estimate:.3g} on average, from {learner.trained_on} values" if learner.trained_on else ""
    rows = (
        ("bounds", bounds),
        ("model", repr(learner.model)),
        ("strategy", repr(learner.strategy)),
        ("values known", values),
        ("values asked for, not known yet", str(len(learner.pending))),
        ("estimate of the error", estimate or "none before it has learned"),
        ("values known, not learned yet", str(new)),
    )
    return output(type(learner).__name__, Table(("quantity", "value"), rows).html())
