"""The run: real series, both generators, and the same measures for all."""

from pathlib import Path
from typing import Any, Unpack

import numpy as np

from minnet.experiments.lorenz.lorenz_gan import networks, pictures, training
from minnet.experiments.lorenz.lorenz_gan.data import FLOW, mirrored, real_series, surrogates
from minnet.experiments.lorenz.lorenz_gan.predictor import Predictor
from minnet.experiments.lorenz.lorenz_gan.result import COORDINATES, DT, PLACES, ROW, Config, Result
from minnet.experiments.lorenz.lorenz_gan.training import Units
from minnet.experiments.lorenz.lyapunov.result import RECIPE
from minnet.experiments.parts import RunOptions
from minnet.numerics import chaos, generation
from minnet.training import generate
from minnet.types import Array


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Train, generate, and measure."""
    rng, progress = np.random.default_rng(options.get("rng")), options.get("progress", False)
    data, published, plain, *better = rng.spawn(3 + config.seeds)
    train, reference, other = (
        real_series(count, samples, data)
        for count, samples in (
            (config.series, PLACES),
            (config.tested, config.samples),
            (config.tested, config.samples),
        )
    )
    folder = options.get("checkpoints")
    sets: dict[str, list[Array]] = {
        "pictures": [], "unpenalised": [], "series": [], "shadows": [], "predictor": [],
        "surrogates": [surrogates(reference, data)], "real": [other],
    }  # fmt: skip
    histories = {}
    generated, histories["pictures"] = by_pictures(train, config, published, progress, folder)
    sets["pictures"].append(generated)
    errors: dict[str, list[Any]] = {"unpenalised": [], "series": [], "shadows": []}
    moved = []
    train = train[:, : config.samples]
    units = Units.of(train)
    predictors = [Predictor.learned(units.scaled(train), config.predictor_epochs, stream) for stream in better]
    trainings = [("unpenalised", 0.0, predictors[0], plain)]
    trainings += [("series", config.penalty, *pair) for pair in zip(predictors, better, strict=True)]
    for kind, penalty, predictor, stream in trainings:
        name = f"{kind} {len(sets[kind])}"
        series, histories[name] = along_time(train, units, predictor, penalty, config, stream, name, progress, folder)
        sets[kind].append(series)
        errors[kind].append(residuals(series, units, predictor))
        if kind == "unpenalised":
            continue
        shadows = shadowed(series, units, predictor)
        sets["shadows"].append(shadows)
        errors["shadows"].append(residuals(shadows, units, predictor))
        moved.append(float(np.sqrt(np.mean(((shadows - series) / units.std) ** 2))))
        sets["predictor"].append(iterated(train[: config.tested, 0], config.samples, units, predictor))
    comparisons = {
        kind: [compare(values, reference, train, kind == "pictures", stream, progress) for values in many]
        for (kind, many), stream in zip(sets.items(), data.spawn(len(sets)), strict=True)
    }
    exponents = {kind: recipe_exponents(many[0]) for kind, many in sets.items()}
    return Result(
        config, comparisons, exponents, {kind: np.array(values) for kind, values in errors.items()}, np.array(moved),
        histories,
    )  # fmt: skip


def by_pictures(
    train: Array, config: Config, rng: np.random.Generator, progress: bool, folder: Path | None
) -> tuple[Array, Array]:
    """Series generated in the published way, and losses (epochs, 2)."""
    low, high = train.min(axis=(0, 1)), train.max(axis=(0, 1))
    centre, half = (high + low) / 2, (high - low) / 2
    (drawing,) = rng.spawn(1)  # of its own: training may go on from a checkpoint, where the other one is elsewhere
    game, history = training.train_pictures(
        ((train - centre) / half).astype("float32"), config.picture_steps, config.channels, rng,
        progress="pictures" if progress else False, checkpoint=folder and folder / "pictures.npz",
    )  # fmt: skip
    generated = pictures.to_series(game.generate(config.tested, rng=drawing).astype(float))
    return (generated * half + centre)[:, : config.samples], history


def along_time(
    train: Array, units: Units, predictor: Predictor, penalty: float, config: Config, rng: np.random.Generator,
    name: str, progress: bool, folder: Path | None,
) -> tuple[Array, Array]:  # fmt: skip
    """Series of the better generator, half of them mirrored as those are that it learned from; losses (epochs, 2)."""
    (drawing,) = rng.spawn(1)
    game, history = training.train_series(
        units.scaled(train), units, predictor, penalty, config.steps, config.wide, rng,
        progress=name if progress else False, checkpoint=folder and folder / f"{name.replace(' ', '_')}.npz",
    )  # fmt: skip
    places = -(-config.samples // networks.STRETCH)
    shape = places, networks.NOISE
    generated = generate(game.generator, config.tested, rng=drawing, latent_shape=shape, batch_size=50)
    return mirrored(units.physical(generated[:, : config.samples]), drawing), history


def shadowed(series: Array, units: Units, predictor: Predictor) -> Array:
    """Trajectories of the predictor near generated series."""
    scaled = generation.shadow((series - units.mean) / units.std, predictor.with_slope)
    return units.physical(scaled)


def iterated(states: Array, samples: int, units: Units, predictor: Predictor) -> Array:
    """Series (n, samples, 3) that the predictor makes from states (n, 3)."""
    x = [units.scaled(states)]
    for _ in range(samples - 1):
        x.append(predictor(x[-1]))
    return units.physical(np.stack(x, axis=1))


def residuals(series: Array, units: Units, predictor: Predictor) -> tuple[float, float]:
    """Median residuals of the true flow and of the predictor, in standard deviations."""
    before, after = series[:, :-1].reshape(-1, 3), series[:, 1:].reshape(-1, 3)
    by_flow = (after - FLOW(before)) / units.std
    by_predictor = units.scaled(after) - predictor(units.scaled(before))
    lengths = [np.linalg.norm(errors, axis=1) for errors in (by_flow, by_predictor)]
    return float(np.median(lengths[0])), float(np.median(lengths[1]))


def compare(
    series: Array, reference: Array, train: Array, rows: bool, rng: np.random.Generator, progress: bool
) -> generation.Comparison:
    """All measures; of pictures, with the seams between their rows."""
    return generation.compare_series(
        series, reference, FLOW, train, dt=DT, seam=ROW if rows else networks.STRETCH, variables=COORDINATES, rng=rng,
        progress=progress,
    )  # fmt: skip


def recipe_exponents(series: Array) -> Array:
    """Eckmann's exponents by the slides' recipe (see `lyapunov`), means over at most twenty series."""
    recipe = {name: RECIPE[name] for name in ("dt", "dimension", "matrix_dimension")}
    return np.array([chaos.largest_exponents(x, stride=1, **recipe).mean() for x in np.moveaxis(series[:20], 2, 0)])
