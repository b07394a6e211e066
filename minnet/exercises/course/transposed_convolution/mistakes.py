"""How a transposed convolution goes wrong, forwards and backwards."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def spread(x, W, stride, apart=None, add=True, product="ni,tio->nto", inside=0.0, k=None):
    """z: windows of neighbouring times are `apart` from each other, and may reach beyond the end."""
    (n, length, _), o = x.shape, W.shape[2]
    apart, places = stride if apart is None else apart, (length - 1) * stride + (len(W) if k is None else k)
    z = np.zeros((n, max(places, (length - 1) * apart + len(W)), o))
    for p in range(length):
        window = slice(p * apart, p * apart + len(W))
        z[:, window] = z[:, window] * add + np.einsum(product, x[:, p], W) + inside
    return z[:, :places]


def cut(z, padding):
    return z[:, padding : z.shape[1] - padding]


@mistakes("Where windows overlap, the last one overwrites the others: they are added, with +=.", hint=2)
def transposed_forward__overwritten(x, W, b, stride=1, padding=0):
    return cut(spread(x, W, stride, add=False), padding) + b


@mistakes("Where windows overlap, the last one overwrites the others, b included: they are added, and b once.", hint=2)
def transposed_forward__overwritten_with_bias(x, W, b, stride=1, padding=0):
    return cut(spread(x, W, stride, add=False, inside=b), padding)


@mistakes("b is added with every window, so it counts twice where two overlap: add it once, at the end.", hint=4)
def transposed_forward__bias_with_every_window(x, W, b, stride=1, padding=0):
    return cut(spread(x, W, stride, inside=b), padding)


@mistakes("The bias is missing: b[c] is added at every place.", hint=4)
def transposed_forward__without_bias(x, W, b, stride=1, padding=0):
    return cut(spread(x, W, stride), padding)


@mistakes("The window is turned round: the input at time p spreads W[t] to the place p stride + t.", hint=2)
def transposed_forward__turned_round(x, W, b, stride=1, padding=0):
    return cut(spread(x, W[::-1], stride), padding) + b


@mistakes("The stride is never looked at: from one window to the next it is `stride` places.", hint=2)
def transposed_forward__stride_ignored(x, W, b, stride=1, padding=0):
    return cut(spread(x, W, 1), padding) + b


@mistakes("The output is as long as the stride makes it, but window p begins at p, and not at p stride.", hint=2)
def transposed_forward__stride_in_the_length_only(x, W, b, stride=1, padding=0):
    return cut(spread(x, W, stride, apart=1), padding) + b


@mistakes(
    "There are `stride` zeros between the inputs in yours: from one to the next it is stride, so stride - 1.", hint=2
)
def transposed_forward__one_zero_more(x, W, b, stride=1, padding=0):
    return cut(spread(x, W, stride + 1), padding) + b


@mistakes(
    "Your output has length stride places: there are (length - 1) stride + k before the padding is cut off.", hint=3
)
def transposed_forward__length_times_stride(x, W, b, stride=1, padding=0):
    return cut(spread(x, W, stride, k=stride), padding) + b


@mistakes(
    "The last place is missing: from the first window to the last it is (length - 1) stride, and k for it.", hint=3
)
def transposed_forward__one_place_less(x, W, b, stride=1, padding=0):
    return cut(spread(x, W, stride, k=len(W) - 1), padding) + b


@mistakes(
    "There are too many places at the end, length stride + k: the last window begins at (length - 1) stride.", hint=3
)
def transposed_forward__one_stride_more(x, W, b, stride=1, padding=0):
    return cut(spread(x, W, stride, k=len(W) + stride), padding) + b


@mistakes("The padding is never looked at: it cuts places off, at either end.", hint=4)
def transposed_forward__padding_ignored(x, W, b, stride=1, padding=0):
    return spread(x, W, stride) + b


@mistakes("Zeros are put around x: in a transposed convolution the padding cuts places off the output.", hint=4)
def transposed_forward__input_padded(x, W, b, stride=1, padding=0):
    return spread(np.pad(x, ((0, 0), (padding, padding), (0, 0))), W, stride) + b


@mistakes("Zeros are put around the output: in a transposed convolution the padding cuts places off.", hint=4)
def transposed_forward__output_padded(x, W, b, stride=1, padding=0):
    return np.pad(spread(x, W, stride), ((0, 0), (padding, padding), (0, 0))) + b


@mistakes("Places are cut off at the beginning only; as many go at the end.", hint=4)
def transposed_forward__cut_before(x, W, b, stride=1, padding=0):
    return spread(x, W, stride)[:, padding:] + b


@mistakes("Places are cut off at the end only; as many go at the beginning.", hint=4)
def transposed_forward__cut_after(x, W, b, stride=1, padding=0):
    z = spread(x, W, stride)
    return z[:, : z.shape[1] - padding] + b


@mistakes("All that is cut off goes at the beginning; `padding` places go at either end.", hint=4)
def transposed_forward__all_cut_before(x, W, b, stride=1, padding=0):
    return spread(x, W, stride)[:, 2 * padding :] + b


@mistakes("All that is cut off goes at the end; `padding` places go at either end.", hint=4)
def transposed_forward__all_cut_after(x, W, b, stride=1, padding=0):
    z = spread(x, W, stride)
    return z[:, : z.shape[1] - 2 * padding] + b


@mistakes(
    "An index below 0 counts from the end: places cut off before the first are not added to the last ones.", hint=4
)
def transposed_forward__index_below_zero(x, W, b, stride=1, padding=0):
    z = spread(x, W, stride)
    y = cut(z, padding) + b
    for q in range(padding):
        y[:, q - padding] += z[:, q]
    return y


@mistakes("The padding shifts to the wrong side: place q of z is the place q - padding of y.", hint=4)
def transposed_forward__wrong_side(x, W, b, stride=1, padding=0):
    z = spread(x, W, stride)
    return np.pad(z, ((0, 0), (padding, 0), (0, 0)))[:, : z.shape[1] - 2 * padding] + b


@mistakes("b is missing at places that no window reaches: it is added everywhere.", hint=4)
def transposed_forward__bias_where_windows_reach(x, W, b, stride=1, padding=0):
    reached = spread(np.ones_like(x), np.ones_like(W), stride) > 0
    return cut(spread(x, W, stride) + b * reached, padding)


@mistakes(
    "Where padding is 0, [padding:-padding] is [0:0], and nothing is left: end at the length less padding.", hint=4
)
def transposed_forward__nothing_left(x, W, b, stride=1, padding=0):
    return spread(x, W, stride)[:, padding:-padding] + b


@mistakes("Only the first channel of x counts in yours: the sum is over all channels.", hint=5)
def transposed_forward__first_channel(x, W, b, stride=1, padding=0):
    return cut(spread(x[:, :, :1], W[:, :1], stride), padding) + b


@mistakes("Where windows overlap, your result is their mean; they are added.", hint=2)
def transposed_forward__mean_of_overlaps(x, W, b, stride=1, padding=0):
    windows = spread(np.ones((1, x.shape[1], 1)), np.ones((len(W), 1, 1)), stride)
    return cut(spread(x, W, stride) / np.maximum(windows, 1), padding) + b


@mistakes("Only the first sample is computed.", hint=2)
def transposed_forward__first_sample(x, W, b, stride=1, padding=0):
    y = cut(spread(x, W, stride), padding) + b
    return y * (np.arange(len(y)) == 0)[:, None, None]


@mistakes("Twice the padding is cut off at either end; `padding` places go.", hint=4)
def transposed_forward__cut_twice(x, W, b, stride=1, padding=0):
    return cut(spread(x, W, stride), 2 * padding) + b


@mistakes("W is (k, in, out), and yours is used as (k, out, in).", hint=5)
def transposed_forward__channels_of_the_window_swapped(x, W, b, stride=1, padding=0):
    return cut(spread(x, W.swapaxes(1, 2), stride), padding) + b


@mistakes(
    "That is a convolution: it gathers from windows of x. Here each input spreads to a window of the output.", hint=2
)
def transposed_forward__convolution(x, W, b, stride=1, padding=0):
    z = np.pad(x, ((0, 0), (padding, padding), (0, 0)))
    starts = range(0, z.shape[1] - len(W) + 1, stride)
    return np.stack([np.einsum("nti,tio->no", z[:, s : s + len(W)], W) for s in starts], axis=1) + b


def way_back(
    x, W, dy, stride, padding, pad=lambda padding: (padding, padding), to_x="nto,tio->ni", last_x=False,
    turned_x=False, turned_W=False, add_W=True, stride_x=None, stride_W=None,
):  # fmt: skip
    """dx and dW, with one thing changed."""
    dz = np.pad(dy, ((0, 0), pad(padding), (0, 0)))
    dx, dW, k = np.zeros(x.shape), np.zeros(W.shape), len(W)
    V = W * (np.arange(k) == k - 1)[:, None, None] if last_x else W[::-1] if turned_x else W
    for p in range(x.shape[1]):
        s = p * (stride_x or stride)
        dx[:, p] = np.einsum(to_x, dz[:, s : s + k], V)
        s = p * (stride_W or stride)
        dW = dW * add_W + np.einsum("ni,nto->tio", x[:, p], dz[:, s : s + k])
    return dx, dW[::-1] if turned_W else dW


def backward(db=lambda dy: dy.sum(axis=(0, 1)), dW=lambda dW, n, length: dW, order=lambda dx, dW, db: (dx, dW, db),
             **change):  # fmt: skip
    def transposed_backward__(x, W, dy, stride=1, padding=0):
        dx, by_W = way_back(x, W, dy, stride, padding, **change)
        return order(dx, dW(by_W, *x.shape[:2]), db(dy))

    return transposed_backward__


for hint, sentence, change in (
    (6, "dy is used without zeros where places have been cut off: its window p begins `padding` places earlier.",
     {"pad": lambda padding: (0, 0)}),
    (6, "dy has zeros at its end only, where places have been cut off at either end: put `padding` before it as well.",
     {"pad": lambda padding: (0, 2 * padding)}),
    (6, "dy has zeros at its beginning only, where places have been cut off at either end: `padding` are at its end.",
     {"pad": lambda padding: (2 * padding, 0)}),
    (6, "Your dx has the part of the last weight only: those of all k add up, with +=.", {"last_x": True}),
    (6, "Parts overwrite one another in dx and in dW: they add up, with +=.", {"last_x": True, "add_W": False}),
    (6, "The window is turned round in your dx: x at time p has met W[t] at the place p stride + t.",
     {"turned_x": True}),
    (6, "Your dW is turned round: dW[t] belongs to the place p stride + t.", {"turned_W": True}),
    (6, "Your dW is that of the last time only: the parts of all times add up, with +=.", {"add_W": False}),
    (6, "The stride is not looked at in your dx: window p begins at p stride.", {"stride_x": 1}),
    (6, "The stride is not looked at in your dW: window p begins at p stride.", {"stride_W": 1}),
    (6, "The stride is looked at neither in dx nor in dW: window p begins at p stride.",
     {"stride_x": 1, "stride_W": 1}),
    (6, "In your dx W is used as (k, out, in): dy's channels meet the last axis of W.", {"to_x": "nto,toi->ni"}),
    (6, "Your dW is averaged over the samples: a sum is due.", {"dW": lambda dW, n, length: dW / n}),
    (6, "Your dW is averaged over samples and times: a sum is due.", {"dW": lambda dW, n, length: dW / n / length}),
    (6, "Your db is averaged over samples and places: a sum is due.", {"db": lambda dy: dy.mean(axis=(0, 1))}),
    (6, "Your db is averaged over the samples: a sum is due.", {"db": lambda dy: dy.mean(axis=0).sum(axis=0)}),
    (6, "Your dW and db are averaged over the samples: sums are due.",
     {"dW": lambda dW, n, length: dW / n, "db": lambda dy: dy.mean(axis=0).sum(axis=0)}),
    (6, "Your db is summed over the samples only, (places, o): b is the same at every place.",
     {"db": lambda dy: dy.sum(axis=0)}),
    (6, "Your db is summed over the places only, (n, o): b is the same for every sample.",
     {"db": lambda dy: dy.sum(axis=1)}),
    (6, "Your db is one number: sum over samples and places, and keep the channels.", {"db": lambda dy: dy.sum()}),
    (1, "The order is dx, dW, db.", {"order": lambda dx, dW, db: (dW, dx, db)}),
    (1, "The order is dx, dW, db.", {"order": lambda dx, dW, db: (dW, db, dx)}),
    (1, "The order is dx, dW, db.", {"order": lambda dx, dW, db: (dx, db, dW)}),
    (1, "Only dx is returned; dW and db are asked for as well.", {"order": lambda dx, dW, db: dx}),
):  # fmt: skip
    mistakes(sentence, hint=hint)(backward(**change))


@mistakes("An index below 0 counts from the end: places that were cut off before the first have a dy of 0.", hint=6)
def transposed_backward__index_below_zero(x, W, dy, stride=1, padding=0):
    dz = np.pad(dy, ((0, 0), (padding, padding), (0, 0)))
    dz[:, :padding] = dy[:, np.arange(-padding, 0)]
    return *way_back(x, W, dz, stride, 0), dy.sum(axis=(0, 1))


@mistakes(
    "In your db a place counts once for every window that reaches it: b was added once, so sum dy itself.", hint=6
)
def transposed_backward__bias_with_every_window(x, W, dy, stride=1, padding=0):
    dz, db = np.pad(dy, ((0, 0), (padding, padding), (0, 0))), 0
    for p in range(x.shape[1]):
        db = db + dz[:, p * stride : p * stride + len(W)].sum(axis=(0, 1))
    return *way_back(x, W, dy, stride, padding), db


def exchanged(x, W, z, stride):
    """Pairs of time and place in the window, and where they meet in z if the stride is given to the wrong one."""
    return ((p, t, p + t * stride) for p, t in np.ndindex(x.shape[1], len(W)) if p + t * stride < z.shape[1])


@mistakes("p and t have changed places: the input at time p spreads W[t] to p stride + t, not to p + t stride.", hint=2)
def transposed_forward__time_and_window_exchanged(x, W, b, stride=1, padding=0):
    z = np.zeros((len(x), (x.shape[1] - 1) * stride + len(W), W.shape[2]))
    for p, t, q in exchanged(x, W, z, stride):
        z[:, q] += x[:, p] @ W[t]
    return cut(z, padding) + b


for name, of_x, of_W in (("dx and dW", True, True), ("dx", True, False), ("dW", False, True)):

    @mistakes(
        f"In your {name} p and t have changed places: x[p] and W[t] meet at p stride + t, not p + t stride.", hint=6
    )
    def transposed_backward__exchanged(x, W, dy, stride=1, padding=0, of_x=of_x, of_W=of_W):
        dz = np.pad(dy, ((0, 0), (padding, padding), (0, 0)))
        right_dx, right_dW = way_back(x, W, dy, stride, padding)
        dx, dW = np.zeros(x.shape), np.zeros(W.shape)
        for p, t, q in exchanged(x, W, dz, stride):
            dx[:, p] += dz[:, q] @ W[t].T
            dW[t] += x[:, p].T @ dz[:, q]
        return dx if of_x else right_dx, dW if of_W else right_dW, dy.sum(axis=(0, 1))
