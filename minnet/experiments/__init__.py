"""The experiments of the documents: a folder for each document, and in it a module for each experiment.

A module is one file (``gaussian/gaussian_depth.py``) or, where that would be long, a package: `result.py` has settings,
constants and the result, `runs.py` or files named for what they measure make it, `figures.py` has table and figures,
and `__init__.py` says what was found. What several experiments of a document use stands beside them in its folder
(``gaussian/fits.py``); what all use, in `parts.py`; `runner.py` runs one into a folder of results.

A module has a frozen dataclass `Config` (its defaults are the document's numbers, `Config.fast()` is a smoke run of
seconds), ``run(config, *, rng, progress, checkpoints) -> Result``, ``figures(result)``, ``table(result)`` and
`PUBLISHED`, the document's numbers. Where there are some, ``beside(result)`` gives those that a reader of the document
looks for first, with the run's (`parts.Beside`). Its docstring is what `minnet list` and the report say about it.
"""

from importlib import import_module
from types import ModuleType

from minnet.errors import SettingError, nearest

DOCUMENTS = {
    "gaussian": (
        "gaussian-fit", "gaussian-error", "gaussian-timing", "gaussian-tuned", "gaussian-questions", "derivatives",
        "gaussian-depth", "oscillator-energy", "inverse-gaussian", "hermite",
    ),
    "adam": ("optimizer-study", "optimizer-rates", "optimizer-landscapes"),
    "integration": ("neural-integration", "genz-integration"),
    "gradients": ("sobolev", "sobolev-questions", "active-attempts", "active-learning"),
    "lorenz": ("lorenz-identification", "lyapunov", "lorenz-forecast", "lorenz-gan", "gan-aids"),
}  # fmt: skip
"""The folder of each document, and its experiments in the order of the document."""

NAMES = tuple(name for names in DOCUMENTS.values() for name in names)

TIMED = (
    "gaussian-fit", "gaussian-error", "gaussian-timing", "gaussian-tuned", "gaussian-questions", "derivatives",
    "gaussian-depth", "oscillator-energy", "inverse-gaussian", "optimizer-study", "neural-integration",
    "genz-integration", "sobolev",
)  # fmt: skip
"""Experiments whose results contain times: what runs beside them would change these."""


def find(name: str) -> ModuleType:
    """The module of an experiment.

    Raises
    ------
    SettingError
        There is no experiment of that name.
    """
    if name not in NAMES:
        raise SettingError(f"there is no experiment {name!r}; {nearest(name, NAMES)}")
    folder = next(folder for folder, names in DOCUMENTS.items() if name in names)
    return import_module(f"minnet.experiments.{folder}.{name.replace('-', '_')}")
