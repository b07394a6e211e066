"""What a comparison of generated series with real ones found, and its table."""

from dataclasses import dataclass, field

import numpy as np

from minnet.numerics.generation.measure import Measure
from minnet.numerics.generation.verdict import Finding
from minnet.types import Array

WIDTH = 100  # characters of a line
MANY = 4  # variables, above which the table has their mean and the worst only


@dataclass(frozen=True)
class Comparison:
    """Generated series against a reference.

    Attributes
    ----------
    measures : dict of str to Measure
        By short names: "ks", "wasserstein", "spectrum", ...; see `compare_series`.
    findings : tuple of Finding
        What is wrong, the most important first; empty if the series cannot be told from the reference.
    certain : bool
        Whether there were stretches enough for a test; without, only gross differences are among the findings.
    notes : tuple of str
        What was left out, and why.
    variables : tuple of str
    generated, reference : arrays (series, sample, variable)
        As they were given; for plots.

    Examples
    --------
    >>> from minnet.dynamics import henon, simulate, states_on_attractor
    >>> from minnet.numerics.generation import Finding, Measure, compare_series
    >>> real = [simulate(henon(), states_on_attractor(henon(), 20, rng=k), dt=1, samples=50) for k in range(2)]
    >>> comparison = compare_series(real[0][:, ::-1], real[1])
    >>> isinstance(comparison, Comparison), isinstance(comparison.measures["ks"], Measure)
    (True, True)
    >>> isinstance(comparison.findings[0], Finding), comparison.findings[0].kind
    (True, 'reversed')
    """

    measures: dict[str, Measure]
    findings: tuple[Finding, ...]
    certain: bool
    notes: tuple[str, ...]
    variables: tuple[str, ...]
    generated: Array = field(repr=False)
    reference: Array = field(repr=False)

    def __getitem__(self, name: str) -> Measure:
        """A measure by its short name."""
        return self.measures[name]

    @property
    def verdict(self) -> str:
        """What is wrong, in words; or that nothing is."""
        sets = f"({len(self.generated)} series against {len(self.reference)})"
        if not self.findings:
            if not self.certain:
                return f"Too few independent stretches to tell; no gross difference from the reference {sets}."
            return f"Indistinguishable from the reference {sets}."
        words = "; ".join(finding.sentence for finding in self.findings)
        if {finding.kind for finding in self.findings} <= {"copies", "collapse"}:
            words += (
                "; otherwise indistinguishable from the reference"
                if self.certain
                else "; the others are too few to tell"
            )
        return f"{words[0].upper()}{words[1:]} {sets}."

    def table(self) -> str:
        """All measures, the verdict and the notes, for a terminal of 100 columns."""
        header = ("", "generated", "+-", "real-real", "surrogates")
        rows = [row for measure in self.measures.values() for row in self._rows(measure)]
        widths = [max(len(row[k]) for row in (header, *rows)) for k in range(len(header))]
        lines = ["  ".join(_cells(row, widths)).rstrip() for row in (header, *rows)]
        lines.insert(1, "-" * sum(widths, 2 * len(widths) - 2))
        return "\n".join(
            [*lines, "", *_wrapped(self.verdict), *(line for note in self.notes for line in _wrapped(note))]
        )

    def _rows(self, measure: Measure) -> list[tuple[str, ...]]:
        columns = [measure.value, measure.error, measure.ceiling, measure.floor]
        if measure.value.ndim == 0:
            return [(measure.name, *("" if c is None else _number(c) for c in columns))]
        if len(measure.value) <= MANY:
            names, chosen = self.variables, [np.array([v]) for v in range(len(measure.value))]
        else:
            away = np.abs(measure.value - measure.ceiling)
            worst = int(np.argmax(np.where(np.isfinite(away), away, -1)))
            names, chosen = ("mean", f"worst, {self.variables[worst]}"), [np.arange(len(away)), np.array([worst])]
        return [
            (f"{measure.name}: {name}", *("" if c is None else _number(np.mean(c[rows])) for c in columns))
            for name, rows in zip(names, chosen, strict=True)
        ]

    def __str__(self) -> str:
        """The table."""
        return self.table()


def _cells(row: tuple[str, ...], widths: list[int]) -> list[str]:
    return [row[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))]


def _number(value: Array) -> str:
    return (
        "" if not np.isfinite(value) else f"{float(value):.3g}" if abs(value) >= 1e-3 or value == 0 else f"{value:.0e}"
    )


def _wrapped(text: str) -> list[str]:
    from textwrap import wrap

    return wrap(text, WIDTH, subsequent_indent="  ")
