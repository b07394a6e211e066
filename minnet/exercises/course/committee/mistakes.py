"""How the choice by a committee goes wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def spread(predictions):
    return predictions.max(axis=0) - predictions.min(axis=0)


def wrong_disagreement(of_columns):
    def disagreement__(predictions):
        return of_columns(predictions)

    return disagreement__


for sentence, of_columns in {
    "That is the standard deviation; here the disagreement is the largest prediction minus the smallest.":
        lambda p: p.std(axis=0),
    "That is the standard deviation, with m - 1; here it is the largest prediction minus the smallest.":
        lambda p: p.std(axis=0, ddof=1),
    "That is the variance; here the disagreement is the largest prediction minus the smallest.":
        lambda p: p.var(axis=0),
    "That is a mean of distances from the mean; here it is the largest prediction minus the smallest.":
        lambda p: np.abs(p - p.mean(axis=0)).mean(axis=0),
    "That is a sum of distances from the mean; here it is the largest prediction minus the smallest.":
        lambda p: np.abs(p - p.mean(axis=0)).sum(axis=0),
    "That is the mean difference of two members; here it is the largest prediction minus the smallest.":
        lambda p: np.abs(p[:, None] - p).mean(axis=(0, 1)),
    "That is how far the largest prediction is from the mean; it is compared with the smallest.":
        lambda p: p.max(axis=0) - p.mean(axis=0),
    "That is how far the largest prediction is from the median; it is compared with the smallest.":
        lambda p: p.max(axis=0) - np.median(p, axis=0),
    "That is the largest distance from the mean; largest and smallest prediction are compared with each other.":
        lambda p: np.abs(p - p.mean(axis=0)).max(axis=0),
    "Yours runs along the candidates, axis 1: members are the rows, so the result has one number per column.":
        lambda p: np.ptp(p, axis=1),
    "That is one number, of all predictions; each candidate, a column, has its own.": np.ptp,
    "The shape is (1, n), where (n,) is asked for: leave keepdims out.": lambda p: np.ptp(p, axis=0, keepdims=True),
    "That is the smallest minus the largest: the sign is wrong.": lambda p: -spread(p),
    "Your largest prediction begins at 0, and stays there where all are below 0: begin with the first one.":
        lambda p: np.maximum(p.max(axis=0), 0) - p.min(axis=0),
    "Your smallest prediction begins at 0, and stays there where all are above 0: begin with the first one.":
        lambda p: p.max(axis=0) - np.minimum(p.min(axis=0), 0),
    "Only distances from the first member are compared: the largest and the smallest may be any two.":
        lambda p: np.abs(p - p[0]).max(axis=0),
    "Only the first member and the last are compared: the largest and the smallest may be any two.":
        lambda p: np.abs(p[-1] - p[0]),
    "Absolute values are taken of the predictions: -1 and 1 are 2 apart, and yours takes them for equal.":
        lambda p: np.ptp(np.abs(p), axis=0),
}.items():  # fmt: skip
    mistakes(sentence, hint=2)(wrong_disagreement(of_columns))


def first_best(by, taken, masked=-np.inf, none=-1):
    by = np.array(by, float)
    by[taken] = masked
    return none if none is not None and len(set(taken)) == len(by) else int(np.argmax(by))


def last_best(by, taken):
    free = [k for k in range(len(by)) if k not in taken]
    return max(reversed(free), key=lambda k: by[k], default=-1)


@mistakes("Of several that are equal yours is the last; the first one is asked for.", hint=3)
def next_point__last_of_equals(predictions, taken):
    return last_best(spread(predictions), taken)


@mistakes("taken is never looked at: a value that is known teaches nothing new.", hint=3)
def next_point__taken_ignored(predictions, taken):
    return int(np.argmax(spread(predictions)))


def wrong_point(measure, **settings):
    def next_point__(predictions, taken):
        return first_best(measure(predictions), taken, **settings)

    return next_point__


for sentence, function in (
    ("What is taken has its disagreement set to 0: where members agree everywhere, others are as large. -inf is due.",
     wrong_point(spread, masked=0)),
    ("What is taken has its disagreement set to 0: where members agree everywhere, others are as large. -inf is due.",
     wrong_point(spread, masked=0, none=None)),
    ("np.argmax finds nan before every number: put -inf where a candidate is taken.",
     wrong_point(spread, masked=np.nan)),
    ("If all candidates are taken, -1 is asked for: the argmax of nothing but -inf is 0.",
     wrong_point(spread, none=None)),
    ("Members agree best at yours: the largest disagreement is looked for, not the smallest.",
     wrong_point(lambda p: -spread(p))),
    ("Yours is where predictions are large; it is the disagreement that counts.",
     wrong_point(lambda p: p.mean(axis=0))),
    ("Yours is where predictions are large; it is the disagreement that counts.",
     wrong_point(lambda p: p.max(axis=0))),
    ("Yours goes by the standard deviation, not by the largest prediction minus the smallest.",
     wrong_point(lambda p: p.std(axis=0))),
):  # fmt: skip
    mistakes(sentence, hint=3)(function)


@mistakes(
    "If all candidates are taken, yours raises an error, as max and argmax of nothing do: -1 is asked for.", hint=4
)
def next_point__error_if_all_are_taken(predictions, taken):
    free = [k for k in range(predictions.shape[1]) if k not in taken]
    return max(free, key=lambda k: spread(predictions)[k])


@mistakes("If all candidates are taken, -1 is asked for, and not None.", hint=4)
def next_point__none_if_all_are_taken(predictions, taken):
    return first_best(spread(predictions), taken) if len(set(taken)) < predictions.shape[1] else None


@mistakes(
    "Yours is the place among those that are left, and not the candidate's number: numbers shift when columns are "
    "taken out.",
    hint=4,
)
def next_point__shortened(predictions, taken):
    left = np.delete(spread(predictions), taken)
    return int(np.argmax(left)) if len(left) else -1


@mistakes(
    "Yours is the place among those that are left, and not the candidate's number: numbers shift when columns are "
    "taken out. (And if all are taken, it raises an error.)",
    hint=4,
)
def next_point__shortened_and_error(predictions, taken):
    return int(np.argmax(np.delete(spread(predictions), np.array(taken, int))))


@mistakes(
    "Where taken is empty, np.array(taken) holds floats, and floats are no indices: np.array(taken, int).", hint=3
)
def next_point__empty_array_as_index(predictions, taken):
    return first_best(spread(predictions), taken) if taken else spread(predictions)[np.array(taken)]


@mistakes(
    "Where members agree everywhere, yours finds none: a disagreement of 0 may be the largest that is left.", hint=3
)
def next_point__more_than_zero(predictions, taken):
    best = first_best(spread(predictions), taken)
    return best if spread(predictions)[best] > 0 else -1


@mistakes("Only the last one of `taken` is left out; all of them are.", hint=3)
def next_point__last_of_taken(predictions, taken):
    return first_best(spread(predictions), taken[-1:]) if len(taken) < predictions.shape[1] else -1


@mistakes("That is how much members disagree there; the number of the candidate is asked for.", hint=4)
def next_point__value(predictions, taken):
    by, k = spread(predictions), first_best(spread(predictions), taken)
    return by[k] if k >= 0 else -1


@mistakes("Candidates are counted from 1 in yours, from 0 in the text.", hint=4)
def next_point__from_one(predictions, taken):
    k = first_best(spread(predictions), taken)
    return k + 1 if k >= 0 else -1


@mistakes("Yours leaves out as many of the best ones as are taken, whichever they are.", hint=3)
def next_point__number_of_taken(predictions, taken):
    order = np.argsort(-spread(predictions), kind="stable")
    return order[len(taken)] if len(taken) < len(order) else -1


@mistakes("predictions is changed in place: work on the disagreements, which are your own.", hint=3)
def next_point__in_place(predictions, taken):
    predictions[:, taken] = 0
    return first_best(spread(predictions), taken)


def euclid(difference):
    return np.sqrt(np.sum(difference**2))


def choice(far, distance=euclid, by=spread, rank=lambda by: np.argsort(-by, kind="stable"), more=0, result=np.array):
    """next_points with one thing changed: far says of the distances to those chosen (one at least) whether they do."""

    def next_points__(predictions, points, k, apart):
        chosen = []
        for candidate in rank(by(predictions)):
            distances = np.array([distance(points[candidate] - points[other]) for other in chosen])
            if len(chosen) < k + more and (not chosen or far(distances, apart)):
                chosen.append(int(candidate))
        return result(chosen)

    return next_points__


def right(distances, apart):
    return bool((distances >= apart).all())


for hint, sentence, function in (
    (5, "The distance is never looked at: candidates that are too near to one that is chosen are left out.",
     choice(lambda distances, apart: True)),
    (5, "The distance is looked at to the last chosen one only; it must be kept from all of them.",
     choice(lambda distances, apart: distances[-1] >= apart)),
    (5, "The distance is looked at to the first chosen one only; it must be kept from all of them.",
     choice(lambda distances, apart: distances[0] >= apart)),
    (5, "It is enough for yours to be far from one of the chosen; a candidate must be far from all of them.",
     choice(lambda distances, apart: (distances >= apart).any())),
    (5, "The mean distance from the chosen ones is compared with `apart`; each of the distances must be large enough.",
     choice(lambda distances, apart: distances.mean() >= apart)),
    (5, "One norm is taken of the differences from all chosen ones together; each has a distance of its own.",
     choice(lambda distances, apart: euclid(distances) >= apart)),
    (5, "A candidate whose distance is exactly `apart` may be chosen: it is left out if it is nearer than that.",
     choice(lambda distances, apart: (distances > apart).all())),
    (5, "Near and far are confused: yours takes the candidates that are nearer than `apart`.",
     choice(lambda distances, apart: (distances < apart).all())),
    (5, "Your distance is a sum of absolute values; Euclid's is the root of the sum of squares.",
     choice(right, lambda difference: np.abs(difference).sum())),
    (5, "Your distance is the largest of the coordinates' differences; Euclid's is the root of the sum of squares.",
     choice(right, lambda difference: np.abs(difference).max())),
    (5, "Only the first coordinate counts in your distance; Euclid's has the squares of all.",
     choice(right, lambda difference: np.abs(difference[0]))),
    (5, "The square of the distance is compared with `apart`: the root is missing.",
     choice(right, lambda difference: np.sum(difference**2))),
    (4, "Of several that are equal the first is chosen first: np.argsort(...)[::-1] puts the last one first.",
     choice(right, rank=lambda by: np.argsort(by, kind="stable")[::-1])),
    (4, "Yours begins with the candidate of least disagreement: argsort sorts upwards.",
     choice(right, rank=lambda by: np.argsort(by, kind="stable"))),
    (4, "Yours goes through the candidates by their numbers; those of most disagreement come first.",
     choice(right, rank=lambda by: np.arange(len(by)))),
    (4, "There is one too many: at most k are chosen.", choice(right, more=1)),
    (4, "There is one too few: k are chosen, if there are so many.", choice(right, more=-1)),
    (4, "The chosen ones are sorted by their numbers; the order in which they are chosen is asked for.",
     choice(right, result=lambda chosen: np.array(sorted(chosen)))),
    (2, "Yours goes by the standard deviation; the disagreement is the largest prediction minus the smallest.",
     choice(right, by=lambda predictions: predictions.std(axis=0))),
):  # fmt: skip
    mistakes(sentence, hint=hint)(function)


@mistakes("Your distances are between predictions; they are between the places of candidates, in points.", hint=5)
def next_points__distances_of_predictions(predictions, points, k, apart):
    chosen = []
    for candidate in np.argsort(-spread(predictions), kind="stable"):
        near = [euclid(predictions[:, candidate] - predictions[:, other]) < apart for other in chosen]
        if len(chosen) < k and not any(near):
            chosen.append(int(candidate))
    return np.array(chosen)


@mistakes("Your result has the points themselves; their numbers are asked for.", hint=4)
def next_points__places(predictions, points, k, apart):
    return points[choice(right)(predictions, points, k, apart)]


@mistakes("A candidate is left out in yours if any better one is near, chosen or not: only chosen ones count.", hint=5)
def next_points__far_from_all_better_ones(predictions, points, k, apart):
    order = np.argsort(-spread(predictions), kind="stable")
    far = [all(euclid(points[c] - points[other]) >= apart for other in order[:j]) for j, c in enumerate(order)]
    return order[far][:k]


@mistakes("Yours stops at the first candidate that is too near: leave it out, and go on to the next.", hint=5)
def next_points__stops(predictions, points, k, apart):
    chosen = []
    for candidate in np.argsort(-spread(predictions), kind="stable"):
        if len(chosen) == k or any(euclid(points[candidate] - points[other]) < apart for other in chosen):
            break
        chosen.append(candidate)
    return np.array(chosen)


@mistakes(
    "Yours takes the k best, and leaves some of them out: others should come in their places, until there are k.",
    hint=5,
)
def next_points__of_the_best(predictions, points, k, apart):
    best = np.argsort(-spread(predictions), kind="stable")[:k]
    return best[choice(right)(predictions[:, best], points[best], k, apart)]


@mistakes("When all that are left are too near, there are fewer than k: yours goes on all the same.", hint=5)
def next_points__filled_up(predictions, points, k, apart):
    chosen = choice(right)(predictions, points, k, apart)
    others = [c for c in np.argsort(-spread(predictions), kind="stable") if c not in chosen]
    return np.concatenate([chosen, others[: k - len(chosen)]]).astype(int)


@mistakes("When all that are left are too near, there are fewer than k: yours fills up with -1.", hint=5)
def next_points__padded(predictions, points, k, apart):
    chosen = choice(right)(predictions, points, k, apart)
    return np.concatenate([chosen, np.full(k - len(chosen), -1)])


for sentence, masked, itself in (
    ("What is too near has its disagreement set to 0, so it may still be the largest where others are 0 too. Put -inf "
     "there, and end when nothing else is left.", 0, True),
    ("Where apart is 0, a chosen candidate is not nearer to itself than that, so yours chooses it again: leave it out "
     "by its number.", -np.inf, False),
):  # fmt: skip

    @mistakes(sentence, hint=5)
    def next_points__left_out(predictions, points, k, apart, masked=masked, itself=itself):
        by, chosen = spread(predictions).copy(), []
        while len(chosen) < min(k, len(by)) and by.max() > -np.inf:
            chosen.append(int(np.argmax(by)))
            near = np.sqrt(((points - points[chosen[-1]]) ** 2).sum(axis=1)) < apart
            by[near | (itself & (np.arange(len(by)) == chosen[-1]))] = masked
        return np.array(chosen)
