"""What minnet calls what other libraries call otherwise: those who come from them are told, not turned away.

Only in messages: there is one name for each thing.
"""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any, ParamSpec, Self, TypeVar

from minnet.errors import SettingError, nearest

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
    "ReduceLROnPlateau": "ReduceOnPlateau", "quad": "integrate",
}  # fmt: skip
SETTINGS = {
    "lr": "learning_rate", "alpha": "learning_rate", "step_size": "learning_rate", "eta": "learning_rate",
    "beta1": "beta_1", "beta2": "beta_2", "b1": "beta_1", "b2": "beta_2", "eps": "epsilon",
    "clipnorm": "global_clipnorm", "max_norm": "global_clipnorm", "kernel_initializer": "weights",
    "bias_initializer": "bias", "in_features": "n_inputs", "out_features": "n_outputs", "units": "n_outputs",
    "filters": "channels_out", "in_channels": "channels_in", "out_channels": "channels_out", "strides": "stride",
    "dilation_rate": "dilation", "hidden_size": "n_hidden", "input_size": "n_inputs", "seed": "rng",
    "random_state": "rng", "p": "rate",
}  # fmt: skip
ATTRIBUTES = {
    "fit": "mn.fit(net, x, y, loss=..., optimizer=..., epochs=...)", "train": "mn.fit(net, x, y, ...)",
    "compile": "mn.fit(net, x, y, loss=..., optimizer=..., epochs=...), which is given loss and optimizer",
    "predict": "net(x)", "predict_proba": "net(x), the scores", "evaluate": "loss(net(x), y)[0]",
    "parameters": "net.theta, one vector", "weights": "net.theta, or net.layers[0].W", "get_weights": "net.theta",
    "state_dict": "net.save(path), or net.theta", "load_weights": "mn.load(path)", "eval": "net(x): there is no mode",
    "zero_grad": "net.gradient(dy), which overwrites", "coefs_": "net.layers[0].W", "add": "mn.Network([...])",
}  # fmt: skip
NO_SETTING = {
    "activation": "an activation is a layer of its own: [Dense(2, 8), Tanh(), Dense(8, 1)]",
    "betas": "it is called beta_1, beta_2",
    "weight_decay": "AdamW has it",
    "use_bias": "a bias that stays 0 is not there; start it with bias='zeros'",
    "reduction": "a loss is the mean over samples and outputs",
    "from_logits": "losses of classes always take scores (logits)",
}


class Named:
    """Base of what users make: unknown settings and attributes are answered by what minnet calls them."""

    def __new__(cls, *arguments: Any, **settings: Any) -> Self:
        if arguments or settings:  # copies and files make objects without
            example = ": Network([Dense(1, 8), Tanh(), Dense(8, 1)])" if cls.__name__ == "Network" else ""
            check_call(cls.__name__, _settings_of(cls), arguments, settings, example)
        return super().__new__(cls)

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
    if name in CLASSES:
        return f"minnet has no {name!r}; it is called {CLASSES[name]}"
    guess = nearest(name, names).partition(" Known:")[0]
    return f"minnet has no {name!r}; {guess if '?' in guess else 'dir(minnet) lists what it has'}"


def check_call(
    owner: str, parameters: list[Parameter], arguments: tuple[Any, ...], settings: dict[str, Any], example: str
) -> None:
    """Raise `SettingError` for settings that are not known, and for more arguments than there are places for."""
    kinds = {parameter.kind for parameter in parameters}
    known = [parameter.name for parameter in parameters]
    for name in settings if Parameter.VAR_KEYWORD not in kinds else ():
        if name not in known:
            called = SETTINGS.get(name)
            hint = f"it is called {called}" if called in known else f"its settings are {', '.join(known) or 'none'}"
            raise SettingError(f"{owner} has no setting {name!r}; {NO_SETTING.get(name, hint)}")
    places = [parameter.name for parameter in parameters if parameter.kind is Parameter.POSITIONAL_OR_KEYWORD]
    if len(arguments) > len(places) and Parameter.VAR_POSITIONAL not in kinds:
        taken = f"only {', '.join(places)} by position" if places else "no arguments"
        raise SettingError(f"{owner} takes {taken}, and {len(arguments)} arguments were given{example}")


def _settings_of(cls: type) -> list[Parameter]:
    """The parameters of a class; none if it has no `__init__`."""
    made: Any = cls.__init__  # type: ignore[misc]
    return [] if made is object.__init__ else list(signature(made).parameters.values())[1:]
