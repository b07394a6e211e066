"""Six optimizers on two circles: as published, and compared fairly.

"Optimisation convexe : Adam" (003, 2023) trains (4,4,4), (8,8,8) and (16,16,16) networks of sigmoids on circles, with
three learning rates and three numbers of points, 3 000 steps each, by gradient descent, momentum, RMSProp and Adam, in
22 minutes 55 seconds; it derives AdaGrad and averaged SGD, and leaves them out.

*As published*, its runs are replayed to rounding, from its own random numbers. Its table of final losses (0.57 to 17)
is no table of log losses: its function is called with labels and outputs in each other's places, and then gives 34.5
times the mean distance between them (17.3 for a network that says 1/2). So read, at 10 000 points, the replay gives its
numbers again. Its verdicts are of runs that do not begin alike: its Adam starts from weights a hundredth the size of
the others'. Here every optimizer is run from both starts.

*Fairly*, each gets the same initial networks over several seeds, and the same learning rates to choose from.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from minnet import datasets, study
from minnet.activations import Sigmoid
from minnet.errors import DivergenceError, check_range
from minnet.experiments.parts import Drawing, Table, make_runs, seed_of, setting
from minnet.experiments.replay import OPTIMIZERS, THRESHOLDS, replay
from minnet.layers import Dense, Layer
from minnet.losses import BinaryCrossEntropy
from minnet.network import Network
from minnet.training import fit
from minnet.types import Array

# Final "losses" of (16,16,16), by learning rate.
PUBLISHED: dict[str, Any] = {
    "table": {
        0.1: {"gradient descent": 0.57, "momentum": 0.58, "RMSProp": 0.001, "Adam": 13},
        0.01: {"gradient descent": 16, "momentum": 16, "RMSProp": 0.005, "Adam": 0.01},
        0.001: {"gradient descent": 17, "momentum": 17, "RMSProp": 0.008, "Adam": 2.6},
    },
    "seconds": 22 * 60 + 55,
}
# Its single runs: learning rate and steps.
SINGLE = {
    "gradient descent": (0.1, 3000),
    "Adam": (0.01, 1500),
    "momentum": (0.1, 2000),
    "RMSProp": (0.001, 1500),
    "AdaGrad": (0.1, 3000),
}
PLANE = 60  # points along each side of a classified plane
TARGET = 0.05  # a log loss that every optimizer can reach


@dataclass(frozen=True)
class Config:
    """The published grid, and the fair one."""

    steps: int = setting(3000, "updates of every run, each on all points")
    learning_rates: tuple[float, ...] = setting((0.1, 0.01, 0.001), "published learning rates")
    points: tuple[int, ...] = setting((100, 1_000, 10_000), "published numbers of points")
    widths: tuple[int, ...] = setting((4, 8, 16), "units of each of the three hidden layers")
    fair_points: int = setting(500, "points of the fair comparison")
    fair_rates: tuple[float, ...] = setting(
        (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
        "learning rates that every optimizer may choose from",
    )
    seeds: int = setting(10, "initialisations of the fair comparison")

    @classmethod
    def fast(cls) -> "Config":
        """Few steps, one width, two seeds."""
        return cls(300, points=(100,), widths=(4,), fair_points=100, fair_rates=(0.01, 0.1, 1.0), seeds=2)

    def __post_init__(self) -> None:
        for name, least in (("steps", 2), ("seeds", 1), ("fair_points", 10)):
            at_least = (lambda n, least=least: n >= least), f"at least {least}"
            check_range("optimizer-study", **{name: (getattr(self, name), *at_least)})
        for rate in (*self.learning_rates, *self.fair_rates):
            check_range("optimizer-study", learning_rates=(rate, lambda r: r > 0, "positive"))


@dataclass(frozen=True)
class Result:
    """Runs as published, from the other start, single ones with their classified planes, and fair ones."""

    config: Config
    published: list[study.Row]
    other_start: list[study.Row]
    single: dict[str, study.Row]
    fair: list[study.Row]

    def final(self, width: int, n: int) -> dict[float, dict[str, study.Row]]:
        """The published runs of a width and a number of points, by learning rate and optimizer."""
        found: dict[float, dict[str, study.Row]] = {}
        for row in self.published:
            if row.settings["hidden"] == 3 * [width] and row.settings["n"] == n:
                found.setdefault(row.settings["learning_rate"], {})[row.settings["optimizer"]] = row
        return found

    def starts(self) -> dict[tuple[str, bool], tuple[int, int]]:
        """By optimizer and start (small or not): how many of how many settings end with an accuracy of 99 %."""
        counts: dict[tuple[str, bool], list[bool]] = {}
        for row in (*self.published, *self.other_start):
            if row.settings["n"] not in self.config.points[:2]:
                continue  # the other start is not tried on the largest number of points
            name = row.settings["optimizer"]
            small = row.settings.get("small", name == "Adam")
            counts.setdefault((name, small), []).append(row.metrics["final_accuracy"] >= 0.99)
        return {key: (sum(reached), len(reached)) for key, reached in counts.items()}

    def ranking(self) -> list[dict[str, Any]]:
        """For each width, the optimizers at their best learning rate, the fastest first.

        The best rate is that with the lowest median number of steps to a loss of `TARGET`, then the lowest median loss.
        """
        records = []
        for width in self.config.widths:
            best = {name: self.best(name, width) for name in OPTIMIZERS}
            order = sorted(best, key=lambda name: _merit(best[name]))
            for name in order:
                made = best[name]
                steps = np.quantile(_steps(made.rows), [0.25, 0.5, 0.75], method="nearest")
                records.append(
                    {
                        "width": width,
                        "optimizer": name,
                        "learning_rate": made.settings["learning_rate"],
                        "steps_to_target": [None if np.isinf(s) else int(s) for s in steps],
                        "final_loss": made.quartiles("final_loss").tolist(),
                        "accuracy": float(made.quartiles("accuracy")[1]),
                        "rates_that_reach": self._reaching(name, width),
                        "diverged": self._diverged(name, width),
                    }
                )
        return records

    def groups(self, name: str, width: int) -> list[study.Group]:
        """The fair runs of an optimizer and a width, by learning rate."""
        rows = [r for r in self.fair if r.settings["optimizer"] == name and r.settings["hidden"] == 3 * [width]]
        return study.group(rows, "learning_rate")

    def best(self, name: str, width: int) -> study.Group:
        """At the learning rate that suits an optimizer best."""
        return min(self.groups(name, width), key=_merit)

    def _reaching(self, name: str, width: int) -> int:
        return sum(bool(np.median(_steps(made.rows)) < np.inf) for made in self.groups(name, width))

    def _diverged(self, name: str, width: int) -> float:
        return float(np.mean([row.metrics["diverged"] for made in self.groups(name, width) for row in made.rows]))

    def profiles(self) -> dict[str, Array]:
        """For each optimizer at its best rates: steps to the target over those of the fastest one, for every width
        and seed, infinite where it is not reached (Dolan and More, Mathematical Programming 91, 2002)."""
        steps = {
            name: np.concatenate([_steps(self.best(name, width).rows) for width in self.config.widths])
            for name in OPTIMIZERS
        }
        least = np.min(list(steps.values()), axis=0)
        solved = np.isfinite(least)
        return {name: found[solved] / least[solved] for name, found in steps.items()}

    def metrics(self) -> list[dict[str, Any]]:
        """One record per published run, per optimizer and start, and per optimizer and width of the fair ranking."""
        records: list[dict[str, Any]] = []
        for row in self.published:
            kept = ("final_loss", "final_accuracy", "swapped", "first_below", "seconds")
            records.append(row.settings | {name: row.metrics[name] for name in kept})
        for (name, small), (reached, of) in self.starts().items():
            records.append({"optimizer": name, "small_start": small, "reached_99_percent": reached, "of": of})
        return records + self.ranking()

    def arrays(self) -> dict[str, Array]:
        """Loss and accuracy (runs, steps) of the published runs, in the order of `metrics`."""
        return {name: study.metric(self.published, name) for name in ("loss", "accuracy")}


def _steps(rows: Iterable[study.Row]) -> Array:
    """Updates until the loss is below the target (runs,), in the order of the seeds; infinite where it never is."""
    ordered = sorted(rows, key=lambda row: row.settings["seed"])
    first = study.metric(ordered, "first_below").astype(float)
    return np.where(first < 0, np.inf, first)


def _merit(made: study.Group) -> tuple[float, float]:
    return float(np.quantile(_steps(made.rows), 0.5, method="nearest")), float(made.quartiles("final_loss")[1])


def run(
    config: Config,
    *,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    checkpoints: Path | None = None,
) -> Result:
    """Make every run, side by side on as many processors as there are.

    Parameters
    ----------
    config : Config
    rng : int, numpy.random.Generator or None
        Of the fair comparison; what is published has its own random numbers.
    progress : bool
    checkpoints : Path, optional
        A folder for the runs that are done; what is found there is not done again.
    """
    runs = partial(make_runs, seed=seed_of(rng), checkpoints=checkpoints, progress=progress)
    hidden = [3 * [width] for width in config.widths]
    replay({"optimizer": "Adam", "learning_rate": 0.1, "n": 10, "hidden": [2], "steps": 2}, np.random.default_rng())
    common: dict[str, Any] = {"hidden": hidden, "optimizer": list(OPTIMIZERS), "learning_rate": config.learning_rates}
    published = runs(
        replay, study.grid(n=config.points, steps=config.steps, **common), name="optimizer-study, as published"
    )
    others = [
        study.Point(point.settings | {"small": point.settings["optimizer"] != "Adam"})
        for point in study.grid(n=config.points[:2], steps=config.steps, **common)
    ]
    other_start = runs(replay, others, name="optimizer-study, other start")
    alone = [
        {"optimizer": name, "learning_rate": rate, "steps": min(steps, config.steps), "n": config.points[-1],
         "hidden": hidden[-1], "plane": PLANE}
        for name, (rate, steps) in SINGLE.items()
    ]  # fmt: skip
    single = runs(replay, [study.Point(chosen) for chosen in alone], name="optimizer-study, single runs")
    fair = runs(
        fair_run,
        study.grid(
            hidden=hidden, n=config.fair_points, optimizer=list(OPTIMIZERS), learning_rate=config.fair_rates,
            steps=config.steps, seed=range(config.seeds),
        ),
        name="optimizer-study, fair",
    )  # fmt: skip
    return Result(config, published, other_start, dict(zip(SINGLE, single, strict=True)), fair)


def fair_run(settings: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One run of the fair comparison: circles and network from the seed among the settings, alike for all optimizers.

    Returns the final ``loss`` and ``accuracy`` on new points, ``first_below`` the target (or -1), whether it
    ``diverged``, and ``seconds``. A run that diverged has an infinite loss.
    """
    rng = np.random.default_rng([settings["seed"], settings["hidden"][0]])
    x, labels = datasets.circles(2 * settings["n"], noise=0.1, factor=0.3, rng=rng)
    x, new, labels, new_labels = datasets.split(x, labels, test_size=0.5, rng=rng)
    layers: list[Layer] = []
    width = 2
    for units in settings["hidden"]:
        layers += [Dense(width, units), Sigmoid()]
        width = units
    net = Network([*layers, Dense(width, 1)], rng=rng)
    optimizer = OPTIMIZERS[settings["optimizer"]](settings["learning_rate"])
    try:
        history = fit(net, x, labels, loss=BinaryCrossEntropy(), optimizer=optimizer, epochs=settings["steps"])
    except DivergenceError:
        return {"final_loss": np.inf, "accuracy": 0.5, "first_below": -1, "diverged": True, "seconds": 0.0}
    loss = np.array(history.history["loss"])
    below = loss < TARGET
    return {
        "final_loss": float(loss[-1]),
        "accuracy": float(np.mean((net(new)[:, 0] >= 0) == new_labels)),
        "first_below": int(below.argmax()) if below.any() else -1,
        "diverged": False,
        "seconds": history.seconds,
    }


def table(result: Result) -> Table:
    """The published table beside the replay, both starts, and the fair ranking."""
    rows = []
    width, n = result.config.widths[-1], result.config.points[-1]
    for rate, by_name in result.final(width, n).items():
        for name, row in by_name.items():
            published = PUBLISHED["table"].get(rate, {}).get(name, "-") if (width, n) == (16, 10_000) else "-"
            found = row.metrics
            values = f"{found['swapped']:.3g}", f"{found['final_loss']:.2e}", f"{found['final_accuracy']:.1%}"
            first = " / ".join("never" if step < 0 else str(step) for step in found["first_below"])
            rows.append((f"as published: {name}", f"{rate:g}", str(published), *values, first))
    for (name, small), (reached, of) in result.starts().items():
        start = "weights / 100, biases 0" if small else "normal draws"
        rows.append((f"start: {name}, {start}", "all", "-", "-", "-", f"99 % in {reached} of {of}", "-"))
    for record in result.ranking():
        lower, median, upper = ("never" if s is None else str(s) for s in record["steps_to_target"])
        loss = f"{record['final_loss'][1]:.1e}"
        label = f"fair, width {record['width']}: {record['optimizer']}"
        chosen = f"{record['learning_rate']:g} ({record['rates_that_reach']} of {len(result.config.fair_rates)} reach)"
        rows.append((label, chosen, "-", "-", loss, f"{record['accuracy']:.1%}", f"{median} ({lower} to {upper})"))
    first = f"first step below {' / '.join(f'{t:g}' for t in THRESHOLDS)}; fair: {TARGET:g}"
    headers = ("runs", "learning rate", "loss (published)", "same measure", "log loss", "accuracy", first)
    return Table(headers, tuple(rows))


def figures(result: Result) -> list[Drawing]:
    """Learning curves, classified planes, both starts, sensitivity to the learning rate, and profiles."""
    from minnet.experiments import optimizer_drawings as drawings

    width, n = result.config.widths[-1], result.config.points[-1]
    return [
        Drawing(
            "curves",
            f"Log loss and accuracy at every update, as published: width {width}, {n} points, by learning rate.",
            drawings.curves(result),
        ),
        Drawing(
            "planes", "The document's single runs, and the plane as each has classified it.", drawings.planes(result)
        ),
        Drawing(
            "starts",
            "Is it Adam, or its start? Share of the settings that end with an accuracy of 99 %, from both starts.",
            drawings.starts(result),
        ),
        Drawing(
            "sensitivity",
            f"Fair comparison: final log loss against the learning rate, median and quartiles over "
            f"{result.config.seeds} seeds. Crosses: runs that diverged.",
            drawings.sensitivity(result),
        ),
        Drawing(
            "profiles",
            f"Performance profiles: share of networks and seeds on which an optimizer, at its best learning rate, "
            f"reaches a loss of {TARGET:g} within so many times the steps of the fastest.",
            drawings.profiles(result),
        ),
    ]
