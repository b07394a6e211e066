"""The file of a learner: everything that its future depends on."""

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any, TypeVar

import numpy as np

from minnet import storage
from minnet.errors import FileFormatError, SettingError, is_number, is_whole, nearest
from minnet.numerics.active.committee import Committee, Effort
from minnet.numerics.active.models import MODELS, Model
from minnet.numerics.active.strategies import STRATEGIES, Strategy
from minnet.types import Array

KIND = "active learner"
ARRAYS = ("unit_points", "values", "surprise", "gradients", "gradient_known", "pending")
COUNTS = ("seed", "drawn", "best", "trained_on")
NUMBERS = (*COUNTS, "shift", "scale", "estimate")
MOST_UNITS = 100_000  # of a layer, where no network is there yet
COMMITTEES = ("committee", "former")

Learner = TypeVar("Learner")


def write(learner: Any, path: str | os.PathLike[str]) -> None:
    """Write a learner."""
    header = {
        "bounds": np.column_stack([learner.box.low, learner.box.high]),
        "model": _described(learner.model),
        "strategy": _described(learner.strategy),
        "effort": asdict(learner.effort),
        "initial": learner.initial,
        "gap": learner.gap,
        "numbers": {name: getattr(learner, name) for name in NUMBERS},
    }
    arrays = {name: getattr(learner, name) for name in ARRAYS}
    for name in COMMITTEES:
        committee = getattr(learner, name)
        if committee is not None:
            arrays |= {f"{name}.thetas": committee.thetas, f"{name}.costs": committee.costs}
    storage.write(path, KIND, header, arrays)


def read(
    path: str | os.PathLike[str],
    create: Callable[..., Learner],
    models: Sequence[type[Model]],
    strategies: Sequence[type[Strategy]],
) -> Learner:
    """Create a learner from what `write` wrote; models and strategies are those that are not built in."""
    header, arrays = storage.read(path, KIND)
    try:
        learner: Any = create(
            header["bounds"],
            model=_rebuilt(header["model"], MODELS | {kind.__name__: kind for kind in models}, path),
            strategy=_rebuilt(header["strategy"], STRATEGIES | {kind.__name__: kind for kind in strategies}, path),
            effort=Effort(**header["effort"]),
            initial=header["initial"],
            gap=header["gap"],
            rng=0,
        )
        for name in NUMBERS:
            number = header["numbers"][name]
            whole = name not in COUNTS or (is_whole(number) and number >= 0)
            if not is_number(number) or not whole or (name == "scale" and number <= 0):
                raise FileFormatError(f"{path}: {name}={number!r} cannot be in a learner")
            setattr(learner, name, number)
    except FileFormatError:
        raise
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError) as error:
        raise FileFormatError(f"{path}: the header does not describe a learner: {error}") from None
    for name, array in arrays.items():
        if not (array.ndim and array.dtype.kind in "fb" and np.isfinite(array).all()):
            raise FileFormatError(f"{path}: the array {name!r} has no axes, or numbers that are not finite")
    n, d = len(arrays.get("values", ())), learner.box.dimension
    shapes = {"unit_points": (n, d), "values": (n,), "surprise": (n,), "gradients": (n, d), "gradient_known": (n,)}
    shapes["pending"] = (len(arrays.get("pending", ())), d)
    for name in ARRAYS:
        dtype = bool if name == "gradient_known" else float
        setattr(learner, name, storage.take(arrays, name, shapes[name], dtype, path))
    with np.errstate(over="ignore"):
        if not np.isfinite(np.append(learner.values, learner.shift) / learner.scale).all():
            raise FileFormatError(f"{path}: its values are not in the unit of its header, {learner.scale!r}")
    if learner.drawn > n + len(learner.pending):
        raise FileFormatError(f"{path}: {learner.drawn} points were drawn, and {n} are known")
    for name in COMMITTEES:
        _check_units(header["model"]["settings"], arrays.get(f"{name}.thetas"), path)
    p = learner.model.network(d, learner.model.epsilons[0], np.random.default_rng(0)).n_parameters
    for name in COMMITTEES:
        if f"{name}.thetas" in arrays:
            m = len(arrays[f"{name}.thetas"])
            thetas = storage.take(arrays, f"{name}.thetas", (m, p), float, path)
            costs = storage.take(arrays, f"{name}.costs", (m,), float, path)
            setattr(learner, name, Committee(learner.model, thetas, costs))
    storage.finish(arrays, path)
    members = 0 if learner.committee is None else len(learner.committee.thetas)
    if learner.best >= max(members, 1) or learner.trained_on > (n if members else 0):
        raise FileFormatError(f"{path}: the committee of {members} does not fit the header")
    return learner


def _check_units(settings: dict[str, Any], thetas: Array | None, path: object) -> None:
    """Raise if a layer has more units than the networks have parameters, before one is made that fills the memory."""
    units = [unit for value in settings.values() if isinstance(value, list) for unit in value if is_whole(unit)]
    if max(units, default=0) > (MOST_UNITS if thetas is None else thetas[:1].size):
        raise FileFormatError(f"{path}: its networks are not as large as its header says")


def _described(part: Any) -> dict[str, Any]:
    if not is_dataclass(type(part)):
        raise SettingError(f"save: {type(part).__name__} must be a frozen dataclass; its fields are what is written")
    return {"kind": type(part).__name__, "settings": asdict(part)}


def _rebuilt(description: dict[str, Any], kinds: dict[str, Any], path: object) -> Any:
    kind = description["kind"]
    if kind not in kinds:
        raise FileFormatError(f"{path}: there is no {kind!r}; pass its class to load. {nearest(kind, kinds)}")
    settings = {name: tuple(v) if isinstance(v, list) else v for name, v in description["settings"].items()}
    return kinds[kind](**settings)
