"""A network that predicts classes."""

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import column_or_1d

from minnet.errors import DataError, SettingError
from minnet.estimators.base import NetworkEstimator
from minnet.layers import Layer
from minnet.losses import BinaryCrossEntropy, CategoricalCrossEntropy, Loss
from minnet.types import Array


class NetworkClassifier(ClassifierMixin, NetworkEstimator):
    """A multilayer perceptron for classification, with scikit-learn's methods.

    Labels may be of any kind. Two classes have one score, the logarithm of the odds of the second; more have one score
    each. Labels in several columns of 0 and 1 (scikit-learn's multilabel) have a score for each column.

    Parameters
    ----------
    hidden, activation, optimizer, learning_rate, epochs, batch_size, l1, l2, dropout, scale_inputs, kernels
        As for `NetworkRegressor`.
    validation_fraction, early_stopping, random_state, warm_start, verbose
        As for `NetworkRegressor`; samples of all classes are held out.
    loss : "cross_entropy" or Loss
        Of one's own for one score of each class, and rows of 0 and 1 as targets.
    class_weight : dict, "balanced" or None
        Factors for the losses of classes; "balanced": as if all were as frequent.

    Attributes
    ----------
    classes_ : array
        Labels, sorted; of several columns, their numbers.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> model = NetworkClassifier((10,), epochs=100, random_state=0).fit(X, y)
    >>> bool(model.score(X, y) > 0.95), model.predict_proba(X[:2]).shape
    (True, (2, 3))
    """

    def __init__(
        self,
        hidden: Any = (100,),
        activation: Any = "tanh",
        *,
        loss: Any = "cross_entropy",
        optimizer: Any = "adam",
        learning_rate: Any = None,
        epochs: int = 200,
        batch_size: Any = "auto",
        l1: float = 0.0,
        l2: Any = "auto",
        dropout: float = 0.0,
        class_weight: Any = None,
        validation_fraction: float | None = None,
        early_stopping: Any = False,
        scale_inputs: bool = True,
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
        self.class_weight = class_weight
        self.validation_fraction = validation_fraction
        self.early_stopping = early_stopping
        self.scale_inputs = scale_inputs
        self.kernels = kernels
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """One epoch with these samples. The first call makes the network, scales by its samples, and is told all
        `classes`, of which some may come later; without them, those of its y are all."""
        if not hasattr(self, "network_"):
            self._announced = None if classes is None else np.unique(classes)
        elif classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise DataError(f"{self._name}: classes={classes!r} are not those of the first call, {self.classes_!r}")
        try:
            return self._partial_fit(X, y, sample_weight)
        finally:
            self._announced = None

    def decision_function(self, X: Any) -> Array:
        """Scores: (n,) of two classes, the second being the more probable where it is positive; else (n, classes)."""
        outputs = self._outputs(X)
        return outputs[:, 0] if self._is_binary else outputs

    def predict_proba(self, X: Any) -> Array:
        """Probabilities of the classes (n, classes), in the order of `classes_`; of several columns, that of each."""
        scores = self._outputs(X)
        if self._is_binary or self._is_multilabel:
            p = np.exp(-np.logaddexp(0, -scores))
            return p if self._is_multilabel else np.hstack([1 - p, p])
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores / scores.sum(axis=1, keepdims=True)

    def predict(self, X: Any) -> Array:
        """The most probable class (n,); of several columns, whether each is more probable than not (n, o)."""
        scores = self._outputs(X)
        if self._is_multilabel:
            return (scores > 0).astype(int)
        return self.classes_[(scores[:, 0] > 0).astype(int) if self._is_binary else scores.argmax(axis=1)]

    _announced: Array | None = None

    def _targets(self, y: Any, dtype: np.dtype, *, reset: bool) -> Array:
        check_classification_targets(y)
        multilabel = type_of_target(y) == "multilabel-indicator"
        if reset and not (self.warm_start and hasattr(self, "classes_")):
            self._is_multilabel = multilabel
            self.classes_ = np.arange(np.shape(y)[1]) if multilabel else self._classes_of(y)
            self._is_binary = not multilabel and len(self.classes_) == 2
        if multilabel != self._is_multilabel:
            raise DataError(f"{self._name}: labels are in several columns here, and in one elsewhere")
        if multilabel:
            return np.asarray(y, dtype)
        y = column_or_1d(y, warn=True)
        unknown = np.setdiff1d(y, self.classes_)
        if len(unknown):
            raise DataError(f"{self._name}: there are labels of classes that are not known: {unknown[:5].tolist()}")
        codes = np.searchsorted(self.classes_, y)
        return codes[:, np.newaxis].astype(dtype) if self._is_binary else np.eye(len(self.classes_), dtype=dtype)[codes]

    def _classes_of(self, y: Any) -> Array:
        classes = np.unique(y) if self._announced is None else self._announced
        if len(classes) < 2:
            raise DataError(f"{self._name}: there is one class, {classes[0]!r}, and nothing to tell apart; give two")
        return classes

    def _n_outputs(self, targets: Array) -> int:
        return targets.shape[1]

    def _behind(self, targets: Array, weight: Array | None) -> list[Layer]:
        return []

    def _losses(self) -> dict[str, type[Loss]]:
        rows = not (self._is_binary or self._is_multilabel)
        return {"CrossEntropy": CategoricalCrossEntropy if rows else BinaryCrossEntropy}

    def _strata(self, targets: Array) -> Array | None:
        if self._is_multilabel:
            return None
        return (targets[:, 0] if self._is_binary else targets.argmax(axis=1)).astype(int)

    def _weighted(self, targets: Array, weight: Array | None) -> Array | None:
        if self.class_weight is None:
            return weight
        if self._is_multilabel:
            raise SettingError(f"{self._name}: class_weight is for labels in one column")
        strata = self._strata(targets)
        assert strata is not None
        by_class = compute_sample_weight(self.class_weight, self.classes_[strata])
        return by_class if weight is None else by_class * weight

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        tags.classifier_tags.multi_class = True
        return tags
