"""Which optimizers take part: ``adam``, ``"sgd(momentum=0.9, nesterov=True)"``, or classes of a user's own file.

What is written is read, never run: a name and keyword arguments whose values are literals.
"""

import ast
import hashlib
import inspect
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from math import inf
from pathlib import Path
from typing import Any

from minnet.errors import SettingError, is_number, nearest
from minnet.optimizers import OPTIMIZERS, Optimizer
from minnet.schedules import Schedule

EXAMPLE = 'adam, or "sgd(momentum=0.9, nesterov=True)"'


@dataclass(frozen=True)
class Source:
    """A class of optimizers, and for a user's own the file it is in, with the hash of that file."""

    cls: type[Any]
    file: str = ""
    code: str = ""


@dataclass(frozen=True)
class Spec:
    """An optimizer that takes part, with the learning rates it is tried with, smallest first."""

    label: str
    source: Source
    arguments: dict[str, Any]
    learning_rates: tuple[float, ...]

    def make(self, learning_rate: float | Schedule) -> Optimizer:
        """The optimizer itself; a `SettingError` if an argument is out of its range."""
        try:
            return self.source.cls(learning_rate=learning_rate, **self.arguments)
        except SettingError:
            raise
        except Exception as error:
            raise SettingError(f"{self.label} cannot be made: {type(error).__name__}: {error}") from error


def optimizer_classes(files: Iterable[str | Path] = ()) -> dict[str, Source]:
    """Optimizers by name: minnet's, and those of the users' files.

    Raises
    ------
    SettingError
        A file cannot be imported, holds no optimizer, or one whose name is taken.
    FileNotFoundError
        There is no such file.
    """
    classes = {name: Source(cls) for name, cls in OPTIMIZERS.items()}
    for file in files:
        path = Path(file).resolve()
        if not path.is_file():
            raise FileNotFoundError(f"{file}: there is no such file to take optimizers from")
        code = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        own = {cls.__name__: Source(cls, str(path), code) for cls in own_classes(str(path), code)}
        if not own:
            raise SettingError(f"{file} defines no optimizer: no class that derives from minnet.Optimizer")
        for name in own:
            if name.lower() in {taken.lower() for taken in classes}:
                raise SettingError(f"{file}: there is an optimizer {name!r} already; give yours another name")
        classes |= own
    return classes


@lru_cache
def own_classes(path: str, code: str) -> tuple[type[Any], ...]:
    """Optimizers defined in a Python file with the hash `code`, which is imported once for all runs of a process."""
    name = f"minnet_own_{code}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SettingError(f"{path}: optimizers are classes in a Python file, whose name ends in .py")
    module = module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses look for the module of a class
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise SettingError(f"{path} cannot be imported: {type(error).__name__}: {error}") from error
    classes = [value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, Optimizer)]
    return tuple(cls for cls in classes if cls.__module__ == name and not inspect.isabstract(cls))


def parse(text: str, classes: dict[str, Source], learning_rates: Sequence[float]) -> Spec:
    """What `text` asks for.

    Parameters
    ----------
    text : str
        A name, in capitals or not; or a name with keyword arguments. ``learning_rate=[...]`` there stands in for
        `learning_rates`.
    classes : dict
        From `optimizer_classes`.
    learning_rates : sequence of float

    Raises
    ------
    SettingError
        The text is no such thing; a name or an argument is not known; an argument or a learning rate is out of range.

    Examples
    --------
    >>> spec = parse("sgd(nesterov=True, momentum=0.9)", optimizer_classes(), [1, 0.1])
    >>> spec.label, spec.learning_rates
    ('SGD(momentum=0.9, nesterov=True)', (0.1, 1.0))
    """
    name, arguments = split_call(text)
    by_lower = {class_name.lower(): class_name for class_name in classes}
    if name.lower() not in by_lower:
        raise SettingError(f"there is no optimizer {name!r}; {nearest(name, classes)}")
    name = by_lower[name.lower()]
    rates = _rates(text, arguments.pop("learning_rate", learning_rates))
    parameters = inspect.signature(classes[name].cls).parameters
    names = [p.name for p in parameters.values() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        names += ["learning_rate", *arguments]
    if "learning_rate" not in names:
        raise SettingError(f"{name} cannot be compared: its constructor must take a learning_rate")
    for argument in arguments:
        if argument not in names:
            raise SettingError(f"{name} has no argument {argument!r}; {nearest(argument, names)}")
    ordered = dict(sorted(arguments.items()))
    in_brackets = ", ".join(f"{key}={value!r}" for key, value in ordered.items())
    spec = Spec(f"{name}({in_brackets})" if in_brackets else name, classes[name], ordered, rates)
    for rate in rates:
        spec.make(rate)
    return spec


def split_call(text: str) -> tuple[str, dict[str, Any]]:
    """A name and its keyword arguments, all literals.

    >>> split_call("rmsprop(rho=0.99, centered=True)")
    ('rmsprop', {'rho': 0.99, 'centered': True})
    """
    wrong = SettingError(f"{text!r} is not an optimizer: write a name, or a name with named arguments: {EXAMPLE}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise wrong from None
    if isinstance(tree, ast.Name):
        return tree.id, {}
    if not (isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name)) or tree.args:
        raise wrong
    arguments: dict[str, Any] = {}
    for keyword in tree.keywords:
        if keyword.arg is None or keyword.arg in arguments:
            raise wrong
        try:
            arguments[keyword.arg] = ast.literal_eval(keyword.value)
        except (ValueError, TypeError):
            raise SettingError(
                f"{text!r}: {keyword.arg}={ast.unparse(keyword.value)} is not a number, True, False, None or a text in "
                "quotes"
            ) from None
    return tree.func.id, arguments


def _rates(text: str, rates: Any) -> tuple[float, ...]:
    rates = list(rates) if isinstance(rates, Iterable) and not isinstance(rates, str) else [rates]
    for rate in rates:
        if not is_number(rate) or not 0 < rate < inf:
            raise SettingError(f"{text}: learning rates are positive numbers, not {rate!r}")
    if not rates or len(set(rates)) < len(rates):
        raise SettingError(f"{text}: there must be one or more learning rates, each once, not {rates}")
    return tuple(sorted(map(float, rates)))
