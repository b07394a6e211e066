"""Draws the README's picture: ``python docs/picture.py`` writes docs/picture.png."""

from pathlib import Path

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt

import minnet as mn
from minnet import datasets, plotting

x, y = datasets.sample(datasets.gaussian, -5, 5, 501)
net = mn.mlp([1, 20, 20, 1], rng=0)
target = mn.Jet(y, first=-x * y)
mn.fit(net, x, target, loss=mn.Sobolev(), optimizer=mn.Adam(5e-3), epochs=200, batch_size=50, rng=0)
jet = net.jet(x, order=2)

points, labels = datasets.circles(600, rng=0)
classifier = mn.mlp([2, 8, 1], rng=0)
mn.fit(classifier, points, labels, loss=mn.BinaryCrossEntropy(), optimizer=mn.Adam(0.02), epochs=300, rng=0)

with plotting.style():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.6), width_ratios=(1, 1))
    exact = {"f": y, "f'": -x * y, "f''": (x**2 - 1) * y}
    learned = {"f": jet.value[:, 0], "f'": jet.first[0, :, 0], "f''": jet.second[0, :, 0]}
    for index, (name, values) in enumerate(exact.items()):
        left.plot(x, values, color="0.75", linewidth=5, label=None if index else "exact")
        left.plot(x, learned[name], label=name)
    left.set(xlabel="x", ylabel="value", title="A gaussian and its derivatives, by jets of a network")
    left.legend(loc="upper left")
    plotting.plot_decision_boundary(classifier, points, labels, ax=right)
    right.set(title="Two circles told apart by 33 parameters")
    figure.savefig(Path(__file__).with_name("picture.png"), dpi=90)
