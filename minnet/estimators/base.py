"""What both estimators share: samples checked, a network made, trained, evaluated and differentiated."""

from abc import abstractmethod
from contextlib import AbstractContextManager, nullcontext
from math import ceil
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from minnet.errors import DataError, SettingError, check_range, is_whole
from minnet.estimators.choices import (
    batch_size_of,
    first_bias,
    first_weights,
    hidden_of,
    l2_of,
    loss_of,
    optimizer_of,
    validated,
    weighted_moments,
)
from minnet.kernels import use_kernels
from minnet.layers import Layer, Standardize
from minnet.losses import Loss
from minnet.mlp import mlp_layers
from minnet.network import Network
from minnet.penalties import Penalty
from minnet.solvers import Solver
from minnet.training import EarlyStopping, History, Supervised, TrainState, fit, train, training_data
from minnet.types import Array

HELD_OUT = 0.1  # of the samples, for early stopping
PATIENCE = 20  # epochs
DTYPES = np.float64, np.float32


class NetworkEstimator(BaseEstimator):
    """A network behind scikit-learn's methods; base of the two estimators, which have the settings.

    Attributes
    ----------
    network_ : Network
        Scaling of inputs and of targets are layers of it: it takes X as it is, and can be saved as it is.
    history_ : History
        Of the last `fit`, or of all calls of `partial_fit`.
    n_iter_ : int
        Epochs made; iterations of a solver.
    n_features_in_ : int
    feature_names_in_ : array of str
        Where X had names.
    """

    hidden: Any
    activation: Any
    loss: Any
    optimizer: Any
    learning_rate: Any
    epochs: Any
    batch_size: Any
    l1: Any
    l2: Any
    dropout: Any
    validation_fraction: Any
    early_stopping: Any
    scale_inputs: Any
    kernels: Any
    random_state: Any
    warm_start: Any
    verbose: Any
    network_: Network
    history_: History
    n_iter_: int

    # What each of the two says of targets.

    @abstractmethod
    def _targets(self, y: Any, dtype: np.dtype, *, reset: bool) -> Array:
        """Targets as the loss takes them. With `reset`, what is remembered of them (shape, classes) is new."""

    @abstractmethod
    def _n_outputs(self, targets: Array) -> int:
        """How many outputs the network has."""

    @abstractmethod
    def _behind(self, targets: Array, weight: Array | None) -> list[Layer]:
        """Layers behind the last dense one."""

    @abstractmethod
    def _losses(self) -> dict[str, type[Loss]]:
        """Losses by name."""

    @abstractmethod
    def _strata(self, targets: Array) -> Array | None:
        """By which samples are held out evenly, if by anything."""

    def _weighted(self, targets: Array, weight: Array | None) -> Array | None:
        """Weights of samples, those of their classes included."""
        return weight

    # Training.

    def fit(self, X: Any, y: Any, sample_weight: Any = None, X_val: Any = None, y_val: Any = None) -> Self:
        """Train.

        Parameters
        ----------
        X : array or data frame (n, i)
        y : array (n,) or (n, o)
        sample_weight : array (n,), optional
            Factors >= 0 for the losses of samples; the loss is their weighted mean.
        X_val, y_val : optional
            Samples held out, of the same kinds: ``validation_loss_curve_`` has their losses.

        Raises
        ------
        ValueError, TypeError
            Data or settings do not fit; most are minnet's own errors, which are subclasses.
        DivergenceError
            See `minnet.fit`.
        """
        self._check_settings()
        x, targets, weight = self._samples(X, y, sample_weight, reset=True)
        rng = self._generator()
        training, held_out = self._split(x, targets, weight, X_val, y_val, rng)
        with self._kernels():
            self._begin(*training, rng=rng, goes_on=self.warm_start and hasattr(self, "network_"))
            net, (x, targets, weight) = self.network_, training
            batch_size = batch_size_of(self._name, self.batch_size, len(x))
            optimizer = self._optimizer(int(self.epochs) * ceil(len(x) / batch_size))
            stopping = self._early_stopping()
            self.history_ = fit(
                net, x, targets, loss=self._loss(targets), optimizer=optimizer, epochs=int(self.epochs),
                batch_size=None if isinstance(optimizer, Solver) else batch_size, rng=rng, validation_data=held_out,
                sample_weight=weight, callbacks=[stopping] if stopping else [], penalty=self._penalty(optimizer),
                progress=self._name if self.verbose else False,
            )  # fmt: skip
        self.n_iter_ = len(self.history_.history["loss"])
        self._state: TrainState | None = None
        return self

    def _partial_fit(self, X: Any, y: Any, sample_weight: Any) -> Self:
        """One epoch; the first call makes the network, by the samples it is given."""
        self._check_settings()
        begins = not hasattr(self, "network_")
        x, targets, weight = self._samples(X, y, sample_weight, reset=begins)
        x = x if begins else x.astype(self.network_.dtype, copy=False)  # batches may differ in it
        with self._kernels():
            self._begin(x, targets, weight, rng=self._generator() if begins else None, goes_on=not begins)
            if begins:
                self.history_, self.n_iter_ = History(), 0
            optimizer = self._optimizer(None)
            if isinstance(optimizer, Solver):
                raise SettingError(f"{self._name}: {optimizer} takes all samples at once; fit does, partial_fit cannot")
            loss = self._loss(targets)
            step = Supervised(self.network_, loss, optimizer, penalty=self._penalty(optimizer))
            state: TrainState | None = getattr(self, "_state", None)
            if state is not None and state.optimizer == optimizer:
                step.state = state  # goes on with what the optimizer remembers
            data, _ = training_data(self.network_, loss, x, targets, weight)
            size = batch_size_of(self._name, self.batch_size, len(x))
            rng = np.random.default_rng((self._seed, self.n_iter_))
            history = train(step, data, epochs=1, batch_size=size, rng=rng)
        self._state = step.state
        self.history_.record("loss", history.history["loss"][-1])
        self.history_.seconds += history.seconds
        self.n_iter_ += 1
        return self

    def _samples(self, X: Any, y: Any, sample_weight: Any, *, reset: bool) -> tuple[Array, Array, Array | None]:
        """Inputs (n, i), targets, and weights (n,) with a mean of 1, of the samples that count."""
        X, y = validated(self, X, y, reset=reset, dtype=DTYPES, multi_output=True)
        targets = self._targets(y, X.dtype, reset=reset)
        weight = None
        if sample_weight is not None:
            weight = _check_sample_weight(sample_weight, X, dtype=np.float64)
        weight = self._weighted(targets, weight)
        if weight is None:
            return X, targets, None
        if weight.min() < 0 or not weight.sum() > 0:
            raise DataError(f"{self._name}: weights of samples, and of classes, must be >= 0, and some above")
        counts = weight > 0  # others would yet fill batches, and be held out
        return X[counts], targets[counts], weight[counts] / weight[counts].mean()

    def _split(self, x: Array, targets: Array, weight: Array | None, X_val: Any, y_val: Any, rng: Any) -> Any:
        """Samples to train with, (x, targets, weight), and those held out, (x, targets) or None."""
        if (X_val is None) != (y_val is None):
            raise SettingError(f"{self._name}: X_val and y_val belong together; one of them is missing")
        fraction = self.validation_fraction
        if fraction is None:
            fraction = HELD_OUT if self.early_stopping and X_val is None else 0.0
        if X_val is not None:
            if self.validation_fraction:
                raise SettingError(f"{self._name}: give X_val and y_val, or validation_fraction, not both")
            X_val, y_val = validated(self, X_val, y_val, reset=False, dtype=x.dtype, multi_output=True)
            return (x, targets, weight), (X_val, self._targets(y_val, x.dtype, reset=False))
        if not fraction:
            return (x, targets, weight), None
        held = max(1, round(fraction * len(x)))
        if held >= len(x):
            raise DataError(f"{self._name}: of {len(x)} samples none would be left to train with; hold out less")
        strata = self._strata(targets)
        if strata is not None and (min(held, len(x) - held) < len(np.unique(strata)) or np.bincount(strata).min() < 2):
            strata = None  # too few samples to hold out some of every class
        seed = int(rng.integers(2**31))
        learned, held_out = train_test_split(np.arange(len(x)), test_size=held, random_state=seed, stratify=strata)
        weight = None if weight is None else weight[learned]
        return (x[learned], targets[learned], weight), (x[held_out], targets[held_out])

    def _begin(self, x: Array, targets: Array, weight: Array | None, *, rng: Any, goes_on: bool) -> None:
        """A new network, unless training goes on with the one that is there; that has to be such as would be made."""
        front: list[Layer] = []
        if self.scale_inputs:
            mean, std = weighted_moments(x, weight)
            front.append(Standardize(mean=mean, std=std))
        hidden = hidden_of(self._name, self.hidden)
        weights: list[Any] = ["glorot_uniform"] * (len(hidden) + 1)
        bias: list[Any] = ["zeros"] * (len(hidden) + 1)
        if self.scale_inputs and hidden:
            weights[0], bias[0] = first_weights, first_bias
        layers = mlp_layers(
            [x.shape[1], *hidden, self._n_outputs(targets)], self.activation,
            dropout=self.dropout, weights=weights, bias=bias,
        )  # fmt: skip
        layers = [*front, *layers, *self._behind(targets, weight)]
        network = Network(layers, rng=0 if goes_on else rng, dtype=x.dtype)
        if goes_on and str(network) != str(self.network_):
            raise DataError(
                f"{self._name}: training goes on with {self.network_}, but these samples and settings take {network}"
            )
        self.network_ = self.network_ if goes_on else network

    # Settings.

    @property
    def _name(self) -> str:
        return type(self).__name__

    def _check_settings(self) -> None:
        fraction = self.validation_fraction
        check_range(self._name, epochs=(self.epochs, lambda n: is_whole(n) and n >= 1, "a whole number >= 1"))
        if fraction is not None:
            check_range(self._name, validation_fraction=(fraction, lambda part: 0 <= part < 1, "in [0, 1), or None"))

    def _generator(self) -> np.random.Generator:
        self._seed = int(check_random_state(self.random_state).randint(2**31))
        return np.random.default_rng(self._seed)

    def _kernels(self) -> AbstractContextManager[Any]:
        return nullcontext() if self.kernels is None else use_kernels(self.kernels)

    def _optimizer(self, steps: int | None) -> Any:
        return optimizer_of(self._name, self.optimizer, self.learning_rate, steps)

    def _loss(self, targets: Array) -> Loss:
        return loss_of(self._name, self.loss, self._losses())

    def _penalty(self, optimizer: Any) -> Penalty | None:
        return Penalty(l1=self.l1, l2=l2_of(self.l2, optimizer)) or None

    def _early_stopping(self) -> EarlyStopping | None:
        if not self.early_stopping or isinstance(self.early_stopping, EarlyStopping):
            return self.early_stopping or None
        patience = PATIENCE if self.early_stopping is True else self.early_stopping
        return EarlyStopping(patience=patience, restore_best_weights=True)

    # Evaluation.

    def _outputs(self, X: Any) -> Array:
        """Outputs of the network (n, o)."""
        check_is_fitted(self, "network_")
        X = validated(self, X, reset=False, dtype=self.network_.dtype)
        with self._kernels():
            return self.network_(X)

    def derivatives(self, X: Any, order: int = 1) -> Array:
        """Exact derivatives of the outputs by each feature, in the units of y and X. (Of a classifier, of its scores:
        see `decision_function`.)

        Parameters
        ----------
        X : array or data frame (n, i)
        order : 1 or 2
            Second derivatives are those along each feature, not mixed ones.

        Returns
        -------
        array (n, i), or (n, o, i) where there are several outputs

        Raises
        ------
        DerivativeError
            A layer has no derivative of that order.
        """
        check_range(self._name, order=(order, lambda k: is_whole(k) and k in (1, 2), "1 or 2"))
        check_is_fitted(self, "network_")
        X = validated(self, X, reset=False, dtype=self.network_.dtype)
        with self._kernels():
            jet = self.network_.jet(X, order=order)
        slopes = np.moveaxis(jet.first if order == 1 else jet.second, 0, -1)
        return np.ascontiguousarray(slopes[:, 0] if slopes.shape[1] == 1 else slopes)

    @property
    def loss_curve_(self) -> list[float]:
        """The loss of every epoch: the mean of those before each update."""
        check_is_fitted(self, "network_")
        return self.history_.history["loss"]

    @property
    def validation_loss_curve_(self) -> list[float]:
        """The loss of the samples held out, after every epoch; an AttributeError where there were none."""
        check_is_fitted(self, "network_")
        if "val_loss" not in self.history_.history:
            raise AttributeError(
                f"{self._name}: no samples were held out; give X_val and y_val, or set validation_fraction"
            )
        return self.history_.history["val_loss"]
