"""What a user of minnet may write: `.ci/installed` runs it with nothing but the wheel, and `mypy --strict` reads it."""

from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_iris  # type: ignore[import-untyped]
from sklearn.model_selection import cross_val_score  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]

import minnet as mn
from minnet import dynamics
from minnet.estimators import NetworkClassifier
from minnet.numerics import chaos
from minnet.numerics.active import Learner
from minnet.numerics.identification import Model, identify


class Patient(mn.Callback):
    """A callback of one's own: counts epochs."""

    epochs = 0

    def on_epoch_end(self, run: mn.Run) -> None:
        self.epochs += 1


@dataclass(frozen=True)
class SignDescent(mn.RuleOptimizer):
    """An optimizer of one's own: theta -= lr sign(g)."""

    learning_rate: float = 0.001
    rule = mn.Rule(lambda theta, grad, state, learning_rate: (theta - learning_rate * np.sign(grad), ()), slots=0)

    def coefficients(self, learning_rate: float, t: int) -> tuple[float, ...]:
        return (learning_rate,)


def learned(optimizer: mn.Optimizer, x: NDArray[np.float64]) -> tuple[mn.Network, mn.History]:
    """A sine with its slope, by a network that stops when it has come to rest."""
    net = mn.Network([mn.Dense(1, 20), mn.Tanh(), mn.Dense(20, 1)], rng=0)
    target = mn.Jet(np.sin(x), first=np.cos(x))
    callbacks = [mn.EarlyStopping("loss", patience=100), Patient()]
    loss = mn.Sobolev()
    history = mn.fit(net, x, target, loss=loss, optimizer=optimizer, epochs=300, callbacks=callbacks, rng=0)
    return net, history


x = np.linspace(-3, 3, 300)
for optimizer in [mn.Adam(mn.schedules.Cosine(0.01, steps=1800)), mn.SGD(0.01, momentum=0.9), SignDescent()]:
    net, history = learned(optimizer, x)
    losses: list[float] = history.history["loss"]
    assert losses[-1] < 0.2 * losses[0]
    print(type(optimizer).__name__, losses[-1], history.compiled)
jet: mn.Jet = net.jet(x, order=2)
assert jet.first is not None
assert np.abs(jet.first[0, :, 0] - np.cos(x)).max() < 0.5
net.save("sine.npz")
assert np.array_equal(mn.load("sine.npz")(x), net(x))
plt.figure()
mn.plotting.plot_fit(x, np.sin(x), net, ax=plt.gca())
plt.savefig("sine.png")

features, labels = load_iris(return_X_y=True)
pipeline = make_pipeline(StandardScaler(), NetworkClassifier(hidden=(10,), epochs=200, random_state=0))
assert np.mean(cross_val_score(pipeline, features, labels)) > 0.9

trajectory = dynamics.simulate(dynamics.lorenz(), dt=0.1, samples=300)
model: Model = identify(trajectory, 0.1)
assert model.equations(6)[1] == "dy/dt = 28 x - 1 y - 1 x z"
exponents = chaos.lyapunov_spectrum(dynamics.lorenz(), time=100, rng=0).exponents
assert exponents[0] > 0.5

integral: mn.Integral = mn.integrate(np.exp, (0, 1))
assert abs(integral.value - (np.e - 1)) < 1e-8
learner = Learner([(0, 1)], rng=0)
points = learner.ask(8)
learner.tell(points, np.sin(points[:, 0]))
