"""Optimizers against numbers worked out by hand, then on problems with known minima."""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import isclose, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize, rosen, rosen_der

import minnet as mn
from minnet.errors import DivergenceError, SettingError
from minnet.kernels.compiled import rules as compiled
from minnet.kernels.formulas import rules
from minnet.kernels.numpy import rules as plain
from minnet.optimizers import OPTIMIZERS
from minnet.schedules import Constant, Schedule, Step, as_schedule


def trajectory(optimizer, gradients, dtype="float64", start=1.0):
    """Parameters after each step, as training and as validation sees them.

    Three parameters: the scalar example, its mirror image, and the example again. All methods here are odd
    functions of (parameter, gradient), so one number tells all three.
    """
    mirror = np.array([1.0, -1.0, 1.0], dtype)
    theta, schedule = mirror * cast(start, dtype), as_schedule(optimizer.learning_rate)
    slots = optimizer.start(theta)
    path, evaluated = [], []
    for t, gradient in enumerate(gradients, 1):
        optimizer.step(theta, mirror * cast(gradient, dtype), slots, t, schedule(t - 1))
        path.append(theta.copy())
        evaluated.append(optimizer.evaluated(theta, slots).copy())
    assert theta.dtype == slots.dtype == evaluated[-1].dtype == dtype
    return np.array(path), np.array(evaluated)


def cast(value, dtype):
    return np.dtype(dtype).type(value)


def assert_takes_steps(steps, expected, dtype):
    tolerance = 1e-14 if dtype == "float64" else 1e-6
    assert_allclose(steps, np.outer(expected, [1.0, -1.0, 1.0]), rtol=0, atol=tolerance)


def down(learning_rate, *directions):
    """From theta = 1: subtract learning_rate times each of these in turn."""
    theta, path = 1.0, []
    for direction in directions:
        theta -= learning_rate * float(direction)
        path.append(theta)
    return path


HALVING = Step(0.1, every=1, factor=0.5)  # 0.1, 0.05, 0.025

# Every example starts from theta = 1. The square roots come out whole where an integer stands below.
EXAMPLES = [
    # Gradient descent (Goodfellow, Bengio and Courville, Deep Learning, 2016, algorithm 8.1).
    # 1 - 0.1 * 1 = 0.9;  0.9 - 0.1 * 2 = 0.7;  0.7 + 0.1 * 4 = 1.1
    pytest.param(mn.SGD(0.1), [1, 2, -4], [0.9, 0.7, 1.1], id="SGD"),
    # Rates 0.1, 0.05, 0.025: 1 - 0.1 = 0.9;  0.9 - 0.05 * 2 = 0.8;  0.8 + 0.025 * 4 = 0.9
    pytest.param(mn.SGD(HALVING), [1, 2, -4], [0.9, 0.8, 0.9], id="SGD-schedule"),
    # Heavy ball (Polyak, 1964), in the form of torch.optim.SGD with dampening=0 and optax.trace.
    # v = 1;  1/2 + 2 = 5/2;  5/4 - 4 = -11/4.  theta = 1 - 0.1 = 0.9;  - 0.25 = 0.65;  + 0.275 = 0.925
    pytest.param(mn.SGD(0.1, 0.5), [1, 2, -4], [0.9, 0.65, 0.925], id="SGD-heavy"),
    # The same v, rates 0.1, 0.05, 0.025: 1 - 0.1 = 0.9;  - 0.125 = 0.775;  + 0.06875 = 0.84375
    pytest.param(mn.SGD(HALVING, 0.5), [1, 2, -4], [0.9, 0.775, 0.84375], id="SGD-heavy-schedule"),
    # An average of gradients, v = m v + (1 - m) g (Adam's first moment without its correction: Kingma and Ba,
    # ICLR 2015, algorithm 1). PyTorch's dampening=m differs in its first step, which is not damped.
    # v = 1/2;  1/4 + 1 = 5/4;  5/8 - 2 = -11/8.  theta = 1 - 0.05 = 0.95;  - 0.125 = 0.825;  + 0.1375 = 0.9625
    pytest.param(mn.SGD(0.1, 0.5, dialect="average"), [1, 2, -4], [0.95, 0.825, 0.9625], id="SGD-average"),
    # The same v, rates 0.1, 0.05, 0.025: 0.95;  - 0.0625 = 0.8875;  + 0.034375 = 0.921875
    pytest.param(
        mn.SGD(HALVING, 0.5, dialect="average"), [1, 2, -4], [0.95, 0.8875, 0.921875], id="SGD-average-schedule"
    ),
    # Sutskever et al., ICML 2013, eq. 1-2, and Keras. v = 0.1;  0.05 + 0.2 = 0.25;  0.125 - 0.4 = -0.275
    pytest.param(mn.SGD(0.1, 0.5, dialect="velocity"), [1, 2, -4], [0.9, 0.65, 0.925], id="SGD-velocity"),
    # Here the dialects part: v remembers old rates. v = 0.1;  0.05 + 0.05 * 2 = 0.15;  0.075 - 0.025 * 4 = -0.025
    pytest.param(mn.SGD(HALVING, 0.5, dialect="velocity"), [1, 2, -4], [0.9, 0.75, 0.775], id="SGD-velocity-schedule"),
    # Nesterov as torch.optim.SGD(nesterov=True) (Bengio, Boulanger-Lewandowski and Pascanu, 2013, eq. 7): step m v + g.
    # v = 1, 5/2, -11/4 as above.  m v + g = 3/2;  5/4 + 2 = 13/4;  -11/8 - 4 = -43/8
    pytest.param(mn.SGD(0.1, 0.5, nesterov=True), [1, 2, -4], [0.85, 0.525, 1.0625], id="SGD-nesterov-heavy"),
    # v = 1/2, 5/4, -11/8.  m v + (1 - m) g = 1/4 + 1/2 = 3/4;  5/8 + 1 = 13/8;  -11/16 - 2 = -43/16
    pytest.param(
        mn.SGD(0.1, 0.5, nesterov=True, dialect="average"),
        [1, 2, -4],
        [0.925, 0.7625, 1.03125],
        id="SGD-nesterov-average",
    ),
    # Sutskever et al., eq. 3-4, seen from the looked-ahead parameters, as Keras does. v = 0.1, 0.15, -0.025 as above.
    # m v + lr g = 0.05 + 0.1 = 0.15;  0.075 + 0.1 = 0.175;  -0.0125 - 0.1 = -0.1125
    pytest.param(
        mn.SGD(HALVING, 0.5, nesterov=True, dialect="velocity"),
        [1, 2, -4],
        [0.85, 0.675, 0.7875],
        id="SGD-nesterov-velocity-schedule",
    ),
    # Duchi, Hazan and Singer, JMLR 12, 2011, figure 1 (diagonal; delta is epsilon, outside the root, as in PyTorch;
    # TensorFlow and optax start G at 0.1). G = 9;  9 + 16 = 25;  25 + 144 = 169.  g / sqrt(G) = 3/3;  4/5;  -12/13
    pytest.param(
        mn.AdaGrad(0.1, epsilon=0.0), [3, 4, -12], down(0.1, 1, Fraction(4, 5), -Fraction(12, 13)), id="AdaGrad"
    ),
    # epsilon = 1: 3/(3 + 1);  4/(5 + 1);  -12/(13 + 1)
    pytest.param(
        mn.AdaGrad(0.5, epsilon=1.0),
        [3, 4, -12],
        down(0.5, Fraction(3, 4), Fraction(2, 3), -Fraction(6, 7)),
        id="AdaGrad-epsilon",
    ),
    # Zeiler, arXiv:1212.5701, algorithm 1, with rho = 1/2, epsilon = 1 (inside both roots, as in all libraries).
    # E = 16/2 = 8;  4 + 4/2 = 6;  3 + 16/2 = 11.  Both roots use D of the step before:
    # step = sqrt((0 + 1) / 9) 4 = 4/3;         D = (16/9)/2 = 8/9
    # step = sqrt((8/9 + 1) / 7) 2 = 2 sqrt(17/63);      D = 4/9 + (4 * 17/63)/2 = 28/63 + 34/63 = 62/63
    # step = sqrt((62/63 + 1) / 12) (-4) = -4 sqrt(125/756)
    pytest.param(
        mn.AdaDelta(rho=0.5, epsilon=1.0),
        [4, 2, -4],
        down(1.0, Fraction(4, 3), 2 * sqrt(17 / 63), -4 * sqrt(125 / 756)),
        id="AdaDelta",
    ),
    # PyTorch and Keras multiply by a learning rate, which D does not see.
    pytest.param(
        mn.AdaDelta(0.5, rho=0.5, epsilon=1.0),
        [4, 2, -4],
        down(0.5, Fraction(4, 3), 2 * sqrt(17 / 63), -4 * sqrt(125 / 756)),
        id="AdaDelta-learning-rate",
    ),
    # Tieleman and Hinton, COURSERA lecture 6.5, slide 29 (no epsilon there), rho = 3/4.
    # S = 4/4 = 1;  3/4 + 1/4 = 1;  3/4 + (121/16)/4 = 169/64.  g / sqrt(S) = 2;  1;  -(11/4)/(13/8) = -22/13
    pytest.param(
        mn.RMSProp(0.1, rho=0.75, epsilon=0.0), [2, 1, -2.75], down(0.1, 2, 1, -Fraction(22, 13)), id="RMSProp"
    ),
    # PyTorch: epsilon = 1 outside the root. 2/(1 + 1);  1/(1 + 1);  -(11/4)/(13/8 + 1) = -(22/8)/(21/8)
    pytest.param(
        mn.RMSProp(0.1, rho=0.75, epsilon=1.0),
        [2, 1, -2.75],
        down(0.1, 1, Fraction(1, 2), -Fraction(22, 21)),
        id="RMSProp-epsilon-outside",
    ),
    # Keras and optax: epsilon = 3 inside. 2/sqrt(1 + 3);  1/sqrt(1 + 3);
    # -(11/4)/sqrt(169/64 + 192/64) = -(22/8)/(19/8)
    pytest.param(
        mn.RMSProp(0.1, rho=0.75, epsilon=3.0, epsilon_inside=True),
        [2, 1, -2.75],
        down(0.1, 1, Fraction(1, 2), -Fraction(22, 19)),
        id="RMSProp-epsilon-inside",
    ),
    # Centered (Graves, arXiv:1308.0850, eq. 38-39 and the root of 40).  mean = 1/2;  3/8 + 1/4 = 5/8;
    # 15/32 - 11/16 = -7/32.  S - mean^2 = 1 - 1/4 = 3/4;  1 - 25/64 = 39/64;  169/64 - 49/1024 = 2655/1024
    pytest.param(
        mn.RMSProp(0.1, rho=0.75, epsilon=0.0, centered=True),
        [2, 1, -2.75],
        down(0.1, 2 / sqrt(3 / 4), 8 / sqrt(39), -2.75 * 32 / sqrt(2655)),
        id="RMSProp-centered",
    ),
    # PyTorch's momentum, v = m v + g / (sqrt(S) + epsilon), with epsilon = 1: pushes 1, 1/2, -22/21 as above.
    # v = 1;  1/2 + 1/2 = 1;  1/2 - 22/21 = -23/42
    pytest.param(
        mn.RMSProp(0.1, rho=0.75, epsilon=1.0, momentum=0.5),
        [2, 1, -2.75],
        down(0.1, 1, 1, -Fraction(23, 42)),
        id="RMSProp-momentum",
    ),
    # All of Graves, eq. 38-41 (constant rate): epsilon = 1/4 inside, on top of the centred squares.
    # roots of 3/4 + 1/4 = 1;  39/64 + 16/64 = 55/64;  2655/1024 + 256/1024 = 2911/1024
    # pushes p = 2;  8/sqrt(55);  -88/sqrt(2911).  v = 2;  1 + p2;  1/2 + p2/2 + p3
    pytest.param(
        mn.RMSProp(0.1, rho=0.75, epsilon=0.25, momentum=0.5, centered=True, epsilon_inside=True),
        [2, 1, -2.75],
        down(0.1, 2, 1 + 8 / sqrt(55), 0.5 + 4 / sqrt(55) - 88 / sqrt(2911)),
        id="RMSProp-Graves",
    ),
    # Kingma and Ba, ICLR 2015, algorithm 1, beta_1 = 1/2, beta_2 = 3/4.  m = 1;  1/2 + 1/2 = 1;  1/2 - 11/8 = -7/8
    # v = 1, 1, 169/64 (as S of RMSProp).  1 - beta_1^t = 1/2, 3/4, 7/8;  1 - beta_2^t = 1/4, 7/16, 37/64
    # m_hat = 2, 4/3, -1;  v_hat = 4, 16/7, 169/37.  m_hat / sqrt(v_hat) = 1;  sqrt(7)/3;  -sqrt(37)/13
    pytest.param(
        mn.Adam(0.1, beta_1=0.5, beta_2=0.75, epsilon=0.0),
        [2, 1, -2.75],
        down(0.1, 1, sqrt(7) / 3, -sqrt(37) / 13),
        id="Adam",
    ),
    # epsilon = 1 beside the corrected root: the paper, PyTorch, optax's eps. (Keras adds the paper's epsilon-hat of
    # section 2, before the correction.)  2/(2 + 1);  (4/3)/(4/sqrt(7) + 1);  -1/(13/sqrt(37) + 1)
    pytest.param(
        mn.Adam(0.1, beta_1=0.5, beta_2=0.75, epsilon=1.0),
        [2, 1, -2.75],
        down(0.1, Fraction(2, 3), (4 / 3) / (4 / sqrt(7) + 1), -1 / (13 / sqrt(37) + 1)),
        id="Adam-epsilon-outside",
    ),
    # epsilon = 1 under it (optax's eps_root).  2/sqrt(4 + 1);  (4/3)/sqrt(16/7 + 7/7);  -1/sqrt(169/37 + 37/37)
    pytest.param(
        mn.Adam(0.1, beta_1=0.5, beta_2=0.75, epsilon=1.0, epsilon_inside=True),
        [2, 1, -2.75],
        down(0.1, 2 / sqrt(5), (4 / 3) / sqrt(23 / 7), -1 / sqrt(206 / 37)),
        id="Adam-epsilon-inside",
    ),
    # Reddi, Kale and Kumar, ICLR 2018, algorithm 2: no correction.  m = 2;  1 + 1/2 = 3/2;  3/4 - 3 = -9/4
    # v = 4;  3 + 1/4 = 13/4, below the maximum 4;  39/16 + 9 = 183/16, above it.
    # 2/2;  (3/2)/2;  (-9/4)/(sqrt(183)/4)
    pytest.param(
        mn.AMSGrad(0.1, beta_1=0.5, beta_2=0.75, epsilon=0.0, bias_correction=False),
        [4, 1, -6],
        down(0.1, 1, Fraction(3, 4), -9 / sqrt(183)),
        id="AMSGrad-paper",
    ),
    # As torch.optim.Adam(amsgrad=True): the maximum first, then the correction (optax.amsgrad corrects first).
    # m_hat = 4;  2;  -18/7.  v_hat = 4 * 4 = 16;  4 * 16/7 = 64/7;  183/16 * 64/37 = 732/37.  epsilon = 1 beside.
    pytest.param(
        mn.AMSGrad(0.1, beta_1=0.5, beta_2=0.75, epsilon=1.0),
        [4, 1, -6],
        down(0.1, Fraction(4, 5), 2 / (8 / sqrt(7) + 1), -(18 / 7) / (sqrt(732 / 37) + 1)),
        id="AMSGrad-corrected",
    ),
    # Loshchilov and Hutter, ICLR 2019, algorithm 2, the decay times lr as in PyTorch, Keras and optax: Adam's steps
    # above after theta has shrunk by 1 - 0.1 * 0.5 = 0.95.
    # 0.95 - 0.1 = 0.85;  0.95 * 0.85 - 0.1 sqrt(7)/3;  0.95 (0.8075 - 0.1 sqrt(7)/3) + 0.1 sqrt(37)/13
    pytest.param(
        mn.AdamW(0.1, beta_1=0.5, beta_2=0.75, epsilon=0.0, weight_decay=0.5),
        [2, 1, -2.75],
        [0.85, 0.8075 - sqrt(7) / 30, 0.767125 - 0.95 * sqrt(7) / 30 + sqrt(37) / 130],
        id="AdamW",
    ),
    # epsilon = 1 outside, no decay: Adam's numbers.
    pytest.param(
        mn.AdamW(0.1, beta_1=0.5, beta_2=0.75, epsilon=1.0, weight_decay=0.0),
        [2, 1, -2.75],
        down(0.1, Fraction(2, 3), (4 / 3) / (4 / sqrt(7) + 1), -1 / (13 / sqrt(37) + 1)),
        id="AdamW-no-decay",
    ),
    # Dozat, ICLR workshop 2016, algorithm 2, constant beta_1 as in optax.nadam (PyTorch and Keras let it grow).
    # m, v as for Adam.  m_hat = (m/2) / (1 - beta_1^(t+1)) + (g/2) / (1 - beta_1^t):
    # (1/2)/(3/4) + 1/(1/2) = 8/3;   (1/2)/(7/8) + (1/2)/(3/4) = 4/7 + 2/3 = 26/21;
    # (-7/16)/(15/16) + (-11/8)/(7/8) = -7/15 - 11/7 = -214/105.  Divided by sqrt(v_hat) = 2, 4/sqrt(7), 13/sqrt(37)
    pytest.param(
        mn.NAdam(0.1, beta_1=0.5, beta_2=0.75, epsilon=0.0),
        [2, 1, -2.75],
        down(0.1, Fraction(4, 3), 26 * sqrt(7) / 84, -214 * sqrt(37) / 1365),
        id="NAdam",
    ),
    # epsilon = 1 beside the root: (8/3)/(2 + 1);  (26/21)/(4/sqrt(7) + 1);  -(214/105)/(13/sqrt(37) + 1)
    pytest.param(
        mn.NAdam(0.1, beta_1=0.5, beta_2=0.75, epsilon=1.0),
        [2, 1, -2.75],
        down(0.1, Fraction(8, 9), (26 / 21) / (4 / sqrt(7) + 1), -(214 / 105) / (13 / sqrt(37) + 1)),
        id="NAdam-epsilon",
    ),
    # Liu et al., ICLR 2020, algorithm 2. The average is never longer than the number of steps (rho_t <= t), so the
    # first four steps are m_hat alone whatever beta_2 is, and epsilon does not matter.
    # beta_1 = 1/2: m = 1;  1;  -7/8.  m_hat = 2;  4/3;  -1
    pytest.param(
        mn.RAdam(0.1, beta_1=0.5, beta_2=0.9, epsilon=1.0),
        [2, 1, -2.75],
        down(0.1, 2, Fraction(4, 3), -1),
        id="RAdam-before-the-switch",
    ),
    # Lion: Chen et al., NeurIPS 2023, algorithm 2, beta_1 = 1/2, beta_2 = 3/4.
    # c = 1 > 0, m = 1/2;   c = 1/4 - 3/8 < 0 (it would be > 0 with m and c exchanging betas), m = 3/8 - 3/16 = 3/16;
    # c = 3/32 - 2/32 > 0 although g < 0.  Signs +, -, +
    pytest.param(mn.Lion(0.1, beta_1=0.5, beta_2=0.75), [2, -0.75, -0.125], [0.9, 1.0, 0.9], id="Lion"),
    # Decay 1/2: 1 - 0.1 (1 + 0.5) = 0.85;  0.85 - 0.1 (-1 + 0.425) = 0.9075;  0.9075 - 0.1 (1 + 0.45375) = 0.762125
    pytest.param(
        mn.Lion(0.1, beta_1=0.5, beta_2=0.75, weight_decay=0.5),
        [2, -0.75, -0.125],
        [0.85, 0.9075, 0.762125],
        id="Lion-decay",
    ),
]


@pytest.mark.parametrize(("optimizer", "gradients", "expected"), EXAMPLES)
def test_first_three_steps_are_those_worked_out_by_hand(kernels, optimizer, gradients, expected, dtype):
    path, evaluated = trajectory(optimizer, gradients, dtype)
    assert_takes_steps(path, expected, dtype)
    assert np.array_equal(evaluated, path)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_has_a_hand_worked_example(name):
    assert any(type(example.values[0]) is OPTIMIZERS[name] for example in EXAMPLES)


# Liu et al., ICLR 2020, algorithm 2, beta_1 = 1/2, beta_2 = 9/10, gradients 2, 2, 2, 2, -4, 1.
#
# rho_inf = 2/(1/10) - 1 = 19;  rho_5 = 19 - 10 * 0.59049/0.40951 = 1.87579/0.40951 = 4.58...
#                               rho_6 = 19 - 12 * 0.531441/0.468559 = 2.525329/0.468559 = 5.38...
# r_t^2 = (rho_t - 4)(rho_t - 2) 19 / ((19 - 4)(19 - 2) rho_t)
# m_4 = 2 (1 - 1/16) = 15/8;  m_5 = 15/16 - 2 = -17/16, m_hat = -34/31;  m_6 = -17/32 + 1/2 = -1/32, m_hat = -2/63
# v_4 = 4 (1 - 0.6561) = 1.3756;  v_5 = 1.23804 + 1.6 = 2.83804;  v_6 = 2.554236 + 0.1 = 2.654236
RHO_5, RHO_6 = 1.87579 / 0.40951, 2.525329 / 0.468559
R_5 = sqrt((RHO_5 - 4) * (RHO_5 - 2) * 19 / (15 * 17 * RHO_5))
R_6 = sqrt((RHO_6 - 4) * (RHO_6 - 2) * 19 / (15 * 17 * RHO_6))
ROOT_5, ROOT_6 = sqrt(2.83804 / 0.40951), sqrt(2.654236 / 0.468559)


@pytest.mark.parametrize(
    ("tractable_length", "epsilon", "fifth", "sixth"),
    [
        pytest.param(4, 0.0, -34 / 31 * R_5 / ROOT_5, -2 / 63 * R_6 / ROOT_6, id="paper: above 4"),
        pytest.param(5, 0.0, -34 / 31, -2 / 63 * R_6 / ROOT_6, id="PyTorch and the authors' code: above 5"),
        pytest.param(4, 1.0, -34 / 31 * R_5 / (ROOT_5 + 1), -2 / 63 * R_6 / (ROOT_6 + 1), id="epsilon"),
        pytest.param(6, 0.0, -34 / 31, -2 / 63, id="not yet"),
    ],
)
def test_radam_rectifies_as_soon_as_the_variance_is_tractable(kernels, dtype, tractable_length, epsilon, fifth, sixth):
    optimizer = mn.RAdam(0.1, beta_1=0.5, beta_2=0.9, epsilon=epsilon, tractable_length=tractable_length)
    path, _ = trajectory(optimizer, [2, 2, 2, 2, -4, 1], dtype)
    assert_takes_steps(path, down(0.1, 2, 2, 2, 2, fifth, sixth), dtype)


def test_radam_with_a_short_memory_never_rectifies():
    # beta_2 = 1/2: rho_inf = 2/(1/2) - 1 = 3, never above 4. A constant gradient 2 gives m_hat = 2 for ever.
    path, _ = trajectory(mn.RAdam(0.1, beta_1=0.5, beta_2=0.5, tractable_length=4), [2] * 50)
    assert_takes_steps(path, down(0.1, *[2] * 50), "float64")


# Adam's parameters, from the table above.
A1, A2, A3 = 0.9, 0.9 - sqrt(7) / 30, 0.9 - sqrt(7) / 30 + sqrt(37) / 130


@pytest.mark.parametrize(
    ("optimizer", "gradients", "expected", "averages"),
    [
        # After Polyak and Juditsky, 1992, with exponential weights; the average starts at theta = 1.
        # (0.9 + 1)/2 = 0.95;  (0.7 + 0.95)/2 = 0.825;  (1.1 + 0.825)/2 = 0.9625
        pytest.param(mn.Averaged(mn.SGD(0.1), beta=0.5), [1, 2, -4], [0.9, 0.7, 1.1], [0.95, 0.825, 0.9625], id="SGD"),
        # a = theta/4 + 3/4 a: 0.225 + 0.75 = 0.975;  A2/4 + 0.73125;  A3/4 + 3/16 A2 + 0.5484375
        pytest.param(
            mn.Averaged(mn.Adam(0.1, beta_1=0.5, beta_2=0.75, epsilon=0.0), beta=0.25),
            [2, 1, -2.75],
            [A1, A2, A3],
            [0.975, A2 / 4 + 0.73125, A3 / 4 + 3 * A2 / 16 + 0.5484375],
            id="Adam",
        ),
        pytest.param(
            mn.Averaged(mn.SGD(0.1), beta=1), [1, 2, -4], [0.9, 0.7, 1.1], [0.9, 0.7, 1.1], id="beta=1 is no average"
        ),
    ],
)
def test_averaged_keeps_an_average_and_leaves_the_steps_alone(kernels, dtype, optimizer, gradients, expected, averages):
    path, evaluated = trajectory(optimizer, gradients, dtype)
    assert_takes_steps(path, expected, dtype)
    assert_takes_steps(evaluated, averages, dtype)


def test_averaged_takes_over_the_settings_of_its_optimizer():
    inner = mn.Adam(HALVING, global_clipnorm=2.0)
    outer = mn.Averaged(inner)
    assert outer.learning_rate is inner.learning_rate
    assert outer.global_clipnorm == 2.0


def test_validation_sees_the_average_and_training_goes_on_from_theta(kernels):
    """One bias b, target 1, rate 1/4: b = 0, 1/2, 3/4 (half the way each time); averages 1/4, 1/2 with beta = 1/2."""
    net = mn.Network([mn.Dense(1, 1, weights=0.0)])
    optimizer = mn.Averaged(mn.SGD(0.25), beta=0.5)
    data = ([0.0], [1.0])
    history = mn.fit(net, *data, loss=mn.MeanSquaredError(), optimizer=optimizer, epochs=2, validation_data=data)
    assert history.history["loss"] == [1.0, 0.25]  # (0 - 1)^2, (1/2 - 1)^2
    assert history.history["val_loss"] == [0.5625, 0.25]  # (1/4 - 1)^2, (1/2 - 1)^2
    assert net.theta.tolist() == [0.0, 0.5]


# What holds for every optimizer.


def all_optimizers():
    """Every registered one with its defaults, every dialect of the examples, and averages around some."""
    optimizers = [kind() for kind in OPTIMIZERS.values()] + [example.values[0] for example in EXAMPLES]
    optimizers += [mn.Averaged(mn.SGD(0.1, 0.9)), mn.Averaged(mn.Adam(0.1), beta=0.3)]
    return list({repr(optimizer): optimizer for optimizer in optimizers}.values())


def short_name(optimizer):
    return repr(optimizer).replace("global_clipnorm=None, ", "")


@pytest.mark.parametrize("optimizer", all_optimizers(), ids=short_name)
def test_a_step_changes_only_theta_and_slots_and_keeps_the_dtype(kernels, optimizer, dtype):
    rng = np.random.default_rng(0)
    theta, grad = rng.standard_normal((2, 7)).astype(dtype)
    before, given = theta.copy(), grad.copy()
    slots = optimizer.start(theta)
    assert slots.dtype == dtype
    assert slots.shape[1] == 7
    assert np.array_equal(theta, before)
    optimizer.step(theta, grad, slots, 1, as_schedule(optimizer.learning_rate)(0))
    assert theta.dtype == slots.dtype == dtype
    assert (theta != before).all()
    assert np.array_equal(grad, given)
    assert np.isfinite(theta).all()
    assert np.isfinite(slots).all()


@pytest.mark.parametrize("optimizer", all_optimizers(), ids=short_name)
def test_parameters_do_not_see_each_other(kernels, optimizer):
    """Stepping two halves apart gives the numbers of stepping the whole."""
    rng = np.random.default_rng(1)
    whole, gradients = rng.standard_normal(6), rng.standard_normal((3, 6))
    left, right = whole[:2].copy(), whole[2:].copy()
    for theta, part in ((whole, slice(0, 6)), (left, slice(0, 2)), (right, slice(2, 6))):
        slots = optimizer.start(theta)
        for t, gradient in enumerate(gradients, 1):
            optimizer.step(theta, gradient[part].copy(), slots, t, 0.1)
    assert_allclose(np.concatenate([left, right]), whole, rtol=1e-14)


def test_one_optimizer_can_serve_two_runs_at_once():
    optimizer = mn.Adam(0.1)
    alone, _ = trajectory(optimizer, [1, 2, 3])
    first, second = np.ones(1), np.ones(1)
    first_slots, second_slots = optimizer.start(first), optimizer.start(second)
    for t, gradient in enumerate([1.0, 2.0, 3.0], 1):
        optimizer.step(first, np.array([gradient]), first_slots, t, 0.1)
        optimizer.step(second, np.array([-5.0]), second_slots, t, 0.1)
        assert first[0] == alone[t - 1, 0]


def test_optimizers_are_immutable():
    with pytest.raises(AttributeError):
        mn.Adam().beta_1 = 0.5


# Clipping (Pascanu, Mikolov and Bengio, ICML 2013, algorithm 1).


def test_a_long_gradient_is_shortened_to_the_clip_norm(kernels):
    # |(3, 4)| = 5 > 1, so the step is (3, 4)/5
    theta = np.zeros(2)
    optimizer = mn.SGD(1.0, global_clipnorm=1.0)
    optimizer.step(theta, np.array([3.0, 4.0]), optimizer.start(theta), 1, 1.0)
    assert_allclose(theta, [-0.6, -0.8], rtol=1e-15)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_clipping_acts_on_the_gradient_before_the_rule_does(kernels, name, dtype):
    """Gradients (3, 4), (0.3, 0.4) and (-6, 8) clipped to 1 are (0.6, 0.8), (0.3, 0.4) and (-0.6, 0.8)."""
    clipped, plain_one = OPTIMIZERS[name](0.1, global_clipnorm=1.0), OPTIMIZERS[name](0.1)
    theta, expected = np.array([1.0, -2.0], dtype), np.array([1.0, -2.0], dtype)
    slots, expected_slots = clipped.start(theta), plain_one.start(expected)
    pairs = [((3.0, 4.0), (0.6, 0.8)), ((0.3, 0.4), (0.3, 0.4)), ((-6.0, 8.0), (-0.6, 0.8))]
    for t, (long, short) in enumerate(pairs, 1):
        given = np.array(long, dtype)
        clipped.step(theta, given, slots, t, 0.1)
        assert np.array_equal(given, np.array(long, dtype))
        plain_one.step(expected, np.array(short, dtype), expected_slots, t, 0.1)
    tolerance = 1e-13 if dtype == "float64" else 1e-5
    assert theta.dtype == dtype
    assert_allclose(theta, expected, rtol=tolerance)
    assert_allclose(slots, expected_slots, rtol=tolerance)


def test_clipping_reaches_through_averaged():
    theta = np.zeros(2)
    optimizer = mn.Averaged(mn.SGD(1.0, global_clipnorm=1.0), beta=0.5)
    slots = optimizer.start(theta)
    optimizer.step(theta, np.array([3.0, 4.0]), slots, 1, 1.0)
    assert_allclose(optimizer.evaluated(theta, slots), [-0.3, -0.4], rtol=1e-15)


def test_a_zero_gradient_survives_clipping():
    theta = np.ones(2)
    optimizer = mn.SGD(1.0, global_clipnorm=1.0)
    optimizer.step(theta, np.zeros(2), optimizer.start(theta), 1, 1.0)
    assert theta.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("size", [1e19, 1e30])
def test_clipping_a_float32_gradient_whose_square_overflows(kernels, size):
    """3e30 is finite in float32, and its square is not; the clipped step is (0.6, 0.8) all the same."""
    theta = np.zeros(2, np.float32)
    optimizer = mn.SGD(1.0, global_clipnorm=1.0)
    with np.errstate(over="ignore"):  # as fit does
        optimizer.step(theta, np.array([3 * size, 4 * size], np.float32), optimizer.start(theta), 1, 1.0)
    assert_allclose(theta, [-0.6, -0.8], rtol=1e-6)


# A table of optimizers and problems: learning rate and number of steps for each problem.
#
# The quadratic is (x^2 + 10 y^2)/2 from (3, -2), where it is 24.5. Rosenbrock's valley begins at (-1.2, 1), where it
# is 24.2; its minimum 0 is at (1, 1). The logistic regression has 40 samples, two features and a bias, all starting
# at 0, where the loss is log 2 = 0.69; its minimum is found by SciPy.


def quadratic(theta):
    curvature = np.array([1.0, 10.0])
    return 0.5 * float(curvature @ theta**2), curvature * theta


def rosenbrock(theta):
    return float(rosen(theta)), rosen_der(theta)


_RNG = np.random.default_rng(5)
X = np.column_stack([_RNG.standard_normal((40, 2)), np.ones(40)])
LABELS = (X @ [1.5, -1.0, 0.5] + 0.8 * _RNG.logistic(size=40) > 0).astype(float)


def logistic(theta):
    score = X @ theta
    value = np.logaddexp(0, score) - LABELS * score
    return float(value.mean()), X.T @ (1 / (1 + np.exp(-score)) - LABELS) / len(X)


BEST_LOGISTIC = minimize(logistic, np.zeros(3), jac=True, tol=1e-12).fun

# problem: (function, start, minimum, how close to it)
PROBLEMS = {
    "quadratic": (quadratic, [3.0, -2.0], 0.0, 1e-3),
    "rosenbrock": (rosenbrock, [-1.2, 1.0], 0.0, 0.05),
    "logistic": (logistic, [0.0, 0.0, 0.0], BEST_LOGISTIC, 1e-3),
}

# optimizer: settings, and (learning rate, steps) for quadratic, Rosenbrock, logistic regression
TABLE = {
    "SGD": (mn.SGD, {}, (0.1, 200), (0.001, 8000), (1.0, 500)),
    "SGD, momentum": (mn.SGD, {"momentum": 0.9}, (0.02, 200), (0.001, 2000), (0.5, 300)),
    "SGD, Nesterov": (mn.SGD, {"momentum": 0.9, "nesterov": True}, (0.02, 200), (0.001, 2000), (0.5, 300)),
    "AdaGrad": (mn.AdaGrad, {}, (1.0, 200), (0.5, 3000), (0.5, 500)),
    "AdaDelta": (mn.AdaDelta, {}, (0.1, 5000), (0.03, 30000), (2.0, 1000)),
    "RMSProp": (mn.RMSProp, {}, (0.01, 600), (0.001, 5000), (0.01, 500)),
    "Adam": (mn.Adam, {}, (0.1, 300), (0.02, 2000), (0.1, 300)),
    "AMSGrad": (mn.AMSGrad, {}, (0.2, 400), (0.1, 2000), (0.1, 300)),
    "AdamW": (mn.AdamW, {"weight_decay": 1e-4}, (0.1, 300), (0.02, 2000), (0.1, 300)),
    "NAdam": (mn.NAdam, {}, (0.1, 300), (0.02, 2000), (0.1, 300)),
    "RAdam": (mn.RAdam, {}, (0.1, 400), (0.005, 10000), (0.1, 400)),
    "Lion": (mn.Lion, {}, (0.01, 600), (0.001, 5000), (0.01, 500)),
    "averaged SGD": (lambda lr: mn.Averaged(mn.SGD(lr), beta=0.1), {}, (0.1, 200), (0.001, 8000), (1.0, 500)),
}


def test_every_optimizer_is_in_the_table():
    assert {row[0] for row in TABLE.values()} >= set(OPTIMIZERS.values())


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("row", TABLE)
def test_every_optimizer_solves_every_problem(row, problem):
    function, start, minimum, bound = PROBLEMS[problem]
    make, settings_, *rates = TABLE[row]
    learning_rate, steps = rates[list(PROBLEMS).index(problem)]
    optimizer, theta = make(learning_rate, **settings_), np.array(start)
    slots = optimizer.start(theta)
    for t in range(1, steps + 1):
        optimizer.step(theta, function(theta)[1], slots, t, learning_rate)
    assert function(optimizer.evaluated(theta, slots))[0] - minimum < bound


@pytest.mark.parametrize("row", TABLE)
def test_every_optimizer_trains_a_network(kernels, row, dtype):
    """The logistic regression again, as a network, by `fit`."""
    make, settings_, *_, (learning_rate, steps) = TABLE[row]
    net = mn.Network([mn.Dense(3, 1, weights=0.0)], dtype=dtype)
    optimizer = make(learning_rate, **settings_)
    mn.fit(net, X, LABELS, loss=mn.BinaryCrossEntropy(), optimizer=optimizer, epochs=steps)
    value, _ = mn.BinaryCrossEntropy()(net(X), LABELS[:, np.newaxis])
    assert net.theta.dtype == dtype
    assert value - BEST_LOGISTIC < 1e-3


# An optimizer of one's own, as the documentation of RuleOptimizer writes it.


def sign_descent(theta, grad, state, learning_rate):
    return theta - learning_rate * np.sign(grad), state


@dataclass(frozen=True)
class SignDescent(mn.RuleOptimizer):
    learning_rate: float | Schedule = 0.001
    rule = mn.Rule(sign_descent, slots=0)

    def coefficients(self, learning_rate, t):
        return (learning_rate,)


def counting(theta, grad, state, learning_rate):
    steps, total = state
    return theta - learning_rate * grad / (steps + 1.0), (steps + 1.0, total + grad)


@dataclass(frozen=True)
class Counting(mn.RuleOptimizer):
    rule = mn.Rule(counting, slots=2)

    def coefficients(self, learning_rate, t):
        return (learning_rate,)


def test_an_optimizer_of_ones_own_works_with_both_kernels(kernels, dtype):
    # 1 - 0.1 = 0.9;  - 0.1 = 0.8;  + 0.1 = 0.9
    path, _ = trajectory(SignDescent(0.1), [1, 2, -4], dtype)
    assert_takes_steps(path, [0.9, 0.8, 0.9], dtype)
    # steps of 1/1, 2/2 and -4/3 of the rate
    path, _ = trajectory(Counting(0.1), [1, 2, -4], dtype)
    assert_takes_steps(path, down(0.1, 1, 1, -Fraction(4, 3)), dtype)


def test_an_optimizer_of_ones_own_trains_averages_and_clips(kernels):
    net = mn.Network([mn.Dense(1, 1, weights=0.0)])
    optimizer = mn.Averaged(SignDescent(0.01, global_clipnorm=1.0), beta=0.5)
    mn.fit(net, [0.0, 1.0], [0.5, 1.0], loss=mn.MeanSquaredError(), optimizer=optimizer, epochs=200)
    assert_allclose(net.theta, [0.5, 0.5], atol=0.02)


def test_an_optimizer_of_ones_own_is_checked_like_the_others():
    with pytest.raises(SettingError, match="learning_rate"):
        SignDescent(-1.0)
    with pytest.raises(SettingError, match=r"SignDescent: global_clipnorm=0"):
        SignDescent(global_clipnorm=0)


# Settings out of range.

BETAS = [1.0, 1.5, -0.1, float("nan"), float("inf"), "0.9", None]
POSITIVES = [-1e-9, float("nan"), float("inf"), "1", None]
WRONG = {
    "momentum": ([mn.SGD, mn.RMSProp], BETAS),
    "rho": ([mn.AdaDelta, mn.RMSProp], BETAS),
    "beta_1": ([mn.Adam, mn.AMSGrad, mn.AdamW, mn.NAdam, mn.RAdam, mn.Lion], BETAS),
    "beta_2": ([mn.Adam, mn.AMSGrad, mn.AdamW, mn.NAdam, mn.RAdam, mn.Lion], BETAS),
    "epsilon": ([mn.AdaGrad, mn.AdaDelta, mn.RMSProp, mn.Adam, mn.AMSGrad, mn.AdamW, mn.NAdam, mn.RAdam], POSITIVES),
    "weight_decay": ([mn.AdamW, mn.Lion], POSITIVES),
}


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        pytest.param(kind, name, value, id=f"{kind.__name__}-{name}={value!r}")
        for name, (kinds, values) in WRONG.items()
        for kind in kinds
        for value in values
    ],
)
def test_a_setting_out_of_range_is_named(kind, name, value):
    with pytest.raises(SettingError, match=rf"^{kind.__name__}: {name}=.* must be"):
        kind(**{name: value})


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("value", [0, -0.1, float("nan"), float("inf"), None, [0.1], "fast"])
def test_a_learning_rate_is_positive_or_a_schedule(name, value):
    with pytest.raises(SettingError, match=r"learning_rate=.*must be a positive number or a schedule"):
        OPTIMIZERS[name](learning_rate=value)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("value", [0, -1.0, float("nan"), float("inf"), "1"])
def test_a_clip_norm_is_positive(name, value):
    with pytest.raises(SettingError, match=rf"^{name}: global_clipnorm=.*must be positive, or None"):
        OPTIMIZERS[name](global_clipnorm=value)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_settings_at_the_edge_of_their_range_are_allowed(name):
    fields = OPTIMIZERS[name].__dataclass_fields__
    edges = {"momentum": 0, "rho": 0, "beta_1": 0, "beta_2": 0, "epsilon": 0, "weight_decay": 0, "global_clipnorm": 1}
    OPTIMIZERS[name](**{field: value for field, value in edges.items() if field in fields})


def test_a_misspelt_dialect_is_told_the_nearest():
    with pytest.raises(
        SettingError, match=r"no dialect 'hevy'; did you mean 'heavy'\? Known: heavy, average, velocity"
    ):
        mn.SGD(momentum=0.9, dialect="hevy")


def test_nesterov_without_momentum_is_refused():
    with pytest.raises(SettingError, match="nesterov=True needs a momentum above 0"):
        mn.SGD(nesterov=True)


@pytest.mark.parametrize("value", [3.9, 0, -1, float("nan"), "5"])
def test_radam_needs_a_length_for_which_the_rectification_exists(value):
    with pytest.raises(SettingError, match=r"RAdam: tractable_length=.* at least 4"):
        mn.RAdam(tractable_length=value)


@pytest.mark.parametrize("beta", [0, -0.5, 1.5, float("nan"), "0.5"])
def test_averaged_needs_a_weight(beta):
    with pytest.raises(SettingError, match=r"Averaged: beta="):
        mn.Averaged(mn.SGD(), beta=beta)


@pytest.mark.parametrize("wrong", [mn.SGD, 0.1, "SGD", None])
def test_averaged_needs_an_optimizer(wrong):
    with pytest.raises(SettingError, match="expected an optimizer such as SGD"):
        mn.Averaged(wrong)


# The two kernels.

RULES = {rule.step.__name__: rule for rule in vars(rules).values() if isinstance(rule, mn.Rule)}

# Coefficients as the optimizers give them at some step.
COEFFICIENTS = {
    "sgd": mn.SGD().coefficients(0.1, 3),
    "momentum": mn.SGD(momentum=0.9, nesterov=True, dialect="average").coefficients(0.1, 3),
    "adagrad": mn.AdaGrad().coefficients(0.1, 3),
    "adadelta": mn.AdaDelta().coefficients(0.1, 3),
    "rmsprop": mn.RMSProp(epsilon=0.1).coefficients(0.1, 3),
    "rmsprop_momentum": mn.RMSProp(momentum=0.9, centered=True, epsilon=0.1, epsilon_inside=True).coefficients(0.1, 3),
    "adam": mn.AdamW(weight_decay=0.1).coefficients(0.1, 3),
    "amsgrad": mn.AMSGrad().coefficients(0.1, 3),
    "nadam": mn.NAdam().coefficients(0.1, 3),
    "radam": mn.RAdam().coefficients(0.1, 9),
    "lion": mn.Lion(weight_decay=0.1).coefficients(0.1, 3),
    "average": (0.3, 0.7),
}


def test_every_rule_is_compared_and_compiled():
    assert RULES.keys() == COEFFICIENTS.keys()
    assert set(RULES.values()) == set(compiled.RULES)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", RULES)
@settings(deadline=None, max_examples=20)
@given(size=st.integers(1, 40), seed=st.integers(0, 2**32 - 1))
def test_both_kernels_take_the_same_step(name, dtype, size, seed):
    rule, rng = RULES[name], np.random.default_rng(seed)
    theta, grad = rng.standard_normal((2, size)).astype(dtype)
    # slots as they can occur: mean squares are positive, and larger than the square of a mean
    slots = (1.0 + rng.random((rule.slots, size))).astype(dtype)
    if name == "rmsprop_momentum":
        slots[1] *= 0.5
    other_theta, other_slots, given_grad = theta.copy(), slots.copy(), grad.copy()
    plain.update(rule, COEFFICIENTS[name], theta, grad, slots)
    compiled.update(rule, COEFFICIENTS[name], other_theta, grad, other_slots)
    tolerance = 1e-13 if dtype == "float64" else 2e-5
    assert theta.dtype == other_theta.dtype == slots.dtype == other_slots.dtype == dtype
    assert_allclose(other_theta, theta, rtol=tolerance, atol=tolerance)
    assert_allclose(other_slots, slots, rtol=tolerance, atol=tolerance)
    assert np.array_equal(grad, given_grad)


@pytest.mark.parametrize("optimizer", all_optimizers(), ids=short_name)
def test_float32_follows_float64(kernels, optimizer):
    rng = np.random.default_rng(2)
    gradients = 1.0 + rng.random(5)
    fine, _ = trajectory(optimizer, gradients)
    coarse, _ = trajectory(optimizer, gradients, "float32")
    assert coarse.dtype == np.float32
    assert_allclose(coarse, fine, rtol=1e-4, atol=1e-6)


# Divergence.


@pytest.mark.parametrize(
    "optimizer", [mn.SGD(1e3), mn.SGD(1e3, 0.9), mn.Averaged(mn.SGD(1e3))], ids=["SGD", "momentum", "Averaged"]
)
def test_a_learning_rate_that_is_too_large_is_named(kernels, optimizer, dtype):
    x = np.linspace(-1, 1, 6)
    net = mn.Network([mn.Dense(1, 4), mn.ReLU(), mn.Dense(4, 1)], rng=0, dtype=dtype)
    with pytest.raises(DivergenceError, match=r"epoch \d+, batch [1-3] \(learning rate 1000, .*SGD"):
        mn.fit(net, x, x**2, loss=mn.MeanSquaredError(), optimizer=optimizer, epochs=1000, batch_size=2, rng=0)
    assert np.isfinite(net.theta).all()
    assert np.isfinite(mn.MeanSquaredError()(net(x), x[:, np.newaxis] ** 2)[0])


def test_divergence_names_the_very_batch(kernels):
    """theta is 1 at x = 1, t = 0: gradient 2 theta, so theta -> (1 - 2 lr) theta grows by 1e100 each time.

    Losses theta^2 of 1, 1e200 and inf: the third update, which is batch 1 of epoch 2.
    """
    net = mn.Network([mn.Dense(1, 1, weights=1.0)])
    optimizer = mn.SGD(Constant(1e100))
    with pytest.raises(DivergenceError, match=r"loss is not finite in epoch 2, batch 1 \(learning rate 1e\+100"):
        mn.fit(net, [1.0, 1.0], [0.0, 0.0], loss=mn.MeanSquaredError(), optimizer=optimizer, epochs=5, batch_size=1)
    assert isclose(abs(net.theta[0]), 2e100, rel_tol=1e-12)


WITHOUT_EPSILON = list({replace(o, epsilon=0.0): None for o in all_optimizers() if "epsilon" in vars(o)})


@pytest.mark.parametrize("optimizer", WITHOUT_EPSILON, ids=short_name)
def test_without_an_epsilon_a_derivative_of_zero_takes_no_step(kernels, optimizer, dtype):
    """0 / 0 before the first gradient that is not 0; weights may decay all the same. Another parameter is as it was."""
    both, alone = np.array([1.0, -2.0], dtype), np.array([-2.0], dtype)
    slots, slots_alone = optimizer.start(both), optimizer.start(alone)
    decay = 1.0 - 0.01 * getattr(optimizer, "weight_decay", 0.0)
    for t, gradient in enumerate([0.5, -1.0, 2.0, 0.25], 1):
        optimizer.step(both, np.array([0.0, gradient], dtype), slots, t, 0.01)
        optimizer.step(alone, np.array([gradient], dtype), slots_alone, t, 0.01)
        assert both[0] == pytest.approx(decay**t, rel=1e-6 if decay < 1 else 0)
        assert both[1] == alone[0]
        assert np.isfinite(slots).all()


def test_what_is_divided_by_no_variance_is_still_named(kernels, dtype):
    """A gradient of which all is mean: the centred root is 0, the gradient is not, and there is no such step."""
    theta = np.ones(1, dtype)
    state = mn.TrainState(theta, mn.RMSProp(rho=0.0, centered=True, epsilon=0.0))
    with np.errstate(divide="ignore"), pytest.raises(DivergenceError, match="the update overflowed"):
        state.apply(np.ones(1, dtype))


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("optimizer", [mn.Adam(0.1, epsilon=0.0), mn.AdaGrad(0.5, epsilon=0.0)], ids=short_name)
def test_a_weight_that_no_sample_asks_for_stays(kernels, optimizer, compiled):
    """The second input is always 0, and so is the derivative by its weight; the fit of y = 3 x is not disturbed."""
    x = np.column_stack([np.linspace(-1, 1, 8), np.zeros(8)])
    net = mn.Network([mn.Dense(2, 1, weights=0.5)])
    mn.fit(net, x, 3 * x[:, 0], loss=mn.MeanSquaredError(), optimizer=optimizer, epochs=500, compiled=compiled)
    assert net.layers[0].W[1, 0] == 0.5
    assert net.layers[0].W[0, 0] == pytest.approx(3, abs=0.05)
