"""How integrals and energies go wrong."""

import numpy as np

from minnet.exercises.case import Mistakes

mistakes = Mistakes()


def weighted(values, h, odd=4.0, even=2.0, ends=1.0):
    return h / 3 * (ends * (values[0] + values[-1]) + odd * values[1:-1:2].sum() + even * values[2:-1:2].sum())


def integral(x, values):
    return weighted(values, x[1] - x[0])


def difference(values):
    return values[-1] - values[0]


def integrated(x, psi, first, potential=None, ends=1.0, below=None):
    potential = x**2 * psi if potential is None else potential
    above = integral(x, potential) - ends * difference(first)
    return above / 2 / integral(x, psi if below is None else below)


def quotient(x, psi, first, kinetic=None, potential=None, ends=1.0, below=None):
    kinetic = first**2 if kinetic is None else kinetic
    potential = x**2 * psi**2 if potential is None else potential
    above = integral(x, kinetic) + integral(x, potential) - ends * difference(psi * first)
    return above / 2 / integral(x, psi**2 if below is None else below)


@mistakes("That is the trapezoidal rule: Simpson's weights are h / 3 times 1, 4, 2, ..., 4, 1.", hint=2)
def simpson__trapezoids(values, h):
    return h * (values.sum() - (values[0] + values[-1]) / 2)


@mistakes("That is h times the sum of all values: every value has the same weight.", hint=2)
def simpson__sum(values, h):
    return h * values.sum()


@mistakes("The weights 4 and 2 have changed places: the second value has 4.", hint=2)
def simpson__exchanged(values, h):
    return weighted(values, h, odd=2.0, even=4.0)


@mistakes("The factor in front is h / 3; yours lacks h.", hint=2)
def simpson__without_h(values, h):
    return weighted(values, h) / h


@mistakes("The first value counts three times in yours, 1 + 2: the slice of those with the weight 2 has it.", hint=2)
def simpson__first_in_the_slice(values, h):
    return weighted(values, h) + 2 * h / 3 * values[0]


@mistakes("The last value counts three times in yours, 1 + 2: the slice of those with the weight 2 has it.", hint=2)
def simpson__last_in_the_slice(values, h):
    return weighted(values, h) + 2 * h / 3 * values[-1]


@mistakes("Both ends count three times in yours, 1 + 2: the slice of those with the weight 2 has them.", hint=2)
def simpson__ends_in_the_slice(values, h):
    return weighted(values, h, ends=3.0)


@mistakes("Both ends have the weight 2 in yours; there it is 1.", hint=2)
def simpson__ends_counted_twice(values, h):
    return weighted(values, h, ends=2.0)


@mistakes("The last value is missing in yours.", hint=2)
def simpson__last_missing(values, h):
    return weighted(values, h) - h / 3 * values[-1]


@mistakes("All values between the ends have the weight 4 in yours: it is 4, 2, 4, 2, ..., 4.", hint=2)
def simpson__all_four(values, h):
    return weighted(values, h, even=4.0)


@mistakes("Both ends are missing in yours: they have the weight 1.", hint=2)
def simpson__no_ends(values, h):
    return weighted(values, h, ends=0.0)


@mistakes("Yours is one parabola over the whole interval, by its ends and middle; every two gaps have one.", hint=2)
def simpson__one_parabola(values, h):
    n = len(values)
    return (n - 1) * h / 6 * (values[0] + 4 * values[n // 2] + values[-1])


@mistakes("The parabolas overlap in yours: the next one begins where the last has ended, two points further.", hint=2)
def simpson__overlapping(values, h):
    return sum(h / 3 * (values[k] + 4 * values[k + 1] + values[k + 2]) for k in range(len(values) - 2))


@mistakes("[psi'] is missing: the slopes at the two ends differ, and the formula has their difference.", hint=3)
def energy_integrated__no_ends(x, psi, first):
    return integrated(x, psi, first, ends=0.0)


@mistakes("[psi'] has the wrong sign: it is subtracted, and it is the last minus the first.", hint=3)
def energy_integrated__ends_added(x, psi, first):
    return integrated(x, psi, first, ends=-1.0)


@mistakes("[psi'] is not halved: the 1/2 belongs to it as well.", hint=4)
def energy_integrated__ends_not_halved(x, psi, first):
    return integrated(x, psi, first, ends=2.0)


@mistakes("Only [psi'] is halved: the 1/2 belongs to the integral of x^2 psi as well.", hint=4)
def energy_integrated__potential_not_halved(x, psi, first):
    return integrated(x, psi, first, potential=2 * x**2 * psi)


@mistakes("At the ends you take [psi], the values; [psi'] is due, of the slopes.", hint=3)
def energy_integrated__ends_of_psi(x, psi, first):
    return (integral(x, x**2 * psi) - difference(psi)) / 2 / integral(x, psi)


@mistakes("Your spacing is the length of the interval over n: n points have n - 1 gaps between them.", hint=1)
def energy_integrated__gaps(x, psi, first):
    return integrated(x, psi, first, ends=len(x) / (len(x) - 1))


@mistakes("The potential is x^2, yours is x.", hint=4)
def energy_integrated__linear(x, psi, first):
    return integrated(x, psi, first, potential=x * psi)


@mistakes("Your result depends on how large psi is: divide by its integral.", hint=4)
def energy_integrated__not_divided(x, psi, first):
    return integrated(x, psi, first) * integral(x, psi)


@mistakes("You divide by the integral of psi^2, as in the quotient; here it is that of psi.", hint=4)
def energy_integrated__norm(x, psi, first):
    return integrated(x, psi, first, below=psi**2)


@mistakes("The 1/2 of the equation is missing.", hint=4)
def energy_integrated__not_halved(x, psi, first):
    return 2 * integrated(x, psi, first)


@mistakes("The spacing of the points is not used: it is x[1] - x[0], not 1.", hint=1)
def energy_integrated__no_spacing(x, psi, first):
    return integrated(x, psi, first, ends=x[1] - x[0])


@mistakes("[psi'] is the last minus the first; yours is their sum.", hint=3)
def energy_integrated__sum_of_ends(x, psi, first):
    return (integral(x, x**2 * psi) - first[-1] - first[0]) / 2 / integral(x, psi)


@mistakes("psi is squared in your potential term, as in the quotient; here it is not.", hint=4)
def energy_integrated__potential_squared(x, psi, first):
    return integrated(x, psi, first, potential=x**2 * psi**2)


@mistakes("Your result is multiplied by the integral of psi: in a / 2 * b, b is above the line.", hint=4)
def energy_integrated__multiplied(x, psi, first):
    return integrated(x, psi, first) * integral(x, psi) ** 2


@mistakes("Your integrals are trapezoidal; Simpson's rule is asked for, the function above.", hint=1)
def energy_integrated__trapezoids(x, psi, first):
    return (np.trapezoid(x**2 * psi, x) - difference(first)) / 2 / np.trapezoid(psi, x)


@mistakes("Only [psi'] is divided in yours: a bracket around the difference is missing.", hint=4)
def energy_integrated__bracket(x, psi, first):
    return integral(x, x**2 * psi) - difference(first) / 2 / integral(x, psi)


@mistakes("The term at the ends, [psi psi'], is missing: it is 0 only if the interval holds all of psi.", hint=3)
def energy_quotient__no_ends(x, psi, first):
    return quotient(x, psi, first, ends=0.0)


@mistakes("[psi psi'] has the wrong sign: it is subtracted, and it is the last minus the first.", hint=3)
def energy_quotient__ends_added(x, psi, first):
    return quotient(x, psi, first, ends=-1.0)


@mistakes("[psi psi'] is not halved: the 1/2 belongs to it as well.", hint=4)
def energy_quotient__ends_not_halved(x, psi, first):
    return quotient(x, psi, first, ends=2.0)


@mistakes("Your spacing is the length of the interval over n: n points have n - 1 gaps between them.", hint=1)
def energy_quotient__gaps(x, psi, first):
    return quotient(x, psi, first, ends=len(x) / (len(x) - 1))


@mistakes("At the ends you take [psi']; here both sides were multiplied by psi, so it is [psi psi'].", hint=3)
def energy_quotient__ends_of_first(x, psi, first):
    return (integral(x, first**2 + x**2 * psi**2) - difference(first)) / 2 / integral(x, psi**2)


@mistakes("psi' is not squared in yours.", hint=4)
def energy_quotient__first_not_squared(x, psi, first):
    return quotient(x, psi, first, kinetic=first)


@mistakes("The kinetic energy has the wrong sign: by parts, -psi psi'' becomes + psi'^2.", hint=4)
def energy_quotient__kinetic_sign(x, psi, first):
    return quotient(x, psi, first, kinetic=-(first**2))


@mistakes("psi is not squared in your potential energy: it is x^2 psi^2.", hint=4)
def energy_quotient__potential_not_squared(x, psi, first):
    return quotient(x, psi, first, potential=x**2 * psi)


@mistakes("x is not squared in your potential energy: it is x^2 psi^2.", hint=4)
def energy_quotient__linear(x, psi, first):
    return quotient(x, psi, first, potential=x * psi**2)


@mistakes("The potential energy is missing in yours: that is the energy of a free particle.", hint=4)
def energy_quotient__kinetic_only(x, psi, first):
    return quotient(x, psi, first, potential=0 * x)


@mistakes("The kinetic energy, psi'^2, is missing in yours.", hint=4)
def energy_quotient__potential_only(x, psi, first):
    return quotient(x, psi, first, kinetic=0 * x)


@mistakes("You divide by the integral of psi; below the line psi is squared.", hint=4)
def energy_quotient__norm(x, psi, first):
    return quotient(x, psi, first, below=psi)


@mistakes("You divide by the square of the integral of psi; it is the integral of the square.", hint=4)
def energy_quotient__square_of_the_integral(x, psi, first):
    return quotient(x, psi, first) * integral(x, psi**2) / integral(x, psi) ** 2


@mistakes("Your result depends on how large psi is: divide by the integral of psi^2.", hint=4)
def energy_quotient__not_divided(x, psi, first):
    return quotient(x, psi, first) * integral(x, psi**2)


@mistakes("The 1/2 of the equation is missing.", hint=4)
def energy_quotient__not_halved(x, psi, first):
    return 2 * quotient(x, psi, first)


@mistakes("The spacing of the points is not used: it is x[1] - x[0], not 1.", hint=1)
def energy_quotient__no_spacing(x, psi, first):
    return quotient(x, psi, first, ends=x[1] - x[0])


@mistakes("At the ends you take [psi]; it is [psi psi'], a product at the last point minus one at the first.", hint=3)
def energy_quotient__ends_of_psi(x, psi, first):
    return (integral(x, first**2 + x**2 * psi**2) - difference(psi)) / 2 / integral(x, psi**2)


@mistakes("The potential energy is subtracted in yours; both energies are positive, and added.", hint=4)
def energy_quotient__potential_sign(x, psi, first):
    return quotient(x, psi, first, potential=-(x**2) * psi**2)


@mistakes("The kinetic energy is not halved in yours: the 1/2 belongs to both energies, and to the ends.", hint=4)
def energy_quotient__kinetic_not_halved(x, psi, first):
    return quotient(x, psi, first, kinetic=2 * first**2)


@mistakes("The potential energy is not halved in yours: the 1/2 belongs to both energies, and to the ends.", hint=4)
def energy_quotient__potential_not_halved(x, psi, first):
    return quotient(x, psi, first, potential=2 * x**2 * psi**2)


@mistakes("Only the kinetic energy is halved in yours: the 1/2 belongs to all that is above the line.", hint=4)
def energy_quotient__kinetic_halved_alone(x, psi, first):
    return quotient(x, psi, first, potential=2 * x**2 * psi**2, ends=2.0)


@mistakes("Only the potential energy is halved in yours: the 1/2 belongs to all that is above the line.", hint=4)
def energy_quotient__potential_halved_alone(x, psi, first):
    return quotient(x, psi, first, kinetic=2 * first**2, ends=2.0)


@mistakes("psi is missing in your potential energy: it is x^2 psi^2.", hint=4)
def energy_quotient__potential_without_psi(x, psi, first):
    return quotient(x, psi, first, potential=x**2)


@mistakes("Below the line is a sum of psi^2, where an integral is due: Simpson's, with the spacing.", hint=4)
def energy_quotient__sum_of_squares(x, psi, first):
    return quotient(x, psi, first) * integral(x, psi**2) / np.sum(psi**2)


@mistakes("Your integrals are trapezoidal; Simpson's rule is asked for, the first function.", hint=1)
def energy_quotient__trapezoids(x, psi, first):
    above = np.trapezoid(first**2 + x**2 * psi**2, x) - difference(psi * first)
    return above / 2 / np.trapezoid(psi**2, x)


@mistakes("[psi psi'] is the last minus the first; yours is their sum.", hint=3)
def energy_quotient__sum_of_ends(x, psi, first):
    return quotient(x, psi, first, ends=0.0) - (psi[-1] * first[-1] + psi[0] * first[0]) / 2 / integral(x, psi**2)


@mistakes("Only [psi psi'] is divided in yours: a bracket around the difference is missing.", hint=4)
def energy_quotient__bracket(x, psi, first):
    return integral(x, first**2 + x**2 * psi**2) - difference(psi * first) / 2 / integral(x, psi**2)
