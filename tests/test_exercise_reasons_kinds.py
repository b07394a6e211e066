"""What is said of results that are not numbers, or packed otherwise, and of exceptions: in this process and another."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import sparse

from minnet.exercises.running.peer import Peer
from tests.test_exercise_reasons import matrices, why

KINDS = {
    "is a return": (lambda x: None, "return"),
    "drawn": (lambda x: (row for row in x), "because of yield"),
    "map": (lambda x: map(abs, x), "put list(...) around it"),
    "zip": (lambda x: zip(x, x, strict=True), "put list(...) around it"),
    "method": (lambda x: x.sum, "are parentheses missing"),
    "object": (lambda x: np.frompyfunc(lambda v: 2 * v, 1, 1)(x), "dtype object"),
    "fractions": (lambda x: np.array([Fraction(1)] * 3, dtype=object), "dtype object"),
    "complex": (lambda x: 2 * x + 0j, "Take .real"),
    "text": (lambda x: f"{x}", "is text"),
    "dict": (lambda x: {"y": 2 * x}, "is a dict"),
    "set": (lambda x: {1, 2}, "no order"),
    "sparse": (lambda x: sparse.csr_matrix(2 * x), ".toarray()"),
    "ragged": (lambda x: [[1.0], [1.0, 2.0]], "several lengths"),
    "comma": (lambda x: (2 * x,), "take away the comma"),
    "pair": (lambda x: (3 * x, x), "2 results are returned where one is due"),
    "strange": (lambda x: object(), "an object of type object"),
}


async def unawaited(x):
    return 2 * x


def over_the_wire(function):
    """The function as the other process has it."""
    box = []
    near = Peer(box.append, None, "check")
    far = Peer(box.append, None, "student")
    number = far.export(function)

    def receive(count):
        if not box:
            raise EOFError
        content = b"".join(box)
        box[:] = [content[count:]] if content[count:] else []
        return content[:count]

    near._receive = far._receive = receive
    tell = near.tell

    def ask(content):
        tell(content)
        far._answer(far.hear())

    near.tell = ask
    return near.function(number)


@pytest.mark.parametrize("remote", [False, True], ids=["here", "there"])
@pytest.mark.parametrize("name", KINDS)
def test_what_is_no_number(name, remote, rng):
    wrong, words = KINDS[name]
    assert words in why(over_the_wire(wrong) if remote else wrong, lambda x: 2 * x, matrices(rng))


def test_a_coroutine(rng):
    assert "async" in why(unawaited, lambda x: 2 * x, matrices(rng))


def test_a_generator_is_not_said_to_draw_nothing():
    def wrong(n, rng):
        order = rng.permutation(n)
        for k in range(n):
            yield order[k : k + 1]

    def right(n, rng):
        order = rng.permutation(n)
        return [order[k : k + 1] for k in range(n)]

    cases = [{"n": n, "rng": np.random.default_rng(n)} for n in (3, 4, 5)]
    assert "because of yield" in why(wrong, right, cases)


def test_a_return_that_is_missing_in_a_branch(rng):
    cases = [{"x": rng.normal(), "n": n} for n in (1, 2, 3, 4)]
    assert "a branch" in why(lambda x, n: x * n if n < 3 else None, lambda x, n: x * n, cases)


def test_one_of_several_results(rng):
    said = why(lambda x: (2 * x, None), lambda x: (2 * x, x.sum()), matrices(rng))
    assert said.startswith("Your second result is None")
    said = why(lambda x: np.array([x, x, 3 * x]), lambda x: (x, x + 1, x * x), matrices(rng))
    assert said.startswith("Your 3 results are put into one array")
    assert why(lambda x: None, lambda x: (x, x), matrices(rng)).startswith("Your result is None")


def endless(x):
    return endless(x)


def unbound(x):
    if x is None:
        y = 1
    return y


def unknown(name):
    return eval(f"lambda x: {name}(x)", {})


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda x: math.exp(x), "NumPy's functions, such as np.exp, take arrays"),
        (lambda x: float(x), "take single numbers"),
        (unknown("exp"), "NumPy's function is np.exp"),
        (unknown("np.exp"), "import numpy as np is missing"),
        (unknown("math.exp"), "import math is missing"),
        (unknown("xx"), "is x meant?"),
        (unknown("quxz"), "Nothing is called quxz"),
        (lambda x: np.expp(x), "is np.exp"),
        (lambda x: x.exp(), "np.exp(x) is there"),
        (lambda x, c: x, "keep these parameters, and no others"),
        (lambda: 1, "keep these parameters"),
        (lambda x: np.dot(x, missing=1), ""),
        (endless, "calls itself"),
        (unbound, "before it has a value"),
        (lambda x: x[len(x)], "past the end"),
        (lambda x: x[0, 0, 0], "more indices than axes"),
        (lambda x: x[len(x) / 2], "index is a float"),
        (lambda x: x(1), "is * missing"),
        (lambda x: None + x, "Something is None"),
    ],
)
def test_exceptions(wrong, words, rng):
    said = why(wrong, lambda x: 2 * x, matrices(rng))
    assert words in said
    assert said if words else "keep these parameters" not in said
