"""Programs of which is known what they do at a point, and an oracle for what is said of them.

The oracle shares no code with the product: it walks the tree in mpmath's numbers of 700 digits, and differentiates by
mpmath's own differences, to one side and to the other.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import torch
from mpmath import mp  # type: ignore[import-untyped]

from playground.language.parse import parse
from playground.language.program import Call, Number, Program, Variable
from playground.proof.check import Row, check

DIGITS = 700
EPSILON = {torch.float32: 2.0**-23, torch.float64: 2.0**-52}

_WORDS: dict[str, Callable[..., Any]] = {
    "add": lambda u, v: u + v,
    "subtract": lambda u, v: u - v,
    "multiply": lambda u, v: u * v,
    "divide": lambda u, v: u / v,
    "negate": lambda u: -u,
    "power": lambda u, v: mp.mpf(0) if u == 0 and v > 0 else mp.power(u, v),
    "abs": abs,
    "relu": lambda u: max(u, mp.mpf(0)),
    "maximum": max,
    "minimum": min,
    "sign": mp.sign,
    "sqrt": mp.sqrt,
    "log": mp.log,
    "exp": mp.exp,
    "sin": mp.sin,
    "cos": mp.cos,
    "tanh": mp.tanh,
    "atan": mp.atan,
    "sigmoid": lambda u: 1 / (1 + mp.exp(-u)),
    "softplus": lambda u: mp.log1p(mp.exp(u)),
    "gelu": lambda u: u * mp.erfc(-u / mp.sqrt(2)) / 2,
    "acosh": mp.acosh,
    "asin": mp.asin,
}


def value(program: Program, x: Any) -> Any:
    """What a program of one number comes to; NaN where that is no real number."""
    known = {"x": mp.mpf(x)}

    def walk(node: Any) -> Any:
        match node:
            case Number():
                return mp.mpf(Fraction(repr(node.value)).numerator) / Fraction(repr(node.value)).denominator
            case Variable():
                return known[node.name]
            case Call():
                result = _WORDS[node.operation](*map(walk, node.arguments))
                if not mp.isfinite(result):
                    raise ZeroDivisionError
                return result

    try:
        found = walk(program.statements[-1].expression)
    except (ZeroDivisionError, ValueError, TypeError):
        return mp.nan
    return found if isinstance(found, mp.mpf) else mp.nan


def slope(program: Program, x: float, side: int, order: int) -> Any:
    """The derivative from one side, by differences in 700 digits; NaN where the function is no real number there."""
    with mp.workdps(DIGITS):
        step = mp.mpf(10) ** -60 * max(1, abs(mp.mpf(x)))
        at = [value(program, mp.mpf(x) + side * step * k) for k in range(1, order + 4)]
        if any(mp.isnan(item) for item in at):
            return mp.nan
        # Newton's series through points beside the place, differentiated there
        points = [mp.mpf(k) for k in range(1, order + 4)]
        factors = _fitted(points, at)
        return factors[order] * mp.factorial(order) / (side * step) ** order


def _fitted(points: list[Any], heights: list[Any]) -> list[Any]:
    matrix = mp.matrix([[point**power for power in range(len(points))] for point in points])
    return list(mp.lu_solve(matrix, mp.matrix(heights)))


@dataclass(frozen=True)
class Made:
    """A program, a point, and what is asked."""

    text: str
    x: float
    dtype: torch.dtype
    order: int


OUTER = [
    "|{u}|",
    "relu({u})",
    "max({u}, 0.5*({u}))",
    "min({u}, ({u})^2)",
    "sqrt({u})",
    "log({u})",
    "1/({u})",
    "({u})^1.5",
    "({u})^0.5",
    "sqrt(({u})^2)",
    "sign({u})",
    "sqrt({u})^2",
    "relu({u}) - relu(-({u}))",
    "({u})*|{u}|",
    "|{u}|^1.1",
    "exp(-1/|{u}|)",
    "({u})*log(|{u}|)",
    "tanh(1/({u}))",
    "exp({u}) - 1",
    "(exp({u}) - 1)/({u})",
    "sin({u})/({u})",
    "(1 - cos({u}))/({u})^2",
    "acosh(1 + {u})",
    "asin(1 - {u})",
    "softplus(20 + {u})",
    "sigmoid(40 + {u})",
    "gelu({u} - 8)",
    "sqrt(({u})^2 + 1) - ({u})",
    "exp(log({u}))",
    "log(sigmoid(30 + {u}))",
    "exp(90 + {u})",
    "exp(-120 + {u})",
]
"""What is special where {u} is 0."""


def made(seed: int) -> Made:
    """The program of a number: at a kink, pole, end or cancellation, or beside it."""
    draw = random.Random(seed)
    place = draw.choice([0.0, 1.0, -2.0, 0.5, 3.0, -0.25])
    inner = draw.choice(
        ["x - {p}", "2*(x - {p})", "(x - {p})*(x + 7)", "{p} - x", "sin(x - {p})", "(x - {p})^3", "(x - {p})^2"]
    )
    outer = draw.choice(OUTER)
    smooth = draw.choice(["", " + x^2", " + sin(x)", " - 3*x", "*exp(x)", "*(1 + x^2)", " + tanh(x)"])
    shift = draw.choice([0.0, 0.0, 2.0**-4, -(2.0**-4), 2.0**-20, -(2.0**-20), 1.0, -1.0, 1e-3])
    text = outer.format(u=inner.format(p=place)).replace("- -", "+ ")
    text = f"({text}){smooth}"
    return Made(text, place + shift, draw.choice([torch.float32, torch.float64]), draw.choice([1, 1, 1, 2]))


def false_claims(made: Made) -> list[str]:
    """What is said of a program that the oracle does not bear out."""
    program = parse(made.text)
    held = torch.tensor(made.x, dtype=made.dtype).item()
    rows = check(program, {"x": made.x}, dtype=made.dtype, order=made.order).rows
    row = rows[-1]
    with mp.workdps(DIGITS):
        return [f"{made}: {row.verdict} {claim}" for claim in _false(program, held, made, row)]


_TOO_FAR = mp.mpf(10) ** -12


def _false(program: Program, x: float, made: Made, row: Row) -> list[str]:
    exact, order = row.exact, made.order
    if exact is None:
        return [] if row.verdict in ("open", "exact_failed", "exact_timeout") else ["without the exact derivative"]
    left, right = (slope(program, x, side, order) for side in (-1, 1))
    here = value(program, x)
    found = []
    if exact.kind in ("smooth", "meets"):
        stated = mp.mpf(exact.text)
        for side in (left, right):
            if not _close(stated, side, program, x):
                found.append(f"exact {exact.text}, but {mp.nstr(side, 20)} beside it")
        error = abs(mp.mpf(row.autograd) - stated) if row.autograd is not None else mp.inf
        if row.verdict in ("agree", "agree_two", "agree_alone") and error > 2 * EPSILON[made.dtype] * abs(stated):
            found.append(f"agree, but {row.autograd} is not {exact.text}")
        if row.verdict in ("rounding", "lost") and not (row.bound is not None and error <= row.bound * (1 + 1e-12)):
            found.append(f"rounding, but the error {error} is beyond {row.bound}")
        if row.verdict == "agree" and not row.difference.agrees(float(stated)):
            found.append("the three agree, but the differences do not")
        if row.helps and not abs(mp.mpf(row.double) - stated) <= 2e-6 * abs(stated):
            found.append("float64 is told to help")
    else:
        for name, told_side, side in (("left", exact.left, left), ("right", exact.right, right)):
            if (told_side is None) != bool(mp.isnan(side)):
                found.append(f"on the {name} {told_side}, but it is {mp.nstr(side, 10)}")
            elif told_side is not None and not _close(mp.mpf(told_side), side, program, x):
                found.append(f"on the {name} it tends to {told_side}, but it is {mp.nstr(side, 20)}")
    if exact.kind == "corner" and exact.left == exact.right:
        found.append("a corner whose sides are the same")
    if exact.kind in ("smooth", "meets", "corner", "vertical") and not mp.isfinite(here):
        found.append(f"{exact.kind}, but the value is {here}")
    if exact.kind == "pole" and mp.isfinite(here):
        found.append(f"no value, but it is {here}")
    return found


def _close(stated: Any, side: Any, program: Program, x: float) -> bool:
    """Whether a limit is the derivative so near the point; one that is infinite, or 0, is large, or small, there."""
    if mp.isinf(stated):
        return bool(side * stated > 0 and abs(side) > 10)
    if mp.isnan(side):
        return False
    return bool(
        abs(stated - side) <= mp.mpf(10) ** -4 * max(1, abs(stated)) or (abs(side) < mp.mpf("0.7") and stated == 0)
    )
