"""Estimators: minnet beside scikit-learn's network and its other models, on the same folds.

    python -m benchmarks estimators
    python -m benchmarks estimators --seeds 1 --data iris wine

Fourteen data sets: ten of scikit-learn (six that come with it, four that it draws) and four sampled functions. Each is
split into five folds by each seed, which is also the models'. Scores are R^2 and accuracy, the mean over folds and
seeds, in brackets their standard deviation over seeds; seconds are of one fit, the median. Networks have 100 units and
200 epochs each, both stopped by nothing else; inputs, and targets of regressions, are standardised for all.

minnet's network and scikit-learn's are called plainly; tanh in one and ReLU in the other are the defaults.
"""

import argparse
import warnings
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
from sklearn import datasets as sk
from sklearn.base import clone, is_classifier
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from minnet import datasets
from minnet.estimators import NetworkClassifier, NetworkRegressor

FOLDS, EPOCHS = 5, 200
Samples = tuple[np.ndarray, np.ndarray]


def sampled(function: Callable[[Any], Any], low: float, high: float, n: int = 400) -> Samples:
    x, y = datasets.sample(function, low, high, n)
    return np.asarray(x).reshape(n, 1), np.ravel(y)


REGRESSIONS: dict[str, Callable[[], Samples]] = {
    "diabetes": lambda: sk.load_diabetes(return_X_y=True),
    "linnerud": lambda: sk.load_linnerud(return_X_y=True),
    "friedman1": lambda: sk.make_friedman1(1000, noise=0.5, random_state=0),
    "friedman2": lambda: sk.make_friedman2(1000, noise=50.0, random_state=0),
    "friedman3": lambda: sk.make_friedman3(1000, noise=0.1, random_state=0),
    "gaussian": lambda: sampled(datasets.gaussian, -5, 5),
    "sine": lambda: sampled(lambda x: np.sin(3 * x), -3, 3),
    "exp sine": lambda: sampled(datasets.exp_sine, -3, 3),
    "kink": lambda: sampled(np.abs, -2, 3),
}
CLASSIFICATIONS: dict[str, Callable[[], Samples]] = {
    "iris": lambda: sk.load_iris(return_X_y=True),
    "wine": lambda: sk.load_wine(return_X_y=True),
    "breast cancer": lambda: sk.load_breast_cancer(return_X_y=True),
    "digits": lambda: sk.load_digits(return_X_y=True),
    "moons": lambda: sk.make_moons(1000, noise=0.2, random_state=0),
}
PLAIN = {"max_iter": EPOCHS, "n_iter_no_change": EPOCHS, "tol": 0.0}


def regressors(seed: int) -> dict[str, Any]:
    def scaled(model: Any) -> Any:
        return TransformedTargetRegressor(make_pipeline(StandardScaler(), model), transformer=StandardScaler())

    return {
        "minnet": NetworkRegressor(epochs=EPOCHS, random_state=seed),
        "MLP": scaled(MLPRegressor(**PLAIN, random_state=seed)),
        "ridge": scaled(Ridge()),
        "kernel ridge": scaled(KernelRidge(kernel="rbf", alpha=0.1)),
        "random forest": RandomForestRegressor(random_state=seed),
        "neighbours": scaled(KNeighborsRegressor()),
    }


def classifiers(seed: int) -> dict[str, Any]:
    def scaled(model: Any) -> Any:
        return make_pipeline(StandardScaler(), model)

    return {
        "minnet": NetworkClassifier(epochs=EPOCHS, random_state=seed),
        "MLP": scaled(MLPClassifier(**PLAIN, random_state=seed)),
        "ridge": scaled(RidgeClassifier()),
        "kernel ridge": scaled(SVC()),
        "random forest": RandomForestClassifier(random_state=seed),
        "neighbours": scaled(KNeighborsClassifier()),
    }


def measured(models: dict[str, Any], X: np.ndarray, y: np.ndarray, seed: int) -> dict[str, tuple[float, list[float]]]:
    """The mean score over the folds, and the seconds of each fit; models take turns in every fold."""
    kind = StratifiedKFold if is_classifier(models["minnet"]) else KFold
    folds = list(kind(FOLDS, shuffle=True, random_state=seed).split(X, y))
    scores: dict[str, list[float]] = {name: [] for name in models}
    seconds: dict[str, list[float]] = {name: [] for name in models}
    for train, test in folds:
        for name, model in models.items():
            fresh, began = clone(model), perf_counter()
            fresh.fit(X[train], y[train])
            seconds[name].append(perf_counter() - began)
            scores[name].append(fresh.score(X[test], y[test]))
    return {name: (float(np.mean(scores[name])), seconds[name]) for name in models}


def main() -> int:
    everything = REGRESSIONS | CLASSIFICATIONS
    parser = argparse.ArgumentParser(
        "python -m benchmarks estimators", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5, help="of folds and models (%(default)s)")
    parser.add_argument("--data", nargs="+", choices=list(everything), default=list(everything), metavar="NAME")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)  # scikit-learn's: 200 epochs were not enough to converge
    names = list(regressors(0))
    print(f"| {'data':14}| " + " | ".join(f"{name:15}" for name in names) + " | seconds, minnet | MLP   | ratio |")
    print("|---" * (len(names) + 4) + "|")
    level = faster = 0
    for data in options.data:
        X, y = everything[data]()
        make = regressors if data in REGRESSIONS else classifiers
        make(0)["minnet"].set_params(epochs=1).fit(X, y)  # compiles, or loads what was compiled
        runs = [measured(make(seed), X, y, seed) for seed in range(options.seeds)]
        scores = {name: np.array([run[name][0] for run in runs]) for name in names}
        cells = [f"{scores[name].mean():.4f} ({scores[name].std():.4f})" for name in names]
        ours, theirs = (np.median([second for run in runs for second in run[name][1]]) for name in ("minnet", "MLP"))
        print(
            f"| {data:14}| " + " | ".join(cells) + f" | {ours:15.3f} | {theirs:5.3f} | {theirs / ours:5.1f} |",
            flush=True,
        )
        level += bool(scores["minnet"].mean() >= scores["MLP"].mean())
        faster += bool(ours <= theirs / 3)
    count = len(options.data)
    print(f"\nAt least as accurate as MLP on {level} of {count}, in a third of its time or less on {faster}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
