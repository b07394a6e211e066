"""The arithmetic under the layers and optimizers, written twice.

`kernels/numpy` is there to be read and stepped through; `kernels/compiled` has the same functions, with the same
names and signatures, as loops compiled by Numba. `use_kernels` chooses. What is elementwise is written only
once, in `kernels/formulas`, and both use it.

Kernels own no memory: every one writes into arrays that the caller provides. Index alphabet, here and in the
layers: `k` order of derivative, `n` sample, `i` input feature, `o` output feature. Arrays are ``(k, n, feature)``;
with derivatives along d directions, k = 0 is the value, 1 ... d the first and d+1 ... 2d the second derivatives.
"""

import os
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from types import ModuleType, TracebackType
from typing import Any

from minnet.errors import SettingError, nearest
from minnet.kernels import numpy

NAMES = ("automatic", "numpy", "compiled")
FEW = 1 << 16  # numbers in all layers, which NumPy works out in about a millisecond


def _checked(name: str, origin: str) -> str:
    if name not in NAMES:
        raise SettingError(f"{origin}: there are no {name!r} kernels; {nearest(str(name), NAMES)}")
    return name


_few_numbers = ContextVar("few_numbers", default=False)


@cache
def load_compiled() -> ModuleType:
    """The compiled kernels. Numba is imported when they are first needed."""
    return import_module("minnet.kernels.compiled")


class _OfEnvironment:
    """The kernels that the environment names, which is asked at their first use."""

    def __getattribute__(self, kernel: str) -> Any:
        return getattr(_use_kernels_of_environment(), kernel)


class _Compiled:
    """The compiled kernels before their first use."""

    def __getattribute__(self, kernel: str) -> Any:
        global active
        if active is self:
            active = load_compiled()  # or each use would come by here
        return getattr(load_compiled(), kernel)


class _Automatic:
    """NumPy's kernels within a single evaluation of few numbers, and compiled ones else."""

    def __getattribute__(self, kernel: str) -> Any:
        return getattr(numpy if _few_numbers.get() else load_compiled(), kernel)


_PACKAGES: dict[str, Any] = {"automatic": _Automatic(), "numpy": numpy, "compiled": _Compiled()}


def _use(name: str) -> Any:
    """Let kernels of that name be the active ones; returns them."""
    global _chosen, active
    _chosen, active = name, _PACKAGES[name]
    return active


def _use_kernels_of_environment() -> Any:
    return _use(_checked(os.environ.get("MINNET_KERNELS") or "automatic", "the environment variable MINNET_KERNELS"))


_chosen: str | None = None  # None: as the environment says
active: Any = _OfEnvironment()
"""The sub-package of kernels in use, ``kernels.active.dense_forward``: the module itself where it is NumPy's, so that a
debugger steps from a layer straight into the arithmetic."""
if os.environ.get("MINNET_KERNELS") in NAMES:
    _use_kernels_of_environment()


def choice() -> str:
    """What was chosen, by `use_kernels` or in the environment."""
    if _chosen is None:
        _use_kernels_of_environment()
    return str(_chosen)


class evaluation:
    """A context in which a network is evaluated once, and all its layers hold so many numbers.

    If they are few, and nobody has chosen kernels, NumPy's do it: compiled ones have to be compiled or loaded first,
    which takes longer. Whether they are there already makes no difference: the same call gives the same bits.
    """

    def __init__(self, numbers: float) -> None:
        self.few = numbers <= FEW

    def __enter__(self) -> None:
        self._token = _few_numbers.set(self.few)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        _few_numbers.reset(self._token)


def are_compiled() -> bool:
    """Whether training goes by the compiled kernels."""
    return choice() != "numpy"


def available_processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _checked_threads(count: int | str, origin: str) -> int:
    if isinstance(count, bool) or not str(count).isdecimal() or int(count) < 1:
        raise SettingError(f"{origin}: the number of threads must be a whole number >= 1, not {count!r}")
    return int(count)


_threads: int | None = None  # None: as the environment says, or as many as there are processors


def threads() -> int:
    """How many threads may share the work of a large batch."""
    setting = os.environ.get("MINNET_THREADS")
    return _threads or (_checked_threads(setting, "MINNET_THREADS") if setting else available_processors())


class use_threads:
    """Choose how many threads may share the work of a large batch; results do not depend on it.

    One, where independent runs are to fill the processors. To begin with, it is the number that the environment
    variable ``MINNET_THREADS`` says, or else that of the processors this process may use. Acts at once, for all
    threads; as a context manager it puts the former choice back at the end.

    Raises
    ------
    SettingError
        Not a whole number >= 1.

    Examples
    --------
    >>> import minnet as mn
    >>> with mn.use_threads(1):  # for as long as the block
    ...     y = mn.mlp([1, 5, 1], "tanh", rng=0)([0.0])
    """

    def __init__(self, count: int) -> None:
        global _threads
        self.count, self._former, _threads = count, _threads, _checked_threads(count, "use_threads")

    def __enter__(self) -> "use_threads":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        global _threads
        _threads = self._former


class use_kernels:
    """Choose the kernels: ``"compiled"``, ``"numpy"`` (to read and to step through) or ``"automatic"`` (the default).

    Automatic are the compiled ones, but for a single ``net(x)``, ``net.jet(x)`` or ``net.jacobian(x)`` of few numbers:
    NumPy has done that before compiled kernels would be ready.

    Acts at once, for all threads; as a context manager it puts the former choice back at the end. The environment
    variable ``MINNET_KERNELS`` sets the choice a process starts with. A fit that has begun with compiled epochs goes on
    with them (its validation does not); one in the plain loop takes the other kernels from its next product on.

    Raises
    ------
    SettingError
        There are no kernels of that name.

    Examples
    --------
    >>> import minnet as mn
    >>> net = mn.Network([mn.Dense(1, 3), mn.Tanh(), mn.Dense(3, 1)], rng=0)
    >>> compiled = net([[0.5]])
    >>> with mn.use_kernels("numpy"):
    ...     plain = net([[0.5]])
    >>> bool(abs(plain - compiled).max() < 1e-15)
    True
    """

    def __init__(self, name: str) -> None:
        self.name, self._former = _checked(name, "use_kernels"), (_chosen, active)
        _use(name)

    def __enter__(self) -> "use_kernels":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        global _chosen, active
        _chosen, active = self._former
