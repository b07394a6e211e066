"""How a power iteration and what is made of it go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def matrix(W):
    return W.reshape(-1, W.shape[-1])


def unit(v):
    return v / np.linalg.norm(v)


def iterate(W, u, steps=1):
    for _ in range(steps):
        u = unit(matrix(W).T @ (matrix(W) @ u))
    return u


def scaled(W, u, sigma):
    return W / sigma, sigma, u


@mistakes("Your u is not divided by its length: it grows by sigma or more at every step, until it overflows.", hint=2)
def power_iteration__no_length(W, u):
    return matrix(W).T @ (matrix(W) @ u)


@mistakes("v has length 1, but the new u has not: it is still to be divided by |M^T v|.", hint=2)
def power_iteration__only_v_has_length_one(W, u):
    return matrix(W).T @ unit(matrix(W) @ u)


@mistakes("The new u is divided by its squared length; a root is missing: np.linalg.norm.", hint=2)
def power_iteration__squared_length(W, u):
    u = matrix(W).T @ unit(matrix(W) @ u)
    return u / (u @ u)


@mistakes("The new u is divided by its sum; its length is the root of the sum of its squares.", hint=2)
def power_iteration__by_sum(W, u):
    u = matrix(W).T @ unit(matrix(W) @ u)
    return u / u.sum()


@mistakes("The new u is divided by its largest entry; its length is the root of the sum of its squares.", hint=2)
def power_iteration__by_largest(W, u):
    u = matrix(W).T @ unit(matrix(W) @ u)
    return u / np.abs(u).max()


@mistakes("That is v, half of the iteration: u is M^T v, divided by its length.", hint=2)
def power_iteration__half(W, u):
    return unit(matrix(W) @ u)


@mistakes("The transposition stands at the wrong one of the two products: first M u, then M^T v.", hint=3)
def power_iteration__transposed(W, u):
    return unit(matrix(W) @ (matrix(W).T @ u))


@mistakes("The second product is M v; it goes back, so it is M^T v.", hint=3)
def power_iteration__not_transposed(W, u):
    return unit(matrix(W) @ (matrix(W) @ u))


@mistakes("The old u is added to the new one; the new one replaces it.", hint=2)
def power_iteration__old_one_added(W, u):
    return unit(u + iterate(W, u))


@mistakes("Two iterations are made; one is asked for.", hint=2)
def power_iteration__twice(W, u):
    return iterate(W, u, 2)


@mistakes("The given u is returned as it was.", hint=2)
def power_iteration__none(W, u):
    return u.copy()


@mistakes("The kernel is made a matrix by its first axis; the last one, of the outputs, has to stay.", hint=3)
def power_iteration__by_first_axis(W, u):
    M = W.reshape(W.shape[0], -1)
    return unit(M.T @ (M @ u))


@mistakes(
    "Your v is divided by another length at each place of the kernel: it is one vector over all rows, of one length.",
    hint=3,
)
def power_iteration__length_of_each_place(W, u):
    v = W @ u
    return unit(matrix(W).T @ (v / np.linalg.norm(v, axis=-1, keepdims=True)).ravel())


@mistakes(
    "The entries of W are mixed up: W.reshape(o, -1).T reads them on as they lie. W.reshape(-1, W.shape[-1]) keeps the "
    "last axis as columns.",
    hint=3,
)
def power_iteration__reshaped_and_transposed(W, u):
    M = W.reshape(len(u), -1).T
    return unit(M.T @ (M @ u))


@mistakes("u is changed in place: u /= ... or u[:] = ... writes into the array of the caller.", hint=2)
def power_iteration__in_place(W, u):
    u[:] = iterate(W, u)
    return u.copy()


@mistakes("Every step begins with the u that was given: hand the new one on to the next step.", hint=4)
def spectral_norm__state_forgotten(W, u, steps=1):
    u = iterate(W, u, min(steps, 1))
    return scaled(W, u, np.linalg.norm(matrix(W) @ u))


@mistakes("sigma belongs to the last u; yours is |M u| with the u that was given.", hint=4)
def spectral_norm__sigma_of_the_first(W, u, steps=1):
    return scaled(W, iterate(W, u, steps), np.linalg.norm(matrix(W) @ u))


@mistakes("sigma is |M u| with the last u; yours is |M^T v|, of half a step before.", hint=4)
def spectral_norm__half_a_step_before(W, u, steps=1):
    v = unit(matrix(W) @ iterate(W, u, max(steps - 1, 0)))
    sigma = np.linalg.norm(matrix(W).T @ v) if steps else np.linalg.norm(matrix(W) @ u)
    return scaled(W, iterate(W, u, steps), sigma)


@mistakes(
    "Your sigma is made with v, half a step old, and without a step there is no v: it is |M u|, after the loop.", hint=4
)
def spectral_norm__by_v(W, u, steps=1):
    for _ in range(steps):
        v = unit(matrix(W) @ u)
        u = unit(matrix(W).T @ v)
    return scaled(W, u, v @ matrix(W) @ u)


@mistakes("v is returned in the place of u, which the next call goes on from.", hint=4)
def spectral_norm__v_returned(W, u, steps=1):
    for _ in range(steps):
        v = unit(matrix(W) @ u)
        u = unit(matrix(W).T @ v)
    return *scaled(W, u, np.linalg.norm(matrix(W) @ u))[:2], v


@mistakes("u is not divided by its length in your steps, so |M u| is too large, and grows at every step.", hint=4)
def spectral_norm__no_length(W, u, steps=1):
    for _ in range(steps):
        u = matrix(W).T @ unit(matrix(W) @ u)
    return scaled(W, u.copy(), np.linalg.norm(matrix(W) @ u))


@mistakes("sigma lags behind by a whole step: it is |M u| with the last u, not with the one before it.", hint=4)
def spectral_norm__a_step_before(W, u, steps=1):
    before = iterate(W, u, max(steps - 1, 0))
    return scaled(W, iterate(W, u, steps), np.linalg.norm(matrix(W) @ before))


@mistakes("The u that was given is returned; the next call needs the last one to go on from.", hint=4)
def spectral_norm__old_u_returned(W, u, steps=1):
    return (*scaled(W, u, np.linalg.norm(matrix(W) @ iterate(W, u, steps)))[:2], u.copy())


@mistakes("Your sigma is squared, |M u|^2, an eigenvalue of M^T M: the singular value is its root.", hint=4)
def spectral_norm__squared(W, u, steps=1):
    u = iterate(W, u, steps)
    return scaled(W, u, np.sum((matrix(W) @ u) ** 2))


@mistakes("W is divided by sigma^2, or twice by sigma; once is enough.", hint=4)
def spectral_norm__divided_twice(W, u, steps=1):
    u = iterate(W, u, steps)
    sigma = np.linalg.norm(matrix(W) @ u)
    return W / sigma**2, sigma, u


@mistakes("W is multiplied by sigma; it is divided by it.", hint=4)
def spectral_norm__multiplied(W, u, steps=1):
    u = iterate(W, u, steps)
    sigma = np.linalg.norm(matrix(W) @ u)
    return W * sigma, sigma, u


@mistakes("Your sigma is the length of all of W (Frobenius): as large as all singular values together.", hint=4)
def spectral_norm__frobenius(W, u, steps=1):
    return scaled(W, iterate(W, u, steps), np.linalg.norm(W.ravel()))


@mistakes("Your sigma is the exact singular value; what |M u| is after so many steps is asked for.", hint=4)
def spectral_norm__exact(W, u, steps=1):
    return scaled(W, iterate(W, u, steps), np.linalg.norm(matrix(W), 2))


@mistakes("One step too many is made.", hint=4)
def spectral_norm__one_more(W, u, steps=1):
    u = iterate(W, u, steps + 1)
    return scaled(W, u, np.linalg.norm(matrix(W) @ u))


@mistakes("One step too few is made.", hint=4)
def spectral_norm__one_less(W, u, steps=1):
    u = iterate(W, u, steps - 1)
    return scaled(W, u.copy(), np.linalg.norm(matrix(W) @ u))


@mistakes("One step is made, whatever `steps` says.", hint=4)
def spectral_norm__always_one(W, u, steps=1):
    u = iterate(W, u)
    return scaled(W, u, np.linalg.norm(matrix(W) @ u))


@mistakes("W / sigma is still the matrix M; it has the shape of W: divide W itself.", hint=3)
def spectral_norm__matrix_returned(W, u, steps=1):
    u = iterate(W, u, steps)
    sigma = np.linalg.norm(matrix(W) @ u)
    return matrix(W) / sigma, sigma, u


@mistakes("W is changed in place: W /= sigma writes into the array of the caller.", hint=4)
def spectral_norm__in_place(W, u, steps=1):
    u = iterate(W, u, steps)
    sigma = np.linalg.norm(matrix(W) @ u)
    W /= sigma
    return W.copy(), sigma, u
