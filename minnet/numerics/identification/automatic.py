"""The method where none is named: what suits the samples."""

from dataclasses import dataclass
from typing import ClassVar

from minnet.errors import DataError
from minnet.numerics.identification.fitting import Fit
from minnet.numerics.identification.flow_matching import CLEAN, FlowMatching
from minnet.numerics.identification.problem import Problem
from minnet.numerics.identification.shooting import MultipleShooting

HOPELESS = 0.5  # residuals, in standard deviations of the variables, that are no noise


@dataclass(frozen=True)
class Automatic:
    """`FlowMatching`, and where it leaves more than rounding, `MultipleShooting`, which noise of samples does not bias.

    Where multiple shooting cannot be done, because times are not even or stretches of samples too short, the result is
    that of flow matching, whose verdict says how far noise has moved it; and where noise acts on the system and not on
    its samples, which biases multiple shooting.
    """

    name: ClassVar[str] = "flow matching or multiple shooting"

    def fit(self, problem: Problem) -> Fit:
        matched = FlowMatching().fit(problem)
        if not CLEAN < matched.sigma < HOPELESS:
            return matched
        try:
            shot = MultipleShooting().fit(problem)
        except DataError:
            return matched
        return matched if shot.misplaced_noise else shot
