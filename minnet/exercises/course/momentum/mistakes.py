"""How momentum goes wrong."""

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def step(theta, g, velocity, rate, momentum, nesterov):
    velocity = momentum * velocity - rate * g
    return theta + (momentum * velocity - rate * g if nesterov else velocity), velocity


@mistakes("theta is moved along the old velocity: make the new one first.", hint=2)
def momentum_step__old_velocity(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    new = step(theta, g, velocity, rate, momentum, nesterov)[1]
    return (theta + momentum * velocity - rate * g if nesterov else theta + velocity), new


@mistakes("The velocity is subtracted: it holds -rate g already, so it is added.", hint=2)
def momentum_step__subtracted(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    moved, velocity = step(theta, g, velocity, rate, momentum, nesterov)
    return 2 * theta - moved, velocity


@mistakes("Your velocity has + rate g: that goes uphill.", hint=2)
def momentum_step__uphill(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    return step(theta, -g, velocity, rate, momentum, nesterov)


@mistakes(
    "Your velocity is made of the gradients alone, and the rate is applied to the step (as in PyTorch): here the "
    "velocity has the rate in it.",
    hint=2,
)
def momentum_step__pytorch(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    velocity = momentum * velocity + g
    return theta - rate * (momentum * velocity + g if nesterov else velocity), velocity


@mistakes("The gradient is weighted with 1 - momentum: that is a running mean; momentum adds it whole.", hint=2)
def momentum_step__mean(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    return step(theta, (1 - momentum) * g, velocity, rate, momentum, nesterov)


@mistakes("nesterov is never looked at.", hint=3)
def momentum_step__never_nesterov(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    return step(theta, g, velocity, rate, momentum, False)


@mistakes("Nesterov's form is used always, and not where nesterov is true.", hint=3)
def momentum_step__always_nesterov(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    return step(theta, g, velocity, rate, momentum, True)


@mistakes("Nesterov's step has momentum twice: the gradient's part is -rate g, whole.", hint=3)
def momentum_step__nesterov_without_gradient(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    moved, new = step(theta, g, velocity, rate, momentum, False)
    return (theta + momentum * new if nesterov else moved), new


@mistakes("The velocity is returned as it came: the next step needs the new one.", hint=2)
def momentum_step__velocity_forgotten(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    return step(theta, g, velocity, rate, momentum, nesterov)[0], velocity.copy()


@mistakes("The order is theta, velocity.", hint=1)
def momentum_step__order(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    return step(theta, g, velocity, rate, momentum, nesterov)[::-1]


@mistakes("theta and velocity are changed in place: *= and -= write into the arrays of the caller.", hint=2)
def momentum_step__in_place(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    velocity *= momentum
    velocity -= rate * g
    theta += momentum * velocity - rate * g if nesterov else velocity
    return theta, velocity
