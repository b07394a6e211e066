"""How a convolution goes wrong, forwards and backwards."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def padded(x, before, after, mode="constant"):
    return np.pad(x, ((0, 0), (before, after), (0, 0)), mode=mode)


def outputs(z, W, starts, product="nti,tio->no"):
    """Products of W with windows, which may reach beyond the end."""
    z, k = padded(z, 0, len(W)), len(W)
    places = [np.einsum(product, z[:, s : s + k], W) for s in starts]
    return np.stack(places, axis=1) if places else np.zeros((len(z), 0, W.shape[2]))


def fitting(length, k, stride):
    return range(0, length - k + 1, stride)


def forward(x, W, b, stride, padding, product="nti,tio->no"):
    z = padded(x, padding, padding)
    return outputs(z, W, fitting(z.shape[1], len(W), stride), product) + b


@mistakes("The window is turned round, as np.convolve does it: here z[p stride + t] meets W[t].", hint=2)
def conv_forward__turned_round(x, W, b, stride=1, padding=0):
    return forward(x, W[::-1], b, stride, padding)


@mistakes("The bias is missing: b[c] is added at every place.", hint=2)
def conv_forward__without_bias(x, W, b, stride=1, padding=0):
    return forward(x, W, 0, stride, padding)


@mistakes("b is added once for each weight of the window: it is added once to the sum.", hint=2)
def conv_forward__bias_in_the_sum(x, W, b, stride=1, padding=0):
    return forward(x, W, b * len(W), stride, padding)


@mistakes("The stride is never looked at: from one window to the next it is `stride` times.", hint=2)
def conv_forward__stride_ignored(x, W, b, stride=1, padding=0):
    return forward(x, W, b, 1, padding)


@mistakes("There are as many places as the stride leaves, but window p begins at p, and not at p stride.", hint=2)
def conv_forward__stride_in_the_number_only(x, W, b, stride=1, padding=0):
    z = padded(x, padding, padding)
    return outputs(z, W, range(len(fitting(z.shape[1], len(W), stride)))) + b


@mistakes("The series is thinned out by the stride; it is the windows that begin `stride` times apart.", hint=2)
def conv_forward__thinned_out(x, W, b, stride=1, padding=0):
    z = padded(x, padding, padding)[:, ::stride]
    return outputs(z, W, fitting(z.shape[1], len(W), 1)) + b


@mistakes("The padding is never looked at: zeros are put before and after the series.", hint=3)
def conv_forward__padding_ignored(x, W, b, stride=1, padding=0):
    return outputs(x, W, fitting(x.shape[1], len(W), stride)) + b


def of_series(z):
    """The convolution of a series that is padded in another way."""

    def conv_forward__(x, W, b, stride=1, padding=0):
        series = z(x, padding)
        return outputs(series, W, fitting(series.shape[1], len(W), stride)) + b

    return conv_forward__


for sentence, z in (
    ("Places are missing at the end, which reach into the zeros after the series: there are as many as before it, 2 "
     "padding in all.", lambda x, padding: padded(x, padding, 0)),
    ("Zeros are put after the series only; as many come before it.", lambda x, padding: padded(x, 0, padding)),
    ("All 2 padding zeros are put after the series in yours: half of them come before it.",
     lambda x, padding: padded(x, 0, 2 * padding)),
    ("All 2 padding zeros are put before the series in yours: half of them come after it.",
     lambda x, padding: padded(x, 2 * padding, 0)),
    ("Yours has 2 padding zeros at either end: it is `padding` at either, 2 padding in all.",
     lambda x, padding: padded(x, 2 * padding, 2 * padding)),
    ("The first and last values are repeated; the padding is zeros.",
     lambda x, padding: padded(x, padding, padding, "edge")),
    ("The series is continued by its mirror image; the padding is zeros.",
     lambda x, padding: padded(x, padding, padding, "reflect")),
    ("The series is continued by its mirror image; the padding is zeros.",
     lambda x, padding: padded(x, padding, padding, "symmetric")),
    ("The series is continued periodically; the padding is zeros.",
     lambda x, padding: padded(x, padding, padding, "wrap")),
    ("The padding is ones in yours; it is zeros.", lambda x, padding: 1 + padded(x - 1, padding, padding)),
    ("An index below 0 counts from the end: before the first time there are zeros, not the last values.",
     lambda x, padding: padded(np.concatenate([x[:, x.shape[1] - padding :], x], axis=1), 0, padding)),
    ("Samples or channels are padded too, or instead: only the times are, the axis in the middle.", np.pad),
):  # fmt: skip
    mistakes(sentence, hint=3)(of_series(z))


@mistakes("The padding is not in your number of places: the series is length + 2 padding long.", hint=3)
def conv_forward__places_without_padding(x, W, b, stride=1, padding=0):
    return outputs(padded(x, padding, padding), W, fitting(x.shape[1], len(W), stride)) + b


@mistakes("Yours pads by k // 2, whatever `padding` says.", hint=3)
def conv_forward__same(x, W, b, stride=1, padding=0):
    return forward(x, W, b, stride, len(W) // 2)


@mistakes("The last place is missing: a window fits that begins at length + 2 padding - k, so count one more.", hint=2)
def conv_forward__last_place_missing(x, W, b, stride=1, padding=0):
    z = padded(x, padding, padding)
    return outputs(z, W, range(0, (z.shape[1] - len(W)) // stride * stride, stride)) + b


@mistakes("The end of your range is one too early: a window that ends with the series still fits.", hint=2)
def conv_forward__range_too_short(x, W, b, stride=1, padding=0):
    z = padded(x, padding, padding)
    return outputs(z, W, range(0, z.shape[1] - len(W), stride)) + b


@mistakes("There is one place too many where the stride leaves a rest: a window counts only if all of it fits.", hint=2)
def conv_forward__rest_counted(x, W, b, stride=1, padding=0):
    z = padded(x, padding, padding)
    return outputs(z, W, range(0, z.shape[1] - len(W) + stride, stride)) + b


@mistakes("Only the first channel of x counts in yours: the sum is over all channels, and over the window.", hint=2)
def conv_forward__first_channel(x, W, b, stride=1, padding=0):
    return forward(x[:, :, :1], W[:, :1], b, stride, padding)


@mistakes("The window is averaged; a sum over its k times is asked for.", hint=2)
def conv_forward__mean_over_the_window(x, W, b, stride=1, padding=0):
    return forward(x, W / len(W), b, stride, padding)


@mistakes("The sum is divided by the number of channels; a sum is asked for.", hint=2)
def conv_forward__mean_over_channels(x, W, b, stride=1, padding=0):
    return forward(x, W / x.shape[2], b, stride, padding)


@mistakes("W is (k, in, out), and yours is used as (k, out, in).", hint=4)
def conv_forward__channels_of_the_window_swapped(x, W, b, stride=1, padding=0):
    return forward(x, W, b, stride, padding, "nti,toi->no")


@mistakes("Only the last weight of the window counts in yours: the parts of all k add up, with +=.", hint=2)
def conv_forward__last_weight(x, W, b, stride=1, padding=0):
    return forward(x, W * (np.arange(len(W)) == len(W) - 1)[:, None, None], b, stride, padding)


@mistakes("The sum is not begun anew at each place: every output has those before it in it.", hint=2)
def conv_forward__running_sum(x, W, b, stride=1, padding=0):
    return np.cumsum(forward(x, W, 0, stride, padding), axis=1) + b


@mistakes("Only the first sample is computed.", hint=2)
def conv_forward__first_sample(x, W, b, stride=1, padding=0):
    y = forward(x, W, b, stride, padding)
    return y * (np.arange(len(y)) == 0)[:, None, None]


@mistakes("The stride is between the times of one window in yours; it is from one window to the next.", hint=2)
def conv_forward__dilated(x, W, b, stride=1, padding=0):
    z, k = padded(x, padding, padding), len(W)
    places = len(fitting(z.shape[1], k, stride))
    return np.stack([sum(z[:, p + t * stride] @ W[t] for t in range(k)) for p in range(places)], axis=1) + b


@mistakes("Your result is (places, n, out): samples come first, (n, places, out).", hint=4)
def conv_forward__places_first(x, W, b, stride=1, padding=0):
    return forward(x, W, b, stride, padding).swapaxes(0, 1)


@mistakes("Your result is (n, out, places): channels come last, (n, places, out).", hint=4)
def conv_forward__channels_before_places(x, W, b, stride=1, padding=0):
    return forward(x, W, b, stride, padding).swapaxes(1, 2)


def cut(dz, padding, length):
    return dz[:, padding : padding + length]


def way_back(
    x, W, dy, stride, padding, back="no,tio->nti", cut=cut, turned_x=False, turned_W=False, add_x=True, add_W=True,
    stride_x=None, stride_W=None,
):  # fmt: skip
    """dx and dW, with one thing changed."""
    z, k = padded(x, padding, padding), len(W)
    dz, dW = np.zeros(z.shape), np.zeros(W.shape)
    for p in range(dy.shape[1]):
        s = p * (stride_x or stride)
        step = np.einsum(back, dy[:, p], W[::-1] if turned_x else W)
        dz[:, s : s + k] = dz[:, s : s + k] * add_x + step
        s = p * (stride_W or stride)
        dW = dW * add_W + np.einsum("nti,no->tio", z[:, s : s + k], dy[:, p])
    return cut(dz, padding, x.shape[1]), dW[::-1] if turned_W else dW


def backward(db=lambda dy: dy.sum(axis=(0, 1)), dx=lambda dx, n, places: dx, dW=lambda dW, n, places: dW,
             order=lambda dx, dW, db: (dx, dW, db), **change):  # fmt: skip
    def conv_backward__(x, W, dy, stride=1, padding=0):
        by_x, by_W = way_back(x, W, dy, stride, padding, **change)
        return order(dx(by_x, *dy.shape[:2]), dW(by_W, *dy.shape[:2]), db(dy))

    return conv_backward__


for hint, sentence, change in (
    (5, "Where windows overlap, the last one overwrites what the others have left in dx: their parts add up, with +=.",
     {"add_x": False}),
    (5, "Your dW is that of the last place only: the parts of all places add up, with +=.", {"add_W": False}),
    (5, "Parts overwrite one another in dx and in dW: they add up, with +=.", {"add_x": False, "add_W": False}),
    (5, "Your dx still has the padding: cut it off at both ends, so that dx has the shape of x.",
     {"cut": lambda dz, padding, length: dz}),
    (5, "Where padding is 0, [padding:-padding] is [0:0], and nothing is left: end at padding + length.",
     {"cut": lambda dz, padding, length: dz[:, padding:-padding]}),
    (5, "Your dx is cut at the end only: the padding before the series is to go as well.",
     {"cut": lambda dz, padding, length: dz[:, :length]}),
    (5, "Your dx is cut at the end by 2 padding too little, or not at all: it must be as long as x.",
     {"cut": lambda dz, padding, length: dz[:, padding:]}),
    (5, "The window is turned round in your dx: time p stride + t has met W[t], forwards and backwards.",
     {"turned_x": True}),
    (6, "Your dW is turned round: dW[t] belongs to time p stride + t.", {"turned_W": True}),
    (5, "The stride is not looked at in your dx: window p begins at p stride.", {"stride_x": 1}),
    (6, "The stride is not looked at in your dW: window p begins at p stride.", {"stride_W": 1}),
    (5, "The stride is looked at neither in dx nor in dW: window p begins at p stride.",
     {"stride_x": 1, "stride_W": 1}),
    (5, "In your dx W is used as (k, out, in): dy's channels meet the last axis of W.", {"back": "no,toi->nti"}),
    (6, "Your dW is averaged over the samples: a sum is due.", {"dW": lambda dW, n, places: dW / n}),
    (6, "Your dW is averaged over samples and places: a sum is due.", {"dW": lambda dW, n, places: dW / n / places}),
    (6, "Your db is averaged over samples and places: a sum is due.", {"db": lambda dy: dy.mean(axis=(0, 1))}),
    (6, "Your db is averaged over the samples: a sum is due.", {"db": lambda dy: dy.mean(axis=0).sum(axis=0)}),
    (6, "Your dW and db are averaged over the samples: sums are due.",
     {"dW": lambda dW, n, places: dW / n, "db": lambda dy: dy.mean(axis=0).sum(axis=0)}),
    (6, "Your db is summed over the samples only, (places, o): b is the same at every place.",
     {"db": lambda dy: dy.sum(axis=0)}),
    (6, "Your db is summed over the places only, (n, o): b is the same for every sample.",
     {"db": lambda dy: dy.sum(axis=1)}),
    (6, "Your db is one number: sum over samples and places, and keep the channels.", {"db": lambda dy: dy.sum()}),
    (6, "Your db is summed over samples and channels: what is left must be the channels, axes 0 and 1 go.",
     {"db": lambda dy: dy.sum(axis=(0, 2))}),
    (4, "The order is dx, dW, db.", {"order": lambda dx, dW, db: (dW, dx, db)}),
    (4, "The order is dx, dW, db.", {"order": lambda dx, dW, db: (dW, db, dx)}),
    (4, "The order is dx, dW, db.", {"order": lambda dx, dW, db: (dx, db, dW)}),
    (4, "Only dx is returned; dW and db are asked for as well.", {"order": lambda dx, dW, db: dx}),
):  # fmt: skip
    mistakes(sentence, hint=hint)(backward(**change))


def weights_from(z, W, dy, stride, beyond):
    """dW from a series of its own, with so many zeros beyond its end."""
    z, dW = padded(z, 0, beyond), np.zeros(W.shape)
    for p in range(dy.shape[1]):
        dW += np.einsum("nti,no->tio", z[:, p * stride : p * stride + len(W)], dy[:, p])
    return dW


def elsewhere(before_x, before_W, rest=True):
    """The way back with other numbers of zeros before the series, in units of the padding, and the rest after it."""

    def conv_backward__(x, W, dy, stride=1, padding=0):
        def cut(dz, padding, length):
            return dz[:, before_x * padding : before_x * padding + length]

        beyond = (2 - before_W) * padding if rest else 0
        dW = weights_from(padded(x, before_W * padding, 0), W, dy, stride, beyond)
        return way_back(x, W, dy, stride, padding, cut=cut)[0], dW, dy.sum(axis=(0, 1))

    return conv_backward__


for hint, sentence, change in (
    (6, "Your dW is made of x without its padding: it was z, with the zeros, that the windows have met.", (1, 0)),
    (
        6,
        "Your dW is made of x without its padding: it was z, with the zeros, that the windows have met.",
        (1, 0, False),
    ),
    (6, "In your dW all 2 padding zeros come before the series: half of them come after it.", (1, 2)),
    (5, "Your windows begin with the series itself, in dx and dW: `padding` of the zeros come before it.", (0, 0)),
    (5, "In dx and dW all 2 padding zeros come before the series: half of them come after it.", (2, 2)),
):
    mistakes(sentence, hint=hint)(elsewhere(*change))


@mistakes(
    "An index below 0 counts from the end: what goes to the zeros before the first time is left out of dx.", hint=5
)
def conv_backward__index_below_zero(x, W, dy, stride=1, padding=0):
    dz, dW = way_back(x, W, dy, stride, padding, cut=lambda dz, padding, length: dz)
    dx = cut(dz, padding, x.shape[1]).copy()
    dx[:, x.shape[1] - padding :] += dz[:, :padding]
    for p in range(dy.shape[1]):
        for t in range(max(0, padding - p * stride)):
            dW[t] += x[:, p * stride + t - padding].T @ dy[:, p]
    return dx, dW, dy.sum(axis=(0, 1))


@mistakes("Your dx is made without padding: windows have begun `padding` times before the series.", hint=5)
def conv_backward__inputs_without_padding(x, W, dy, stride=1, padding=0):
    dx = np.zeros(x.shape)
    for p in range(dy.shape[1]):
        dx[:, p * stride : p * stride + len(W)] += np.einsum("no,tio->nti", dy[:, p], W)
    return dx, way_back(x, W, dy, stride, padding)[1], dy.sum(axis=(0, 1))
