"""How mini-batches go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def parts(order, size, starts=None):
    return [order[start : start + size] for start in (range(0, len(order), size) if starts is None else starts)]


def wrong(sentence, hint, batches):
    """A mistake in what is made of the permutation, ``batches(order, n, size)``."""

    @mistakes(sentence, hint=hint)
    def batches__of_order(n, size, rng):
        return batches(rng.permutation(n), n, size)


def count(n, size):
    return -(-n // size)


wrong("The last batch is dropped where it is ragged: samples that are left make a smaller one.", 2,
      lambda order, n, size: parts(order, size)[: n // size])  # fmt: skip
wrong("The last batch is always dropped, whole or not: range(0, n - size, size) ends too early.", 2,
      lambda order, n, size: parts(order, size, range(0, n - size, size)))  # fmt: skip
wrong("The last sample is lost where it makes a batch of its own: range(0, n - 1, size) ends too early.", 2,
      lambda order, n, size: parts(order, size, range(0, n - 1, size)))  # fmt: skip
wrong("The first batch is missing: batches begin at 0, size, 2 size, ....", 2,
      lambda order, n, size: parts(order, size)[1:])  # fmt: skip
wrong("There is an empty batch at the end where size divides n: range(0, n, size) begins as many as are needed.", 2,
      lambda order, n, size: parts(order, size, range(0, n + 1, size)))  # fmt: skip
wrong("There is always an empty batch at the end: range(0, n, size) begins as many as are needed.", 2,
      lambda order, n, size: [*parts(order, size), order[n:]])  # fmt: skip
wrong("Each of your batches lacks its last sample: a slice a:b ends before b by itself.", 2,
      lambda order, n, size: [order[k : k + size - 1] for k in range(0, n, size)])  # fmt: skip
wrong("Each of your batches has one sample of the next one too: a slice a:b ends before b, b = start + size.", 2,
      lambda order, n, size: [order[k : k + size + 1] for k in range(0, n, size)])  # fmt: skip
wrong("Your slices end at size, whatever their start: it is order[start : start + size].", 2,
      lambda order, n, size: [order[k:size] for k in range(0, n, size)])  # fmt: skip
wrong("Batches overlap: the next one begins where the last has ended, not one further.", 2,
      lambda order, n, size: parts(order, size, range(n - size + 1)) or [order])  # fmt: skip
wrong("Batches overlap: the next one begins where the last has ended, not one further.", 2,
      lambda order, n, size: parts(order, size, range(n)))  # fmt: skip
wrong("Batches overlap: number k begins at k times size, not at k.", 2,
      lambda order, n, size: parts(order, size, range(count(n, size))))  # fmt: skip
wrong("The remainder is spread over all batches (np.array_split): each but the last has `size` samples.", 2,
      lambda order, n, size: np.array_split(order, count(n, size)))  # fmt: skip
wrong("What is left over is spread over the batches: it makes one of its own, the last.", 2,
      lambda order, n, size: np.array_split(order, max(n // size, 1)))  # fmt: skip
wrong("The remainder is spread over the batches, one more than it takes: each but the last has `size` samples.", 2,
      lambda order, n, size: np.array_split(order, n // size + 1))  # fmt: skip
wrong("The ragged batch comes twice: range(0, n, size) has it already.", 2,
      lambda order, n, size: parts(order, size) + ([order[-(n % size) :]] if n % size else []))  # fmt: skip
wrong("size is the number of your batches; it is the number of samples in each.", 2,
      lambda order, n, size: np.array_split(order, size))  # fmt: skip
wrong("What is left over is added to the last batch: it makes one of its own.", 2,
      lambda order, n, size: np.split(order, np.arange(size, n - size + 1, size)))  # fmt: skip
wrong("The ragged batch comes first; it is the last.", 2,
      lambda order, n, size: ([order[: n % size]] if n % size else []) + parts(order[n % size :], size))  # fmt: skip
wrong("Your last batch is filled up with samples that come twice: it is smaller than the others.", 2,
      lambda order, n, size: parts(np.resize(order, count(n, size) * size), size))  # fmt: skip
wrong("Your last batch takes samples of the one before, to be as large: it has what is left alone.", 2,
      lambda order, n, size: [*parts(order, size)[:-1], order[-size:]])  # fmt: skip
wrong("Your batches take every so-manieth sample; each takes `size` of them that follow each other.", 2,
      lambda order, n, size: [order[k :: count(n, size)] for k in range(count(n, size))])  # fmt: skip
wrong("Your batches come in reverse: the first has the first samples of the permutation.", 2,
      lambda order, n, size: parts(order, size)[::-1])  # fmt: skip
wrong("Batches are taken from the end of the permutation, so that the ragged one has its beginning: from the start.", 2,
      lambda order, n, size: [order[max(end - size, 0) : end] for end in range(n, 0, -size)])  # fmt: skip
wrong("The permutation is read backwards.", 2, lambda order, n, size: parts(order[::-1], size))
wrong("Samples are sorted in each batch: they stay in the order of the permutation.", 2,
      lambda order, n, size: [np.sort(batch) for batch in parts(order, size)])  # fmt: skip
wrong("Only the first batch is returned: a return inside of the loop ends it.", 2,
      lambda order, n, size: parts(order, size)[:1])  # fmt: skip
wrong("Only the last batch is returned: append each to a list.", 2, lambda order, n, size: parts(order, size)[-1:])
wrong("Only the last batch is returned, and not in a list: append each to a list.", 2,
      lambda order, n, size: parts(order, size)[-1].copy())  # fmt: skip
wrong("The order is not cut into batches: a list of arrays is asked for.", 2, lambda order, n, size: order)
wrong("Your samples are counted from 1; they are from 0 to n - 1.", 1, lambda order, n, size: parts(order + 1, size))
wrong("Your batches have positions in the permutation, and not what stands there: order[start : start + size].", 2,
      lambda order, n, size: parts(np.arange(n), size))  # fmt: skip
wrong("The permutation is undone: np.argsort of it is the inverse, not the order itself.", 1,
      lambda order, n, size: parts(np.argsort(order), size))  # fmt: skip


@mistakes("The order is not drawn from rng, so nobody can repeat it.", hint=1)
def batches__own_generator(n, size, rng):
    return parts(np.random.default_rng(12345).permutation(n), size)


for seed in (0, 1, 42):

    @mistakes("The order is not drawn from rng, but from a generator of your own: use the one that is given.", hint=1)
    def batches__own_seed(n, size, rng, seed=seed):
        return parts(np.random.default_rng(seed).permutation(n), size)


@mistakes("A new order is drawn for every batch: some samples come twice, others never.", hint=1)
def batches__drawn_each_time(n, size, rng):
    return [rng.permutation(n)[start : start + size] for start in range(0, n, size)]


@mistakes("The order is drawn twice, and the second one used: draw it once.", hint=1)
def batches__drawn_twice(n, size, rng):
    rng.permutation(n)
    return parts(rng.permutation(n), size)


@mistakes("Samples are drawn with replacement: some come twice, others never.", hint=1)
def batches__with_replacement(n, size, rng):
    return parts(rng.integers(0, n, n), size)


@mistakes(
    "Each batch is drawn from all samples: some come twice, others never. Draw one permutation, and cut it.", hint=1
)
def batches__each_drawn_from_all(n, size, rng):
    return [rng.choice(n, min(size, n - start), replace=False) for start in range(0, n, size)]


@mistakes("That order is random too, but not the one of rng.permutation(n): rng.choice draws another.", hint=1)
def batches__by_choice(n, size, rng):
    return parts(rng.choice(n, n, replace=False), size)


@mistakes(
    "That order is random too, but not the one of rng.permutation(n): sorting random numbers gives another.", hint=1
)
def batches__by_sorting(n, size, rng):
    return parts(np.argsort(rng.random(n)), size)


@mistakes("Batches are shuffled as a whole, their samples stay in order: permute the samples, then cut.", hint=1)
def batches__of_neighbours(n, size, rng):
    pieces = parts(np.arange(n), size)
    return [pieces[k] for k in rng.permutation(len(pieces))]


@mistakes("Sample n - 1 never comes: rng.permutation(n) has the numbers from 0 to n - 1.", hint=1)
def batches__of_one_less(n, size, rng):
    return parts(rng.permutation(n - 1), size)


@mistakes("There is a sample too many: rng.permutation(n) has the numbers from 0 to n - 1.", hint=1)
def batches__of_one_more(n, size, rng):
    return parts(rng.permutation(n + 1), size)


def wrong_mean(sentence, mean):
    """A mistake in the mean over an epoch, ``mean(means, sizes)``."""

    @mistakes(sentence, hint=3)
    def epoch_mean__formula(means, sizes):
        return mean(means, sizes)


wrong_mean("Each batch counts the same in your mean; a ragged one stands for fewer samples.", lambda m, s: np.mean(m))
wrong_mean("That is the sum over all samples: divide by their number.", np.dot)
wrong_mean("You divide by the number of batches; divide by the number of samples, the sum of sizes.",
           lambda m, s: np.dot(m, s) / len(s))  # fmt: skip
wrong_mean("You divide as if all batches had the size of the first one: divide by the sum of sizes.",
           lambda m, s: np.dot(m, s) / (len(s) * s[0]))  # fmt: skip
wrong_mean("You divide as if all batches had the size of the last one: divide by the sum of sizes.",
           lambda m, s: np.dot(m, s) / (len(s) * s[-1]))  # fmt: skip
wrong_mean("You divide by the number of batches twice; divide by the number of samples, the sum of sizes.",
           lambda m, s: np.mean(m * s) / len(s))  # fmt: skip
wrong_mean("You divide as if all batches had the largest size: divide by the sum of sizes.",
           lambda m, s: np.dot(m, s) / (len(s) * np.max(s)))  # fmt: skip
wrong_mean("You divide by the largest size; divide by the sum of sizes.", lambda m, s: np.dot(m, s) / np.max(s))
wrong_mean("You divide by the size of the first batch; divide by the sum of sizes.", lambda m, s: np.dot(m, s) / s[0])
wrong_mean("Means are divided by their sizes, where they are multiplied by them.",
           lambda m, s: np.sum(m / s) / np.sum(1 / s))  # fmt: skip
wrong_mean("Means are divided by their sizes, where they are multiplied by them.",
           lambda m, s: np.sum(m / s) / np.sum(s))  # fmt: skip
wrong_mean("Means are divided by their sizes, and nothing else: multiply by them, and divide by their sum.",
           lambda m, s: np.sum(m / s))  # fmt: skip
wrong_mean("Means are divided by their sizes and averaged: multiply by the sizes, and divide by their sum.",
           lambda m, s: np.mean(m / s))  # fmt: skip
wrong_mean("Means are added up as they are: each is multiplied by the size of its batch before.",
           lambda m, s: np.sum(m) / np.sum(s))  # fmt: skip
wrong_mean("The sum of the means is multiplied by that of the sizes: each mean has a size of its own.",
           lambda m, s: np.sum(m) * np.sum(s) / len(s))  # fmt: skip
wrong_mean("The sum of the means is returned; a mean is asked for.", lambda m, s: np.sum(m))
wrong_mean("You divide by the sum of the means; divide by the number of samples, the sum of sizes.",
           lambda m, s: np.dot(m, s) / np.sum(m))  # fmt: skip
wrong_mean("Your result has a number for every batch; one is asked for, their sum.", lambda m, s: m * s / np.sum(s))
wrong_mean("Sizes are squared in your weights: a mean of 5 samples counts five times, not 25 times.",
           lambda m, s: np.dot(m, s**2) / np.sum(s**2))  # fmt: skip
wrong_mean("Sizes are squared in your weights: a mean of 5 samples counts five times, not 25 times.",
           lambda m, s: np.dot(m, s**2) / np.sum(s))  # fmt: skip
wrong_mean("Only the last batch is in your sum: it is overwritten in the loop, = where += is due.",
           lambda m, s: m[-1] * s[-1] / np.sum(s))  # fmt: skip
wrong_mean("Only the first batch is in yours: a return inside of the loop ends it.", lambda m, s: m[0])
wrong_mean(
    "Only the first batch is in your sum: a return inside of the loop ends it.", lambda m, s: m[0] * s[0] / np.sum(s)
)
wrong_mean("The last batch is left out of your sum: a ragged one counts as well.",
           lambda m, s: np.dot(m[:-1], s[:-1]) / np.sum(s))  # fmt: skip
wrong_mean("The last batch is left out where there are several: a ragged one counts as well.",
           lambda m, s: np.dot(m[:-1], s[:-1]) / np.sum(s[:-1]) if len(s) > 1 else m[0])  # fmt: skip
wrong_mean("The first batch is left out of your sum: batches are counted from 0.",
           lambda m, s: np.dot(m[1:], s[1:]) / np.sum(s))  # fmt: skip
wrong_mean("You divide by the number of samples less one; divide by their number.",
           lambda m, s: np.dot(m, s) / (np.sum(s) - 1))  # fmt: skip
wrong_mean("// cuts the quotient to a whole number: / divides.", lambda m, s: np.dot(m, s) // np.sum(s))
wrong_mean("The sum over the samples is divided twice, by their number and by that of the batches.",
           lambda m, s: np.dot(m, s) / np.sum(s) / len(s))  # fmt: skip
