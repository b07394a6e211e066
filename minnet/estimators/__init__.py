"""minnet as scikit-learn knows its estimators: `fit`, `predict`, `score`, in pipelines, searches and cross-validation.

``from minnet.estimators import NetworkRegressor, NetworkClassifier``; ``import minnet`` does not load scikit-learn.
"""

from minnet.estimators.classifier import NetworkClassifier
from minnet.estimators.regressor import NetworkRegressor

__all__ = ["NetworkClassifier", "NetworkRegressor"]
