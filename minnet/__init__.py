"""minnet: neural networks from scratch, small enough to read and fast enough to stay with.

Where to begin: `Network`, a list of layers; `fit`, which trains it; and the classes of losses and optimizers below.
"""

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
from minnet.callbacks import Callback, Checkpoint, EarlyStopping, LearningRateRecorder, ReduceOnPlateau
from minnet.jet import Jet, Known
from minnet.kernels import use_kernels, use_threads
from minnet.kernels.formulas.activations import Formula
from minnet.kernels.formulas.rules import Rule
from minnet.layers import Dense, Layer, Rescale, Softmax
from minnet.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Huber,
    Loss,
    MeanAbsoluteError,
    MeanSquaredError,
    Sobolev,
)
from minnet.mlp import mlp
from minnet.network import Network, load
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
from minnet.runs import History, Run
from minnet.solvers import LBFGS, LevenbergMarquardt, VariableProjection
from minnet.training import fit

__version__ = "0.1.0"

__all__ = [
    "ELU", "GELU", "LBFGS", "SGD", "AMSGrad", "Abs", "Activation", "AdaDelta", "AdaGrad", "Adam", "AdamW",
    "Averaged", "BinaryCrossEntropy", "Callback", "CategoricalCrossEntropy", "Checkpoint", "Dense", "EarlyStopping",
    "Formula", "History", "Huber", "Identity", "Integral", "IntegrationWarning", "Jet", "Known", "Layer",
    "LeakyReLU", "LearningRateRecorder", "LevenbergMarquardt", "Lion", "Loss", "MeanAbsoluteError",
    "MeanSquaredError", "NAdam", "Network", "Optimizer", "RAdam", "RMSProp", "ReLU", "ReduceOnPlateau", "Rescale",
    "Rule", "RuleOptimizer", "Run", "SiLU", "Sigmoid", "Sine", "SmoothAbs", "Sobolev", "Softmax", "Softplus", "Tanh",
    "VariableProjection", "datasets", "errors", "fit", "integrate", "load", "mlp", "plotting", "schedules",
    "use_kernels", "use_threads",
]  # fmt: skip
