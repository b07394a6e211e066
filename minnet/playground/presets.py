"""Races worth watching, good ones and broken ones, each with a sentence on what to look at."""

from dataclasses import dataclass

from minnet.playground.settings import RaceSettings


@dataclass(frozen=True)
class Preset:
    """A race and what there is to see in it."""

    settings: RaceSettings
    comment: str


PRESETS = {
    "Four on two circles": Preset(
        RaceSettings(),
        "The same network four times, from the same weights. Momentum multiplies the steps of plain gradient descent "
        "by up to ten; RMSProp and Adam choose a step for every weight.",
    ),
    "The document's own start": Preset(
        RaceSettings(
            points=1000, hidden=(16, 16, 16), activation="Sigmoid", gain=0.01,
            racers=("sgd(learning_rate=0.1)", "adam(learning_rate=0.01)", "adam(learning_rate=0.1)",
                    "adam(learning_rate=0.001)", "rmsprop(learning_rate=0.001, rho=0.9)"),
        ),
        "All weights times 0.01, as the study of Adam started its Adam (and only that). Units of a layer are then "
        "nearly alike, and the loss stays at log 2 until they part.",
    ),
    "Momentum in two dialects": Preset(
        RaceSettings(
            data="moons",
            racers=("sgd(learning_rate=0.1)", "sgd(learning_rate=0.1, momentum=0.9)",
                    "sgd(learning_rate=0.1, momentum=0.9, dialect='average')",
                    "sgd(learning_rate=1.0, momentum=0.9, dialect='average')",
                    "sgd(learning_rate=0.1, momentum=0.9, nesterov=True)"),
        ),
        "v = m v + g takes steps ten times as large as v = m v + (1 - m) g. With ten times the learning rate, the "
        "second is the first: their curves lie on each other.",
    ),
    "Spiral": Preset(
        RaceSettings(
            data="spiral", points=600, noise=5.0, hidden=(24, 24), batch_size=50,
            racers=("adam(learning_rate=0.01)", "nadam(learning_rate=0.01)", "rmsprop(learning_rate=0.01)",
                    "lion(learning_rate=0.001)", "sgd(learning_rate=0.1, momentum=0.9, nesterov=True)",
                    "adagrad(learning_rate=0.1)"),
        ),
        "Two arms wound around each other, in small batches: the losses tremble. Who has unwound them first?",
    ),
    "Schedules": Preset(
        RaceSettings(
            data="moons", noise=25.0, hidden=(16, 16), batch_size=20, horizon=4000,
            racers=("sgd(learning_rate=0.5)", "sgd(learning_rate=0.5, schedule='step')",
                    "sgd(learning_rate=0.5, schedule='cosine')", "sgd(learning_rate=0.5, schedule='one-cycle')",
                    "sgd(learning_rate=0.5, average=0.01)"),
        ),
        "Single batches disagree, so a constant learning rate keeps trembling around the minimum. Steps that shrink, "
        "or a mean of the weights, come to rest.",
    ),
    "A curve": Preset(
        RaceSettings(
            data="gaussian", points=101, noise=0.0, hidden=(20,), target=1e-5,
            racers=("sgd(learning_rate=0.1)", "sgd(learning_rate=0.1, momentum=0.9)", "rmsprop(learning_rate=0.003)",
                    "adam(learning_rate=0.003)"),
        ),
        "A gaussian, fitted until the mean square is below 1e-5. The last digits take most of the steps.",
    ),
    "Overfitting": Preset(
        RaceSettings(
            data="moons", points=100, noise=30.0, test=50, hidden=(32, 32),
            racers=("sgd(learning_rate=0.1, momentum=0.9)", "adam(learning_rate=0.01)",
                    "adamw(learning_rate=0.01, weight_decay=0.3)"),
        ),
        "More than a thousand weights for 50 samples: training losses fall to 0, and test losses (pale) rise. "
        "With an L2 penalty of 0.01, test losses end below 0.4. AdamW's decay of the weights delays the rise.",
    ),
    "A curve with its slope": Preset(
        RaceSettings(
            data="sine with slope", points=10, noise=0.0, hidden=(16, 16),
            racers=("adam(learning_rate=0.003)", "adam(learning_rate=0.003, loss='squares')",
                    "sgd(learning_rate=0.05, momentum=0.9)", "sgd(learning_rate=0.05, momentum=0.9, loss='squares')"),
        ),
        "Ten points of a sine. Two of the networks learn the slope at each point together with the value (a Sobolev "
        "loss); two, with loss='squares', learn the values alone, and find them as well: but between the points they "
        "go astray, as their slopes show.",
    ),
    "Digits": Preset(
        RaceSettings(
            data="digits", points=1000, noise=0.0, test=30, hidden=(32,), batch_size=32,
            racers=("sgd(learning_rate=0.1)", "sgd(learning_rate=0.1, momentum=0.9)", "rmsprop(learning_rate=0.003)",
                    "adam(learning_rate=0.003)"),
        ),
        "Images of 8 by 8 pixels, a third of them held out. The samples that are learned from are soon told apart "
        "without a mistake; those of the test are not. Which digits are taken for which?",
    ),
    "A series": Preset(
        RaceSettings(
            data="two sines", points=400, noise=2.0, test=20, hidden=(16,), batch_size=32,
            racers=("sgd(learning_rate=0.1, momentum=0.9)", "rmsprop(learning_rate=0.003)",
                    "adam(learning_rate=0.003)", "adam(learning_rate=0.01)"),
        ),
        "An LSTM learns to predict the next value. Then it runs freely, fed with its own predictions: small errors "
        "add up, so the dashed line keeps to the grey one long after the next value is predicted well.",
    ),
    "Broken: learning rate too high": Preset(
        RaceSettings(
            data="sine", points=200, hidden=(16, 16),
            racers=("sgd(learning_rate=0.05)", "sgd(learning_rate=0.2)", "sgd(learning_rate=0.5)",
                    "sgd(learning_rate=2)", "adam(learning_rate=0.01)", "adam(learning_rate=1)"),
        ),
        "Beyond 2 / (largest curvature) every step overshoots. At 0.5 the tanh units saturate, and the curve stays "
        "flat; at 2 the output grows until there are no numbers left. Adam's steps cannot grow: at 1 it jumps once, "
        "to where nothing moves any more.",
    ),
    "Broken: dead ReLUs": Preset(
        RaceSettings(
            data="circles", hidden=(8, 8), activation="ReLU",
            racers=("sgd(learning_rate=0.1)", "sgd(learning_rate=3)", "sgd(learning_rate=10)",
                    "sgd(learning_rate=30)", "adam(learning_rate=0.01)"),
        ),
        "A large step pushes units to where their input is negative for all samples. Their gradient is 0 from then "
        "on: they never come back. At 10 and 30 all have died at once, and the output is flat; see the X-ray, where "
        "gradients of first weights end.",
    ),
    "Broken: saturated sigmoids": Preset(
        RaceSettings(hidden=(8, 8), activation="Sigmoid", gain=40.0),
        "First weights forty times too large: sigmoids are at 0 or 1, where their slope is nearly 0, and losses begin "
        "at 12 instead of 0.7. All get out of it, gradient descent last.",
    ),
    "Broken: symmetric start": Preset(
        RaceSettings(initializer="zeros"),
        "All weights zero: all units of a layer get the same gradient, which is 0 but for the last bias. No optimizer "
        "can tell them apart: random first weights are needed.",
    ),
}  # fmt: skip
