r"""Equations as LaTeX, from the way in which they are written on a terminal: ``dx/dt = -10 x + 10 y``.

Names of one letter stand as they are, those of Greek letters and of functions become these, an underscore or digits at
the end are an index. Names of terms of one's own that are no formula stand as text.
"""

import re
from collections.abc import Sequence

from minnet.markup import formula_html

GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi",
    "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
}  # fmt: skip
FUNCTIONS = {
    "sin", "cos", "tan", "cot", "sinh", "cosh", "tanh", "exp", "log", "ln", "arcsin", "arccos", "arctan", "max", "min",
}  # fmt: skip
TOKEN = re.compile(
    r"(?P<number>\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|(?P<name>[^\W\d]\w*)|(?P<power>\^\s*-?\d+\.?\d*)"
    r"|(?P<index>\[[^\]]*\])|(?P<sign>[-+*/(),|])|(?P<space>\s+)|(?P<other>.)"
)
SPECIAL = {**{character: rf"\{character}" for character in "#$%&_{}"}, "\\": r"\backslash ", "^": r"\hat{}", "~": "-"}


def sides(equation: str) -> tuple[str, str]:
    r"""Left and right side of an equation.

    >>> sides("dx/dt = -10 x + 1e-05 y^2")
    ('\\frac{\\mathrm{d} x}{\\mathrm{d} t}', '-10 \\, x + 1 \\times 10^{-5} \\, y^{2}')
    """
    left, _, right = equation.partition(" = ")
    return left_side(left), formula(right)


def aligned(equations: Sequence[str]) -> str:
    r"""Equations below each other, their equals signs too.

    >>> print(aligned(["x[n+1] = 1 - 1.4 x^2 + y", "y[n+1] = 0.3 x"]))
    \begin{aligned}
    x_{n+1} &= 1 - 1.4 \, x^{2} + y \\
    y_{n+1} &= 0.3 \, x
    \end{aligned}
    """
    body = " \\\\\n".join(" &= ".join(sides(equation)) for equation in equations)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def html(equations: Sequence[str]) -> str:
    """Equations below each other, as MathML, which browsers draw themselves."""
    lines = (formula_html(r"\displaystyle " + " = ".join(sides(equation))) for equation in equations)
    return "".join(f'<div class="scroll">{line}</div>' for line in lines)


def left_side(text: str) -> str:
    r"""A rate of change, or the next state of a map.

    >>> left_side("dtheta/dt"), left_side("x[n+1]")
    ('\\frac{\\mathrm{d} \\theta}{\\mathrm{d} t}', 'x_{n+1}')
    """
    rate = re.fullmatch(r"d(.+)/dt", text)
    return rf"\frac{{\mathrm{{d}} {formula(rate[1])}}}{{\mathrm{{d}} t}}" if rate else formula(text)


def formula(text: str) -> str:
    r"""A sum of products, or a quotient of two such sums in brackets.

    >>> formula("(0.6 - 3 s_1) / (1 + 3.5 sin(omega t))")
    '\\frac{0.6 - 3 \\, s_{1}}{1 + 3.5 \\, \\sin(\\omega \\, t)}'
    """
    quotient = re.fullmatch(r"\((.*)\) / \((.*)\)", text)
    if quotient and all(_balanced(part) for part in quotient.groups()):
        return rf"\frac{{{formula(quotient[1])}}}{{{formula(quotient[2])}}}"
    written = ""
    for match in TOKEN.finditer(text):
        before, after = text[: match.start()][-1:], text[match.end() :][:1]
        if match.lastgroup != "space":
            written += WRITERS[str(match.lastgroup)](match[0])
        elif before in "+-*/(," or after in "+-*/),":  # also where there is nothing
            written += " "
        else:
            written += r" \, "
    return written


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def _number(token: str) -> str:
    digits, _, power = token.partition("e")
    return rf"{digits} \times 10^{{{int(power)}}}" if power else digits


def _name(token: str) -> str:
    parts = re.fullmatch(r"_*([^\W\d_]+)_?(\w*)", token)
    if parts is None:
        return _other(token)
    stem, index = parts.groups()
    known = stem in GREEK or stem in FUNCTIONS
    written = rf"\{stem}" if known else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    upright = index if len(index) < 2 or index.isdigit() else rf"\mathrm{{{index.replace('_', ',')}}}"
    return rf"{written}_{{{upright}}}" if index else written


def _other(token: str) -> str:
    return rf"\text{{{''.join(SPECIAL.get(character, character) for character in token)}}}"


WRITERS = {
    "number": _number,
    "name": _name,
    "power": lambda token: f"^{{{token[1:].strip()}}}",
    "index": lambda token: f"_{{{token[1:-1]}}}",
    "sign": lambda token: r" \, " if token == "*" else token,
    "other": _other,
}
