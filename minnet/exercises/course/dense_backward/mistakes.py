"""How the derivatives of a dense layer go wrong."""

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


@mistakes("Your dW is averaged over the samples; dy has the mean already, if the loss is one. A sum is due.", hint=3)
def dense_backward__mean_in_weights(x, W, dy):
    return dy @ W.T, x.T @ dy / len(x), dy.sum(axis=0)


@mistakes("Your db is averaged over the samples; a sum is due, as in dW.", hint=4)
def dense_backward__mean_in_bias(x, W, dy):
    return dy @ W.T, x.T @ dy, dy.mean(axis=0)


@mistakes("Your dW and db are averaged over the samples; dy has the mean already, if the loss is one.", hint=3)
def dense_backward__mean_in_both(x, W, dy):
    return dy @ W.T, x.T @ dy / len(x), dy.mean(axis=0)


@mistakes("Your db is dy itself: every sample has the same b, so their derivatives add up, to shape (o,).", hint=4)
def dense_backward__bias_not_summed(x, W, dy):
    return dy @ W.T, x.T @ dy, dy


@mistakes(
    "Your db is summed over the outputs (axis 1); b has one entry for each output, so sum over the samples.", hint=4
)
def dense_backward__bias_over_outputs(x, W, dy):
    return dy @ W.T, x.T @ dy, dy.sum(axis=1)


@mistakes("Your db is one number: sum over the samples only, axis 0.", hint=4)
def dense_backward__bias_over_all(x, W, dy):
    return dy @ W.T, x.T @ dy, dy.sum()


@mistakes("Your db has the shape (1, o), where b has (o,): leave keepdims out.", hint=4)
def dense_backward__bias_keepdims(x, W, dy):
    return dy @ W.T, x.T @ dy, dy.sum(axis=0, keepdims=True)


@mistakes("Your dW is transposed, (o, i): the product is x.T @ dy, not dy.T @ x.", hint=3)
def dense_backward__weights_transposed(x, W, dy):
    return dy @ W.T, dy.T @ x, dy.sum(axis=0)


@mistakes("Your dx uses W where W.T is due: the way back goes from outputs to inputs.", hint=2)
def dense_backward__not_transposed(x, W, dy):
    return dy @ W, x.T @ dy, dy.sum(axis=0)


@mistakes("Your dx is that of the output, y = x W: it should be made of dy.", hint=2)
def dense_backward__forward(x, W, dy):
    return x @ W, x.T @ dy, dy.sum(axis=0)


@mistakes("The order is dx, dW, db.", hint=1)
def dense_backward__weights_first(x, W, dy):
    return x.T @ dy, dy @ W.T, dy.sum(axis=0)


@mistakes("The order is dx, dW, db.", hint=1)
def dense_backward__input_last(x, W, dy):
    return x.T @ dy, dy.sum(axis=0), dy @ W.T


@mistakes("Only dx is returned; dW and db are asked for as well.", hint=1)
def dense_backward__input_only(x, W, dy):
    return dy @ W.T
