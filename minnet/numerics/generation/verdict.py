"""What is wrong with generated series, by its name.

First a test whether they can be told from the reference at all (`fingerprint`). If so, they are likened with what could
have been made of the reference (noise added), with what can be made of themselves (surrogates of surrogates, and the
shuffled when shuffled, stay what they are), and, turned back, with the reference (series backwards, or too fast). The
nearest that cannot be told from them, or hardly, gives the name.
"""

from dataclasses import dataclass

import numpy as np

from minnet.numerics.chaos import aaft, phase_randomised
from minnet.numerics.generation.fingerprint import (
    LEVEL,
    MOST,
    NEGLIGIBLE,
    Columns,
    Difference,
    Fingerprint,
    difference,
    too_few,
)
from minnet.numerics.generation.flow import Scaled
from minnet.numerics.generation.outliers import outliers
from minnet.numerics.generation.prediction import Neighbours
from minnet.numerics.generation.series import Stretches, stretch_length, stretches_of
from minnet.numerics.generation.spoilt import SPEEDS, at_speed, in_random_order, noise_level, noisy, surrogates_of
from minnet.types import Array

SOME = 120  # stretches that are likened
GROSS = 8.0  # times its tolerance: a difference that counts where there are too few stretches for a test
SHARED = {"marginals": 0.5, "spectrum": 1.0, "autocorrelation": 1.0}
"""Times its tolerance: what two sets share differs by less, or cannot be told apart."""
STEPS = ("prediction", "flow", "jumps")
MOST_NOISE = 0.6  # standard deviations; with more, nothing is said to be the right dynamics
RECOVERED = 0.35  # part of the errors that may be left when the speed is put right
WORDS = {
    "marginals": "distributions of values", "spectrum": "spectra", "autocorrelation": "autocorrelations",
    "products": "means and covariances", "prediction": "what follows a state", "distance": "which states there are",
    "flow": "the residual of the flow", "jumps": "the number of large errors",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes
    ----------
    kind : str
        "copies", "collapse", "constant", "some", "noise", "surrogates", "shuffled", "independent", "linear",
        "reversed", "speed", "jumps", "no determinism", or "different".
    sentence : str
    amount : float or None
        Noise in standard deviations; the part of series that are copies, or that only some of are unlike the reference;
        the number of different series (None where they are alike, but not the same) or of constant ones; how many
        times too fast; the part of the steps that are jumps.
    """

    kind: str
    sentence: str
    amount: float | None = None


Named = tuple[float, Finding]  # how unlike, and what


class Judge:
    """Names what is wrong with different series (n, samples, v), in units of the reference."""

    def __init__(
        self, generated: Array, reference: Array, *, memory: int, flow: Scaled | None, seed: int,
        neighbours: Neighbours | None = None,
    ) -> None:  # fmt: skip
        self.whole = neighbours is not None  # not only those that differ from each other
        self.samples = stretch_length(generated, reference, memory)
        self.generated, self.reference, self.memory, self.seed = generated, reference, memory, seed
        self.stretches, self.real = (stretches_of(z, self.samples) for z in (generated, reference))
        self.few = too_few(len(self.stretches.z), len(self.real.z))
        self.neighbours = Neighbours(self.real, memory, seed) if neighbours is None else neighbours
        self.marks = Fingerprint(self.real, self.neighbours, memory, flow)

    def findings(self) -> list[Finding]:
        """What is wrong; nothing if the sets cannot be told apart."""
        found, known = (self.marks.columns(s.some(MOST)) for s in (self.stretches, self.real))
        apart = difference(found, known, seed=self.seed, one_sided=True)
        some = self._some_unlike(found, known)
        if some or self._cannot_tell(apart):
            return some
        level, error = self._noise_level()
        named = self._noise(level, error) + self._own_surrogate(apart) + self._backwards(known)
        if named:
            return [min(named, key=lambda pair: pair[0])[1]]
        return self._speed(apart) or self._jumps(found, known, apart) or [self._different(found, apart, level)]

    def _cannot_tell(self, apart: Difference) -> bool:
        """Whether the difference may be chance. Of few stretches only steps tell, of which there are many in each:
        values and spectra of series that remember for longer than they last differ by themselves."""
        return not apart.rejected or (self.few and max(apart.sizes.get(k, 0.0) for k in STEPS) <= GROSS)

    def _some_unlike(self, found: Columns, known: Columns) -> list[Finding]:
        """Whether less than half of the series are unlike any of the reference, and the others as they should be."""
        unlike, groups = outliers(found, known)
        if not 0 < unlike.sum() < len(unlike) / 2:
            return []
        others = {name: rows[~unlike] for name, rows in found.items()}
        if not self._cannot_tell(difference(others, known, seed=self.seed, one_sided=True)):
            return []
        what = "series" if len(unlike) == len(self.generated) else "stretches"
        where = f" (the first is number {int(unlike.argmax())})" if what == "series" and self.whole else ""
        words = f"{unlike.sum()} of {len(unlike)} {what} are unlike any of the reference{where}, in"
        return [Finding("some", f"{words} {', '.join(WORDS[name] for name in groups)}", float(unlike.mean()))]

    def _columns(self, z: Array) -> Columns:
        return self.marks.columns(stretches_of(self._some(z), self.samples).some(SOME))

    def _some(self, z: Array) -> Array:
        """Whole series, enough for `SOME` stretches."""
        return z[: max(2, -(-SOME * self.samples // z.shape[1]))]

    def _noise_level(self) -> tuple[float, float]:
        """Noise that would make errors as large, and its standard error."""
        real, generated = self.real.some(SOME), self.stretches.some(SOME)

        def errors(z: Array, halves: Array) -> Array:
            return self.marks.errors(Stretches(z, halves))

        return noise_level(lambda z: errors(z, real.halves), errors(generated.z, generated.halves), real.z, self.seed)

    def _noise(self, level: float, error: float) -> list[Named]:
        if not NEGLIGIBLE < level <= MOST_NOISE:
            return []
        real = self.real.some(SOME)
        spoilt = Stretches(noisy(real.z, level, np.random.default_rng(self.seed)), real.halves)
        likeness = difference(self.marks.columns(self.stretches.some(SOME)), self.marks.columns(spoilt), seed=self.seed)
        words = f"right dynamics plus noise of about {100 * level:.2g} % (+- {100 * error:.1g}) of a standard deviation"
        return [(likeness.size, Finding("noise", words, level))] if likeness.alike else []

    def _own_surrogate(self, apart: Difference) -> list[Named]:
        """The first kind of surrogate that series stay like when they are made into it, if they share with the
        reference, or with its surrogates, what that kind keeps."""
        own, rng = self._some(self.generated), np.random.default_rng(self.seed)
        mine = self._columns(own)
        order, phases = in_random_order(own, rng), surrogates_of(own, phase_randomised, rng)
        false = self._columns(surrogates_of(self._some(self.reference), phase_randomised, rng))
        surrogates = difference(mine, false, seed=self.seed)

        def shared(apart: Difference, *groups: str) -> bool:
            return all((apart.groups[k] > LEVEL and not self.few) or apart.sizes[k] <= SHARED[k] for k in groups)

        linear = ("spectrum", "autocorrelation")
        values = shared(apart, "marginals")
        kinds = (
            ("surrogates", phases, shared(apart, *linear) or shared(surrogates, *linear),
             "no determinism: linear noise with the reference's spectra, like phase-randomised surrogates of it"),
            ("shuffled", order, values,
             "no determinism: samples in random order (shuffled), though each is as in the reference"),
            ("surrogates", surrogates_of(own, aaft, rng), values,
             "no determinism: the reference's values in the order of linear noise, like amplitude-adjusted surrogates"),
            ("independent", order, True,
             "no determinism: white noise, samples are independent of each other, and not distributed as the "
             "reference's"),
            ("linear", phases, True,
             "no determinism: linear noise, like phase-randomised surrogates, but with spectra that are not the "
             "reference's"),
        )  # fmt: skip
        for kind, likened, fits, words in kinds:
            if fits:
                likeness = difference(mine, self._columns(likened), seed=self.seed)
                if likeness.alike:
                    return [(likeness.size, Finding(kind, words))]
        return []

    def _backwards(self, known: Columns) -> list[Named]:
        likeness = difference(self._columns(self.generated[:, ::-1]), known, seed=self.seed, one_sided=True)
        return [(likeness.size, Finding("reversed", "time runs backwards"))] if likeness.alike else []

    def _speed(self, apart: Difference) -> list[Finding]:
        """Whether the reference predicts series after their time is stretched."""
        if apart.groups["marginals"] <= LEVEL and apart.sizes["marginals"] > SHARED["marginals"]:
            return []
        own = self._some(self.generated)

        def error(speed: float) -> float:
            changed = at_speed(own, 1 / speed)
            if changed.shape[1] < 2 * self.neighbours.horizon + self.neighbours.embedding.first + 2:
                return np.inf
            halves = np.arange(len(own)) % 2
            return float(np.median(self.neighbours.residuals(Stretches(changed, halves))[..., 0]))

        best = min(SPEEDS, key=error)
        best = min(best * np.linspace(0.85, 1.15, 13), key=error)
        expected = float(np.median(self.neighbours.residuals(self.real.some(SOME))[..., 0]))
        if abs(np.log(best)) < 0.03 or error(best) > max(RECOVERED * error(1.0), 1.5 * expected):
            return []
        return [
            Finding("speed", f"wrong time step: motion is {best:.3g} times as fast as the reference's", float(best))
        ]

    def _jumps(self, found: Columns, known: Columns, apart: Difference) -> list[Finding]:
        """Whether only a part of the steps is wrong, and which."""
        usual = np.mean(found["prediction"][:, 0]) - np.mean(known["prediction"][:, 0])
        part = float(found["jumps"].mean() - known["jumps"].mean())
        if apart.groups["jumps"] > LEVEL or abs(usual) > 0.7 or part > 0.4:
            return []
        own = self.generated[:40]
        if self.marks.flow is not None:
            large, first = self.marks.flow.residuals(own) > self.marks.large, 1
        else:
            large, first = self.neighbours.along(own) > self.marks.large, self.neighbours.embedding.first + 1
        share = large.mean(axis=0)
        places = first + np.flatnonzero(share > max(0.3, 0.5 * share.max()))
        where = ""
        if len(places) > 1 and share.max() > 3 * share.mean() and len(own) > 4:
            gaps = np.diff(places)
            period = int(np.median(gaps))
            where = f", at the same samples in all series, {places[0]}, {places[1]}, ..."
            if np.mean(gaps == period) > 0.8:
                where = f", every {period} samples (a seam before sample {places[0]}, {places[1]}, ...)"
        part = float(large.mean())
        words = f"right dynamics but for jumps at {100 * part:.2g} % of the steps{where}"
        return [Finding("jumps", words, part)]

    def _different(self, found: Columns, apart: Difference, level: float) -> Finding:
        """No name: what differs, and whether states are followed by what follows them at all."""
        rng = np.random.default_rng(self.seed)
        noise = self._columns(surrogates_of(self._some(self.reference), phase_randomised, rng))
        errors = [np.mean(columns["prediction"][:, :2], axis=0) for columns in (found, noise)]
        names = [WORDS[k] for k, p in apart.groups.items() if p <= LEVEL] or ["several small things"]
        words = f"differs from the reference in {', '.join(names)}"
        if (errors[0] >= errors[1] - 0.1).all():
            return Finding("no determinism", f"no determinism: series are no more predictable than surrogates; {words}")
        if level > 0:
            size = f"{100 * level:.2g} %" if np.isfinite(level) else "more than 100 %"
            words += f"; steps are as wrong as noise of {size} of a standard deviation makes them"
        return Finding("different", words, level)
