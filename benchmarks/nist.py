"""Nonlinear least squares: NIST's reference datasets, and the problems of Moré, Garbow and Hillstrom.

    python -m benchmarks nist FOLDER
    python -m benchmarks nist FOLDER --only MGH10 Bennett5

FOLDER has the 27 files of the Statistical Reference Datasets for nonlinear regression as NIST publishes them
(MGH10.dat, ...); lmfit's source distribution has them, in NIST_STRD. Each states a model, two starts, and parameters
certified to eleven digits. The digits reached are ``-log10 |b - certified| / |certified|`` of the worst parameter.

Both solvers are called with their defaults, but for tolerances that let them go on until they are done: minnet's
`levenberg_marquardt`, and SciPy's ``least_squares(method="lm")``, which is MINPACK's. Both get the same residuals and
the same derivatives, exact to rounding (complex steps); evaluations are counted of residuals and of Jacobians.

The 35 problems (ACM Transactions on Mathematical Software 7, 1981) are begun at the standard start and at ten and a
hundred times that (Watson's, which is 0, at 9 and 99). A run has solved its problem if the sum of squares is within
1e-6 of a known minimum, local ones and those at infinity included.
"""

import argparse
import ast
import json
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from benchmarks.mgh_problems import PROBLEMS
from minnet.errors import DataError
from minnet.solvers.levenberg_marquardt import levenberg_marquardt

FUNCTIONS = {"exp": np.exp, "log": np.log, "cos": np.cos, "sin": np.sin, "arctan": np.arctan, "pi": np.pi}
STEP = 1e-100  # of the imaginary part: what it is squared is nothing
MOST = 5000


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m benchmarks nist", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="with the files of NIST")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="datasets or problems")
    parser.add_argument("--json", metavar="FILE", help="write the measurements there too")
    options = parser.parse_args()
    files = sorted(options.folder.glob("*.dat"))
    if not files:
        parser.error(f"{options.folder} has no files such as MGH10.dat")
    records = [*certified(files, options.only), *classic(options.only)]
    if options.json:
        Path(options.json).write_text(json.dumps(records, indent=2), encoding="utf-8")
    return 0


def certified(files: list[Path], only: list[str] | None) -> list[dict]:
    """The table of NIST's datasets."""
    records = []
    print(f"{'':14}{'digits':>16}{'residuals + Jacobians':>26}\n{'dataset':12}" + f"{'minnet':>9}{'SciPy':>9}" * 2)
    for path in files:
        problem = read(path)
        if only and problem.name not in only:
            continue
        for number, start in enumerate(problem.starts, 1):
            row = {"problem": problem.name, "start": number}
            for name, solver in SOLVERS.items():
                theta, evaluations, reason = solver(problem.residuals, start)
                row |= {name: [digits(theta, problem.certified), *evaluations, reason]}
            ours, theirs = row["minnet"], row["SciPy"]
            print(
                f"{problem.name:11}{number} {ours[0]:8.1f} {theirs[0]:8.1f} {counts(ours):>9}{counts(theirs):>9}"
                + ("" if ours[0] >= 7 else f"   {ours[3]}"),
                flush=True,
            )
            records.append(row)
    for name in SOLVERS if records else ():
        done = sum(row[name][0] >= 7 for row in records)
        total = sum(row[name][1] for row in records), sum(row[name][2] for row in records)
        print(f"{name}: {done} of {len(records)} to seven digits; {total[0]} residuals and {total[1]} Jacobians")
    return records


def classic(only: list[str] | None) -> list[dict]:
    """The table of the 35 problems."""
    records = []
    print(f"\n{'':34}{'sum of squares':>24}{'residuals + Jacobians':>26}")
    print(f"{'problem':28}{'start':>6}" + f"{'minnet':>12}{'SciPy':>12}" + f"{'minnet':>11}{'SciPy':>11}")
    for problem in PROBLEMS:
        if only and problem.name not in only:
            continue
        usual = sum_of(problem.residuals, problem.start)
        for factor in (1, 10, 100):
            row = {"problem": problem.name, "start": factor}
            begin = factor * problem.start if problem.start.any() else np.full_like(problem.start, factor - 1.0)
            for name, solver in SOLVERS.items():
                theta, evaluations, reason = solver(problem.residuals, begin)
                value = sum_of(problem.residuals, theta)
                solved = any(abs(value - least) <= 1e-6 * max(least, 1e-6 * usual) for least in problem.minimum)
                row |= {name: [value, *evaluations, reason, solved]}
            cells = [f"{row[name][0]:11.4e}{' ' if row[name][4] else '*'}" for name in SOLVERS]
            print(
                f"{problem.name:28}{factor:>6}"
                + "".join(cells)
                + "".join(f"{counts(row[name]):>11}" for name in SOLVERS),
                flush=True,
            )
            records.append(row)
    for name in SOLVERS if records else ():
        total = sum(row[name][1] for row in records), sum(row[name][2] for row in records)
        print(
            f"{name}: {sum(row[name][4] for row in records)} of {len(records)} at a known minimum (* the others); "
            f"{total[0]} residuals and {total[1]} Jacobians"
        )
    return records


def counts(row: list) -> str:
    """Evaluations of residuals and of Jacobians."""
    return f"{row[1]}+{row[2]}"


class Counted:
    """Residuals and Jacobian, and how often each was evaluated."""

    def __init__(self, function):
        self.function, self.residual_count, self.jacobian_count = function, 0, 0

    def residuals(self, theta):
        self.residual_count += 1
        return np.asarray(self.function(theta), float)

    def jacobian(self, theta):
        self.jacobian_count += 1
        columns = [self.function(theta + STEP * 1j * axis).imag / STEP for axis in np.eye(len(theta))]
        return np.stack(columns, axis=1)

    @property
    def counts(self):
        return self.residual_count, self.jacobian_count


def by_minnet(function, start):
    counted = Counted(function)
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # a step too far overflows, and is refused
        try:
            minimum = levenberg_marquardt(counted.residuals, counted.jacobian, start, iterations=MOST)
        except DataError as error:  # squares of residuals that are not finite
            return np.asarray(start), counted.counts, str(error)
    return minimum.theta, counted.counts, minimum.reason


def by_scipy(function, start):
    counted = Counted(function)
    tolerance = np.finfo(float).eps
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            result = least_squares(
                counted.residuals, start, counted.jacobian, method="lm", max_nfev=MOST, ftol=tolerance, xtol=tolerance,
                gtol=tolerance,
            )  # fmt: skip
        except ValueError as error:  # residuals that are not finite
            return np.asarray(start), counted.counts, str(error)
    return result.x, counted.counts, result.message


SOLVERS = {"minnet": by_minnet, "SciPy": by_scipy}


def sum_of(function, theta):
    with np.errstate(all="ignore"):
        return float((np.asarray(function(np.asarray(theta, float))) ** 2).sum())


def digits(theta, certified):
    """Of the worst parameter; 11 are certified."""
    errors = np.abs(theta - certified) / np.abs(certified)
    return float(np.clip(-np.log10(np.fmax(np.nan_to_num(errors, nan=1.0).max(), 1e-11)), 0, 11))


@dataclass(frozen=True)
class Dataset:
    """A file of NIST: residuals (parameters -> residuals), two starts, certified parameters."""

    name: str
    residuals: object
    starts: tuple
    certified: np.ndarray


def read(path: Path) -> Dataset:
    """A dataset from a file as NIST publishes it.

    Raises
    ------
    SystemExit
        The file has another form.
    """
    lines = path.read_text(encoding="latin-1").splitlines()
    text = "\n".join(lines)
    rows = re.findall(r"^\s*b\d+ =\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s*$", text, re.M)
    span = re.search(r"Data\s+\(lines (\d+) to (\d+)\)", text)
    model = re.search(r"^ *((?:log\[y\]|y) *= *.*?\+ *e) *$", text, re.M | re.S)
    if not (rows and span and model):
        raise SystemExit(f"{path}: not a file of the Statistical Reference Datasets")
    numbers = np.array(rows, float)
    first, last = map(int, span.groups())
    data = np.array([line.split() for line in lines[first - 1 : last] if line.strip()], float)
    left, right = re.sub(r"\s+", " ", model.group(1)).rsplit("+", 1)[0].split("=", 1)
    names = ("y", "x") if data.shape[1] == 2 else ("y", "x1", "x2")
    columns = FUNCTIONS | dict(zip(names, data.T, strict=True))
    observed, predicted = evaluate(formula(left), columns), formula(right)

    def residuals(b):
        return evaluate(predicted, columns | {f"b{i}": value for i, value in enumerate(b, 1)}) - observed

    return Dataset(path.stem, residuals, (numbers[:, 0], numbers[:, 1]), numbers[:, 2])


def formula(text: str) -> ast.expr:
    """A formula of NIST's, whose brackets may be square, as Python's."""
    return ast.parse(text.strip().replace("[", "(").replace("]", ")"), mode="eval").body


def evaluate(node, values):
    """Arithmetic and known names, and nothing else that a file may say."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -evaluate(operand, values)
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return values[name](evaluate(argument, values))
        case ast.BinOp(left=left, op=operation, right=right):
            a, b = evaluate(left, values), evaluate(right, values)
            match operation:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
                case ast.Div():
                    return a / b
                case ast.Pow():
                    return a**b
    raise SystemExit(f"not a formula of arithmetic: {ast.unparse(node)}")
