"""What a derivative is at a point, and what PyTorch's own formulas come to there, with the bound of their rounding.

It is run in a process of its own, and knows no PyTorch. What is said here is certain: every number is known between two
ends; where these do not tell enough, more digits are worked with, or nothing is said.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import partial, reduce
from typing import Any

import numpy as np
from mpmath import mp  # type: ignore[import-untyped]

from playground.exact.duals import Dual, Duals, Later, Singular
from playground.exact.germs import Germs, Outside, constant, leaving, moving
from playground.exact.question import Derivative, Exact, Kind, Question
from playground.exact.reals import (
    FLOATS,
    Real,
    Reals,
    Rounded,
    Undecided,
    Unknown,
    add,
    digits,
    ends,
    fraction,
    is_special,
    middle,
    multiply,
)
from playground.exact.walk import Array, Entry, outputs_of
from playground.language.notation import label
from playground.language.program import Call, Program
from playground.language.values import Value

BITS = (256, 1_500, 6_000)
"""So many bits are worked with at first, and where they do not tell enough."""
SHOWN_DIGITS = 17
"""A number is written with so many significant digits: as many as tell any two numbers of float64 apart."""
CERTAIN_DIGITS = 25
"""A number must be known to so many significant digits."""
ZERO_DIGITS = 400
"""A number that has 0 in so many digits after the point, and is not known to be another, is told as 0."""


def answer(question: Question) -> Iterator[tuple[int, Exact]]:
    """What is known of each derivative, by its place in the question, and again when more is known.

    First what it is, then what floats make of it, what it is at the numbers that were typed, and last its LaTeX, of
    those that are short enough.
    """
    from playground.exact.formulas import formulas

    known: dict[int, Exact] = {}
    for place, exact in _certain(question):
        known[place] = exact
        yield place, exact
    for place, latex in formulas(question, sorted(known)):
        yield place, replace(known[place], latex=latex)


def _certain(question: Question) -> Iterator[tuple[int, Exact]]:
    known: dict[int, Exact] = {}
    for more in (_truth, _in_floats, _as_typed):
        for place, derivative in enumerate(question.derivatives):
            exact = more(question, derivative, known.get(place))
            if exact is not None:
                known[place] = exact
                yield place, exact


def _truth(question: Question, derivative: Derivative, _: Exact | None) -> Exact | None:
    for bits in BITS:
        with digits(bits), suppress(Undecided):
            try:
                return replace(_found(question, derivative), detached=_detached(question, derivative))
            except Unknown:
                return None
    return None


def _found(question: Question, derivative: Derivative) -> Exact:
    try:
        slope = _slope(question, derivative, Reals(), None)
        if slope is not None and is_special(slope) and (math.isnan(slope) or _is_nowhere(question, derivative)):
            raise Singular(None)
    except Singular as singular:
        if len(set(derivative.along)) > 1:
            raise Unknown from None
        exact = _beside(question, derivative)
        return exact if exact.culprit or singular.node is None else replace(exact, culprit=label(singular.node))
    if slope is None:
        return Exact(Kind.SMOOTH, 0.0, "0", reached=False)
    return Exact(Kind.SMOOTH, _float(slope), _text(slope))


def _is_nowhere(question: Question, derivative: Derivative) -> bool:
    """Whether what moves is NaN at the point, as 0/0 is."""
    parts = _weighed(question, derivative, Duals(Reals()), _moving(derivative))
    return any(is_special(part.value) and math.isnan(part.value) for part in parts if part.moves)


def _as_typed(question: Question, derivative: Derivative, exact: Exact | None) -> Exact | None:
    """The same with what it is at the numbers that were typed, where those are not what the tensors hold."""
    if question.typed is None or exact is None or exact.kind != Kind.SMOOTH:
        return None
    weights = {name: question.typed.weights.get(name, weight) for name, weight in derivative.weights.items()}
    typed = replace(question, values=question.typed.values, decimal=True, typed=None)
    with digits(BITS[0]), suppress(Undecided, Unknown, Singular):
        slope = _slope(typed, replace(derivative, weights=weights), Reals(), None)
        text = "0" if slope is None else _text(slope)
        return None if text == exact.text else replace(exact, typed=text)
    return None


def _moving(derivative: Derivative) -> Callable[[Entry, Real], Dual]:
    """Numbers that know whether they are moved."""

    def element(entry: Entry, number: Real) -> Dual:
        return Dual(lambda: number, (lambda: Fraction(1)) if entry in derivative.along else None)

    return element


def _detached(question: Question, derivative: Derivative) -> str | None:
    """The first detached sub-expression that moves."""
    algebra = Duals(Reals())
    _weighed(question, derivative, algebra, _moving(derivative))
    return next((label(node) for node in algebra.detached if node is not None), None)


# At the point


def _slope(question: Question, derivative: Derivative, reals: Reals, own: list[Call | None] | None) -> Real | None:
    """A derivative by forward mode; None where the outputs do not depend on what moves."""
    return derivative_of(partial(_weighed, question, derivative), derivative.along, reals, own)


def derivative_of(
    heights: Callable[[Duals, Callable[[Entry, Real], Dual]], list[Dual]],
    along: Sequence[Entry],
    reals: Reals,
    own: list[Call | None] | None = None,
) -> Real | None:
    """The derivative of a sum of heights by one entry after another; None where it does not depend on what moves.

    `heights` gives its parts over an algebra, with the elements for which the entries of the inputs stand there. Raises
    Singular, Undecided, Unknown.
    """
    levels: list[Any] = [reals]
    for _ in along:
        levels.append(Duals(levels[-1], own))

    def element(entry: Entry, number: Real, level: int) -> Any:
        if level == 0:
            return number
        moved = (lambda: levels[level - 1].constant(Fraction(1))) if along[level - 1] == entry else None
        return Dual(lambda: element(entry, number, level - 1), moved)

    parts = heights(levels[-1], lambda entry, number: element(entry, number, len(along)))
    slopes = [part.slope for part in parts if part.moves]
    if not slopes:
        return None
    total = reduce(lambda x, y: levels[-2].entry("add", (x, y)), slopes)
    for _ in along[1:]:
        if not total.moves:
            return Fraction(0)
        total = total.slope
    return total


def _weighed(
    question: Question, derivative: Derivative, algebra: Any, element: Callable[[Entry, Real], Any]
) -> list[Any]:
    """The entries of the outputs, each times its weight; those without weight are left out."""
    number = _decimal if question.decimal else fraction
    inputs = {name: _elements(name, value, number, element) for name, value in question.values.items()}
    outputs = outputs_of(question.program, inputs, algebra)
    calls = {line.name: line.expression for line in question.program.statements if isinstance(line.expression, Call)}
    parts = []
    for name, weight in derivative.weights.items():
        for part, factor in zip(outputs[name].flat, np.asarray(weight, dtype=object).flat, strict=True):
            if factor == 1:
                parts.append(part)
            elif factor:
                parts.append(algebra.entry("multiply", (part, algebra.constant(number(factor))), calls.get(name)))
    return parts


def _decimal(number: float) -> Fraction:
    return Fraction(repr(number))


def _elements(name: str, value: Value, number: Callable[[Any], Real], element: Callable[[Entry, Real], Any]) -> Array:
    numbers = np.array(value, dtype=object)
    elements = np.empty(numbers.shape, dtype=object)
    for index in np.ndindex(numbers.shape):
        elements[index] = element((name, index), number(numbers[index]))
    return elements


# Beside the point


def limit_along(
    program: Program,
    values: Mapping[str, Value],
    output: tuple[str, tuple[int, ...] | None],
    moves: Mapping[Entry, float],
    place: Fraction | None,
    side: int,
) -> float:
    """What an entry of an output, or the sum of all, tends to where entries move along a line, to a place on one side.

    Without a place it is at infinity. Raises Outside where it is no real number there, Undecided and Unknown.
    """

    def element(entry: Entry, number: Real) -> Later:
        by = Fraction(repr(moves.get(entry, 0)))
        if place is None:
            return Later(lambda: leaving(number, by * side) if by else constant(number))
        return Later(lambda: moving(number + by * place, by * side) if by else constant(number))

    with digits(BITS[0]):
        inputs = {name: _elements(name, value, _decimal, element) for name, value in values.items()}
        name, index = output
        height = outputs_of(program, inputs, _Lazy(Germs(heights=True)))[name]
        parts = [part() for part in (height.flat if index is None else [height[index]])]
        return _float(Germs().entry("sum", [constant(Fraction(0)), *parts]).limit())


class _Lazy:
    """An algebra whose elements are worked out when they are needed."""

    def __init__(self, base: Any) -> None:
        self._base = base

    def constant(self, number: Any) -> Later:
        return Later(lambda: self._base.constant(number))

    def detach(self, x: Later, node: Call | None = None) -> Later:
        return Later(lambda: self._base.detach(x(), node))

    def entry(self, name: str, arguments: Sequence[Any], node: Call | None = None) -> Later:
        return Later(lambda: self._base.entry(name, [x() if isinstance(x, Later) else x for x in arguments], node))


def _beside(question: Question, derivative: Derivative) -> Exact:
    """A derivative by one entry where an operation is not smooth, from what the function does on both sides."""
    moved, *_ = derivative.along
    numbers = _Here()
    parts = _weighed(question, derivative, numbers, _moving(derivative))
    moving = reduce(add, [part.value for part in parts if part.moves], Fraction(0))
    left, right = (_side(question, derivative, moved, side, [part.moves for part in parts]) for side in (-1, 1))
    kind, value = _kind(left, right, moving, len(derivative.along))
    left_text, right_text = (None if side is None else _text(side[-1]) for side in (left, right))
    lost = next((label(node) for node in numbers.lost if node is not None), None)
    return Exact(kind, _float(value), _text(value), left_text, right_text, lost if kind == Kind.POLE else None)


class _Here(Duals):
    """Numbers and whether they move; what moves and is infinite or NaN is no number."""

    def __init__(self) -> None:
        super().__init__(Reals())
        self.lost: list[Call | None] = []
        """Where a number that moves is infinite or NaN."""

    def entry(self, name: str, arguments: Sequence[Any], node: Call | None = None) -> Dual:
        height = super().entry(name, arguments, node)
        fixed = {"divide": 1, "power": 0}.get(name)
        if not height.moves or (fixed is not None and not arguments[fixed].moves):  # as it is here, it is beside
            return height

        def value() -> Real:
            if not is_special(height.value):
                return height.value
            self.lost.append(node)
            return math.nan

        return Dual(value, lambda: None)


def _side(
    question: Question, derivative: Derivative, moved: Entry, side: int, moves: Sequence[bool]
) -> list[Real] | None:
    """The limits of what moves, and of its derivatives, on one side; None where it is no real number there."""

    def element(entry: Entry, number: Real) -> Later:
        return Later(lambda: moving(number, Fraction(side)) if entry == moved else constant(number))

    try:
        parts = zip(_weighed(question, derivative, _Lazy(Germs()), element), moves, strict=True)
        germ = Germs().entry("sum", [constant(Fraction(0)), *(part() for part, moving in parts if moving)])
        if germ.is_constant and is_special(germ.limit()):
            raise Unknown
        limits = []
        for order in range(len(derivative.along) + 1):
            limits.append(multiply(germ.limit(), Fraction(side**order)))
            germ = germ.slope()
        return limits
    except Outside:
        return None


def _kind(left: list[Real] | None, right: list[Real] | None, real: Real, order: int) -> tuple[Kind, Real]:
    """What the limits on both sides, and the value at the point, make of a derivative."""
    sides = [side for side in (left, right) if side is not None]
    if not sides:
        return Kind.ISOLATED, math.nan
    if not is_special(real) and any(not _same(side[0], real) for side in sides):
        return Kind.JUMP, math.nan
    if left is None or right is None:
        return Kind.EDGE, sides[0][order]
    if is_special(real):
        return Kind.POLE, math.nan
    for lower in range(1, order):
        if is_special(left[lower]) or not _same(left[lower], right[lower]):
            return Kind.EARLIER, math.nan
    if not _same(left[order], right[order]):
        return Kind.CORNER, math.nan
    return (Kind.VERTICAL if is_special(left[order]) else Kind.MEETS), left[order]


def _same(x: Real, y: Real) -> bool:
    """Whether two numbers are the same, as far as they are known. Raises Undecided where that is not far."""
    if is_special(x) or is_special(y):
        return bool(is_special(x) and is_special(y) and x == y)
    (a, b), (c, d) = ends(x), ends(y)
    if b < c or d < a:
        return False
    if max(b, d) - min(a, c) > mp.mpf(10) ** -CERTAIN_DIGITS * max(1, abs(a), abs(c)):
        raise Undecided
    return True


# In floats


def _in_floats(question: Question, derivative: Derivative, exact: Exact | None) -> Exact | None:
    """The same with what PyTorch's formulas come to in the tensors' type, and which operation leaves the type."""
    if question.dtype not in FLOATS or exact is None:
        return None
    with digits(BITS[0]):
        bounds, reals, own = _rounded(question, derivative)
        exact = replace(exact, rounded=bounds, own=next((label(node) for node in own if node is not None), None))
        for way in reals.left:
            between, slope, _ = _rounded(question, derivative, **{way: True})
            if between:
                exact = replace(exact, **{way: (label(slope.left[way]), *between)})  # type: ignore[arg-type]
    return exact


def _rounded(question: Question, derivative: Derivative, **ways: bool) -> tuple[Any, Rounded, list[Call | None]]:
    """Between which ends PyTorch's formulas come to lie when rounded, what it was done with, and where they are own."""
    reals, own = Rounded(question.dtype, **ways), list[Call | None]()
    with suppress(Undecided, Unknown, Singular):
        slope = _slope(question, derivative, reals, own)
        low, high = ends(Fraction(0) if slope is None else slope)
        return (_float_of(low, -1), _float_of(high, 1)), reals, own
    return None, reals, own


def _float_of(end: Any, side: int) -> float:
    """An end as a float, on its outer side."""
    number = float(end)
    return number if math.isinf(number) else math.nextafter(number, side * math.inf)


# Numbers as text


def _float(x: Real) -> float:
    """The nearest float of 64 bits, infinite where it is too large."""
    try:
        return float(middle(x))
    except OverflowError:
        return math.copysign(math.inf, middle(x))


def _text(x: Real) -> str:
    """The number to 17 digits, whole numbers as they are. Raises Undecided where it is not known so well."""
    if is_special(x):
        return str(x)
    if isinstance(x, Fraction) and x.denominator == 1 and abs(x) < 10**SHOWN_DIGITS:
        return str(x.numerator)
    low, high = ends(x)
    if low <= 0 <= high and high - low < mp.mpf(10) ** -ZERO_DIGITS:
        return "0"
    if high - low > mp.mpf(10) ** -CERTAIN_DIGITS * min(abs(low), abs(high)):
        raise Undecided
    mantissa, exponential, exponent = str(mp.nstr(middle(x), SHOWN_DIGITS, strip_zeros=True)).partition("e")
    return mantissa.removesuffix(".0") + exponential + exponent
