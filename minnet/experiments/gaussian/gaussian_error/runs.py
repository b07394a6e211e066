"""The fits of `gaussian-error`: runs laid over each other, three sweeps, and two remedies."""

from functools import partial
from typing import Any, Unpack

from minnet import study
from minnet.experiments.gaussian.fits import compile_kernels, fit_gaussian
from minnet.experiments.gaussian.gaussian_error.result import CURVE, Config, Result, points_label
from minnet.experiments.gaussian.sweeps import run_sweep
from minnet.experiments.parts import RunOptions, Studies


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Make every fit, side by side on as many processors as there are."""
    studies = Studies(**options)
    runs = partial(studies.runs, fit_gaussian)
    compile_kernels()
    usual: dict[str, Any] = {"hidden": [200, 200], "epochs": 30, "batch_size": 200, "points": config.points}
    overlay = runs(study.repeat([usual | {"curve": CURVE}], config.runs), name="gaussian-error, overlay")
    varied = {"outputs": config.outputs, "epochs": config.epochs, "batch_size": config.batch_sizes}
    sweeps = [
        run_sweep(runs, f"gaussian-error, {name}", name, values, usual, seeds=config.seeds)
        for name, values in varied.items()
    ]
    whole = config.points - config.points % usual["batch_size"]
    remedies = {}
    label = points_label(whole)
    for name, decay in ((f"{label}, no sample left over", False), (f"{label}, falling learning rate", True)):
        settings = usual | {"points": whole, "decay": decay}
        remedies[name] = runs(study.repeat([settings], config.runs), name="gaussian-error, remedies")
    return Result(config, sweeps, overlay, remedies)
