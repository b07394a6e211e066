"""How dense layers go wrong, forwards."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


@mistakes("The bias is missing: b is added to the product.", hint=3)
def dense_forward__no_bias(x, W, b):
    return x @ W


@mistakes("The bias is subtracted; it is added.", hint=3)
def dense_forward__bias_subtracted(x, W, b):
    return x @ W - b


@mistakes("The bias is added once for each input: it stands outside of the sum over i.", hint=3)
def dense_forward__bias_in_the_sum(x, W, b):
    return x @ W + x.shape[1] * b


@mistakes("All of b is added to every output, its sum: output o has b[o] alone.", hint=3)
def dense_forward__bias_summed(x, W, b):
    return x @ W + b.sum()


@mistakes("Only the first number of b is used: every output o has a bias of its own, b[o].", hint=3)
def dense_forward__first_bias(x, W, b):
    return x @ W + b[0]


@mistakes("Your bias goes by samples (b as a column): b[o] belongs to output o, whatever the sample.", hint=3)
def dense_forward__bias_by_samples(x, W, b):
    return x @ W + b[:, None]


@mistakes("The product is multiplied by b, where b is added.", hint=3)
def dense_forward__times_bias(x, W, b):
    return x @ W * b


@mistakes("The bias is added to x, before the product; it is added to the outputs.", hint=3)
def dense_forward__bias_before(x, W, b):
    return (x + b) @ W


@mistakes("You multiply by W transposed, as if W were (o, i): here it is (i, o).", hint=2)
def dense_forward__weights_transposed(x, W, b):
    return x @ W.T + b


@mistakes("You multiply by x transposed: samples are the rows of x, (n, i), and rows of the result too.", hint=2)
def dense_forward__inputs_transposed(x, W, b):
    return x.T @ W + b


@mistakes("W comes first in your product; rows of x, the samples, meet columns of W, the outputs: x W.", hint=2)
def dense_forward__weights_first(x, W, b):
    return W @ x + b


@mistakes("x * W multiplies entry by entry: a product of matrices, with its sum over i, is @.", hint=2)
def dense_forward__entry_by_entry(x, W, b):
    return x * W + b


@mistakes("Your outputs are means over the inputs, divided by i: the product is a sum.", hint=2)
def dense_forward__mean(x, W, b):
    return x @ W / x.shape[1] + b


@mistakes("Only the last input counts in your outputs: in the loop over i, = stands where += is due.", hint=2)
def dense_forward__last_input(x, W, b):
    return x[:, -1:] @ W[-1:] + b


@mistakes("The last input is left out of your sum over i: range(i) ends before i by itself.", hint=2)
def dense_forward__without_last_input(x, W, b):
    return x[:, :-1] @ W[:-1] + b


@mistakes("Your result is transposed, (o, n): a sample is a row of it, (n, o).", hint=2)
def dense_forward__transposed(x, W, b):
    return (x @ W + b).T


@mistakes("One sample gives shape (1, o), one output (n, 1): axes of length 1 stay.", hint=1)
def dense_forward__squeezed(x, W, b):
    return (x @ W + b).squeeze()


@mistakes("A tanh is in your result: a dense layer is the product and the bias, nothing more.", hint=3)
def dense_forward__tanh(x, W, b):
    return np.tanh(x @ W + b)


@mistakes(
    "Your result has no negative numbers, as if behind a ReLU: a dense layer is the product and the bias.", hint=3
)
def dense_forward__relu(x, W, b):
    return np.maximum(x @ W + b, 0)


@mistakes("A sigmoid is in your result: a dense layer is the product and the bias, nothing more.", hint=3)
def dense_forward__sigmoid(x, W, b):
    return (1 + np.tanh((x @ W + b) / 2)) / 2


@mistakes("tanh is missing between the layers: without it two layers are no more than one.", hint=4)
def two_layers__linear(x, W1, b1, W2, b2):
    return (x @ W1 + b1) @ W2 + b2


@mistakes("There is a tanh behind the second layer too: outputs end with the bias b2.", hint=4)
def two_layers__tanh_at_the_end(x, W1, b1, W2, b2):
    return np.tanh(np.tanh(x @ W1 + b1) @ W2 + b2)


@mistakes("Your tanh stands behind the second layer; it belongs between the two.", hint=4)
def two_layers__tanh_only_at_the_end(x, W1, b1, W2, b2):
    return np.tanh((x @ W1 + b1) @ W2 + b2)


@mistakes("b1 is added behind tanh: tanh is taken of the whole first layer, its bias included.", hint=4)
def two_layers__bias_behind_tanh(x, W1, b1, W2, b2):
    return (np.tanh(x @ W1) + b1) @ W2 + b2


@mistakes("tanh is taken of x, before the first layer; it is taken of what the first layer makes.", hint=4)
def two_layers__tanh_of_x(x, W1, b1, W2, b2):
    return (np.tanh(x) @ W1 + b1) @ W2 + b2


@mistakes("b1 is not used: each layer has a bias.", hint=4)
def two_layers__no_first_bias(x, W1, b1, W2, b2):
    return np.tanh(x @ W1) @ W2 + b2


@mistakes("b2 is not used: each layer has a bias.", hint=4)
def two_layers__no_second_bias(x, W1, b1, W2, b2):
    return np.tanh(x @ W1 + b1) @ W2


@mistakes("No bias is used: each layer has one.", hint=4)
def two_layers__no_bias(x, W1, b1, W2, b2):
    return np.tanh(x @ W1) @ W2


@mistakes("A ReLU stands between your layers; tanh is asked for.", hint=4)
def two_layers__relu(x, W1, b1, W2, b2):
    return np.maximum(x @ W1 + b1, 0) @ W2 + b2


@mistakes("A sigmoid stands between your layers; tanh is asked for, which goes from -1 to 1.", hint=4)
def two_layers__sigmoid(x, W1, b1, W2, b2):
    return (1 + np.tanh((x @ W1 + b1) / 2)) / 2 @ W2 + b2


@mistakes("The second layer has tanh's derivative, 1 - tanh^2, for its input; it takes tanh itself.", hint=4)
def two_layers__derivative(x, W1, b1, W2, b2):
    return (1 - np.tanh(x @ W1 + b1) ** 2) @ W2 + b2


@mistakes("You return what stands between the layers, (n, h): the second layer is still to come.", hint=4)
def two_layers__hidden(x, W1, b1, W2, b2):
    return np.tanh(x @ W1 + b1)


@mistakes("Two results are returned; the outputs alone are asked for.", hint=4)
def two_layers__both(x, W1, b1, W2, b2):
    hidden = np.tanh(x @ W1 + b1)
    return hidden, hidden @ W2 + b2


@mistakes("The second layer takes x once more; it takes what tanh has made of the first layer.", hint=4)
def two_layers__x_again(x, W1, b1, W2, b2):
    return x @ W2 + b2


@mistakes("The weights are transposed, as if they were (outputs, inputs): here they are (inputs, outputs).", hint=2)
def two_layers__weights_transposed(x, W1, b1, W2, b2):
    return np.tanh(x @ W1.T + b1) @ W2.T + b2


@mistakes("Your result is transposed, (o, n): a sample is a row of it, (n, o).", hint=2)
def two_layers__transposed(x, W1, b1, W2, b2):
    return (np.tanh(x @ W1 + b1) @ W2 + b2).T
