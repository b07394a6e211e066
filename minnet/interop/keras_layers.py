"""What Keras has no layer for: activations of minnet that it lacks, and series that are read backwards.

With its two neighbours the only file that imports Keras. The layers are registered under the package `minnet`, so that
models with them go into Keras's own files and come back.
"""

from typing import Any

import keras

registered = keras.saving.register_keras_serializable("minnet")


@registered
class Sine(keras.layers.Layer):
    """``sin(omega x)``."""

    def __init__(self, omega: float, **options: Any) -> None:
        super().__init__(**options)
        self.omega = omega

    def call(self, x: Any) -> Any:
        return keras.ops.sin(self.omega * x)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "omega": self.omega}


@registered
class Abs(keras.layers.Layer):
    """``|x|``."""

    def call(self, x: Any) -> Any:
        return keras.ops.abs(x)


@registered
class SmoothAbs(keras.layers.Layer):
    """``sqrt(x^2 + epsilon^2)``."""

    def __init__(self, epsilon: float, **options: Any) -> None:
        super().__init__(**options)
        self.epsilon = epsilon

    def call(self, x: Any) -> Any:
        return keras.ops.sqrt(x * x + self.epsilon**2)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "epsilon": self.epsilon}


@registered
class Flip(keras.layers.Layer):
    """Series (n, time, feature) from their ends: after a recurrent layer with ``go_backwards=True``, whose outputs come
    in the order in which it has read."""

    def call(self, x: Any) -> Any:
        return keras.ops.flip(x, axis=1)
