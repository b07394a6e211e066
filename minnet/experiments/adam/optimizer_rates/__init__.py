"""Do optimizers converge as fast as theory says, and does noise keep them as far from the minimum?

N. Provost and Z. Akakpo, "Adam Optimizer" (2023), sections 2 to 5, compare optimizers on one task, by losses after 3000
steps; their appendix begins with a single neuron and its decision boundary. Here each optimizer is held against a
number worked out beforehand. The rate is -log of the factor by which the distance from the minimum shrinks per step;
kappa is the condition number and h the learning rate.

- On quadratics with kappa from 10 to 10 000 every measured rate is within 3.1 per cent of the predicted one: 1 / kappa
  or 2 / kappa for gradient descent, 2 / sqrt(kappa) for Polyak's heavy ball and 1 / sqrt(kappa) for Nesterov's
  momentum. For these two the 3 per cent are a transient, $t q^t$ with the factor q; with it divided out, 0.2 are left.
- The momentum of many courses, $v = m v + (1 - m) g$, loses the gain unless its learning rate is raised by
  $1 / (1 - m)$.
- The adaptive optimizers have no such theory. AdaGrad converges at the rate that its accumulated sums predict; along
  the axes that is the same for every kappa, along other directions it falls like that of gradient descent.
- RMSProp stays half a learning rate away in every coordinate.
- Adam comes much nearer, then returns in bursts: its memory of the large gradients fades until the curvature it sees is
  at the edge of stability, 38 / h, where it stays within 4 per cent.
- The document's neuron, at its learning rate of 0.1, needs 192 000 steps to be within 1e-11 of the best weights, where
  Polyak's heavy ball needs 326. Its hundred steps leave an accuracy of 0.938 (published: 0.945); the best weights have
  0.957.
- Where classes can be separated there are no best weights, and the loss falls as $t^{-0.96}$ after 200 000 steps,
  $t^{-1}$ in theory.
- The floor that noise puts under stochastic gradient descent is where the exact equation has it, within 3 per cent. It
  is proportional to learning rate / batch size while both are moderate; at the largest learning rate single samples
  stay nearly twice as high, for their noise grows with the error.
- Epochs in a new order each, as `minnet.fit` takes them, end up to thousands of times lower, and no lower there.
"""

from typing import Unpack

from minnet.experiments.adam.optimizer_rates.convergence import follow, on_quadratics
from minnet.experiments.adam.optimizer_rates.figures import beside, figures, table
from minnet.experiments.adam.optimizer_rates.neuron import on_separable, train_neuron
from minnet.experiments.adam.optimizer_rates.noise_floors import least_squares, measure_floors, measure_means
from minnet.experiments.adam.optimizer_rates.result import PUBLISHED, Config, Result
from minnet.experiments.parts import RunOptions, Studies
from minnet.numerics.descent import rates as theory
from minnet.numerics.descent.rates import Method
from minnet.optimizers import SGD

__all__ = ["PUBLISHED", "Config", "Result", "beside", "figures", "run", "table"]


def run(config: Config, **options: Unpack[RunOptions]) -> Result:
    """Predict and measure everything; it takes too little time to write checkpoints."""
    studies = Studies(**options)
    streams = studies.rng.spawn(5)

    def announce(part: str) -> None:
        if studies.progress:
            print(f"optimizer-rates: {part}", flush=True)

    announce("quadratics")
    rates, hovers = on_quadratics(config, streams[0])
    announce("logistic regression")
    neuron, problems = train_neuron(streams[1])
    for problem in problems:
        methods = theory.methods(problem.curvatures, config.beta)
        if problem is problems[0]:
            step = PUBLISHED["learning_rate"]
            factor = theory.factor(problem.curvatures, step)
            methods.append(Method(f"gradient descent, the document's h = {step}", SGD(step), factor))
        rates += [follow(problem, method, config.accuracy) for method in methods]
    separable = on_separable(config.separable_steps, streams[2])
    announce("noise")
    regression = least_squares(config.samples, streams[3])
    floors, means = measure_floors(config, regression, streams[3]), measure_means(config, regression, streams[4])
    return Result(config, rates, hovers, separable, neuron, floors, means)
