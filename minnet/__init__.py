"""minnet: neural networks from scratch, small enough to read and fast enough to stay with.

Where to begin: `Network`, a list of layers; `fit`, which trains it; and the classes of losses and optimizers below.
"""

from typing import Any

from minnet import datasets, errors, plotting, schedules
from minnet.activations import (
    ELU,
    GELU,
    Abs,
    Activation,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Sine,
    SmoothAbs,
    Softplus,
    Tanh,
)
from minnet.jet import Jet, Mask
from minnet.kernels import use_kernels, use_threads
from minnet.kernels.formulas.activations import Formula
from minnet.kernels.formulas.rules import Rule
from minnet.layers import (
    GRU,
    LSTM,
    AveragePool,
    BatchNorm,
    Buffered,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    ConvTranspose2d,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    MaxPool,
    ParameterFree,
    Pass,
    Recurrent,
    Rescale,
    Reshape,
    SimpleRNN,
    Softmax,
    SpectralNorm,
    Standardize,
    UpSample,
)
from minnet.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Classification,
    Huber,
    Loss,
    MeanAbsoluteError,
    MeanSquaredError,
    Sobolev,
    SumOfSquares,
    games,
)
from minnet.mapped import LargeCopyWarning
from minnet.mlp import mlp
from minnet.names import of_module
from minnet.network import Network
from minnet.network_files import load
from minnet.numerics.integration.integral import Integral
from minnet.numerics.integration.integrate import IntegrationWarning, integrate
from minnet.optimizers import (
    SGD,
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Averaged,
    Lion,
    NAdam,
    Optimizer,
    RAdam,
    RMSProp,
    RuleOptimizer,
)
from minnet.penalties import Penalty
from minnet.solvers import LBFGS, LevenbergMarquardt, VariableProjection
from minnet.tracing import Trace, trace
from minnet.training import (
    Adversarial,
    Callback,
    Checkpoint,
    EarlyStopping,
    History,
    LearningRateRecorder,
    ReduceOnPlateau,
    Run,
    ScaleWarning,
    Step,
    Supervised,
    TrainingWarning,
    TrainState,
    Truncated,
    Validated,
    estimate_statistics,
    fit,
    generate,
    train,
    training_data,
)

__version__ = "0.2.0"

__all__ = [
    "ELU", "GELU", "GRU", "LBFGS", "LSTM", "SGD", "AMSGrad", "Abs", "Activation", "AdaDelta", "AdaGrad", "Adam",
    "AdamW", "Adversarial", "AveragePool", "Averaged", "BatchNorm", "BinaryCrossEntropy", "Buffered", "Callback",
    "CategoricalCrossEntropy", "Checkpoint", "Classification", "Conv1d", "Conv2d", "ConvTranspose1d", "ConvTranspose2d",
    "Dense", "Dropout", "EarlyStopping", "Flatten", "Formula", "History", "Huber", "Identity", "Integral",
    "IntegrationWarning", "Jet", "LargeCopyWarning", "Layer", "LayerNorm", "LeakyReLU", "LearningRateRecorder",
    "LevenbergMarquardt", "Lion", "Loss", "Mask", "MaxPool", "MeanAbsoluteError", "MeanSquaredError", "NAdam",
    "Network", "Optimizer", "ParameterFree", "Pass", "Penalty", "RAdam", "RMSProp", "ReLU", "Recurrent",
    "ReduceOnPlateau", "Rescale", "Reshape", "Rule", "RuleOptimizer", "Run", "ScaleWarning", "SiLU", "Sigmoid",
    "SimpleRNN", "Sine", "SmoothAbs", "Sobolev", "Softmax", "Softplus", "SpectralNorm", "Standardize", "Step",
    "SumOfSquares", "Supervised", "Tanh", "Trace", "TrainState", "TrainingWarning", "Truncated", "UpSample",
    "Validated", "VariableProjection", "datasets", "errors", "estimate_statistics", "fit", "games", "generate",
    "integrate", "load", "mlp", "plotting", "schedules", "trace", "train", "training_data", "use_kernels",
    "use_threads",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    raise AttributeError(of_module(name, __all__))
