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


@mistakes("The damping is squared in yours: J^T J + damping I.", hint=2)
def damped_step__squared(r, J, damping):
    return solved(r, J, damping**2)


@mistakes("Your step is -J^T r / damping, a step downhill: J^T J is missing.", hint=2)
def damped_step__steepest(r, J, damping):
    return -J.T @ r / damping


@mistakes("Your step is -J^T r: the equations are not solved.", hint=2)
def damped_step__gradient(r, J, damping):
    return -J.T @ r


@mistakes("The damping is subtracted from J^T J; it is added.", hint=2)
def damped_step__subtracted(r, J, damping):
    return solved(r, J, -damping)


@mistakes("J^T J and J^T r are divided by m in yours: then the damping weighs m times as much.", hint=2)
def damped_step__mean(r, J, damping):
    return solved(r, J, damping * len(r))


@mistakes("Your right side is twice too large: the gradient of sum(r^2) / 2 is J^T r.", hint=2)
def damped_step__twice(r, J, damping):
    return 2 * solved(r, J, damping)


@mistakes("J^T is missing on the right side: solve for -J^T r, (p,), not for -r.", hint=2)
def damped_step__residuals(r, J, damping):
    return -np.linalg.solve(J.T @ J + damping * np.eye(J.shape[1]), r)


@mistakes("Every step is taken in yours: where the cost rises, theta stays, and only the damping changes.", hint=4)
def levenberg_marquardt__moves_anyway(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps, moves_anyway=True)


@mistakes("Every step counts as a success in yours, whatever the cost is: some are refused.", hint=3)
def levenberg_marquardt__never_refuses(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps, lower=lambda new, old: True)


@mistakes("Success and failure have changed places: after a step that is taken the damping falls.", hint=4)
def levenberg_marquardt__damping_reversed(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps, down=2.0, up=1 / 3)


@mistakes("The factors have changed places: a success divides the damping by 3, a failure doubles it.", hint=4)
def levenberg_marquardt__factors(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps, down=1 / 2, up=3.0)


@mistakes("The factors of the damping are 10 in yours; here it is divided by 3, or doubled.", hint=4)
def levenberg_marquardt__tens(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps, down=1 / 10, up=10.0)


@mistakes("The damping never changes in yours.", hint=4)
def levenberg_marquardt__same_damping(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps, down=1.0, up=1.0)


@mistakes("Where a step is refused the damping stays in yours: the next try is the same again. It is doubled.", hint=4)
def levenberg_marquardt__no_rise(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps, up=1.0)


@mistakes("After a success the damping stays in yours; it is divided by 3.", hint=4)
def levenberg_marquardt__no_fall(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps, down=1.0)


@mistakes("A step that leaves the cost as it is counts as a success in yours: lower is <, not <=.", hint=3)
def levenberg_marquardt__equal(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps, lower=lambda new, old: squares(new) <= squares(old))


@mistakes("Costs are compared the wrong way round: yours takes the steps that make it higher.", hint=3)
def levenberg_marquardt__higher(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps, lower=lambda new, old: squares(new) > squares(old))


@mistakes("The sums of the residuals are compared, not those of their squares.", hint=3)
def levenberg_marquardt__sums(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps, lower=lambda new, old: np.sum(new) < np.sum(old))


@mistakes("A refused step is tried again until one is taken, and all that counts as one step; each try is one.", hint=4)
def levenberg_marquardt__until_taken(residuals, jacobian, theta, damping, steps):
    for _ in range(steps):
        r, J = residuals(theta), jacobian(theta)
        for _ in range(60):
            tried = theta + solved(r, J, damping)
            if squares(residuals(tried)) < squares(r):
                theta, damping = tried, damping / 3
                break
            damping = 2 * damping
    return theta, damping


@mistakes("r and J are those of the first theta in every step: a theta that has moved has its own.", hint=1)
def levenberg_marquardt__first_residuals(residuals, jacobian, theta, damping, steps):
    r, J = residuals(theta), jacobian(theta)
    return search(residuals, jacobian, theta, damping, steps, step=lambda _r, _J, damping: solved(r, J, damping))


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


@mistakes("A step is compared with the one before, even if that was refused: compare with the cost at theta.", hint=3)
def levenberg_marquardt__with_the_last_try(residuals, jacobian, theta, damping, steps):
    cost = squares(residuals(theta))
    for _ in range(steps):
        tried = theta + solved(residuals(theta), jacobian(theta), damping)
        new = squares(residuals(tried))
        theta, damping = (tried, damping / 3) if new < cost else (theta, 2 * damping)
        cost = new
    return theta, damping


@mistakes("Yours ends at the first step that is refused; it goes on with twice the damping.", hint=4)
def levenberg_marquardt__ends(residuals, jacobian, theta, damping, steps):
    for _ in range(steps):
        theta, damping = search(residuals, jacobian, theta, damping, 1)
        _, next_damping = search(residuals, jacobian, theta, damping, 1)
        if next_damping > damping:
            break
    return theta, damping


@mistakes("One step too many is tried.", hint=4)
def levenberg_marquardt__one_more(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps + 1)


@mistakes("One step too few is tried.", hint=4)
def levenberg_marquardt__one_less(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps - 1)


@mistakes("The order is theta, damping.", hint=1)
def levenberg_marquardt__order(residuals, jacobian, theta, damping, steps):
    return search(residuals, jacobian, theta, damping, steps)[::-1]


@mistakes("theta is changed in place: += writes into the array of the caller, and a refused step stays in it.", hint=4)
def levenberg_marquardt__in_place(residuals, jacobian, theta, damping, steps):
    for _ in range(steps):
        r = residuals(theta)
        theta += solved(r, jacobian(theta), damping)
        damping = damping / 3 if squares(residuals(theta)) < squares(r) else 2 * damping
    return theta, damping
