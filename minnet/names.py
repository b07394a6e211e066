"""What minnet calls what other libraries call otherwise: those who come from them are told, not turned away.

Only in messages: there is one name for each thing.
"""

from collections.abc import Callable
from difflib import get_close_matches
from functools import wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from minnet.errors import SettingError

P = ParamSpec("P")
R = TypeVar("R")
CLASSES = {
    "MSE": "MeanSquaredError", "MSELoss": "MeanSquaredError", "MAE": "MeanAbsoluteError",
    "L1Loss": "MeanAbsoluteError", "SmoothL1Loss": "Huber", "HuberLoss": "Huber", "BCE": "BinaryCrossEntropy",
    "BCELoss": "BinaryCrossEntropy", "BCEWithLogitsLoss": "BinaryCrossEntropy",
    "BinaryCrossentropy": "BinaryCrossEntropy", "CrossEntropy": "CategoricalCrossEntropy",
    "CrossEntropyLoss": "CategoricalCrossEntropy", "NLLLoss": "CategoricalCrossEntropy",
    "CategoricalCrossentropy": "CategoricalCrossEntropy", "SparseCategoricalCrossentropy": "CategoricalCrossEntropy",
    "Sequential": "Network", "Model": "Network", "Module": "Network", "Linear": "Dense", "MLP": "mlp",
    "MLPRegressor": "mlp", "MLPClassifier": "mlp", "RMSprop": "RMSProp", "Adagrad": "AdaGrad", "Adadelta": "AdaDelta",
    "Nadam": "NAdam", "LM": "LevenbergMarquardt", "BatchNorm1d": "BatchNorm", "BatchNorm2d": "BatchNorm",
    "BatchNormalization": "BatchNorm", "LayerNormalization": "LayerNorm", "MaxPool1d": "MaxPool",
    "MaxPool2d": "MaxPool", "MaxPooling2D": "MaxPool", "AvgPool2d": "AveragePool", "AveragePooling2D": "AveragePool",
    "Conv1D": "Conv1d", "Conv2D": "Conv2d", "Conv2DTranspose": "ConvTranspose2d", "UpSampling2D": "UpSample",
    "RNN": "SimpleRNN", "Swish": "SiLU", "Normalization": "Standardize", "ModelCheckpoint": "Checkpoint",
    "ReduceLROnPlateau": "ReduceOnPlateau", "quad": "integrate", "StandardScaler": "Standardize",
    "MinMaxScaler": "Rescale", "load_model": "load", "L1": "Penalty", "L2": "Penalty", "L1L2": "Penalty",
}  # fmt: skip
ELSEWHERE = {
    "save": "net.save(path)", "train_test_split": "mn.datasets.split(x, y)", "make_moons": "mn.datasets.moons(n)",
    "make_circles": "mn.datasets.circles(n)", "make_blobs": "mn.datasets.blobs(n)",
    "load_digits": "mn.datasets.digits()", "manual_seed": "rng=0 in Network, fit, and whatever draws numbers",
    "set_seed": "rng=0 in Network, fit, and whatever draws numbers",
    "set_random_seed": "rng=0 in Network, fit, and whatever draws numbers", "no_grad": "net(x), which records nothing",
    "tensor": "NumPy's arrays", "DataLoader": "batch_size=... in fit", "nn": "mn.Dense, mn.Tanh, ...",
    "optim": "mn.Adam, mn.SGD, ...", "functional": "mn.Dense, mn.Tanh, ...",
    "minimize": "mn.fit(..., optimizer=mn.LBFGS())", "onnx": "minnet.interop.to_onnx(net, path)",
    "safetensors": "minnet.interop.save_safetensors(net, path)", "keras": "minnet.interop.to_keras(net)",
    **dict.fromkeys(("torch", "pytorch"), "minnet.interop.to_pytorch(net)"), "interop": "from minnet import interop",
    **{name: f"minnet.interop.{name}" for name in ("to_pytorch", "from_pytorch", "to_keras", "from_keras", "to_onnx")},
}  # fmt: skip
"""Neither classes nor functions of minnet itself: what to write for them."""
SETTINGS = {
    "lr": "learning_rate", "alpha": "rho learning_rate", "step_size": "every learning_rate", "eta": "learning_rate",
    "decay": "rho", "beta1": "beta_1", "beta2": "beta_2", "b1": "beta_1", "b2": "beta_2", "eps": "epsilon",
    "clipnorm": "global_clipnorm", "max_norm": "global_clipnorm",
    "kernel_regularizer": "penalty", "regularizer": "penalty", "kernel_initializer": "weights",
    "bias_initializer": "bias", "in_features": "n_inputs", "out_features": "n_outputs", "units": "n_outputs",
    "filters": "channels_out", "in_channels": "channels_in", "out_channels": "channels_out", "strides": "stride",
    "dilation_rate": "dilation", "hidden_size": "n_hidden", "input_size": "n_inputs", "seed": "rng",
    "random_state": "rng", "p": "rate", "hidden_layer_sizes": "widths", "sizes": "widths", "layer_sizes": "widths",
    "max_iter": "iterations", "maxiter": "iterations", "max_nfev": "iterations", "maxfev": "iterations",
    "x0": "theta", "p0": "theta", "fun": "residuals", "jac": "jacobian", "Dfun": "jacobian", "ftol": "tolerance",
    "tol": "tolerance", "n_epochs": "epochs", "max_epochs": "epochs", "criterion": "loss", "loss_fn": "loss",
    "verbose": "progress", "validation_fraction": "validation_split", "filepath": "path", "save_freq": "every",
    "period": "every", "X": "x", "solver": "optimizer", "n_samples": "n",
    "gamma": "factor", "decay_rate": "factor", "decay_steps": "every steps", "T_max": "steps", "total_steps": "steps",
    "lambda_": "penalty", "n_initial": "initial",
    "n_initial_points": "initial", "init_points": "initial", "acquisition": "strategy",
    "acq_func": "strategy", "query_strategy": "strategy", "estimator": "model", "tau": "dt", "emb_dim": "dimension",
    "embedding_dimension": "dimension", "m": "dimension", "delay": "lag", "min_tsep": "window", "theiler": "window",
    "trajectory_len": "horizon", "max_dim": "max_dimension", "feature_library": "library", "feature_names": "variables",
    "u": "inputs", "initial_learning_rate": "learning_rate", "eta_min": "minimum", "max_lr": "peak",
}  # fmt: skip
"""Several, of which the first that there is counts, are separated by spaces."""
ATTRIBUTES = {
    "fit": "mn.fit(net, x, y, loss=..., optimizer=..., epochs=...)", "train": "mn.fit(net, x, y, ...)",
    "compile": "mn.fit(net, x, y, loss=..., optimizer=..., epochs=...), which is given loss and optimizer",
    "predict": "net(x)", "predict_proba": "net(x), the scores", "evaluate": "loss(net(x), y)[0]",
    "parameters": "net.theta, one vector", "weights": "net.theta, or net.layers[0].W", "get_weights": "net.theta",
    "state_dict": "net.save(path), net.theta, or minnet.interop.to_pytorch(net).state_dict()",
    "load_state_dict": "minnet.interop.from_pytorch(module)", "load_weights": "mn.load(path)",
    "eval": "net(x): there is no mode", "zero_grad": "net.gradient(dy), which overwrites",
    "coefs_": "net.layers[0].W", "add": "mn.Network([...])",
}  # fmt: skip
NO_SETTING = {
    "activation": "an activation is a layer of its own: [Dense(2, 8), Tanh(), Dense(8, 1)]",
    "betas": "it is called beta_1, beta_2",
    "weight_decay": "AdamW has it, and fit(..., penalty=Penalty(l2=1e-4)) an L2 penalty",
    **dict.fromkeys(("l1", "l2", "kernel_regularizer", "regularizer"), "fit(..., penalty=Penalty(l2=1e-4)) has it"),
    "use_bias": "a bias that stays 0 is not there; start it with bias='zeros'",
    "reduction": "a loss is the mean over samples and outputs",
    "from_logits": "losses of classes always take scores (logits)",
    "lr": "there is no learning rate to set here; an optimizer has one, such as Adam(0.01)",
    "max_iter": "fit(..., epochs=...) says how many iterations are made",
    "maxiter": "fit(..., epochs=...) says how many iterations are made",
    "min_lr": "minimum is the least fraction of the learning rate that is left",
    "save_best_only": "EarlyStopping(restore_best_weights=True) keeps the best parameters for net.save(path)",
    "metrics": "accuracy=True records how much is classified right",
}


class Named:
    """Base of what users make: unknown settings and attributes are answered by what minnet calls them."""

    def __new__(cls, *arguments: Any, **settings: Any) -> Self:
        if arguments or settings:  # copies and files make objects without
            example = ": Network([Dense(1, 8), Tanh(), Dense(8, 1)])" if cls.__name__ == "Network" else ""
            check_call(cls.__name__, _settings_of(cls), arguments, settings, example)
        return super().__new__(cls)

    if not TYPE_CHECKING:  # for mypy, only what is declared is there

        def __getattr__(self, name: str) -> Any:
            hint = f"; minnet has {ATTRIBUTES[name]}" if name in ATTRIBUTES and type(self).__name__ == "Network" else ""
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}{hint}")


def explained(example: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator for a function that users call: too many arguments by position, and unknown settings, are answered."""

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        parameters = list(signature(function).parameters.values())

        @wraps(function)
        def checked(*arguments: P.args, **settings: P.kwargs) -> R:
            check_call(function.__name__, parameters, arguments, settings, f": {example}")
            return function(*arguments, **settings)

        return checked

    return decorated


def of_module(name: str, names: list[str]) -> str:
    """What to say of a name that minnet does not have."""
    for known, words in ((CLASSES, "it is called "), (ELSEWHERE, "write ")):
        called = {_plain(other): own for other, own in known.items()}.get(_plain(name))
        if called is not None:
            return f"minnet has no {name!r}; {words}{called}"
    close = get_close_matches(_plain(name), {_plain(own): own for own in names}, n=1, cutoff=0.75)
    guess = [own for own in names if close and _plain(own) == close[0]]
    return f"minnet has no {name!r}; " + (f"did you mean {guess[0]!r}?" if guess else "dir(minnet) lists what it has")


def check_call(
    owner: str, parameters: list[Parameter], arguments: tuple[Any, ...], settings: dict[str, Any], example: str
) -> None:
    """Raise `SettingError` for settings that are not known, given twice or missing, and for more arguments than there
    are places for."""
    kinds = {parameter.kind for parameter in parameters}
    known = [parameter.name for parameter in parameters]
    for name in settings if Parameter.VAR_KEYWORD not in kinds else ():
        if name not in known:
            called = [own for own in SETTINGS.get(name, "").split() if own in known]
            hint = NO_SETTING.get(name, f"its settings are {', '.join(known) or 'none'}")
            hint = f"it is called {called[0]}{example}" if called else hint
            raise SettingError(f"{owner} has no setting {name!r}; {hint}")
    if isinstance(settings.get("bias"), bool):
        raise SettingError(
            f"{owner}: bias={settings['bias']} is no way for a bias to start; there is always one, which starts with "
            "bias='zeros', a number, or as another initializer says"
        )
    places = [parameter.name for parameter in parameters if parameter.kind is Parameter.POSITIONAL_OR_KEYWORD]
    if Parameter.VAR_POSITIONAL in kinds:
        return
    if len(arguments) > len(places):
        taken = f"only {', '.join(places)} by position" if places else "no arguments"
        raise SettingError(f"{owner} takes {taken}, and {len(arguments)} arguments were given{example}")
    for name in places[: len(arguments)]:
        if name in settings:
            raise SettingError(f"{owner} is given {name} twice, by position and by name")
    needed = [parameter.name for parameter in parameters if _is_needed(parameter)]
    missing = [name for name in needed if name not in settings and name not in places[: len(arguments)]]
    if missing:
        call = ", ".join(needed)
        raise SettingError(f"{owner} needs {', '.join(missing)}{example or f': {owner}({call})'}")


def _is_needed(parameter: Parameter) -> bool:
    named = parameter.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
    return named and parameter.default is Parameter.empty


def _plain(name: str) -> str:
    return name.lower().replace("_", "")


def _settings_of(cls: type) -> list[Parameter]:
    """The parameters of a class; none if it has no `__init__`."""
    made: Any = cls.__init__  # type: ignore[misc]
    return [] if made is object.__init__ else list(signature(made).parameters.values())[1:]
