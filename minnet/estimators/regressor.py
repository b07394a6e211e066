"""A network that predicts numbers."""

from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin

from minnet.errors import DataError
from minnet.estimators.base import NetworkEstimator
from minnet.estimators.choices import weighted_moments
from minnet.layers import Layer, Standardize
from minnet.losses import Huber, Loss, MeanAbsoluteError, MeanSquaredError
from minnet.types import Array


class NetworkRegressor(RegressorMixin, NetworkEstimator):
    """A multilayer perceptron for regression, with scikit-learn's methods.

    Inputs and targets are standardised by layers of the network itself, so neither needs scaling before, and
    predictions and derivatives come in the units of y.

    Parameters
    ----------
    hidden : tuple of int
        Units of each hidden layer; () for a linear model.
    activation : str, layer, or class of layers
        See `minnet.mlp`; "tanh" is smooth, and so are its derivatives.
    loss : "squared_error", "absolute_error", "huber", or Loss
        Of standardised targets, if they are scaled.
    optimizer : str, Optimizer or Solver
        By name, "adam", "sgd", "lbfgs", "variable_projection", or as an object, ``minnet.VariableProjection()``.
        Solvers take all samples at once, and fit few and smooth data most exactly.
    learning_rate : float or Schedule, optional
        None: that of the object; of a name, 0.003, which falls to 0 along half a cosine.
    epochs : int
        Of solvers: iterations.
    batch_size : int, "auto" or None
        "auto": a sixteenth of the samples, but 32 at least and 200 at most. None: all, and then a sample
        of weight 2 counts as two do.
    l1, l2 : float
        Strengths of `minnet.Penalty`. The default of l2, "auto", is 3e-4; 0 for solvers.
    dropout : float in [0, 1)
    validation_fraction : float, optional
        Of the samples, drawn at random and held out. None: 0.1 with early stopping and no X_val, else nothing.
    early_stopping : bool, int, or EarlyStopping
        Whether to stop when the loss of the samples held out has not fallen for 20 epochs (or that many), and to
        return to the best.
    scale_inputs, scale_targets : bool
    kernels : "automatic", "numpy" or "compiled", optional
        See `minnet.use_kernels`.
    random_state : int, RandomState or None
        Draws first weights, orders and what is held out.
    warm_start : bool
        Whether `fit` goes on with the network that is there.
    verbose : bool
        Show a progress bar, if it takes longer than a second.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.linspace(0, 700, 200)  # nanometres, say
    >>> model = NetworkRegressor((20,), optimizer="variable_projection", epochs=50, random_state=0)
    >>> model.fit(x[:, np.newaxis], 1e6 * np.sin(x / 100)).predict([[157.08]]).round(-2)
    array([1000000.])
    >>> model.derivatives([[0.0]]).round(-1)
    array([[10000.]])
    """

    def __init__(
        self,
        hidden: Any = (100,),
        activation: Any = "tanh",
        *,
        loss: Any = "squared_error",
        optimizer: Any = "adam",
        learning_rate: Any = None,
        epochs: int = 200,
        batch_size: Any = "auto",
        l1: float = 0.0,
        l2: Any = "auto",
        dropout: float = 0.0,
        validation_fraction: float | None = None,
        early_stopping: Any = False,
        scale_inputs: bool = True,
        scale_targets: bool = True,
        kernels: str | None = None,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.loss = loss
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.l1 = l1
        self.l2 = l2
        self.dropout = dropout
        self.validation_fraction = validation_fraction
        self.early_stopping = early_stopping
        self.scale_inputs = scale_inputs
        self.scale_targets = scale_targets
        self.kernels = kernels
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """One epoch with these samples. The first call makes the network, and scales by its samples."""
        return self._partial_fit(X, y, sample_weight)

    def predict(self, X: Any) -> Array:
        """Predictions (n,), or (n, o) where y had several columns."""
        outputs = self._outputs(X)
        return outputs[:, 0] if self._is_flat else outputs

    def _targets(self, y: Any, dtype: np.dtype, *, reset: bool) -> Array:
        try:
            targets = np.asarray(y, dtype)
        except (TypeError, ValueError) as error:
            raise DataError(f"{self._name}: y must be numbers: {error}") from None
        if reset:
            self._is_flat = targets.ndim == 1
        return targets[:, np.newaxis] if targets.ndim == 1 else targets

    def _n_outputs(self, targets: Array) -> int:
        return targets.shape[1]

    def _behind(self, targets: Array, weight: Array | None) -> list[Layer]:
        if not self.scale_targets:
            return []
        mean, std = weighted_moments(targets, weight)
        return [Standardize(mean=mean, std=std).inverse()]

    def _losses(self) -> dict[str, type[Loss]]:
        return {"SquaredError": MeanSquaredError, "AbsoluteError": MeanAbsoluteError, "Huber": Huber}

    def _strata(self, targets: Array) -> Array | None:
        return None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
