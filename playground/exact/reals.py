"""Real numbers that know how well they are known: fractions where they are exact, mpmath's intervals elsewhere.

`Reals` works with so many digits that what it says is certain; `Rounded` widens each result by what a type of floats
may be off by, so that its intervals hold whatever PyTorch's kernels come to (running error analysis, Higham, Accuracy
and Stability of Numerical Algorithms, section 3.3). Infinities and NaN are those of Python.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import cache, partial, reduce
from typing import Any

import numpy as np
from mpmath import iv, mp  # type: ignore[import-untyped]

from playground.language.notation import formula, option_numbers, speaks_for
from playground.language.operations import ARGUMENT_NAMES, OPERATIONS, Operation
from playground.language.program import Call, Number, fold

MAX_FRACTION_BITS = 6_000
"""A fraction with more bits is made an interval."""
MAX_EXPONENT_BITS = 1_100
"""No function is taken of a number with a longer exponent: that of the result would fill the memory."""
FLOATS: dict[str, Any] = {"float32": np.float32, "float64": np.float64}
"""The types of floats whose rounding is known."""

_NONE: Mapping[str, Number] = {}
Real = Any
"""A Fraction, an interval, or an infinity or NaN as a float."""


class Undecided(Exception):
    """An interval does not tell which side of something a number is on."""


class Unknown(Exception):
    """An operation has no exact form."""


@contextmanager
def digits(bits: int) -> Iterator[None]:
    """Work with so many bits."""
    before = iv.prec, mp.prec
    iv.prec, mp.prec = bits, bits + 20
    try:
        yield
    finally:
        iv.prec, mp.prec = before


def fraction(number: float) -> Real:
    """A number that a float holds, or the decimal that Python writes for a typed one: exactly."""
    return Fraction(number) if math.isfinite(number) else float(number)


def typed_number(node: Number) -> Real:
    """A number of a program, as it was typed."""
    return Fraction(repr(node.value)) if node.symbol is None else +(iv.pi if node.symbol == "π" else iv.e)


def interval(x: Real) -> Any:
    """The number as an interval."""
    return iv.mpf(x.numerator) / iv.mpf(x.denominator) if isinstance(x, Fraction) else x


def is_special(x: Real) -> bool:
    """Whether it is an infinity or NaN."""
    return isinstance(x, float)


def ends(x: Real) -> tuple[Any, Any]:
    """The two ends of what a number may be."""
    if is_special(x):
        return x, x
    wide = interval(x)
    return mp.make_mpf(wide._mpi_[0]), mp.make_mpf(wide._mpi_[1])


def middle(x: Real) -> Any:
    """The number in the middle of what it may be, to all digits that are worked with."""
    if is_special(x):
        return mp.mpf(x)
    if isinstance(x, Fraction):
        return mp.mpf(x.numerator) / x.denominator
    low, high = ends(x)
    return (low + high) / 2


def sign_of(x: Real) -> int:
    """-1, 0 or 1. Raises Undecided."""
    if isinstance(x, (Fraction, float)) and x == x:
        return (x > 0) - (x < 0)
    if x > 0:
        return 1
    if x < 0:
        return -1
    raise Undecided


def is_zero(x: Real) -> bool:
    """Whether it is zero, for certain."""
    return isinstance(x, Fraction) and x == 0


class Reals:
    """Real numbers under a program's operations: a few are done here, all others by their row's formula."""

    def constant(self, number: Real) -> Real:
        """A number that depends on nothing."""
        return number

    def detach(self, x: Real, node: Call | None = None) -> Real:
        """A number without what it depends on: itself."""
        return x

    def entry(self, name: str, arguments: Sequence[Real], node: Call | None = None) -> Real:
        """An operation on numbers; `node` is the call that it is done for. Raises Undecided, Unknown."""
        if any(is_special(x) and math.isnan(x) for x in arguments):
            return math.nan
        if name in REDUCTIONS:
            return REDUCTIONS[name](partial(self.entry, node=node), arguments)
        if name in _PRIMITIVES:
            return self._made(_PRIMITIVES[name](self, *arguments), node)
        row, options = OPERATIONS[name], options_of(name, node)
        if row.exact:  # a function of PyTorch's own, whose result is rounded once
            return self._made(expand(CERTAIN, row.exact, arguments, None, options), node)
        return self._made(expand(self, written(row), arguments, None, options), node)

    def sign(self, x: Real) -> Real:
        """The sign of a number."""
        return Fraction(sign_of(x))

    def larger(self, x: Real, y: Real) -> Real:
        """The larger of two numbers."""
        return x if sign_of(add(x, -y)) >= 0 else y

    def _made(self, x: Real, node: Call | None) -> Real:
        if isinstance(x, Fraction) and x.numerator.bit_length() + x.denominator.bit_length() > MAX_FRACTION_BITS:
            return interval(x)
        return x


class Rounded(Reals):
    """Numbers as a type of floats holds them, by a bound: each result may be off by the distance of two floats."""

    def __init__(self, dtype: str, large: bool = False, small: bool = False) -> None:
        """`large` and `small` mind the type's largest and smallest number too."""
        limits = np.finfo(FLOATS[dtype])
        self._type = FLOATS[dtype]
        self._unit, self._large, self._small = Fraction(float(limits.eps)), large, small
        self._most, self._least = mp.mpf(float(limits.max)), mp.mpf(float(limits.tiny))
        self._nothing = mp.mpf(float(limits.smallest_subnormal)) / 4
        self.left: dict[str, Call] = {}
        """The first operation whose result is too large for the type, and the first whose is too small."""

    def sign(self, x: Real) -> Real:
        """The sign, or all of them where rounding decides it."""
        try:
            return super().sign(x)
        except Undecided:
            return iv.mpf([-1, 1])

    def larger(self, x: Real, y: Real) -> Real:
        """The larger of two numbers, or both where rounding decides it."""
        try:
            return super().larger(x, y)
        except Undecided:
            return either(x, y)

    def _made(self, x: Real, node: Call | None) -> Real:
        if is_special(x) or (isinstance(x, Fraction) and self._holds(x)):
            return x
        wide, least = interval(x), 0
        size = max(map(abs, ends(wide)))
        if node is not None and size > self._most:
            self.left.setdefault("large", node)
            if self._large and min(map(abs, ends(wide))) > self._most:
                return math.copysign(math.inf, middle(wide))
        if node is not None and size < self._least:
            self.left.setdefault("small", node)
            if self._small and size < self._nothing:
                return Fraction(0)  # no number of the type is nearer
            least = self._least if self._small else 0  # kernels may take 0 for it
        return wide + iv.mpf([-1, 1]) * (iv.mpf(size) * interval(self._unit) + least)

    def _holds(self, x: Fraction) -> bool:
        with np.errstate(over="ignore"):
            try:
                held = float(self._type(float(x)))
            except OverflowError:
                return False
        return math.isfinite(held) and Fraction(held) == x


def either(x: Real, y: Real) -> Real:
    """All that the larger of two numbers may be."""
    (a, b), (c, d) = ends(x), ends(y)
    return iv.mpf([max(a, c), max(b, d)])


def written(row: Operation) -> str:
    """What a row means, as a formula of the language. Raises Unknown."""
    if row.formula is None:
        raise Unknown(row.name)
    return row.formula


def options_of(name: str, node: Call | None) -> Mapping[str, Number]:
    """The numbers of the options that a row's formulas name. Raises Unknown where there are others."""
    row, options = OPERATIONS[name], node.options if node is not None and node.operation == name else ()
    if not speaks_for(row, options):
        raise Unknown(name)
    return option_numbers(row, options)


def expand(
    algebra: Any, text: str, arguments: Sequence[Any], node: Call | None, options: Mapping[str, Number] = _NONE
) -> Any:
    """A formula of the language on elements of an algebra, and on the numbers of options."""
    parts = dict(zip(ARGUMENT_NAMES, arguments, strict=False))
    parts |= {name: algebra.constant(typed_number(number)) for name, number in options.items() if name in text}

    def call(inner: Call, rounded: tuple[Any, ...]) -> Any:
        return algebra.entry(inner.operation, rounded, node)

    return fold(
        formula(text),
        lambda number: algebra.constant(typed_number(number)),
        lambda variable: parts[variable.name],
        call,
    )


# What numbers do


def add(x: Real, y: Real) -> Real:
    """The sum."""
    if is_special(x) or is_special(y):
        return (x if is_special(x) else 0.0) + (y if is_special(y) else 0.0)
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return x + y
    return y if is_zero(x) else x if is_zero(y) else interval(x) + interval(y)


def multiply(x: Real, y: Real) -> Real:
    """The product; 0 times an infinity is NaN, as everywhere with floats."""
    if is_special(x) or is_special(y):
        return float(x if is_special(x) else sign_of(x)) * float(y if is_special(y) else sign_of(y))
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return x * y
    return Fraction(0) if is_zero(x) or is_zero(y) else interval(x) * interval(y)


def power(x: Real, y: Real) -> Real:
    """The real power, as `torch.pow` means it: NaN below 0 unless the exponent is whole."""
    if is_special(x) or is_special(y):
        return _special_power(x, y)
    if is_zero(y):
        return Fraction(1)
    if is_zero(x):
        return Fraction(0) if sign_of(y) > 0 else math.inf
    if isinstance(y, Fraction) and y.denominator == 1:
        return _whole_power(x, y.numerator)
    if sign_of(x) < 0:
        if isinstance(y, Fraction):
            return math.nan
        raise Undecided
    if isinstance(x, Fraction) and isinstance(y, Fraction) and y.denominator == 2:
        root = Fraction(math.isqrt(x.numerator), math.isqrt(x.denominator))
        if root * root == x:
            return _whole_power(root, y.numerator)
    return exponential(multiply(y, logarithm(x)))


def _whole_power(x: Real, exponent: int) -> Real:
    if isinstance(x, Fraction):
        bits = (x.numerator.bit_length() + x.denominator.bit_length()) * abs(exponent)
        if bits <= 2 * MAX_FRACTION_BITS:
            return x**exponent
    if exponent < 0:
        sign_of(x)
        return 1 / interval(x) ** -exponent
    return interval(x) ** exponent


def _special_power(x: Real, y: Real) -> Real:
    try:
        power = float(middle(x)) ** float(middle(y))
    except (OverflowError, ZeroDivisionError):
        return math.inf
    if isinstance(power, complex):
        return math.nan
    return fraction(power)


def exponential(x: Real) -> Real:
    """The exponential: e to the power of a number."""
    if is_special(x):
        return x if x > 0 else Fraction(0)
    return Fraction(1) if is_zero(x) else iv.exp(_bounded(x))


def logarithm(x: Real) -> Real:
    """The natural logarithm: -inf at 0, NaN below."""
    if is_special(x):
        return x if x > 0 else math.nan
    if sign_of(x) <= 0:
        return -math.inf if is_zero(x) else math.nan
    return Fraction(0) if x == 1 else iv.log(interval(x))


def _wave(function: str, at_zero: int) -> Callable[[Reals, Real], Real]:
    def wave(_: Reals, x: Real) -> Real:
        if is_special(x):
            return math.nan
        return Fraction(at_zero) if is_zero(x) else getattr(iv, function)(_bounded(x))

    return wave


def _rising(function: str, limit: Callable[[], Real]) -> Callable[[Reals, Real], Real]:
    """An odd function that rises from one limit to the other: the ends of an interval go to the ends of its image."""

    def rising(_: Reals, x: Real) -> Real:
        if is_special(x):
            return limit() if x > 0 else -limit()
        if is_zero(x):
            return Fraction(0)
        low, high = (getattr(mp, function)(end) for end in ends(interval(x)))
        last = iv.mpf(2) ** (10 - iv.prec)
        return iv.mpf([low, high]) + iv.mpf([-1, 1]) * last * max(abs(low), abs(high))

    return rising


def _bounded(x: Real) -> Any:
    """The number as an interval. Raises Undecided where it is astronomically large."""
    wide = interval(x)
    if any(mp.isinf(end) or (end and mp.mag(end) > MAX_EXPONENT_BITS) for end in ends(wide)):
        raise Undecided
    return wide


_PRIMITIVES: dict[str, Callable[..., Real]] = {
    "add": lambda _, x, y: add(x, y),
    "multiply": lambda _, x, y: multiply(x, y),
    "negate": lambda _, x: -x,
    "power": lambda _, x, y: power(x, y),
    "exp": lambda _, x: exponential(x),
    "log": lambda _, x: logarithm(x),
    "sin": _wave("sin", 0),
    "cos": _wave("cos", 1),
    "atan": _rising("atan", lambda: +iv.pi / 2),
    "erf": _rising("erf", lambda: Fraction(1)),
    "sign": lambda reals, x: reals.sign(x),
    "abs": lambda reals, x: multiply(reals.sign(x), x) if not is_special(x) else abs(x),
    "maximum": lambda reals, x, y: reals.larger(x, y),
    "minimum": lambda reals, x, y: -reals.larger(-x, -y),
}
"""What all else is made of."""


def _sum(do: Callable[..., Real], parts: Sequence[Real]) -> Real:
    return reduce(lambda x, y: do("add", (x, y)), parts)


def _dot(do: Callable[..., Real], parts: Sequence[Real]) -> Real:
    half = len(parts) // 2
    return _sum(do, [do("multiply", pair) for pair in zip(parts[:half], parts[half:], strict=True)])


def _logsumexp(do: Callable[..., Real], parts: Sequence[Real]) -> Real:
    """The logarithm of the powers' sum, the largest power taken out, as PyTorch computes it."""
    peak = do("peak", parts)
    return do("add", (do("log", (_sum(do, [do("exp", (do("subtract", (x, peak)),)) for x in parts]),)), peak))


REDUCTIONS: dict[str, Callable[..., Real]] = {
    "sum": _sum,
    "dot": _dot,
    "mean": lambda do, parts: do("divide", (parts[0], Fraction(parts[1]))),
    "norm": lambda do, parts: do("sqrt", (_dot(do, [*parts, *parts]),)),
    "logsumexp": _logsumexp,
    "peak": lambda do, parts: reduce(lambda x, y: do("maximum", (x, y)), parts),
}
"""Operations on any number of elements."""

NOTHING_AT_0 = frozenset({"xlogy", "xlog1py"})
"""Of these a first argument that stays 0 makes 0, whatever the logarithm's is: so PyTorch defines them."""

CERTAIN = Reals()


@cache
def warm_up() -> None:
    """Let mpmath work out what it keeps."""
    with digits(400):
        CERTAIN.entry("erf", [CERTAIN.entry("exp", [Fraction(1, 3)])])
