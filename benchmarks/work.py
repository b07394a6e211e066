"""How much work an experiment is, from its settings alone: runs x epochs x samples, in a unit of its own.

Only ratios count: the full size over `Config.fast()`. They are rough, within a factor of two or so; what an experiment
spends on anything but its largest part is left out.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

VP_FIT = 2e5  # a fit by variable projection, in microseconds


def training(hidden: Any, points: int, epochs: int, batch: int) -> float:
    """Microseconds of compiled epochs in float32: each step has its own cost, its update's, and its samples'."""
    widths = [1, *hidden, 1]
    parameters = sum((before + 1) * after for before, after in pairwise(widths))
    return epochs * -(-points // batch) * (1 + 5e-4 * parameters + 4.5e-5 * batch * parameters)


def fits(config: Any) -> float:
    return sum(training(fit.hidden, config.points, fit.epochs, fit.batch_size) for fit in config.fits())


def sweeps(config: Any, outputs: Any, usual: tuple[Any, int, int]) -> float:
    """Widths, epochs and batch sizes, each varied around a usual setting: one run of each."""
    hidden, epochs, batch = usual
    total = sum(training((width, width), config.points, epochs, batch) for width in outputs)
    total += sum(training(hidden, config.points, epochs, batch) for epochs in config.epochs)
    return total + sum(training(hidden, config.points, epochs, size) for size in config.batch_sizes)


def error(config: Any) -> float:
    usual = (200, 200), 30, 200
    return 3 * config.runs * training(usual[0], config.points, *usual[1:]) + config.seeds * sweeps(
        config, config.outputs, usual
    )


def timing(config: Any) -> float:
    return config.runs * sweeps(config, (*config.outputs, *config.fine), ((200, 200), 30, 200))


def tuned(config: Any) -> float:
    compared = training((30, 30), config.points, 15, 100) + training((200, 200), config.points, 30, 20)
    return config.runs * compared + config.seeds * sweeps(config, config.outputs, ((30, 30), 15, 100))


def questions(config: Any) -> float:
    first = sum(training((30, 30), 10_001, n, size) for n in config.epochs for size in config.batch_sizes)
    sizes = [(n, w) for n in (*config.points, *len(config.stds) * [10_001]) for w in config.outputs]
    moved = sum(training((w, w), n, 15, size) for n, w in sizes for size in config.batch_sizes)
    return config.runs * first + config.seeds * (moved + 20 * VP_FIT)


def depth(config: Any) -> float:
    return config.seeds * sum(
        training(layers * (width,), config.points, config.epochs, config.batch_size)
        for layers in config.layers
        for width in config.outputs
    )


def derivatives(config: Any) -> float:
    trained = (training((c.hidden, c.hidden), config.points, c.epochs, c.batch_size) for c in config.cases())
    return config.seeds * (sum(trained) + VP_FIT)


def oscillator(config: Any) -> float:
    trained = (training(config.hidden, config.points, config.epochs, size) for size in config.batch_sizes)
    return config.runs * sum(trained) + 4 * config.seeds * VP_FIT


def inverse(config: Any) -> float:
    from minnet.experiments.gaussian.inverse_gaussian import FIGURES

    published = (FIGURES[number] for number in config.figures)
    return sum(training(h, config.points, n, size) for h, n, size in published) + 3 * config.seeds * VP_FIT


def hermite(config: Any) -> float:
    grid = ((points, width) for points in config.points for width in config.hidden)
    trained = sum(training((w, w), n, config.epochs, config.batch_size) for n, w in grid)
    return 8 * config.seeds * (trained + VP_FIT)


def optimizers(config: Any) -> float:
    def steps(points: int) -> float:  # of all widths: three hidden layers
        return config.steps * sum(2 + points * (2 * width * width + 40 * width) * 5e-5 for width in config.widths)

    published = 2 * len(config.learning_rates) * sum(map(steps, config.points))
    return published + len(config.fair_rates) * config.seeds * steps(config.fair_points)


def rates(config: Any) -> float:
    walks = config.walks * (len(config.learning_rates) * len(config.batch_sizes) * 2000 + 6 * config.mean_steps)
    quadratics = sum(2 * config.folds * condition + 8 * config.adaptive_steps for condition in config.conditions)
    return 20 * quadratics + config.separable_steps + walks


def landscapes(config: Any) -> float:
    return 6 * config.steps * (3 * len(config.rates) + len(config.distances))


def integration(config: Any) -> float:
    published = training((config.hidden,), config.samples, config.epochs, config.batch_size)
    return 4 * published + len(config.widths) * len(config.evaluations) * VP_FIT  # a sigmoid is four ReLUs


def genz(config: Any) -> float:
    return len(config.families) * config.draws * sum(config.dimensions) * sum(n**1.5 for n in config.evaluations)


def sobolev(config: Any) -> float:
    """Every epoch ends with a look at it, which is most of the work of a small network."""
    size = config.points * (config.hidden**2 + 20 * config.hidden)
    epochs = sum(300 + 3.5e-5 * size * (1 + order) for order in config.orders)
    return config.seeds * config.epochs * len(config.optimizers) * epochs


def slopes(config: Any) -> float:
    few = config.few * len(config.noise_widths) * len(config.noises) * len(config.weights)
    few += 2 * config.few * len(config.shares)
    return config.seeds * config.iterations * (config.many + 3 * sum(config.points) + 2 * few)


def attempts(config: Any) -> float:
    epochs = [f + rounds * e for f, rounds, e in zip(config.first, config.rounds, config.epochs, strict=True)]
    return config.seeds * sum(epochs)


def learning(config: Any) -> float:
    last_rounds = sum(f + 50 * rounds for f, rounds in zip(config.first, config.rounds, strict=True))
    kink = 1 + (config.budget - 64) / config.batch
    runs = config.seeds + (len(config.strategies) - 1) * config.others
    plain = len(config.strategies) * sum(config.plain) * (config.layers * config.width**2) ** 2 / 1e3
    return runs * kink * (config.starts * 500 + config.last) * 10 + plain + 20 * last_rounds


def identification(config: Any) -> float:
    mapped = len(config.mapped) * len(config.dts) * len(config.noises) * config.draws * config.samples
    return 12 * config.seeds * (config.duration * 20 + 50 * config.time) + 10 * mapped


def lyapunov(config: Any) -> float:
    series = config.series * (config.followed + 40 * sum(config.samples))
    return 20 * config.time * (config.runs + 20) + series + 400 * config.tested * config.surrogates * len(config.kinds)


def forecast(config: Any) -> float:
    return config.seeds * config.series * config.samples * (0.2 + config.effort * len(config.methods) / 4)


def gan(config: Any) -> float:
    """Seconds: of steps of the generators along time and of pictures, and of comparing what they make."""
    steps = 0.12 * config.steps * (1 + config.seeds) + 0.003 * config.picture_steps * config.channels
    return steps + 8e-3 * config.tested * config.samples + 1e-5 * config.series * config.samples


def aids(config: Any) -> float:
    plane = len(config.sets()) * config.seeds * config.steps * config.width * (config.width + 20)
    series = len(config.sets_on_series()) * config.series_seeds * config.series_steps * 32 * 512
    return plane + 10 * series


WORK: dict[str, Callable[[Any], float]] = {
    "gaussian-fit": fits,
    "gaussian-error": error,
    "gaussian-timing": timing,
    "gaussian-tuned": tuned,
    "gaussian-questions": questions,
    "derivatives": derivatives,
    "gaussian-depth": depth,
    "oscillator-energy": oscillator,
    "inverse-gaussian": inverse,
    "hermite": hermite,
    "optimizer-study": optimizers,
    "optimizer-rates": rates,
    "optimizer-landscapes": landscapes,
    "neural-integration": integration,
    "genz-integration": genz,
    "sobolev": sobolev,
    "sobolev-questions": slopes,
    "active-attempts": attempts,
    "active-learning": learning,
    "lorenz-identification": identification,
    "lyapunov": lyapunov,
    "lorenz-forecast": forecast,
    "lorenz-gan": gan,
    "gan-aids": aids,
}
