"""Choosing the next point by a committee.

A value of a function is expensive, so each should be taken where it teaches most. Several networks, the members, have
learnt the same values from different starts. Where they predict the same, there is little to learn; where they
disagree most, somebody must be wrong: that is the next point (query by committee: Seung, Opper and Sompolinsky, COLT
1992). The predictions are an array (m, n): m members, each at the same n candidates, which are numbered from 0.

Predictions and points that are given are arrays; what is returned may be a plain list as well. Arrays and lists that
are given stay as they are.
"""

import numpy as np


def disagreement(predictions):
    """How much the m members disagree at each candidate, an array (n,): the largest prediction minus the smallest.

    A worked example: [[1, 5, 2], [4, 5, 0], [2, 6, 1]] are three members at three candidates. They disagree by 3, 1, 2.
    """
    raise NotImplementedError("disagreement waits for you: which axis are the members?")


def next_point(predictions, taken):
    """The number of the candidate where members disagree most, of those whose number is not in the list `taken`.

    Of several that are equal it is the first, that is, the lowest number; also where all members agree. taken may be
    empty, and is in no order. If all candidates are taken, the result is -1.

    A worked example: with the predictions above it is 0 if taken is [], 2 if it is [0], 1 if it is [2, 0], and -1 if it
    is [0, 1, 2].
    """
    raise NotImplementedError("next_point waits for you: what keeps a candidate that is taken from being the largest?")


def next_points(predictions, points, k, apart):
    """The numbers of up to k candidates, a list or array, in the order in which they are chosen.

    points (n, d) says where the candidates are. One after the other is chosen: where members disagree most (of several
    that are equal the first), of those that are not chosen yet, and whose distance to every one that is chosen is at
    least `apart`. The distance is Euclid's. When none is left, there are fewer than k. k is 1 or more, and may be more
    than n; apart is 0 or more.

    A worked example: with the predictions above, points [[0], [1], [0.5]], k = 2 and apart = 0.8, candidate 0 comes
    first. Candidate 2 is 0.5 away from it, too near; so candidate 1 is the second: [0, 1].
    """
    raise NotImplementedError("next_points waits for you: go through the candidates, those of most disagreement first.")
