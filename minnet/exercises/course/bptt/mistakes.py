"""How a recurrent layer goes wrong, forwards and backwards."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def forward(x, W, U, b, start, f=np.tanh, times=None, carry=lambda h, a: h):
    h, states = start, np.empty((*x.shape[:2], len(U)))
    for t in range(x.shape[1]) if times is None else times:
        a = x[:, t] @ W + h @ U + b
        states[:, t] = f(a)
        h = carry(states[:, t], a)
    return states


def backward(x, W, U, start, states, dstates, slope=lambda h, before: 1 - h**2, **change):
    """The right way back with one thing changed."""
    times = range(x.shape[1])
    dx, da, back = np.zeros(x.shape), np.zeros(states.shape), np.zeros(start.shape)
    before = np.concatenate([start[:, None], states[:, :-1]], axis=1)
    for t in times if change.get("forwards") else reversed(times):
        dh = change.get("join", lambda output, back, t: output + back)(dstates[:, t], back, t)
        da[:, t] = dh * slope(states[:, t], before[:, t])
        dx[:, t] = da[:, t] @ W.T
        back = change.get("carry", lambda dh, da: da @ U.T)(dh, da[:, t])
    used = change.get("before", before)
    dW, dU = np.einsum("nti,nth->ih", x, da), np.einsum("ntg,nth->gh", used, da)
    return dx, dW, dU, da.sum(axis=(0, 1)), back


def slopes(W, U, start, states, dstates):
    """da of all times: what a layer whose inputs are the sums a_t has for dx."""
    return backward(np.zeros(states.shape), np.eye(len(U)), U, start, states, dstates)[0]


@mistakes("Your states do not begin at `start`: the first step has to add start U.", hint=2)
def rnn_forward__from_zero(x, W, U, b, start):
    return forward(x, W, U, b, np.zeros(start.shape))


@mistakes("Every step begins at `start`: the new state is not handed on to the next step.", hint=2)
def rnn_forward__state_forgotten(x, W, U, b, start):
    return forward(x, W, U, b, start, carry=lambda h, a: start)


@mistakes("The bias b is not added.", hint=2)
def rnn_forward__no_bias(x, W, U, b, start):
    return forward(x, W, U, 0 * b, start)


@mistakes("There is no tanh: your states are the sums a_t themselves.", hint=2)
def rnn_forward__linear(x, W, U, b, start):
    return forward(x, W, U, b, start, f=lambda a: a)


@mistakes("Your states are sigmoids of a_t; tanh is asked for.", hint=2)
def rnn_forward__sigmoid(x, W, U, b, start):
    return forward(x, W, U, b, start, f=lambda a: 1 / (1 + np.exp(-a)))


@mistakes("Your states are max(a_t, 0), a ReLU; tanh is asked for.", hint=2)
def rnn_forward__relu(x, W, U, b, start):
    return forward(x, W, U, b, start, f=lambda a: np.maximum(a, 0))


@mistakes("What you hand on to the next step is a_t; it is h_t = tanh(a_t).", hint=2)
def rnn_forward__sum_handed_on(x, W, U, b, start):
    return forward(x, W, U, b, start, carry=lambda h, a: a)


@mistakes("U is transposed: the product is h U, as that of x with W.", hint=2)
def rnn_forward__transposed(x, W, U, b, start):
    return forward(x, W, U.T, b, start)


@mistakes("The series is read from its end: time 0 comes first.", hint=2)
def rnn_forward__from_the_end(x, W, U, b, start):
    return forward(x, W, U, b, start, times=reversed(range(x.shape[1])))


@mistakes("Only the last state is returned, (n, h); the states of all times are asked for.", hint=1)
def rnn_forward__last_only(x, W, U, b, start):
    return forward(x, W, U, b, start)[:, -1]


@mistakes("`start` is among your states: there are time + 1 of them. The first is that after the first step.", hint=1)
def rnn_forward__with_start(x, W, U, b, start):
    return np.concatenate([start[:, None], forward(x, W, U, b, start)], axis=1)


@mistakes("Your states are in the wrong places: reshape reads on in order, it does not swap samples and time.", hint=1)
def rnn_forward__reshaped(x, W, U, b, start):
    states = forward(x, W, U, b, start)
    return states.swapaxes(0, 1).reshape(states.shape)


@mistakes("The bias is added after the tanh; it belongs into the sum a_t.", hint=2)
def rnn_forward__bias_outside(x, W, U, b, start):
    h, states = start, []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U) + b
        states.append(h)
    return np.stack(states, axis=1)


@mistakes("Your result is (time, n, h), that of a list of states: np.stack(states, axis=1) has samples first.", hint=1)
def rnn_forward__time_first(x, W, U, b, start):
    return forward(x, W, U, b, start).swapaxes(0, 1)


@mistakes("Nothing comes back from later times: add da U^T of the step after to the derivatives of each state.", hint=3)
def rnn_backward__nothing_back(x, W, U, start, states, dstates):
    *rest, _ = backward(x, W, U, start, states, dstates, join=lambda output, back, t: output)
    return *rest, backward(x[:, :1], W, U, start, states[:, :1], dstates[:, :1])[-1]


@mistakes("The outputs before the last are forgotten: dstates of every time is added to what comes back.", hint=3)
def rnn_backward__last_output_only(x, W, U, start, states, dstates):
    only = np.zeros(dstates.shape)
    only[:, -1] = dstates[:, -1]
    return backward(x, W, U, start, states, only)


@mistakes("You go through time forwards; what comes back is known from the last on: reversed(range(time)).", hint=3)
def rnn_backward__forwards(x, W, U, start, states, dstates):
    return backward(x, W, U, start, states, dstates, forwards=True)


@mistakes("Backwards U is transposed: da U^T, since da[h] belongs to the columns of U.", hint=3)
def rnn_backward__not_transposed(x, W, U, start, states, dstates):
    return backward(x, W, U, start, states, dstates, carry=lambda dh, da: da @ U)


@mistakes("What comes back is da U^T, after the factor 1 - h^2 of the tanh; yours is without it, dh U^T.", hint=3)
def rnn_backward__slope_not_carried(x, W, U, start, states, dstates):
    return backward(x, W, U, start, states, dstates, carry=lambda dh, da: dh @ U.T)


@mistakes("What comes back is added to da; it belongs to dh, before the factor 1 - h^2 of the tanh.", hint=4)
def rnn_backward__added_after_the_slope(x, W, U, start, states, dstates):
    da = np.zeros(states.shape)
    for t in reversed(range(x.shape[1])):
        back = da[:, t + 1] @ U.T if t + 1 < x.shape[1] else 0
        da[:, t] = dstates[:, t] * (1 - states[:, t] ** 2) + back
    before = np.concatenate([start[:, None], states[:, :-1]], axis=1)
    dU = np.einsum("ntg,nth->gh", before, da)
    return da @ W.T, np.einsum("nti,nth->ih", x, da), dU, da.sum(axis=(0, 1)), da[:, 0] @ U.T


@mistakes("The derivative of the tanh is missing: da = dh (1 - h^2).", hint=4)
def rnn_backward__no_slope(x, W, U, start, states, dstates):
    return backward(x, W, U, start, states, dstates, slope=lambda h, before: np.ones(h.shape))


@mistakes("The derivative of the tanh is 1 - h^2; yours is 1 - h.", hint=4)
def rnn_backward__slope_without_square(x, W, U, start, states, dstates):
    return backward(x, W, U, start, states, dstates, slope=lambda h, before: 1 - h)


@mistakes("h (1 - h) is the derivative of the sigmoid; that of the tanh is 1 - h^2.", hint=4)
def rnn_backward__slope_of_sigmoid(x, W, U, start, states, dstates):
    return backward(x, W, U, start, states, dstates, slope=lambda h, before: h * (1 - h))


@mistakes("The states are tanh(a) already: 1 - h^2, without another tanh.", hint=4)
def rnn_backward__tanh_twice(x, W, U, start, states, dstates):
    return backward(x, W, U, start, states, dstates, slope=lambda h, before: 1 - np.tanh(h) ** 2)


@mistakes("1 - h^2 is taken of the state before the step; it belongs to the state that the step makes, h_t.", hint=4)
def rnn_backward__slope_before(x, W, U, start, states, dstates):
    return backward(x, W, U, start, states, dstates, slope=lambda h, before: 1 - before**2)


@mistakes("Your dU multiplies da_t with h_t; what U was multiplied with is the state before, h_{t-1}.", hint=5)
def rnn_backward__state_of_the_same_time(x, W, U, start, states, dstates):
    return backward(x, W, U, start, states, dstates, before=states)


@mistakes("Your dU takes 0 for the state before the first step; it is `start`.", hint=5)
def rnn_backward__start_forgotten(x, W, U, start, states, dstates):
    before = np.concatenate([0 * start[:, None], states[:, :-1]], axis=1)
    return backward(x, W, U, start, states, dstates, before=before)


@mistakes(
    "Your dU takes the last state for the one before the first: states[:, -1] is the end, at t = 0 it is start.", hint=5
)
def rnn_backward__from_the_end(x, W, U, start, states, dstates):
    before = np.roll(states, 1, axis=1)
    return backward(x, W, U, start, states, dstates, before=before)


@mistakes("Your dU is transposed: h_{t-1}^T da_t, not the other way round.", hint=5)
def rnn_backward__recurrent_transposed(x, W, U, start, states, dstates):
    dx, dW, dU, db, dstart = backward(x, W, U, start, states, dstates)
    return dx, dW, dU.T, db, dstart


@mistakes("Your dW, dU and db are those of one step, the last one made: add up over time, with +=.", hint=5)
def rnn_backward__one_step_only(x, W, U, start, states, dstates):
    dx, *_, dstart = backward(x, W, U, start, states, dstates)
    da = slopes(W, U, start, states, dstates)[:, 0]
    return dx, x[:, 0].T @ da, start.T @ da, da.sum(axis=0), dstart


for place, name in enumerate(("dW", "dU", "db"), start=1):

    @mistakes(f"Your {name} is that of one step, the last one made: add up over time, with +=.", hint=5)
    def rnn_backward__one_of_one_step(x, W, U, start, states, dstates, place=place):
        results = list(backward(x, W, U, start, states, dstates))
        results[place] = rnn_backward__one_step_only(x, W, U, start, states, dstates)[place]
        return tuple(results)


@mistakes("Your dW, dU and db are averaged over the samples; a sum is due: the mean, if any, is in dstates.", hint=5)
def rnn_backward__mean(x, W, U, start, states, dstates):
    dx, dW, dU, db, dstart = backward(x, W, U, start, states, dstates)
    return dx, dW / len(x), dU / len(x), db / len(x), dstart


@mistakes("Your dW, dU and db are averaged over time; a sum is due: every step adds its part.", hint=5)
def rnn_backward__mean_over_time(x, W, U, start, states, dstates):
    dx, dW, dU, db, dstart = backward(x, W, U, start, states, dstates)
    time = x.shape[1]
    return dx, dW / time, dU / time, db / time, dstart


@mistakes("Your db is not summed over the samples: it is (n, h), where b has (h,).", hint=5)
def rnn_backward__bias_of_each(x, W, U, start, states, dstates):
    dx, dW, dU, _, dstart = backward(x, W, U, start, states, dstates)
    return dx, dW, dU, slopes(W, U, start, states, dstates).sum(axis=1), dstart


@mistakes("The derivative by start is that of the sum a_1; start reached it through U: da_1 U^T.", hint=5)
def rnn_backward__start_without_weights(x, W, U, start, states, dstates):
    *rest, _ = backward(x, W, U, start, states, dstates)
    return *rest, slopes(W, U, start, states, dstates)[:, 0]


@mistakes("dstates is changed in place: dstates[:, t] += ... writes into the array of the caller.", hint=3)
def rnn_backward__in_place(x, W, U, start, states, dstates):
    result = backward(x, W, U, start, states, dstates)
    for t in reversed(range(1, x.shape[1])):
        dstates[:, t - 1] += (dstates[:, t] * (1 - states[:, t] ** 2)) @ U.T
    return result
