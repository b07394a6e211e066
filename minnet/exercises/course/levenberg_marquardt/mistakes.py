"""How Levenberg-Marquardt goes wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def solved(r, J, damping):
    return -np.linalg.solve(J.T @ J + damping * np.eye(J.shape[1]), J.T @ r)


def squares(r):
    return np.sum(r**2)


def search(residuals, jacobian, theta, damping, steps, down=1 / 3, up=2.0, lower=None, least=0.0, **change):
    """The search with one thing changed."""
    lower = lower or (lambda new, old: squares(new) < squares(old))
    step, moves_anyway = change.get("step", solved), change.get("moves_anyway", False)
    for _ in range(steps):
        r = residuals(theta)
        tried = theta + step(r, jacobian(theta), damping)
        if lower(residuals(tried), r):
            theta, damping = tried, max(down * damping, least)
        else:
            theta, damping = tried if moves_anyway else theta, up * damping
    return theta, damping


@mistakes("Your step goes uphill: it has the sign of J^T r, and -J^T r is due.", hint=2)
def damped_step__uphill(r, J, damping):
    return -solved(r, J, damping)


@mistakes("The damping is not in your step: that is Gauss and Newton's.", hint=2)
def damped_step__gauss_newton(r, J, damping):
    return -np.linalg.lstsq(J, r, rcond=None)[0]


@mistakes("The damping is added to every entry of J^T J; times the identity it is on the diagonal alone.", hint=2)
def damped_step__everywhere(r, J, damping):
    return -np.linalg.solve(J.T @ J + damping, J.T @ r)


@mistakes("Your damping is multiplied by the diagonal of J^T J, Marquardt's form; here it is by the identity.", hint=2)
def damped_step__scaled(r, J, damping):
    return -np.linalg.solve(J.T @ J + damping * np.diag(np.diag(J.T @ J)), J.T @ r)


@mistakes("Your step is -J^T r: the equations are not solved.", hint=2)
def damped_step__gradient(r, J, damping):
    return -J.T @ r


@mistakes("J^T J and J^T r are divided by m in yours: then the damping weighs m times as much.", hint=2)
def damped_step__mean(r, J, damping):
    return solved(r, J, damping * len(r))


@mistakes("Your right side is twice too large: the gradient of sum(r^2) / 2 is J^T r.", hint=2)
def damped_step__twice(r, J, damping):
    return 2 * solved(r, J, damping)


@mistakes("Your matrix is J J^T, (m, m); J^T J is (p, p), as theta is (p,).", hint=2)
def damped_step__JJT(r, J, damping):
    return -np.linalg.solve(J @ J.T + damping * np.eye(len(r)), J.T @ r)


@mistakes("Your identity is (m, m), m being the number of residuals; J^T J is (p, p).", hint=2)
def damped_step__identity_of_m(r, J, damping):
    return -np.linalg.solve(J.T @ J + damping * np.eye(len(r)), J.T @ r)


@mistakes("Your J^T r is J r: transpose J first.", hint=2)
def damped_step__not_transposed(r, J, damping):
    return -np.linalg.solve(J.T @ J + damping * np.eye(J.shape[1]), J @ r)


@mistakes("You multiply by the matrix; v is what it has to be multiplied with to give -J^T r: solve for it.", hint=2)
def damped_step__multiplied(r, J, damping):
    return -(J.T @ J + damping * np.eye(J.shape[1])) @ (J.T @ r)


@mistakes("The inverse is multiplied with J^T r entry by entry (*); that is (p, p). A matrix product is due.", hint=2)
def damped_step__entry_by_entry(r, J, damping):
    return -np.linalg.inv(J.T @ J + damping * np.eye(J.shape[1])) * (J.T @ r)


@mistakes("You divide by the diagonal of J^T J + damping I; the other entries count too: solve.", hint=2)
def damped_step__diagonal(r, J, damping):
    return -(J.T @ r) / (np.diag(J.T @ J) + damping)


@mistakes("The root of the damping is added; it is the damping itself.", hint=2)
def damped_step__root(r, J, damping):
    return solved(r, J, np.sqrt(damping))


@mistakes("One over the damping is added; a large damping is to make the step short.", hint=2)
def damped_step__inverse(r, J, damping):
    return solved(r, J, 1 / damping)


@mistakes("Yours is Gauss and Newton's step, over 1 + damping: it is added on the diagonal.", hint=2)
def damped_step__shortened(r, J, damping):
    return -np.linalg.lstsq(J, r, rcond=None)[0] / (1 + damping)


def newton(r, J, damping):
    return -np.linalg.lstsq(J, r, rcond=None)[0]


def searching(order=lambda theta, damping: (theta, damping), count=lambda steps: steps, **change):
    def levenberg_marquardt__(residuals, jacobian, theta, damping, steps):
        return order(*search(residuals, jacobian, theta, damping, count(steps), **change))

    return levenberg_marquardt__


for hint, sentence, change in (
    (4, "Every step is taken in yours: where the cost rises, theta stays, and only the damping changes.",
     {"moves_anyway": True}),
    (3, "Every step counts as a success in yours, whatever the cost is: some are refused.",
     {"lower": lambda new, old: True}),
    (4, "Success and failure have changed places: after a step that is taken the damping falls.",
     {"down": 2.0, "up": 1 / 3}),
    (4, "Success and failure have changed places: a step that is taken divides the damping, by 3.",
     {"down": 3.0, "up": 1 / 2}),
    (4, "The factors have changed places: a success divides the damping by 3, a failure doubles it.",
     {"down": 1 / 2, "up": 3.0}),
    (4, "Where a step is refused the damping stays in yours: the next try is the same again. It is doubled.",
     {"up": 1.0}),
    (4, "After a success the damping stays in yours; it is divided by 3.", {"down": 1.0}),
    (4, "The damping is tripled after a refusal; it is doubled.", {"up": 3.0}),
    (4, "The damping is halved after a success; it is divided by 3.", {"down": 1 / 2}),
    (4, "The damping is doubled after every step in yours, after a success too: is an else missing?",
     {"down": 2 / 3}),
    (3, "Every step that changes anything is taken in yours: take the cost of residuals(theta + v), not of r + J v.",
     {"lower": lambda new, old: bool(np.any(new != old))}),
    (3, "A step that leaves the cost as it is counts as a success in yours: lower is <, not <=.",
     {"lower": lambda new, old: squares(new) <= squares(old)}),
    (3, "The sums of the residuals are compared, not those of their squares.",
     {"lower": lambda new, old: np.sum(new) < np.sum(old)}),
    (3, "The sums of sizes |r| are compared, not those of squares: a step may lower one, and not the other.",
     {"lower": lambda new, old: np.sum(np.abs(new)) < np.sum(np.abs(old))}),
    (3, "The largest residuals are compared, not the sums of squares.",
     {"lower": lambda new, old: np.max(np.abs(new)) < np.max(np.abs(old))}),
    (3, "Every residual is asked to become smaller; it is their sum of squares that counts.",
     {"lower": lambda new, old: np.all(new**2 < old**2)}),
    (4, "One step too many is tried.", {"count": lambda steps: steps + 1}),
    (4, "One step too few is tried.", {"count": lambda steps: steps - 1}),
    (4, "One try is all that is left of several: is the return inside the loop, or does each begin anew?",
     {"count": lambda steps: 1}),
    (1, "The order is theta, damping.", {"order": lambda theta, damping: (damping, theta)}),
    (1, "Only theta is returned; the damping is asked for as well.", {"order": lambda theta, damping: theta}),
    (2, "The damping is not in the steps of yours: those are Gauss and Newton's.", {"step": newton}),
    (2, "The steps of yours go uphill: theta + v, with v from -J^T r.", {"step": lambda *given: -solved(*given)}),
):  # fmt: skip
    mistakes(sentence, hint=hint)(searching(**change))


def compared_with(start, new_best, at=lambda first, theta: theta):
    """Costs are compared with one that is remembered: made of the one before, the new one, and whether it was taken.

    r and J are those at a theta made of the first and the present one.
    """

    def levenberg_marquardt__(residuals, jacobian, theta, damping, steps):
        best, first = start(squares(residuals(theta))), theta
        for _ in range(steps):
            here = at(first, theta)
            tried = theta + solved(residuals(here), jacobian(here), damping)
            new = squares(residuals(tried))
            taken = new < best
            theta, damping = (tried, damping / 3) if taken else (theta, 2 * damping)
            best = new_best(best, new, taken)
        return theta, damping

    return levenberg_marquardt__


for hint, sentence, how in (
    (3, "Every cost is compared with that of the start: once a step is taken, it is that of the theta it led to.",
     (float, lambda best, new, taken: best)),
    (3, "The cost of a refused step is remembered: compare with that of theta, which has stayed.",
     (float, lambda best, new, taken: new)),
    (3, "The first step is taken whatever it costs: it too is compared with the cost at theta.",
     (lambda cost: np.inf, lambda best, new, taken: new if taken else best)),
    (3, "The first step is taken whatever it costs, and others are compared with the try before, taken or not.",
     (lambda cost: np.inf, lambda best, new, taken: new)),
    (1, "r and J, and the cost to compare with, are those of the first theta in every step: take them anew.",
     (float, lambda best, new, taken: best, lambda first, theta: first)),
):  # fmt: skip
    mistakes(sentence, hint=hint)(compared_with(*how))


@mistakes("r and J are those of the first theta in every step: a theta that has moved has its own.", hint=1)
def levenberg_marquardt__first_residuals(residuals, jacobian, theta, damping, steps):
    r, J = residuals(theta), jacobian(theta)
    return search(residuals, jacobian, theta, damping, steps, step=lambda _r, _J, damping: solved(r, J, damping))


@mistakes("r is that of the first theta in every step: a theta that has moved has its own.", hint=1)
def levenberg_marquardt__first_residuals_alone(residuals, jacobian, theta, damping, steps):
    r = residuals(theta)
    return search(residuals, jacobian, theta, damping, steps, step=lambda _r, J, damping: solved(r, J, damping))


@mistakes("Yours ends after the first step that is taken; it goes on from there.", hint=4)
def levenberg_marquardt__ends_with_a_success(residuals, jacobian, theta, damping, steps):
    for _ in range(steps):
        before = damping
        theta, damping = search(residuals, jacobian, theta, damping, 1)
        if damping < before:
            break
    return theta, damping


@mistakes("J is that of the first theta in every step: take it anew where theta has moved.", hint=1)
def levenberg_marquardt__first_jacobian(residuals, jacobian, theta, damping, steps):
    J = jacobian(theta)
    return search(residuals, jacobian, theta, damping, steps, step=lambda r, _J, damping: solved(r, J, damping))


@mistakes("After a refused step the residuals are still those of where it led: take them at theta again.", hint=1)
def levenberg_marquardt__residuals_of_the_refused(residuals, jacobian, theta, damping, steps):
    r = residuals(theta)
    for _ in range(steps):
        tried = theta + solved(r, jacobian(theta), damping)
        cost, r = squares(residuals(theta)), residuals(tried)
        theta, damping = (tried, damping / 3) if squares(r) < cost else (theta, 2 * damping)
    return theta, damping


@mistakes("theta is changed in place: += writes into the array of the caller, and a refused step stays in it.", hint=4)
def levenberg_marquardt__in_place(residuals, jacobian, theta, damping, steps):
    for _ in range(steps):
        r = residuals(theta)
        theta += solved(r, jacobian(theta), damping)
        damping = damping / 3 if squares(residuals(theta)) < squares(r) else 2 * damping
    return theta, damping


@mistakes("Yours ends after the first step that is refused; it goes on with twice the damping.", hint=4)
def levenberg_marquardt__ends(residuals, jacobian, theta, damping, steps):
    for _ in range(steps):
        before = damping
        theta, damping = search(residuals, jacobian, theta, damping, 1)
        if damping > before:
            break
    return theta, damping


@mistakes("J is taken where the step led, even if that was refused; it belongs to theta.", hint=1)
def levenberg_marquardt__jacobian_of_the_refused(residuals, jacobian, theta, damping, steps):
    J = jacobian(theta)
    for _ in range(steps):
        r = residuals(theta)
        tried = theta + solved(r, J, damping)
        J = jacobian(tried)
        theta, damping = (tried, damping / 3) if squares(residuals(tried)) < squares(r) else (theta, 2 * damping)
    return theta, damping


@mistakes("Every step uses the damping of the first: what it has become is for the next step.", hint=4)
def levenberg_marquardt__damping_not_used(residuals, jacobian, theta, damping, steps):
    first = damping
    return search(residuals, jacobian, theta, damping, steps, step=lambda r, J, _: solved(r, J, first))


def until_taken(tries):
    def levenberg_marquardt__(residuals, jacobian, theta, damping, steps):
        for _ in range(steps):
            for _ in range(tries):
                before = damping
                theta, damping = search(residuals, jacobian, theta, damping, 1)
                if damping < before:
                    break
        return theta, damping

    return levenberg_marquardt__


for tries in (3, 5, 8, 10, 15, 20, 25, 30, 50, 100, 1000):
    sentence = "A refused step is tried again until one is taken, and all that counts as one step; each try is one."
    mistakes(sentence, hint=4)(until_taken(tries))
