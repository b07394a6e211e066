"""`check` in a notebook: the same message as text and as a table, escaped, with a picture where one helps."""

import io
import re
import subprocess
import sys
from html import unescape

import matplotlib.image
import numpy as np
import pytest

from minnet.errors import SettingError
from minnet.exercises import Case, check, course, find
from minnet.exercises.notebook import COLOURS
from minnet.exercises.pictures import picture
from minnet.exercises.text import WIDTH

SIGMOID = find("sigmoid")
ADAM = find("adam")


def biased(theta, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
    return theta - rate * m / (np.sqrt(v / (1 - beta_2**t)) + epsilon), m, v


def words(html):
    """What is to be read on a page."""
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


def test_the_same_message_as_text_and_as_a_table(capsys):
    checked = check("adam", biased, seed=2)
    assert not checked.solved
    for text in (repr(checked), words(checked._repr_html_())):
        assert "Your m is not corrected for its start at zero" in " ".join(text.split())
        assert "1 of 5 cases are right" in text
        assert 'check("adam", ..., seed=2)' in text
    assert max(map(len, repr(checked).splitlines())) <= WIDTH
    assert "hint 3 of 5" in checked._repr_html_()
    assert "minnet exercise hint adam (3 of 5)" in repr(checked)
    assert capsys.readouterr().out == ""


def test_what_functions_print_and_their_breakpoints_pass(capsys):
    def early_stopping(losses, patience=3, min_delta=0.0):
        print("busy")
        breakpoint()
        return list(range(len(losses)))

    assert "data:image" not in check("early_stopping", early_stopping)._repr_html_()
    assert capsys.readouterr().out == ""


def test_what_is_right_is_said_and_what_was_not_given_too():
    checked = check("sigmoid", SIGMOID.reference("sigmoid"))
    assert checked.solved
    assert repr(checked) == "right   sigmoid: all 7 cases are right; not looked at: softplus"
    html = checked._repr_html_()
    assert words(html) == "right sigmoid : 7 of 7 cases are right; not looked at: softplus"
    assert COLOURS["solved"] not in html
    assert "not looked at: softplus" in repr(check("sigmoid", lambda x: x))


def test_what_is_solved_in_whole_is_called_so_and_the_next_is_named():
    checked = check("sigmoid", *map(SIGMOID.reference, SIGMOID.functions))
    following = course()[1]
    call = f'check("{following.name}", {", ".join(following.functions)})'
    assert repr(checked) == f"solved  sigmoid: all {len(SIGMOID.cases(0))} cases are right\n          next: {call}"
    assert (
        words(checked._repr_html_())
        == f"solved sigmoid : {len(SIGMOID.cases(0))} of {len(SIGMOID.cases(0))} cases are right next: {call}"
    )
    last = course()[-1]
    assert "next" not in repr(check(last.name, *map(last.reference, last.functions)))


def test_functions_are_found_by_their_names_by_order_and_by_keywords():
    right = [SIGMOID.reference(name) for name in ("sigmoid", "softplus")]
    assert check("sigmoid", *right).report.total == 14
    assert check("sigmoid", *right[::-1]).solved
    assert check("sigmoid", *(lambda x, f=f: f(x) for f in right)).solved
    assert check("sigmoid", lambda x: right[0](x), softplus=right[1]).solved
    assert check("sigmoid", softplus=right[1]).report.failure is None
    assert not check("sigmoid", *(lambda x, f=f: f(x) for f in right[::-1])).solved


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: check("adm", biased), "no exercise 'adm'; did you mean 'adam'"),
        (lambda: check("adam", adma=biased), "no function 'adma'; did you mean 'adam'"),
        (lambda: check("adam"), r"give the function as well: check\(\"adam\", adam\)"),
        (lambda: check("adam", biased, biased), "no more functions than adam"),
        (lambda: check("adam", biased, seed=-1), "seed=-1 is out of range; seed must be a whole number of at least 0"),
        (lambda: check("adam", biased, seed=0.5), "seed=0.5 is out of range"),
        (lambda: check("adam", 3.0), "adam must be a function, not 3.0; leave out"),
    ],
)
def test_slips_of_calling(call, message):
    with pytest.raises(SettingError, match=message):
        call()


def test_what_comes_from_a_student_is_escaped():
    def softplus(x):
        raise ValueError("<script>alert(1)</script> & more")

    html = check("sigmoid", softplus)._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in html

    def sigmoid(x):
        raise NotImplementedError("<b>not yet</b>")

    html = check("sigmoid", sigmoid)._repr_html_()
    assert "to do" in html
    assert "<b>not yet" not in html


def test_no_colour_is_set_that_a_theme_would_need_to_know():
    html = check("adam", biased, seed=2)._repr_html_()
    badges = re.findall(r"background: (#\w+); color: #ffffff", html)
    assert badges == [COLOURS["wrong"]]
    others = re.sub(r"background: #\w+; color: #ffffff", "", html)
    assert set(re.findall(r"(?:color|background): ([^;\"]+)", others)) == {"none", "inherit"}
    for colour in COLOURS.values():  # WCAG 2: at least 4.5 against white letters
        channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        assert 1.05 / (np.dot(linear, (0.2126, 0.7152, 0.0722)) + 0.05) > 4.5


def shown(png):
    """The share of a picture that is orange (yours), and that is grey (right)."""
    pixels = matplotlib.image.imread(io.BytesIO(png))[..., :3]
    return [np.mean(np.abs(pixels - colour).max(axis=-1) < 0.05) for colour in ((0.835, 0.369, 0), (0.6, 0.6, 0.6))]


POINTS = np.random.default_rng(0).normal(size=(20, 2))
TURNS = np.arange(30)[:, None] / 5


@pytest.mark.parametrize(
    ("yours", "right", "arguments", "caption"),
    [
        (lambda n: np.arange(n), lambda n: np.arange(n) ** 2, {"n": 8}, "number by number"),
        (lambda n: np.full((n, 1), np.nan), lambda n: np.ones((n, 1)), {"n": 8}, "number by number"),
        (lambda n: 1e9 * np.arange(n), lambda n: np.arange(n), {"n": 8}, "number by number"),
        (lambda n: (0.0, np.arange(n)), lambda n: (0.0, -np.arange(n)), {"n": 4}, None),
        (lambda n: (np.ones(2), np.arange(n)), lambda n: (np.ones(2), -np.arange(n)), {"n": 4}, "number by number"),
        (lambda x: x @ [1, 2] - 0.5, lambda x: x @ [1, 2], {"x": POINTS}, "changes its side, over x"),
        (lambda x: 0 * x[:, :1] + 1, lambda x: (x[:, :1] > 0) * 1.0, {"x": POINTS}, "changes its side, over x"),
        (lambda x: x @ [1, 2], lambda x: (x @ [1, 2]) ** 2 + 1, {"x": POINTS}, "number by number"),
        (lambda a: a * np.hstack([np.sin(TURNS), np.cos(TURNS)]),
         lambda a: np.hstack([np.sin(TURNS), np.cos(TURNS)]), {"a": 2}, "the path"),
        (lambda n: np.arange(3.0), lambda n: -np.arange(3.0), {"n": 3}, None),
        (lambda n: np.ones((n, 2)), lambda n: np.zeros((n, 2)), {"n": 5}, None),
        (lambda n: "text", lambda n: np.zeros(n), {"n": 5}, None),
        (lambda n: np.zeros(n + 1), lambda n: np.zeros(n), {"n": 5}, None),
        (lambda n: 1 / 0, lambda n: np.zeros(n), {"n": 5}, None),
    ],
)  # fmt: skip
def test_a_picture_where_one_helps(yours, right, arguments, caption):
    drawn = picture(yours, right, Case("f", arguments))
    if caption is None:
        assert drawn is None
        return
    assert caption in drawn.caption
    orange, grey = shown(drawn.png)
    assert orange > 1e-4
    assert grey > 1e-4


def test_a_picture_stands_in_the_table():
    html = check("adam", lambda theta, g, m, v, t, **settings: (theta - g, m, v), seed=2)._repr_html_()
    assert "data:image/png" not in html  # the first failing case is a matrix
    html = check("sigmoid", sigmoid=lambda x: np.abs(x) if x.ndim == 1 else SIGMOID.reference("sigmoid")(x))
    assert 'alt="sigmoid, number by number"' in html._repr_html_()


def test_importing_it_loads_no_library_for_drawing():
    code = (
        "import sys, minnet.exercises; print({'matplotlib', 'sklearn', 'pytest', 'pdb', 'IPython'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
