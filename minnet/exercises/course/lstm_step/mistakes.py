"""How an LSTM goes wrong, in one step and along series."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def overflowing(x):
    return 1 / (1 + np.exp(-x))


def blocks(a):
    return np.split(a, 4, axis=1)


def interleaved(a):
    return [a[:, k::4] for k in range(4)]


def step(x, h, c, W, U, b, a=lambda x, h, W, U, b: x @ W + h @ U + b, parts=blocks, order="ifgo",
         gate=sigmoid, candidate=np.tanh, new_c=lambda i, f, g, c: f * c + i * g,
         new_h=lambda o, new, old: o * np.tanh(new)):  # fmt: skip
    """The new h and c, with one thing changed."""
    named = dict(zip(order, parts(a(x, h, W, U, b)), strict=True))
    i, f, o = (gate(named[letter]) for letter in "ifo")
    new = new_c(i, f, candidate(named["g"]), c)
    return new_h(o, new, c), new


def changed(result=lambda h, c: (h, c), **change):
    def lstm_step__(x, h, c, W, U, b):
        return result(*step(x, h, c, W, U, b, **change))

    return lstm_step__


for hint, sentence, change in (
    (2, "The columns are taken in the order i, f, o, g; it is i, f, g, o: the candidate comes third.",
     {"order": "ifog"}),
    (2, "Input and forget gate have changed places: the columns are those of i, f, g, o, and the new c is f c + i g.",
     {"order": "figo"}),
    (2, "The columns are taken in the order f, i, o, g; it is i, f, g, o.", {"order": "fiog"}),
    (2, "The columns are taken in the order f, g, i, o; it is i, f, g, o.", {"order": "fgio"}),
    (2, "The columns are taken in the order i, g, f, o; it is i, f, g, o: the forget gate comes second.",
     {"order": "igfo"}),
    (2, "The columns are taken in the order i, o, g, f: forget and output gate have changed places.",
     {"order": "iogf"}),
    (2, "Every fourth column is taken for a gate; its columns lie side by side, u for i, then u for f, ...",
     {"parts": interleaved}),
    (3, "The candidate g goes through the sigmoid; it is tanh(a_g), from -1 to 1.", {"candidate": sigmoid}),
    (3, "The gates go through tanh; they are sigmoids, from 0 to 1.", {"gate": np.tanh}),
    (3, "The candidate g is used as it stands, without its tanh.", {"candidate": lambda a: a}),
    (3, "The gates are used as they stand: sigmoids make numbers from 0 to 1 of them.", {"gate": lambda a: a}),
    (4, "Your h is o times c: the tanh of the new c is missing.", {"new_h": lambda o, new, old: o * new}),
    (4, "Your h is made of the old c; the new c comes first, then h from it.",
     {"new_h": lambda o, new, old: o * np.tanh(old)}),
    (4, "Your h is tanh(c) without the output gate.", {"new_h": lambda o, new, old: np.tanh(new)}),
    (4, "Your h is tanh(o c): the gate multiplies the tanh, and is not in it.",
     {"new_h": lambda o, new, old: np.tanh(o * new)}),
    (4, "Your h has the sigmoid of c; it is o tanh(c).", {"new_h": lambda o, new, old: o * sigmoid(new)}),
    (3, "All four blocks go through the sigmoid, and g through tanh after it: g is tanh(a_g).",
     {"candidate": lambda a: np.tanh(sigmoid(a))}),
    (3, "1 is added to a_f: a large bias of the forget gate is a way to begin, and then it is in b.",
     {"a": lambda x, h, W, U, b: x @ W + h @ U + b + np.repeat([0, 1, 0, 0], len(U))}),
    (3, "b is added twice: there is one, for x W and h U together.",
     {"a": lambda x, h, W, U, b: x @ W + h @ U + 2 * b}),
    (4, "Brackets are wrong in your new c: the forget gate multiplies the old c only, not i g.",
     {"new_c": lambda i, f, g, c: f * (c + i * g)}),
    (4, "The old c is not in your new one: f c is missing.", {"new_c": lambda i, f, g, c: i * g}),
    (4, "The old c is kept whole in your new one: the forget gate multiplies it.",
     {"new_c": lambda i, f, g, c: c + i * g}),
    (4, "The candidate is added whole in your new c: the input gate multiplies it.",
     {"new_c": lambda i, f, g, c: f * c + g}),
    (4, "The input gate is added, and not the candidate times the input gate: i g.",
     {"new_c": lambda i, f, g, c: f * c + i}),
    (4, "Your new c keeps 1 - f of the old one: what f lets pass is kept, f c.",
     {"new_c": lambda i, f, g, c: (1 - f) * c + i * g}),
    (4, "Your new c keeps 1 - i of the old one; the forget gate is a gate of its own, f c.",
     {"new_c": lambda i, f, g, c: (1 - i) * c + i * g}),
    (4, "Your new c adds (1 - f) g, as a GRU would; the LSTM's input gate is a gate of its own, i g.",
     {"new_c": lambda i, f, g, c: f * c + (1 - f) * g}),
    (4, "The c that you return has gone through tanh: only in h it does; the next step needs c itself.",
     {"result": lambda h, c: (h, np.tanh(c))}),
    (4, "Your new c goes through tanh before it is kept, and once more in h: only in h it does.",
     {"new_c": lambda i, f, g, c: np.tanh(f * c + i * g)}),
    (1, "h U is missing: the state of the time before takes part.", {"a": lambda x, h, W, U, b: x @ W + b}),
    (4, "The old c times f and i g are multiplied in your new c; they are added.",
     {"new_c": lambda i, f, g, c: f * c * i * g}),
    (1, "Inputs and states are joined in one order, W and U in the other: rows of W meet x, rows of U meet h.",
     {"a": lambda x, h, W, U, b: np.hstack([h, x]) @ np.vstack([W, U]) + b}),
    (1, "x W is missing: the inputs take part.", {"a": lambda x, h, W, U, b: h @ U + b}),
    (1, "The bias b is missing.", {"a": lambda x, h, W, U, b: x @ W + h @ U}),
    (1, "The order is h, c.", {"result": lambda h, c: (c, h)}),
    (1, "There are more than two results; h and c are asked for.", {"result": lambda h, c: (h, c, c)}),
    (1, "Only h is returned; the next step needs c as well.", {"result": lambda h, c: h}),
):  # fmt: skip
    mistakes(sentence, hint=hint)(changed(**change))


@mistakes("a is made of c, where h is due: c is not multiplied by U, it is only kept.", hint=1)
def lstm_step__c_times_u(x, h, c, W, U, b):
    return step(x, c, c, W, U, b)


@mistakes("The c that you return is the old one: h is made of the new c, and the next step needs it too.", hint=4)
def lstm_step__old_c_returned(x, h, c, W, U, b):
    return step(x, h, c, W, U, b)[0], c.copy()


@mistakes("c is changed in place: c *= f writes into the array of the caller. Make a new one, f * c + i * g.", hint=4)
def lstm_step__in_place(x, h, c, W, U, b):
    new, c[...] = step(x, h, c, W, U, b)
    return new, c


def run(x, W, U, b, times=None, start=0.0, keep=lambda h, c: h, on=lambda h, c, new_h, new_c: (new_h, new_c),
        gate=sigmoid):  # fmt: skip
    """States of all times, (time, n, u)."""
    h = c = np.full((len(x), len(U)), start)
    states = []
    for t in range(x.shape[1]) if times is None else times:
        new_h, new_c = step(x[:, t], h, c, W, U, b, gate=gate)
        states.append(keep(new_h, new_c))
        h, c = on(h, c, new_h, new_c)
    return np.array(states)


@mistakes("exp(-x) overflows where a sigmoid's argument is below -709: the sigmoid of the stub does not.", hint=3)
def lstm_states__overflow(x, W, U, b):
    return run(x, W, U, b, gate=overflowing).swapaxes(0, 1)


@mistakes("c is 0 at every time: it is handed on, as h is.", hint=5)
def lstm_states__c_forgotten(x, W, U, b):
    return run(x, W, U, b, on=lambda h, c, new_h, new_c: (new_h, c)).swapaxes(0, 1)


@mistakes("h is 0 at every time: it is handed on, as c is.", hint=5)
def lstm_states__h_forgotten(x, W, U, b):
    return run(x, W, U, b, on=lambda h, c, new_h, new_c: (h, new_c)).swapaxes(0, 1)


@mistakes("Every time begins with h = c = 0: both are handed on.", hint=5)
def lstm_states__both_forgotten(x, W, U, b):
    return run(x, W, U, b, on=lambda h, c, new_h, new_c: (h, c)).swapaxes(0, 1)


@mistakes("h and c have changed places on the way from one time to the next.", hint=5)
def lstm_states__swapped(x, W, U, b):
    return run(x, W, U, b, on=lambda h, c, new_h, new_c: (new_c, new_h)).swapaxes(0, 1)


@mistakes("h is handed on as c too: the two are different arrays.", hint=5)
def lstm_states__h_for_both(x, W, U, b):
    return run(x, W, U, b, on=lambda h, c, new_h, new_c: (new_h, new_h)).swapaxes(0, 1)


@mistakes("Your result is c at all times; h is asked for.", hint=5)
def lstm_states__of_c(x, W, U, b):
    return run(x, W, U, b, keep=lambda h, c: c).swapaxes(0, 1)


@mistakes("h and c have changed places: a step returns h, then c, and h is what is kept of every time.", hint=5)
def lstm_states__unpacked_the_other_way(x, W, U, b):
    return run(x, W, U, b, keep=lambda h, c: c, on=lambda h, c, new_h, new_c: (new_c, new_h)).swapaxes(0, 1)


@mistakes("The states of one sample are handed on to the next one: each begins with h = c = 0.", hint=5)
def lstm_states__from_sample_to_sample(x, W, U, b):
    n, time, i = x.shape
    return run(x.reshape(1, n * time, i), W, U, b).reshape(n, time, len(U))


@mistakes("c is returned too; only the states h of all times are asked for.", hint=5)
def lstm_states__with_c(x, W, U, b):
    return run(x, W, U, b).swapaxes(0, 1), run(x, W, U, b, keep=lambda h, c: c)[-1]


@mistakes("Your result is (time, n, u): samples come first, (n, time, u).", hint=5)
def lstm_states__times_first(x, W, U, b):
    return run(x, W, U, b)


@mistakes("Your loop goes over the samples, the first axis of x; times are the second, x[:, t].", hint=5)
def lstm_states__over_the_samples(x, W, U, b):
    return run(x.swapaxes(0, 1), W, U, b)


@mistakes("Only the last state is returned; those of all times are asked for.", hint=5)
def lstm_states__last(x, W, U, b):
    return run(x, W, U, b)[-1]


@mistakes("The series is read from its end.", hint=5)
def lstm_states__backwards(x, W, U, b):
    return run(x, W, U, b, times=range(x.shape[1])[::-1])[::-1].swapaxes(0, 1)


@mistakes("The 0 before the first time is one of your states, and there is one too many.", hint=5)
def lstm_states__with_the_start(x, W, U, b):
    states = run(x, W, U, b)
    return np.concatenate([0 * states[:1], states]).swapaxes(0, 1)


@mistakes("Your states are those before each time, 0 first: state t is what comes out of time t.", hint=5)
def lstm_states__one_late(x, W, U, b):
    states = run(x, W, U, b)
    return np.concatenate([0 * states[:1], states[:-1]]).swapaxes(0, 1)


@mistakes("h and c begin with ones in yours; before the first time they are 0.", hint=5)
def lstm_states__from_ones(x, W, U, b):
    return run(x, W, U, b, start=1.0).swapaxes(0, 1)


@mistakes("The first time is left out: x[:, 0] makes the first state.", hint=5)
def lstm_states__first_time_left_out(x, W, U, b):
    return run(x, W, U, b, times=range(1, x.shape[1])).reshape(-1, len(x), len(U)).swapaxes(0, 1)


@mistakes(
    "All entries of your list are one array, which every time writes into: the last state is in all of them.", hint=5
)
def lstm_states__one_array(x, W, U, b):
    states = run(x, W, U, b).swapaxes(0, 1)
    return np.repeat(states[:, -1:], x.shape[1], axis=1)


@mistakes("The first inputs are read at every time: x[:, t].", hint=5)
def lstm_states__first_inputs(x, W, U, b):
    return run(x, W, U, b, times=[0] * x.shape[1]).swapaxes(0, 1)
