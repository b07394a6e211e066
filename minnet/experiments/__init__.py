"""The experiments of the documents, one module each.

A module has a frozen dataclass `Config` (its defaults are the document's numbers, `Config.fast()` is a smoke run of
seconds), ``run(config, *, rng, progress, checkpoints) -> Result``, ``figures(result)``, ``table(result)`` and
`PUBLISHED`, the document's numbers. Its docstring is what `minnet list` and the report say about it.
"""

from importlib import import_module
from types import ModuleType

from minnet.errors import SettingError, nearest

NAMES = (
    "gaussian-fit",
    "gaussian-error",
    "gaussian-timing",
    "gaussian-tuned",
    "gaussian-questions",
    "derivatives",
    "gaussian-depth",
    "oscillator-energy",
    "inverse-gaussian",
    "hermite",
    "optimizer-study",
    "optimizer-rates",
    "optimizer-landscapes",
    "neural-integration",
    "genz-integration",
    "sobolev",
    "sobolev-questions",
    "active-attempts",
    "active-learning",
    "lorenz-identification",
    "lyapunov",
)


def find(name: str) -> ModuleType:
    """The module of an experiment.

    Raises
    ------
    SettingError
        There is no experiment of that name.
    """
    if name not in NAMES:
        raise SettingError(f"there is no experiment {name!r}; {nearest(name, NAMES)}")
    return import_module(f"minnet.experiments.{name.replace('-', '_')}")
