"""Training: one step, the loop around it, and what watches it.

In reading order: `state` (parameters and what updates them), `step` (one update), `loop` (all of them), `fit` (what
users call); then `data`, `run`, `watch`, `callbacks`, `checkpoints`, `history`; `compiled_epochs` (the same in one
compiled call), `slips` (what is legal and hardly ever meant), and `solving` (solvers, which take all samples at once);
`adversarial` and `generator` (two networks that train against each other, and what one of them makes);
`truncated` (long series in windows).
"""

from minnet.training.adversarial import Adversarial
from minnet.training.callbacks import Callback, Checkpoint, EarlyStopping, LearningRateRecorder, ReduceOnPlateau
from minnet.training.data import Data, TrainingData, training_data
from minnet.training.fit import fit
from minnet.training.generator import estimate_statistics, generate
from minnet.training.history import History
from minnet.training.loop import train
from minnet.training.run import Run
from minnet.training.slips import ScaleWarning, TrainingWarning
from minnet.training.state import State, TrainState
from minnet.training.step import Step, Supervised, Validated
from minnet.training.truncated import Truncated

__all__ = [
    "Adversarial",
    "Callback",
    "Checkpoint",
    "Data",
    "EarlyStopping",
    "History",
    "LearningRateRecorder",
    "ReduceOnPlateau",
    "Run",
    "ScaleWarning",
    "State",
    "Step",
    "Supervised",
    "TrainState",
    "TrainingData",
    "TrainingWarning",
    "Truncated",
    "Validated",
    "estimate_statistics",
    "fit",
    "generate",
    "train",
    "training_data",
]
