"""How momentum goes wrong."""

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def new_velocity(g, velocity, rate, momentum):
    return momentum * velocity - rate * g


def plain_step(g, velocity, old, rate, momentum):
    return velocity


def nesterov_step(g, velocity, old, rate, momentum):
    return momentum * velocity - rate * g


def moved(theta, g, velocity, rate, momentum, nesterov, changed=new_velocity, plain=plain_step, ahead=nesterov_step):
    """theta and the velocity, with another velocity, another step or another one of Nesterov's form."""
    new = changed(g, velocity, rate, momentum)
    return theta + (ahead if nesterov else plain)(g, new, velocity, rate, momentum), new


def right(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    return moved(theta, g, velocity, rate, momentum, nesterov)


def wrong(sentence, hint=2, **changes):
    """A mistake in the velocity (changed), in the step (plain), or in that of Nesterov's form (ahead)."""

    @mistakes(sentence, hint=hint)
    def momentum_step__formula(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
        return moved(theta, g, velocity, rate, momentum, nesterov, **changes)


wrong("Your velocity has + rate g: that goes uphill.",
      changed=lambda g, v, r, m: m * v + r * g, ahead=lambda g, v, old, r, m: m * v + r * g)  # fmt: skip
wrong("Your velocity has + rate g: that goes uphill, though Nesterov's form subtracts rate g again.",
      changed=lambda g, v, r, m: m * v + r * g)  # fmt: skip
wrong("The gradient is weighted with 1 - momentum: that is a running mean; momentum adds it whole.",
      changed=lambda g, v, r, m: m * v - (1 - m) * r * g,
      ahead=lambda g, v, old, r, m: m * v - (1 - m) * r * g)  # fmt: skip
wrong("The gradient is weighted with 1 - momentum in your velocity: momentum adds -rate g whole.",
      changed=lambda g, v, r, m: m * v - (1 - m) * r * g)  # fmt: skip
wrong("Momentum and rate have changed places in your velocity: momentum keeps, rate pushes.",
      changed=lambda g, v, r, m: r * v - m * g)  # fmt: skip
wrong("Momentum and rate have changed places, in your velocity and in Nesterov's form: momentum keeps, rate pushes.",
      changed=lambda g, v, r, m: r * v - m * g, ahead=lambda g, v, old, r, m: r * v - m * g)  # fmt: skip
wrong("Your velocity keeps all of itself: momentum is missing before it.", changed=lambda g, v, r, m: v - r * g)
wrong("Your velocity keeps all of itself, and Nesterov's step takes all of it: momentum is missing before both.",
      changed=lambda g, v, r, m: v - r * g, ahead=lambda g, v, old, r, m: v - r * g)  # fmt: skip
wrong("Your velocity keeps 1 - momentum of itself; it keeps momentum.", changed=lambda g, v, r, m: (1 - m) * v - r * g)
wrong("Your velocity forgets the one before: it is momentum velocity - rate g.", changed=lambda g, v, r, m: -r * g)
wrong("Parentheses are wrong in your velocity: momentum is of the velocity alone, not of rate g.",
      changed=lambda g, v, r, m: m * (v - r * g))  # fmt: skip
wrong("The rate is missing in your velocity: it is pushed by -rate g.", changed=lambda g, v, r, m: m * v - g)
wrong("The rate is missing in your velocity and in Nesterov's form: it is pushed by -rate g.",
      changed=lambda g, v, r, m: m * v - g, ahead=lambda g, v, old, r, m: m * v - g)  # fmt: skip
wrong("The gradient is missing in your velocity: it is pushed by -rate g.", changed=lambda g, v, r, m: m * v)
wrong("The rate is multiplied with the old velocity too: it belongs to the gradient alone.",
      changed=lambda g, v, r, m: r * (m * v - g))  # fmt: skip
wrong("momentum is never looked at: 0.9 is written in its place.", changed=lambda g, v, r, m: 0.9 * v - r * g,
      ahead=lambda g, v, old, r, m: 0.9 * v - r * g)  # fmt: skip
wrong("The rate is never looked at: 0.01 is written in its place.", changed=lambda g, v, r, m: m * v - 0.01 * g,
      ahead=lambda g, v, old, r, m: m * v - 0.01 * g)  # fmt: skip
wrong(
    "Your velocity is made of the gradients alone, and the rate is applied to the step (as in PyTorch): here the "
    "velocity has the rate in it.",
    changed=lambda g, v, r, m: m * v + g, plain=lambda g, v, old, r, m: -r * v,
    ahead=lambda g, v, old, r, m: -r * (m * v + g),
)  # fmt: skip
wrong("Your velocity has -g, and the rate is applied to the step: here the velocity has the rate in it.",
      changed=lambda g, v, r, m: m * v - g, plain=lambda g, v, old, r, m: r * v,
      ahead=lambda g, v, old, r, m: r * (m * v - g))  # fmt: skip
wrong("Your velocity is a running mean of the gradients, weighted with 1 - momentum, and subtracted: another dialect.",
      changed=lambda g, v, r, m: m * v + (1 - m) * g, plain=lambda g, v, old, r, m: -r * v,
      ahead=lambda g, v, old, r, m: -r * (m * v + (1 - m) * g))  # fmt: skip
wrong("Your velocity has + rate g and is subtracted from theta: the other dialect. Here it has -rate g and is added.",
      changed=lambda g, v, r, m: m * v + r * g, plain=lambda g, v, old, r, m: -v,
      ahead=lambda g, v, old, r, m: -m * v - r * g)  # fmt: skip
wrong("The velocity is subtracted: it holds -rate g already, so it is added.",
      plain=lambda g, v, old, r, m: -v, ahead=lambda g, v, old, r, m: r * g - m * v)  # fmt: skip
wrong("The velocity is subtracted from theta in the ordinary form: it holds -rate g already, so it is added.",
      plain=lambda g, v, old, r, m: -v)  # fmt: skip
wrong("theta is moved along the old velocity: make the new one first.", plain=lambda g, v, old, r, m: old,
      ahead=lambda g, v, old, r, m: m * old - r * g)  # fmt: skip
wrong("theta is moved along the old velocity, before anything else: make the new velocity first.",
      plain=lambda g, v, old, r, m: old, ahead=lambda g, v, old, r, m: old + m * v - r * g)  # fmt: skip
wrong("theta is moved along the old velocity where nesterov is false: make the new one first.",
      plain=lambda g, v, old, r, m: old)  # fmt: skip
wrong("theta is moved by rate times the velocity: the velocity has the rate in it.",
      plain=lambda g, v, old, r, m: r * v)  # fmt: skip
wrong("theta is moved by momentum times the velocity: momentum counts once, in the velocity itself.",
      plain=lambda g, v, old, r, m: m * v)  # fmt: skip
wrong("theta is moved by -rate g alone: it goes along the new velocity.", plain=lambda g, v, old, r, m: -r * g)
wrong("theta is moved by -rate g besides the velocity, which has it already.", plain=lambda g, v, old, r, m: v - r * g)
wrong("theta is moved along the old velocity and the new one: the new one is enough.",
      plain=lambda g, v, old, r, m: old + v)  # fmt: skip

wrong("Where nesterov is true you step as without it: nesterov is never looked at, or the old velocity stands in its "
      "formula, which comes to the same.", 3, ahead=plain_step)  # fmt: skip
wrong("Nesterov's form is used always, and not where nesterov is true.", 3, plain=nesterov_step)
wrong("The two forms have changed places: nesterov is True for Nesterov's form.", 3,
      plain=nesterov_step, ahead=plain_step)  # fmt: skip
wrong("The term - rate g is missing in Nesterov's step: it is momentum times the new velocity - rate g.", 3,
      ahead=lambda g, v, old, r, m: m * v)  # fmt: skip
wrong("momentum is missing in Nesterov's step: it is momentum velocity - rate g.", 3,
      ahead=lambda g, v, old, r, m: v - r * g)  # fmt: skip
wrong("Nesterov's step adds rate g; it is momentum velocity - rate g.", 3, ahead=lambda g, v, old, r, m: m * v + r * g)
wrong("Nesterov's step subtracts the velocity: it holds -rate g already, and is added.", 3,
      ahead=lambda g, v, old, r, m: -m * v - r * g)  # fmt: skip
wrong("The rate is missing in Nesterov's step: it is momentum velocity - rate g.", 3,
      ahead=lambda g, v, old, r, m: m * v - g)  # fmt: skip
wrong("Parentheses are wrong in Nesterov's step: momentum is of the velocity alone.", 3,
      ahead=lambda g, v, old, r, m: m * (v - r * g))  # fmt: skip
wrong("Nesterov's step adds the velocity as well: it is momentum velocity - rate g alone.", 3,
      ahead=lambda g, v, old, r, m: v + m * v - r * g)  # fmt: skip
wrong("Nesterov's step adds the velocity and momentum times it; it is momentum velocity - rate g.", 3,
      ahead=lambda g, v, old, r, m: v + m * v)  # fmt: skip
wrong("Nesterov's step adds momentum times the old velocity to the new one; it is momentum velocity - rate g.", 3,
      ahead=lambda g, v, old, r, m: v + m * old)  # fmt: skip
wrong("Your velocity is made of the gradients alone, with the rate applied to the step (as in PyTorch), and nesterov "
      "is never looked at.", 2, changed=lambda g, v, r, m: m * v + g, plain=lambda g, v, old, r, m: -r * v,
      ahead=lambda g, v, old, r, m: -r * v)  # fmt: skip
wrong("Your velocity is a running mean of the gradients, and nesterov is never looked at: momentum adds g whole.", 2,
      changed=lambda g, v, r, m: m * v + (1 - m) * g, plain=lambda g, v, old, r, m: -r * v,
      ahead=lambda g, v, old, r, m: -r * v)  # fmt: skip
wrong("Your velocity has + rate g and is subtracted (the other dialect), and nesterov is never looked at.", 2,
      changed=lambda g, v, r, m: m * v + r * g, plain=lambda g, v, old, r, m: -v,
      ahead=lambda g, v, old, r, m: -v)  # fmt: skip
wrong("Nesterov's step is -rate g alone; momentum times the new velocity belongs to it.", 3,
      ahead=lambda g, v, old, r, m: -r * g)  # fmt: skip
wrong("Nesterov's step takes the old velocity and -rate g twice: it is momentum times the *new* velocity - rate g.", 3,
      ahead=lambda g, v, old, r, m: m * old - (1 + m) * r * g)  # fmt: skip


def wrong_results(sentence, hint, results):
    """A mistake in what is returned: results of theta and of what was right."""

    @mistakes(sentence, hint=hint)
    def momentum_step__results(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
        return results(theta, velocity, *right(theta, g, velocity, rate, momentum, nesterov))


wrong_results("The velocity is returned as it came: the next step needs the new one.", 2,
              lambda theta, velocity, moved, new: (moved, velocity.copy()))  # fmt: skip
wrong_results("theta is returned as it came: it moves along the velocity.", 2,
              lambda theta, velocity, moved, new: (theta.copy(), new))  # fmt: skip
wrong_results("Your first result is the step alone; it is theta after the step.", 2,
              lambda theta, velocity, moved, new: (moved - theta, new))  # fmt: skip
wrong_results("In Nesterov's form your step is returned for the velocity, and the next one goes on from there: it is "
              "the same velocity as in the ordinary form.", 3,
              lambda theta, velocity, moved, new: (moved, moved - theta))  # fmt: skip
wrong_results("The order is theta, velocity.", 1, lambda theta, velocity, moved, new: (new, moved))
wrong_results("Only theta is returned; the next step needs the velocity as well.", 1,
              lambda theta, velocity, moved, new: moved)  # fmt: skip
wrong_results("Only the velocity is returned; theta is asked for as well, and comes first.", 1,
              lambda theta, velocity, moved, new: new)  # fmt: skip


@mistakes("theta and velocity are changed in place: *= and -= write into the arrays of the caller.", hint=2)
def momentum_step__in_place(theta, g, velocity, rate=0.01, momentum=0.9, nesterov=False):
    theta[...], velocity[...] = right(theta, g, velocity, rate, momentum, nesterov)
    return theta, velocity
