"""How a schedule goes wrong."""

import math

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def half_cosine(phase, peak, minimum):
    return minimum + (peak - minimum) * (1 + math.cos(math.pi * phase)) / 2


def rate(step, peak, warmup, decay, minimum, rise=None, fall=half_cosine, phase=None, first=None, longest=1.0):
    """The schedule with one thing changed: the rise, the fall, its phase, its first step, or the end of the phase."""
    if step < (warmup if first is None else first):
        return peak * (step + 1) / warmup if rise is None else rise(step)
    at = (step - warmup) / decay if phase is None else phase(step)
    return fall(min(at, longest), peak, minimum)


@mistakes("Your first step has the rate 0: it is number 0, and the line goes by step + 1.", hint=2)
def learning_rate__from_zero(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, rise=lambda step: peak * step / warmup)


@mistakes("Your warm-up does not reach the peak at step warmup - 1: you divide by warmup + 1.", hint=2)
def learning_rate__slow_rise(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, rise=lambda step: peak * (step + 1) / (warmup + 1))


@mistakes("Your warm-up begins at the minimum: its line is that from 0, peak (step + 1) / warmup.", hint=2)
def learning_rate__from_the_minimum(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, rise=lambda step: minimum + (peak - minimum) * (step + 1) / warmup)


@mistakes("Your warm-up has the peak from the first step on.", hint=2)
def learning_rate__no_rise(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, rise=lambda step: peak)


@mistakes("Your warm-up is cut to whole numbers: // divides without a remainder, / divides.", hint=2)
def learning_rate__whole_rise(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, rise=lambda step: peak * ((step + 1) // warmup))


@mistakes("Your warm-up is one step too long: step warmup is the first of the decay, so compare with <.", hint=2)
def learning_rate__long_rise(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, first=warmup + 1)


@mistakes("With warmup = 0 you divide by 0: there is no warm-up then, and nothing to divide.", hint=2)
def learning_rate__divides_by_zero(step, peak, warmup, decay, minimum=0.0):
    rise = (step + 1) / warmup
    return peak * rise if rise <= 1 else rate(step, peak, warmup, decay, minimum)


@mistakes("k // decay is 0 all through the decay: / divides.", hint=3)
def learning_rate__whole_phase(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, phase=lambda step: (step - warmup) // decay)


@mistakes("Your decay reaches the minimum one step early: k is divided by decay, not by decay - 1.", hint=3)
def learning_rate__short_decay(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, phase=lambda step: (step - warmup) / (decay - 1))


def with_phase(phase, ends):
    """A decay with another phase: it ends at step warmup + decay, or else is cut to 0 to 1."""

    def learning_rate__(step, peak, warmup, decay, minimum=0.0):
        def at(step):
            k = phase(step, warmup, decay)
            return max(k, 0) if not ends else k if step < warmup + decay else 1.0

        return rate(step, peak, warmup, decay, minimum, phase=at, longest=math.inf if ends else 1.0)

    return learning_rate__


for sentence, phase in (
    ("Your decay counts from step 0: its k is 0 at step warmup.", lambda step, warmup, decay: step / decay),
    ("Your decay counts from step 1: its k is 0 at step warmup.", lambda step, warmup, decay: (step + 1) / decay),
    ("Your decay is one step ahead: k is 0 at step warmup, not 1.",
     lambda step, warmup, decay: (step - warmup + 1) / decay),
    ("Your decay is one step behind: k is 0 at step warmup already.",
     lambda step, warmup, decay: (step - warmup - 1) / decay),
    ("Your decay is stretched by one step: k is divided by decay, not by decay + 1.",
     lambda step, warmup, decay: (step - warmup) / (decay + 1)),
    ("Your decay takes warmup + decay steps: k is divided by decay alone.",
     lambda step, warmup, decay: (step - warmup) / (warmup + decay)),
    ("Your decay goes by step over warmup + decay: it goes by k = step - warmup over decay.",
     lambda step, warmup, decay: step / (warmup + decay)),
    ("You take decay for the number of the last step: the decay has that many steps behind the warm-up.",
     lambda step, warmup, decay: (step - warmup) / (decay - warmup)),
):  # fmt: skip
    for ends in (False, True):
        mistakes(sentence, hint=3)(with_phase(phase, ends))


@mistakes("pi is missing in your cosine: it goes from cos(0) = 1 to cos(pi) = -1.", hint=3)
def learning_rate__no_pi(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, fall=lambda phase, *ends: half_cosine(phase / math.pi, *ends))


@mistakes("Your cosine goes through a whole period, down and up again: half of one is asked for, to cos(pi).", hint=3)
def learning_rate__whole_period(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, fall=lambda phase, *ends: half_cosine(2 * phase, *ends))


@mistakes("Your cosine goes through a quarter of a period: half of one is asked for, to cos(pi).", hint=3)
def learning_rate__quarter(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, fall=lambda phase, *ends: half_cosine(phase / 2, *ends))


@mistakes("np.cos takes radians: half a circle is pi, not 180.", hint=3)
def learning_rate__degrees(step, peak, warmup, decay, minimum=0.0):
    def degrees(phase, *ends):
        return half_cosine(180 / math.pi * phase, *ends)

    return rate(step, peak, warmup, decay, minimum, fall=degrees)


@mistakes("Behind the decay your rate rises again: there it stays at the minimum.", hint=4)
def learning_rate__rises_again(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, longest=math.inf)


@mistakes("Behind the decay your rate is 0; it is the minimum.", hint=4)
def learning_rate__zero_at_the_end(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum) if step < warmup + decay else 0.0


@mistakes("Behind the decay your rate is the peak; it is the minimum.", hint=4)
def learning_rate__peak_at_the_end(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum) if step < warmup + decay else peak


@mistakes("Behind the decay your function returns nothing (None); it is the minimum.", hint=4)
def learning_rate__nothing_at_the_end(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum) if step < warmup + decay else None


@mistakes("Your decay breaks off at step number decay: it ends at step warmup + decay.", hint=4)
def learning_rate__breaks_off(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum) if step < max(decay, warmup) else minimum


@mistakes("The minimum is never looked at: your rate falls to 0.", hint=4)
def learning_rate__no_minimum(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, 0.0)


@mistakes("The minimum is subtracted from the peak, and never added again: your rate falls to 0.", hint=4)
def learning_rate__minimum_not_added(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, fall=lambda phase, *_: half_cosine(phase, peak - minimum, 0.0))


@mistakes("The minimum is added to a cosine from the whole peak: the cosine goes over peak - minimum.", hint=4)
def learning_rate__minimum_on_top(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, fall=lambda phase, *_: minimum + half_cosine(phase, peak, 0.0))


@mistakes(
    "Your cosine falls towards 0 and is cut off at the minimum: it ends there by itself, with peak - minimum.", hint=4
)
def learning_rate__cut_off(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, fall=lambda phase, *_: max(minimum, half_cosine(phase, peak, 0.0)))


@mistakes("The half is missing: 1 + cos goes from 2 to 0.", hint=3)
def learning_rate__no_half(step, peak, warmup, decay, minimum=0.0):
    def twice(phase, peak, minimum):
        return minimum + (peak - minimum) * (1 + math.cos(math.pi * phase))

    return rate(step, peak, warmup, decay, minimum, fall=twice)


@mistakes("The 1 + is missing: a cosine goes from 1 to -1, and your rate becomes negative.", hint=3)
def learning_rate__bare_cosine(step, peak, warmup, decay, minimum=0.0):
    def bare(phase, peak, minimum):
        return minimum + (peak - minimum) * math.cos(math.pi * phase)

    return rate(step, peak, warmup, decay, minimum, fall=bare)


@mistakes("Your decay rises: 1 + cos falls, 1 - cos rises.", hint=3)
def learning_rate__rising(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, fall=lambda phase, *ends: half_cosine(1 - phase, *ends))


@mistakes("Your decay is a straight line; half a cosine is asked for.", hint=3)
def learning_rate__linear(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, warmup, decay, minimum, fall=lambda phase, *_: peak + (minimum - peak) * phase)


@mistakes("There is no warm-up in your schedule: the decay begins at step 0.", hint=2)
def learning_rate__no_warm_up(step, peak, warmup, decay, minimum=0.0):
    return rate(step, peak, 0, decay, minimum)


def run(gradient, theta, steps, rates):
    for k in range(steps):
        theta = theta - rates(k) * gradient(theta)
    return theta


@mistakes("Your steps are counted from 1: the first one has number 0.", hint=5)
def scheduled_descent__from_one(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    return run(gradient, theta, steps, lambda k: rate(k + 1, peak, warmup, decay, minimum))


@mistakes("Step 0 is left out: yours are 1 to steps - 1.", hint=5)
def scheduled_descent__without_first(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    return run(gradient, theta, steps - 1, lambda k: rate(k + 1, peak, warmup, decay, minimum))


@mistakes("All your steps have the peak for their rate: each has its own.", hint=5)
def scheduled_descent__peak(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    return run(gradient, theta, steps, lambda k: peak)


@mistakes("All your steps have the rate of step 0: each has its own.", hint=5)
def scheduled_descent__first_rate(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    return run(gradient, theta, steps, lambda k: rate(0, peak, warmup, decay, minimum))


@mistakes("All your steps have the rate of step number `steps`: each has its own.", hint=5)
def scheduled_descent__last_rate(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    return run(gradient, theta, steps, lambda k: rate(steps, peak, warmup, decay, minimum))


@mistakes("Your rates come in reverse order: the first step has number 0.", hint=5)
def scheduled_descent__backwards(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    return run(gradient, theta, steps, lambda k: rate(steps - 1 - k, peak, warmup, decay, minimum))


@mistakes("The minimum does not reach your schedule: pass it on to learning_rate.", hint=5)
def scheduled_descent__no_minimum(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    return run(gradient, theta, steps, lambda k: rate(k, peak, warmup, decay, 0.0))


@mistakes("The gradient is taken once, at the start: every step needs that at the theta it begins with.", hint=5)
def scheduled_descent__one_gradient(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    g = gradient(theta)
    return run(lambda theta: g, theta, steps, lambda k: rate(k, peak, warmup, decay, minimum))


@mistakes("Every step begins at the first theta again: it goes on from where the last one has led.", hint=5)
def scheduled_descent__from_the_start(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    return theta - rate(steps - 1, peak, warmup, decay, minimum) * gradient(theta)


@mistakes("One step too many is made.", hint=5)
def scheduled_descent__one_more(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    return run(gradient, theta, steps + 1, lambda k: rate(k, peak, warmup, decay, minimum))


@mistakes("One step too few is made.", hint=5)
def scheduled_descent__one_less(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    return run(gradient, theta, steps - 1, lambda k: rate(k, peak, warmup, decay, minimum))


@mistakes("One step is made, whatever `steps` is: a return inside of the loop ends it.", hint=5)
def scheduled_descent__one_step(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    return run(gradient, theta, 1, lambda k: rate(k, peak, warmup, decay, minimum))


@mistakes("You return theta after every step; theta after the last one is asked for.", hint=5)
def scheduled_descent__all(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    path = []
    for k in range(steps):
        theta = theta - rate(k, peak, warmup, decay, minimum) * gradient(theta)
        path.append(theta)
    return np.array(path)


@mistakes("Your steps lead uphill: they are subtracted.", hint=5)
def scheduled_descent__uphill(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    return run(gradient, theta, steps, lambda k: -rate(k, peak, warmup, decay, minimum))


@mistakes("theta is changed in place: -= writes into the array of the caller. Begin with a copy.", hint=5)
def scheduled_descent__in_place(gradient, theta, steps, peak, warmup, decay, minimum=0.0):
    theta[...] = run(gradient, theta, steps, lambda k: rate(k, peak, warmup, decay, minimum))
    return theta
