"""How mini-batches go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def parts(order, size):
    return [order[start : start + size] for start in range(0, len(order), size)]


@mistakes("The last batch is dropped where it is ragged: samples that are left make a smaller one.", hint=2)
def batches__dropped(n, size, rng):
    order = rng.permutation(n)
    return [order[k * size : (k + 1) * size] for k in range(n // size)]


@mistakes("There is an empty batch at the end.", hint=2)
def batches__empty_last(n, size, rng):
    order = rng.permutation(n)
    return [order[k * size : (k + 1) * size] for k in range(n // size + 1)]


@mistakes("The samples are not shuffled: rng.permutation(n) gives their order.", hint=1)
def batches__in_order(n, size, rng):
    return parts(np.arange(n), size)


@mistakes("The order is not drawn from rng, so nobody can repeat it.", hint=1)
def batches__own_generator(n, size, rng):
    return parts(np.random.default_rng(12345).permutation(n), size)


@mistakes("A new order is drawn for every batch: some samples come twice, others never.", hint=1)
def batches__drawn_each_time(n, size, rng):
    return [rng.permutation(n)[start : start + size] for start in range(0, n, size)]


@mistakes("Samples are drawn with replacement: some come twice, others never.", hint=1)
def batches__with_replacement(n, size, rng):
    return parts(rng.integers(0, n, n), size)


@mistakes("Batches overlap: the next one begins where the last has ended, not one further.", hint=2)
def batches__overlapping(n, size, rng):
    order = rng.permutation(n)
    return [order[start : start + size] for start in range(n - size + 1)] or [order]


@mistakes("The remainder is spread over all batches (np.array_split): each but the last has `size` samples.", hint=2)
def batches__evened_out(n, size, rng):
    return np.array_split(rng.permutation(n), -(-n // size))


@mistakes("The ragged batch comes first; it is the last.", hint=2)
def batches__ragged_first(n, size, rng):
    order, first = rng.permutation(n), n % size
    return ([order[:first]] if first else []) + parts(order[first:], size)


@mistakes("Each batch counts the same in your mean; a ragged one stands for fewer samples.", hint=3)
def epoch_mean__unweighted(means, sizes):
    return np.mean(means)


@mistakes("That is the sum over all samples: divide by their number.", hint=3)
def epoch_mean__sum(means, sizes):
    return np.dot(means, sizes)


@mistakes("You divide by the number of batches; divide by the number of samples, the sum of sizes.", hint=3)
def epoch_mean__over_batches(means, sizes):
    return np.dot(means, sizes) / len(sizes)


@mistakes("Means are divided by their sizes, where they are multiplied by them.", hint=3)
def epoch_mean__divided(means, sizes):
    return np.sum(np.divide(means, sizes)) / np.sum(1 / np.asarray(sizes))
