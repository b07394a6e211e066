"""Settings of the experiment, and what it measures: ten integrals of ln x, and their errors."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minnet.errors import SettingError
from minnet.experiments.integration.neural_integration.published import INTERVALS, PUBLISHED, trained_samples
from minnet.experiments.parts import check_batches, check_settings, setting
from minnet.network import Network
from minnet.types import Array

EVALUATIONS_PER_UNIT = 3  # with fewer, the fit has hardly more samples than weights


@dataclass(frozen=True)
class Config:
    """The document's training, and the widths and samples to try instead."""

    samples: int = setting(1_000_000, "samples of the document's training, test and validation included")
    hidden: int = setting(10_000, "sigmoids of the document's network")
    epochs: int = setting(10, "passes over its data")
    batch_size: int = setting(20, "samples per update")
    widths: tuple[int, ...] = setting((5, 10, 15, 20, 25, 30, 40, 50, 60, 80), "units, in logarithmic scales")
    evaluations: tuple[int, ...] = setting((50, 100, 200, 400, 800), "evaluations of ln x for each of them")

    @classmethod
    def fast(cls) -> "Config":
        """A fiftieth of the samples and of the units, and five widths."""
        return cls(samples=20_000, hidden=200, epochs=5, widths=(10, 20, 30, 40, 50), evaluations=(200, 400))

    def __post_init__(self) -> None:
        check_settings(
            "neural-integration", self, samples=100, hidden=1, epochs=1, batch_size=1, widths=1, evaluations=32
        )
        check_batches("neural-integration", trained_samples(self.samples), batch_size=self.batch_size)
        if max(self.evaluations) < EVALUATIONS_PER_UNIT * min(self.widths):
            raise SettingError(
                f"neural-integration: evaluations must be at least {EVALUATIONS_PER_UNIT} for each unit of the least "
                "width"
            )


@dataclass(frozen=True)
class Result:
    """Ten integrals by several methods, and their errors.

    Attributes
    ----------
    loss, val_loss : array (epochs,)
    net : Network
        The document's, trained.
    exact, simpson : array (10,)
        Integrals: exact, and by Simpson's rule on 100 points.
    as_written, finite, whole : array (10,)
        Integrals of the network: by the document's expressions; by them, but for the overflow; and as they should be.
    seconds : float
        Of training it.
    errors : array (widths, evaluations, 10)
        Of `mn.integrate`; NaN where there are fewer than three evaluations for a unit.
    estimates, times : array (widths, evaluations)
        Its error estimates for the whole [0, 140], and seconds.
    """

    config: Config
    loss: Array
    val_loss: Array
    net: Network
    exact: Array
    simpson: Array
    as_written: Array
    finite: Array
    whole: Array
    seconds: float
    errors: Array
    estimates: Array
    times: Array

    @property
    def drift(self) -> Array:
        """``(1 - L) b_2`` (10,): what the document's slip adds."""
        return (1 - np.diff(INTERVALS)[:, 0]) * float(self.net.layers[-1].b[0])

    def worst(self) -> Array:
        """Largest of the ten errors (widths, evaluations)."""
        return np.abs(self.errors).max(axis=2)

    def metrics(self) -> list[dict[str, Any]]:
        """One record per interval, one per width and number of evaluations, and one of the training."""
        records: list[dict[str, Any]] = [
            {"low": int(low), "high": int(high), "exact": float(self.exact[i])}
            | {
                name: _json_number(getattr(self, name)[i])
                for name in ("simpson", "as_written", "finite", "whole", "drift")
            }
            | {"published": _json_number(PUBLISHED["network"][i])}
            for i, (low, high) in enumerate(INTERVALS)
        ]
        for i, width in enumerate(self.config.widths):
            for j, count in enumerate(self.config.evaluations):
                if np.isnan(self.estimates[i, j]):
                    continue
                errors = {"largest_error": float(self.worst()[i, j]), "error_estimate": float(self.estimates[i, j])}
                records.append({"units": width, "evaluations": count, **errors, "seconds": float(self.times[i, j])})
        last = {"final_loss": float(self.loss[-1]), "final_val_loss": float(self.val_loss[-1])}
        return [*records, {**last, "seconds": self.seconds}]

    def arrays(self) -> dict[str, Array]:
        """Losses, integrals, the network's parameters, and errors."""
        names = ("loss", "val_loss", "exact", "simpson", "as_written", "finite", "whole", "errors", "estimates")
        return {name: getattr(self, name) for name in names} | {"theta": self.net.theta}


def _json_number(value: float) -> float | str:
    """Infinities and NaN by their names: JSON has no numbers for them."""
    return float(value) if np.isfinite(value) else str(float(value))
