"""How Adam goes wrong."""

from types import SimpleNamespace

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()
FORMULAS = {
    "new_m": lambda a: a.beta_1 * a.m + (1 - a.beta_1) * a.g,
    "new_v": lambda a: a.beta_2 * a.v + (1 - a.beta_2) * a.g**2,
    "m_hat": lambda a: a.new_m / (1 - a.beta_1**a.t),
    "v_hat": lambda a: a.new_v / (1 - a.beta_2**a.t),
    "step": lambda a: a.rate * a.m_hat / (np.sqrt(a.v_hat) + a.epsilon),
    "new_theta": lambda a: a.theta - a.step,
    "results": lambda a: (a.new_theta, a.new_m, a.new_v),
}


def by_formulas(formulas, **arguments):
    """Adam line by line, each line a formula of the arguments and of the lines before it."""
    a = SimpleNamespace(**arguments)
    for name, formula in formulas.items():
        setattr(a, name, formula(a))
    return a


def wrong(sentence, hint, **changes):
    """A mistake in one or several of the lines."""

    @mistakes(sentence, hint=hint)
    def adam__formula(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
        arguments = {"rate": rate, "beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon}
        return by_formulas(FORMULAS | changes, theta=theta, g=g, m=m, v=v, t=t, **arguments).results


wrong("Your v is a mean of the gradients, not of their squares.", 2,
      new_v=lambda a: a.beta_2 * a.v + (1 - a.beta_2) * a.g)  # fmt: skip
wrong("Your v is a mean of the sizes of the gradients, |g|, not of their squares.", 2,
      new_v=lambda a: a.beta_2 * a.v + (1 - a.beta_2) * np.abs(a.g))  # fmt: skip
wrong("Your v takes 2 g where g squared is due: g**2.", 2, new_v=lambda a: a.beta_2 * a.v + (1 - a.beta_2) * 2 * a.g)
wrong("In your v the factor 1 - beta_2 is squared too: only g is.", 2,
      new_v=lambda a: a.beta_2 * a.v + ((1 - a.beta_2) * a.g) ** 2)  # fmt: skip
wrong("In your v one square of all gradients together, |g|^2, is taken: each entry has its own.", 2,
      new_v=lambda a: a.beta_2 * a.v + (1 - a.beta_2) * np.sum(a.g**2))  # fmt: skip
wrong("In your v one mean of all squares is taken: each entry has its own.", 2,
      new_v=lambda a: a.beta_2 * a.v + (1 - a.beta_2) * np.mean(a.g**2))  # fmt: skip
wrong("Your v takes the square of m, the line above; it is that of g.", 2,
      new_v=lambda a: a.beta_2 * a.v + (1 - a.beta_2) * a.new_m**2)  # fmt: skip
wrong("Your v takes the square of m_hat, the line above; it is that of g.", 2,
      new_v=lambda a: a.beta_2 * a.v + (1 - a.beta_2) * (a.new_m / (1 - a.beta_1**a.t)) ** 2)  # fmt: skip
wrong("Your v takes the square of g - m (as AdaBelief does); it is that of g.", 2,
      new_v=lambda a: a.beta_2 * a.v + (1 - a.beta_2) * (a.g - a.new_m) ** 2)  # fmt: skip
wrong("Your v goes on from m, the line above: it keeps beta_2 of v itself.", 2,
      new_v=lambda a: a.beta_2 * a.m + (1 - a.beta_2) * a.g**2)  # fmt: skip
wrong("Your v goes on from the new m, the line above: it keeps beta_2 of v itself.", 2,
      new_v=lambda a: a.beta_2 * a.new_m + (1 - a.beta_2) * a.g**2)  # fmt: skip
wrong("In your v the betas have changed places: the old mean counts 0.999, the new square 0.001.", 2,
      new_v=lambda a: (1 - a.beta_2) * a.v + a.beta_2 * a.g**2)  # fmt: skip
wrong("Your v lacks the factor 1 - beta_2 of the new square: that is a sum, not a mean.", 2,
      new_v=lambda a: a.beta_2 * a.v + a.g**2)  # fmt: skip
wrong("Your v keeps all of itself: beta_2 is missing before it.", 2, new_v=lambda a: a.v + (1 - a.beta_2) * a.g**2)
wrong("Your v forgets the one before: it keeps beta_2 of itself.", 2, new_v=lambda a: (1 - a.beta_2) * a.g**2)
wrong("Your v is the sum of all squares (as in AdaGrad), not a running mean.", 2, new_v=lambda a: a.v + a.g**2)
wrong("Your v has beta_1, the line above; beta_2 belongs to v.", 2,
      new_v=lambda a: a.beta_1 * a.v + (1 - a.beta_1) * a.g**2)  # fmt: skip
wrong("The new square in your v counts 1 - beta_1, as in the line above; it counts 1 - beta_2.", 2,
      new_v=lambda a: a.beta_2 * a.v + (1 - a.beta_1) * a.g**2)  # fmt: skip
wrong("In your m the betas have changed places: the old mean counts 0.9, the new gradient 0.1.", 2,
      new_m=lambda a: (1 - a.beta_1) * a.m + a.beta_1 * a.g)  # fmt: skip
wrong("In your m and v the betas have changed places: the old mean counts beta, what is new 1 - beta.", 2,
      new_m=lambda a: (1 - a.beta_1) * a.m + a.beta_1 * a.g,
      new_v=lambda a: (1 - a.beta_2) * a.v + a.beta_2 * a.g**2)  # fmt: skip
wrong("Your m lacks the factor 1 - beta_1 of the new gradient: that is momentum, not a mean.", 2,
      new_m=lambda a: a.beta_1 * a.m + a.g)  # fmt: skip
wrong("Your m and v lack the factor 1 - beta of what is new: those are sums, not means.", 2,
      new_m=lambda a: a.beta_1 * a.m + a.g, new_v=lambda a: a.beta_2 * a.v + a.g**2)  # fmt: skip
wrong("Your m keeps all of itself: beta_1 is missing before it.", 2, new_m=lambda a: a.m + (1 - a.beta_1) * a.g)
wrong("Your m forgets the one before: it keeps beta_1 of itself.", 2, new_m=lambda a: (1 - a.beta_1) * a.g)
wrong("Your m is a mean of the squares; that is v. m is one of the gradients.", 2,
      new_m=lambda a: a.beta_1 * a.m + (1 - a.beta_1) * a.g**2)  # fmt: skip
wrong("The gradient is subtracted in your m; it is added.", 2, new_m=lambda a: a.beta_1 * a.m - (1 - a.beta_1) * a.g)
wrong("Your m has beta_2; beta_1 belongs to m.", 2, new_m=lambda a: a.beta_2 * a.m + (1 - a.beta_2) * a.g)
wrong("beta_1 belongs to m and beta_2 to v: yours have changed places.", 2,
      new_m=lambda a: a.beta_2 * a.m + (1 - a.beta_2) * a.g,
      new_v=lambda a: a.beta_1 * a.v + (1 - a.beta_1) * a.g**2,
      m_hat=lambda a: a.new_m / (1 - a.beta_2**a.t), v_hat=lambda a: a.new_v / (1 - a.beta_1**a.t))  # fmt: skip
wrong("beta_1 belongs to m and beta_2 to v: in your means they have changed places.", 2,
      new_m=lambda a: a.beta_2 * a.m + (1 - a.beta_2) * a.g,
      new_v=lambda a: a.beta_1 * a.v + (1 - a.beta_1) * a.g**2)  # fmt: skip
wrong("beta_1 and beta_2 are never looked at: 0.9 and 0.999 are written in their place.", 2,
      new_m=lambda a: 0.9 * a.m + 0.1 * a.g, new_v=lambda a: 0.999 * a.v + 0.001 * a.g**2,
      m_hat=lambda a: a.new_m / (1 - 0.9**a.t), v_hat=lambda a: a.new_v / (1 - 0.999**a.t))  # fmt: skip

wrong("Your m is not corrected for its start at zero: at t = 1 you step by 0.1 g where the formula has g.", 3,
      m_hat=lambda a: a.new_m)  # fmt: skip
wrong("Your v is not corrected for its start at zero: at t = 1 it is 0.001 g^2 where the formula has g^2.", 3,
      v_hat=lambda a: a.new_v)  # fmt: skip
wrong("Neither m nor v is corrected for its start at zero: divide by 1 - beta^t.", 3,
      m_hat=lambda a: a.new_m, v_hat=lambda a: a.new_v)  # fmt: skip
wrong("m_hat is made of the old m: take the new one.", 3, m_hat=lambda a: a.m / (1 - a.beta_1**a.t))
wrong("v_hat is made of the old v: take the new one.", 3, v_hat=lambda a: a.v / (1 - a.beta_2**a.t))
wrong("m_hat and v_hat are made of the old m and v: take the new ones.", 3,
      m_hat=lambda a: a.m / (1 - a.beta_1**a.t), v_hat=lambda a: a.v / (1 - a.beta_2**a.t))  # fmt: skip
wrong("v_hat is made of m, the line above: it is v / (1 - beta_2^t).", 3,
      v_hat=lambda a: np.abs(a.new_m) / (1 - a.beta_2**a.t))  # fmt: skip
wrong("m_hat is corrected with beta_2; beta_1 belongs to m.", 3, m_hat=lambda a: a.new_m / (1 - a.beta_2**a.t))
wrong("v_hat is corrected with beta_1, the line above; beta_2 belongs to v.", 3,
      v_hat=lambda a: a.new_v / (1 - a.beta_1**a.t))  # fmt: skip
wrong("The betas have changed places in your corrections: beta_1 belongs to m and beta_2 to v.", 3,
      m_hat=lambda a: a.new_m / (1 - a.beta_2**a.t), v_hat=lambda a: a.new_v / (1 - a.beta_1**a.t))  # fmt: skip


def corrected(sentence, by):
    """Both corrections with another divisor."""
    wrong(sentence, 3, m_hat=lambda a: a.new_m / by(a.beta_1, a.t), v_hat=lambda a: a.new_v / by(a.beta_2, a.t))


corrected("t is 1 at the first step already: you correct with t + 1.", lambda beta, t: 1 - beta ** (t + 1))
corrected(
    "t is 1 at the first step: with t - 1 you divide by 0 there.", lambda beta, t: np.float64(1) - beta ** (t - 1)
)
corrected("t is missing in your corrections: divide by 1 - beta^t, not by 1 - beta.", lambda beta, t: 1 - beta)
corrected("beta is multiplied by t in your corrections: it is raised to the power t.", lambda beta, t: 1 - beta * t)
corrected("1 - beta is raised to the power t in your corrections: only beta is.", lambda beta, t: (1 - beta) ** t)
corrected("1 - is missing in your corrections: divide by 1 - beta^t.", lambda beta, t: beta**t)
corrected("You multiply by 1 - beta^t where you should divide: what is too small must grow.",
          lambda beta, t: 1 / (1 - beta**t))  # fmt: skip
corrected("The sign in your corrections is wrong: divide by 1 - beta^t, not 1 + beta^t.", lambda beta, t: 1 + beta**t)
corrected("The correction is made twice: dividing by 1 - beta^t once is enough.", lambda beta, t: (1 - beta**t) ** 2)
corrected("Your correction is that of the first step alone: t goes on, and the power with it.",
          lambda beta, t: 1 - beta if t == 1 else 1)  # fmt: skip


def stepped(sentence, step):
    """Another step."""
    wrong(sentence, 4, step=step)


stepped("Epsilon stands beside the root, not under it: sqrt(v_hat) + epsilon.",
        lambda a: a.rate * a.m_hat / np.sqrt(a.v_hat + a.epsilon))  # fmt: skip
stepped("Epsilon stands beside the root, not squared under it: sqrt(v_hat) + epsilon.",
        lambda a: a.rate * a.m_hat / np.sqrt(a.v_hat + a.epsilon**2))  # fmt: skip
stepped("Epsilon is added to the root of v, before its correction: it is sqrt(v_hat) + epsilon.",
        lambda a: a.rate * a.m_hat / ((np.sqrt(a.new_v) + a.epsilon) / np.sqrt(1 - a.beta_2**a.t)))  # fmt: skip
stepped("Parentheses are missing: epsilon belongs to the divisor, sqrt(v_hat) + epsilon.",
        lambda a: a.rate * a.m_hat / np.sqrt(a.v_hat) + a.epsilon)  # fmt: skip
stepped(
    "Epsilon is subtracted from the root; it is added.", lambda a: a.rate * a.m_hat / (np.sqrt(a.v_hat) - a.epsilon)
)
stepped("Parentheses are missing: epsilon belongs to the divisor, sqrt(v_hat) + epsilon; yours is added to theta.",
        lambda a: a.rate * a.m_hat / np.sqrt(a.v_hat) - a.epsilon)  # fmt: skip
stepped("The larger of root and epsilon is taken; they are added.",
        lambda a: a.rate * a.m_hat / np.maximum(np.sqrt(a.v_hat), a.epsilon))  # fmt: skip
stepped(
    "Epsilon is missing: where no gradient has come yet, 0 / 0 is nan.", lambda a: a.rate * a.m_hat / np.sqrt(a.v_hat)
)
stepped("epsilon is never looked at: 1e-8 is written in its place.",
        lambda a: a.rate * a.m_hat / (np.sqrt(a.v_hat) + 1e-8))  # fmt: skip
stepped("The root is missing: the step is divided by sqrt(v_hat) + epsilon.",
        lambda a: a.rate * a.m_hat / (a.v_hat + a.epsilon))  # fmt: skip
stepped("v_hat is squared where its root is due.", lambda a: a.rate * a.m_hat / (a.v_hat**2 + a.epsilon))
stepped("The step is multiplied by sqrt(v_hat) + epsilon; it is divided.",
        lambda a: a.rate * a.m_hat * (np.sqrt(a.v_hat) + a.epsilon))  # fmt: skip
stepped("The step is not divided by sqrt(v_hat) + epsilon: that is momentum.", lambda a: a.rate * a.m_hat)
stepped("Your step is the gradient over sqrt(v_hat): that is RMSProp. Adam's goes along m_hat.",
        lambda a: a.rate * a.g / (np.sqrt(a.v_hat) + a.epsilon))  # fmt: skip
stepped("The rate is missing in your step.", lambda a: a.m_hat / (np.sqrt(a.v_hat) + a.epsilon))
stepped("The rate is never looked at: 0.001 is written in its place.",
        lambda a: 0.001 * a.m_hat / (np.sqrt(a.v_hat) + a.epsilon))  # fmt: skip
stepped("The rate is divided by sqrt(t) in your step; it stays as it is.",
        lambda a: a.rate / np.sqrt(a.t) * a.m_hat / (np.sqrt(a.v_hat) + a.epsilon))  # fmt: skip


def returned(sentence, hint, results):
    """Other results."""
    wrong(sentence, hint, results=results)


wrong("You step uphill: the update is subtracted.", 4, new_theta=lambda a: a.theta + a.step)
returned("You return the corrected means; the next step needs m and v themselves.", 4,
         lambda a: (a.new_theta, a.m_hat, a.v_hat))  # fmt: skip
returned("Your m is returned corrected; the next step needs m itself.", 4, lambda a: (a.new_theta, a.m_hat, a.new_v))
returned("Your v is returned corrected; the next step needs v itself.", 4, lambda a: (a.new_theta, a.new_m, a.v_hat))
returned("m and v are returned as they came: the next step needs the new ones.", 4,
         lambda a: (a.new_theta, a.m.copy(), a.v.copy()))  # fmt: skip
returned("m is returned as it came: the next step needs the new one.", 4, lambda a: (a.new_theta, a.m.copy(), a.new_v))
returned("v is returned as it came: the next step needs the new one.", 4, lambda a: (a.new_theta, a.new_m, a.v.copy()))
returned("theta is returned as it came: subtract the step from it.", 4, lambda a: (a.theta.copy(), a.new_m, a.new_v))
returned("Your first result is the step alone; it is theta after the step.", 4, lambda a: (-a.step, a.new_m, a.new_v))
returned("Your first result is the step alone; it is theta less the step.", 4, lambda a: (a.step, a.new_m, a.new_v))
returned("The order is theta, m, v: your last two have changed places.", 1, lambda a: (a.new_theta, a.new_v, a.new_m))
returned("The order is theta, m, v.", 1, lambda a: (a.new_m, a.new_v, a.new_theta))
returned("Only theta is returned; the next step needs m and v as well.", 1, lambda a: a.new_theta)
returned("theta is missing in what you return: theta, m and v.", 1, lambda a: (a.new_m, a.new_v))


def in_place(sentence, *names):
    """Right results, some of which are written into the arguments."""

    @mistakes(sentence, hint=4)
    def adam__in_place(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
        given = {"theta": theta, "m": m, "v": v}
        arguments = {"rate": rate, "beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon}
        results = by_formulas(FORMULAS, g=g, t=t, **given, **arguments).results
        for name, result in zip(given, results, strict=True):
            if name in names:
                given[name][...] = result
        return results


in_place("An argument is changed in place: +=, *= and m[...] = write into the arrays of the caller.", "theta", "m", "v")
