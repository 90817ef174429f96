"""The critical points of a function of one number and how low it goes, exactly: it runs in the process of `exact`."""

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sympy  # type: ignore[import-untyped]

from playground.descent.shape import LEVEL, CriticalPoint, Line, Shape
from playground.exact.formulas import TooLarge, read
from playground.exact.germs import Outside
from playground.exact.levels import MAXIMUM, MINIMUM
from playground.exact.reals import Undecided, Unknown
from playground.exact.truth import limit_along
from playground.language.operations import OPERATIONS
from playground.language.program import Call, Number, Program, postorder

ROOT_ENCLOSURE = sympy.Rational(1, 10**30)
"""A root is enclosed by two fractions that are no farther apart."""
HEIGHT_TOLERANCE = sympy.Rational(1, 10**25)
"""Two heights whose relative difference is no larger are taken for the same."""
DIGITS = 30
"""A solution is worked out to so many significant digits."""
SMOOTH_FUNCTIONS = (
    sympy.exp,
    sympy.log,
    sympy.sin,
    sympy.cos,
    sympy.tan,
    sympy.sinh,
    sympy.cosh,
    sympy.tanh,
    sympy.atan,
)
"""The functions without corners, whose equations sympy may solve."""


def answer(line: Line) -> Iterator[tuple[int, Shape]]:
    """The shape of a function along a line, numbered 0: what is known at once, and again when more is known.

    Nothing is said where part of the function is detached, or where its expression is too large.
    """
    try:
        model = read(line.program, line.values, frozenset(line.moves))
    except (TooLarge, Unknown):
        return
    if model.detached:
        return
    t = sympy.Symbol("t", real=True)
    moved = {
        symbol: model.point[symbol] + sympy.Rational(repr(line.moves[entry])) * t
        for entry, symbol in model.symbols.items()
    }
    output = model.outputs[line.output]
    height = sympy.Add(*output.flat) if line.entry is None else output[line.entry]
    expression = height.xreplace(moved)
    polynomial = expression.as_poly(t)
    is_polynomial = polynomial is not None and polynomial.domain in (sympy.ZZ, sympy.QQ)
    if is_polynomial and not any(map(_ends_somewhere, _calls(line.program))):
        yield 0, _of_polynomial(polynomial, line.degree)
    else:
        yield from _of_function(line, expression, t)


def _calls(program: Program) -> Iterator[Call]:
    """Every operation of a program, once for each statement that it stands in."""
    for statement in program.statements:
        yield from (node for node in postorder(statement.expression) if isinstance(node, Call))


def _ends_somewhere(call: Call) -> bool:
    """Whether an operation may be no real number somewhere: sympy writes sqrt(x)^2 as x, which goes on below 0."""
    row = OPERATIONS.get(call.operation)
    if call.operation == "power":
        exponent = call.arguments[1]
        return not (isinstance(exponent, Number) and exponent.value >= 0 and float(exponent.value).is_integer())
    return row is None or row.composite or bool(row.inside)


# Polynomials


def _of_polynomial(polynomial: Any, degree: int) -> Shape:
    """All critical points of a polynomial up to a degree, and whether it goes down without end."""
    leading = polynomial.LC() if polynomial.degree() > 0 else 0
    endless = leading != 0 and (polynomial.degree() % 2 == 1 or leading < 0)
    known = polynomial.degree() <= degree
    levels = _levels(polynomial) if known and leading != 0 else ()
    return Shape(levels, endless, None, known)


def _levels(polynomial: Any) -> tuple[CriticalPoint, ...]:
    """The roots of the derivative: each enclosed by fractions, told apart by the derivative's signs between them.

    Square-free factors have simple roots, which sympy isolates by continued fractions (`Poly.intervals`).
    """
    slope = polynomial.diff()
    if slope.degree() < 1:
        return ()
    factors = [factor for factor, _ in slope.sqf_list()[1] if factor.degree() > 0]
    ends = [interval for factor in factors for interval, _ in factor.intervals(eps=ROOT_ENCLOSURE)]
    places = sorted((low + high) / 2 for low, high in ends)
    between = [(left + right) / 2 for left, right in pairwise(places)]
    outside = [places[0] - 1, *between, places[-1] + 1] if places else []
    signs = [sympy.sign(slope.eval(place)) for place in outside]
    return _told_apart(places, [polynomial.eval(place) for place in places], signs)


def _told_apart(places: Sequence[Any], heights: Sequence[Any], signs: Sequence[Any]) -> tuple[CriticalPoint, ...]:
    """Critical points with their heights; `signs` are those of the slope before the first, between them, and after."""
    kinds = [{(-1, 1): MINIMUM, (1, -1): MAXIMUM}.get(pair, LEVEL) for pair in pairwise(signs)]
    lowest = min((height for height, kind in zip(heights, kinds, strict=True) if kind == MINIMUM), default=0)
    return tuple(
        CriticalPoint(
            (float(place),),
            float(height),
            kind,
            kind == MINIMUM and bool(height - lowest <= HEIGHT_TOLERANCE * (1 + abs(lowest))),
        )
        for place, height, kind in zip(places, heights, kinds, strict=True)
    )


# Other functions


def _of_function(line: Line, expression: Any, t: Any) -> Iterator[tuple[int, Shape]]:
    """How low a function goes at the ends of where it is defined; its critical points where sympy finds all of them."""
    ends = _ends(line, expression, t)
    known = [end for end in ends if end is not None]
    endless = -math.inf in known
    bound = None if endless or len(known) < len(ends) else min(known, default=math.inf)
    yield 0, Shape((), endless, None, False)
    if bound is None and not endless:
        return
    levels = _solved(expression, t)
    if levels is not None and all(_is_inside(line, level.at[0]) for level in levels):
        yield 0, Shape(levels, endless, None if bound == math.inf else bound, True)


def _ends(line: Line, expression: Any, t: Any) -> list[Any]:
    """The limits at the ends of where a function is defined, None for one that is not certain."""
    try:
        breaks = sympy.singularities(expression, t)
    except NotImplementedError:
        return [None]
    if breaks is not sympy.S.EmptySet and not isinstance(breaks, sympy.FiniteSet):
        return [None]
    ends: list[Any] = []
    for place, side in [(None, 1), (None, -1), *((place, side) for place in breaks for side in (1, -1))]:
        with suppress(Outside):
            ends.append(_limit(line, place, side))
    return ends


def _limit(line: Line, place: Any, side: int) -> float | None:
    """What the function tends to from one side, at infinity where no place is given; None where it is not certain.

    Raises Outside where it is no real number there.
    """
    if place is not None and not place.is_Rational:
        return None
    at = None if place is None else Fraction(place.p, place.q)
    with suppress(Undecided, Unknown):
        return limit_along(line.program, line.values, (line.output, line.entry), line.moves, at, side)
    return None


def _is_inside(line: Line, place: float) -> bool:
    """Whether the function is a real number on both sides of a place."""
    with suppress(Outside):
        return None not in (_limit(line, sympy.Rational(place), side) for side in (1, -1))
    return False


def _solved(expression: Any, t: Any) -> tuple[CriticalPoint, ...] | None:
    """All critical points of a function, None unless sympy is sure of them."""
    inner = expression.atoms(sympy.Function, sympy.Max, sympy.Min)
    if not all(isinstance(part, SMOOTH_FUNCTIONS) for part in inner):
        return None
    slope = sympy.diff(expression, t)
    solutions = sympy.solveset(slope, t, sympy.S.Reals)
    if solutions is sympy.S.EmptySet:
        return ()
    return _valued(expression, slope, t, solutions) if isinstance(solutions, sympy.FiniteSet) else None


def _valued(expression: Any, slope: Any, t: Any, solutions: Any) -> tuple[CriticalPoint, ...] | None:
    """Solutions as numbers, told apart; None where the slope between two of them is no real number."""
    places = sorted((sympy.N(place, DIGITS) for place in solutions), key=float)
    between = [(left + right) / 2 for left, right in pairwise(places)]
    signs = [sympy.sign(sympy.N(slope.subs(t, place), DIGITS)) for place in [places[0] - 1, *between, places[-1] + 1]]
    if not all(sign in (-1, 0, 1) for sign in signs):
        return None
    return _told_apart(
        places, [sympy.N(expression.subs(t, place), DIGITS) for place in places], [int(s) for s in signs]
    )
