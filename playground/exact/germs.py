"""A program beside a point: series in the distance to it, with fractional powers and logarithms.

With h > 0 the distance and l = log(1/h), a germ is a sum of terms c * h^a * l^-m, the largest first; what is left out
is smaller than its last known term. One germ tells one side (Hardy fields; van der Hoeven, Transseries and Real
Differential Algebra, chapter 2). What operations do to germs is decided by signs of coefficients that are certain.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from mpmath import iv  # type: ignore[import-untyped]

from playground.exact.reals import (
    CERTAIN,
    NOTHING_AT_0,
    REDUCTIONS,
    Real,
    Undecided,
    add,
    expand,
    is_special,
    is_zero,
    multiply,
    options_of,
    sign_of,
    written,
)
from playground.language.operations import OPERATIONS
from playground.language.program import Call

MAX_TERMS = 14
"""A germ keeps at most so many terms."""
POWERS = 12
"""A series in something small is added up to this power."""

Key = tuple[Fraction, Fraction]
"""The powers of h and of 1/l in a term: the smaller, the larger the term."""
ONE: Key = (Fraction(0), Fraction(0))
LOG: Key = (Fraction(0), Fraction(-1))
FAR: Key = (Fraction(10**6), Fraction(0))
"""What is smaller than every power of h is known to here."""


class Outside(Exception):
    """The function is no real number on this side."""


@dataclass(frozen=True)
class Germ:
    """A sum of terms by their keys, none of which is certainly zero."""

    terms: dict[Key, Real]
    cut: Key | None = None
    """From which term on nothing is known; None where there is nothing more."""
    infinite: int = 0
    """The sign of what grows faster than every power of 1/h: then there are no terms."""

    @property
    def lead(self) -> Key:
        """The key of the largest term. Raises Undecided where it is not known."""
        if not self.terms:
            raise Undecided
        return min(self.terms)

    @property
    def is_constant(self) -> bool:
        """Whether it is one number, to the end."""
        return self.cut is None and not self.infinite and self.terms.keys() <= {ONE}

    @property
    def sign(self) -> int:
        """The sign of the germ: of the function beside the point. Raises Undecided."""
        if self.infinite or (not self.terms and self.cut is None):
            return self.infinite
        return sign_of(self.terms[self.lead])

    def slope(self) -> "Germ":
        """The derivative by h."""
        if self.infinite:
            raise Undecided
        terms: dict[Key, Real] = {}
        for (a, m), c in self.terms.items():
            if is_special(c) and a == m == 0:
                continue
            _into(terms, (a - 1, m), multiply(a, c))
            _into(terms, (a - 1, m + 1), multiply(m, c))
        return _germ(terms, None if self.cut is None else (self.cut[0] - 1, self.cut[1]))

    def limit(self) -> Real:
        """What it tends to at the point, infinities included. Raises Undecided."""
        if self.infinite:
            return self.infinite * math.inf
        if not self.terms and (self.cut is None or self.cut > ONE):
            return Fraction(0)
        if self.lead < ONE:
            return sign_of(self.terms[self.lead]) * math.inf
        return self.terms.get(ONE, Fraction(0))


def _into(terms: dict[Key, Real], key: Key, c: Real) -> None:
    terms[key] = add(terms[key], c) if key in terms else c


def _germ(terms: dict[Key, Real], cut: Key | None) -> Germ:
    """A germ of the terms that are known and not zero, of the largest where there are many."""
    known = {key: c for key, c in terms.items() if not is_zero(c) and (cut is None or key < cut)}
    if len(known) > MAX_TERMS:
        keys = sorted(known)
        cut = keys[MAX_TERMS]
        known = {key: known[key] for key in keys[:MAX_TERMS]}
    return Germ(known, cut)


def constant(number: Real) -> Germ:
    """The germ of a number."""
    return Germ({} if is_zero(number) else {ONE: number})


def moving(at: Real, by: Real) -> Germ:
    """The germ of an input that moves."""
    return _germ({ONE: at, (Fraction(1), Fraction(0)): by}, None)


def leaving(at: Real, by: Real) -> Germ:
    """The germ of an input that moves to infinity: 1/h is how far it went."""
    return _germ({ONE: at, (Fraction(-1), Fraction(0)): by}, None)


class Germs:
    """Germs under a program's operations."""

    def __init__(self, heights: bool = False) -> None:
        """Where only `heights` are asked for and no slopes, a wave far away is known to stay bounded."""
        self._heights = heights

    def constant(self, number: Real) -> Germ:
        """The germ of a number."""
        return constant(number)

    def detach(self, x: Germ, node: Call | None = None) -> Germ:
        """What stays of a germ: its limit."""
        return constant(x.limit())

    def entry(self, name: str, arguments: Sequence[Any], node: Call | None = None) -> Germ:
        """An operation on germs. Raises Undecided, Unknown, and Outside where the result is no real number."""
        germs = [x if isinstance(x, Germ) else constant(Fraction(x)) for x in arguments]
        if all(x.is_constant for x in germs):
            return constant(CERTAIN.entry(name, [x.terms.get(ONE, Fraction(0)) for x in germs], node))
        if name in NOTHING_AT_0 and not germs[0].terms and germs[0].is_constant:
            return constant(Fraction(0))
        match name:
            case "sum":
                return reduce(_add, germs)
            case "dot":
                half = len(germs) // 2
                return reduce(_add, map(_multiply, germs[:half], germs[half:]))
            case "norm":
                return _power(reduce(_add, (_multiply(x, x) for x in germs)), Fraction(1, 2))
            case "peak":
                limits = [x.limit() for x in germs]
                return constant(Fraction(0) if any(map(is_special, limits)) else CERTAIN.entry(name, limits))
            case "logsumexp":
                return REDUCTIONS[name](self.entry, germs)  # type: ignore[no-any-return]
            case "mean":
                return _multiply(germs[0], constant(Fraction(1, arguments[1])))
        if self._heights and name in ("sin", "cos") and (germs[0].infinite or _first(germs[0]) < ONE):
            return Germ({}, ONE)
        if name in _PRIMITIVES:
            return _PRIMITIVES[name](*germs)  # type: ignore[no-any-return]
        row = OPERATIONS[name]
        return expand(self, row.exact or written(row), germs, node, options_of(name, node))  # type: ignore[no-any-return]


def _add(x: Germ, y: Germ) -> Germ:
    if x.infinite or y.infinite:
        if x.infinite * y.infinite < 0:
            raise Undecided
        return x if x.infinite else y
    terms = dict(x.terms)
    for key, c in y.terms.items():
        _into(terms, key, c)
    return _germ(terms, min((cut for cut in (x.cut, y.cut) if cut is not None), default=None))


def _multiply(x: Germ, y: Germ) -> Germ:
    if x.infinite or y.infinite:
        if not (x.sign and y.sign):
            raise Undecided
        return Germ({}, None, x.sign * y.sign)
    for factor, second in ((x, y), (y, x)):
        if factor.is_constant and is_special(factor.terms.get(ONE, Fraction(0))):
            return constant(multiply(factor.terms[ONE], Fraction(second.sign)))
    terms: dict[Key, Real] = {}
    for (a, m), c in x.terms.items():
        for (b, n), d in y.terms.items():
            _into(terms, (a + b, m + n), multiply(c, d))
    cuts = [
        _sum(_first(factor), second.cut)
        for factor, second in ((x, y), (y, x))
        if second.cut is not None and _first(factor)
    ]
    return _germ(terms, min(cuts, default=None))


def _first(x: Germ) -> Key:
    """The key of the largest that a germ may hold; of 0 none: FAR."""
    return min(x.terms, default=x.cut or FAR)


def _sum(left: Key, right: Key) -> Key:
    return left[0] + right[0], left[1] + right[1]


def _times(x: Germ, c: Real, key: Key = ONE) -> Germ:
    return _multiply(x, Germ({key: c}))


def _split(x: Germ) -> tuple[Real, Key, Germ]:
    """The largest term's factor and key, and what the germ is over it, less 1: that is small."""
    key = x.lead
    c = x.terms[key]
    sign_of(c)
    rest = Germ({k: v for k, v in x.terms.items() if k != key}, x.cut)
    return c, key, _times(rest, CERTAIN.entry("power", (c, Fraction(-1))), (-key[0], -key[1]))


def _series(factors: Sequence[Real], small: Germ) -> Germ:
    """The sum of each factor times its power of something small."""
    if not small.terms and small.cut is None:
        return constant(factors[0])
    total = constant(factors[-1])
    for factor in reversed(factors[:-1]):
        total = _add(_multiply(total, small), constant(factor))
    first = _first(small)
    cut = (first[0] * len(factors), first[1] * len(factors))
    return _germ(total.terms, cut if total.cut is None else min(cut, total.cut))


def _power(x: Germ, exponent: Fraction) -> Germ:
    if x.infinite:
        if x.infinite < 0:
            raise Undecided if exponent.denominator == 1 else Outside
        return Germ({}, None, 1) if exponent > 0 else Germ({}, FAR)
    if not x.terms and x.cut is None:
        if exponent < 0:
            raise Outside
        return x
    if exponent.denominator == 1 and 0 < exponent <= POWERS // 2:
        return reduce(_multiply, [x] * exponent.numerator)
    c, (a, m), small = _split(x)
    if sign_of(c) < 0 and exponent.denominator != 1:
        raise Outside
    factors = [Fraction(1)]
    for n in range(POWERS):
        factors.append(factors[-1] * (exponent - n) / (n + 1))
    return _times(_series(factors, small), CERTAIN.entry("power", (c, exponent)), (a * exponent, m * exponent))


def _any_power(x: Germ, y: Germ) -> Germ:
    exponent = y.terms.get(ONE, Fraction(0))
    if y.is_constant and isinstance(exponent, Fraction):
        return _power(x, exponent)
    if not x.terms and x.cut is None and not x.infinite:  # powers of 0
        if y.sign < 0:
            raise Outside
        return constant(Fraction(0 if y.sign else 1))
    return _exp(_multiply(y, _log(x)))


def _exp(x: Germ) -> Germ:
    if x.infinite:
        return Germ({}, None, 1) if x.infinite > 0 else Germ({}, FAR)
    large = {key: c for key, c in x.terms.items() if key < ONE}
    if large.keys() - {LOG} or not isinstance(large.get(LOG, Fraction(0)), Fraction):
        if large.keys() == {LOG}:
            raise Undecided
        return Germ({}, None, 1) if x.sign > 0 else Germ({}, FAR)
    small = Germ({key: c for key, c in x.terms.items() if key > ONE}, x.cut)
    if _first(small) <= ONE:
        raise Undecided
    factors = [Fraction(1, math.factorial(n)) for n in range(POWERS + 1)]
    factor = CERTAIN.entry("exp", (x.terms.get(ONE, Fraction(0)),))
    return _times(_series(factors, small), factor, (-large.get(LOG, Fraction(0)), Fraction(0)))


def _log(x: Germ) -> Germ:
    if x.sign <= 0:
        raise Outside
    if x.infinite:
        raise Undecided
    c, (a, m), small = _split(x)
    if m:
        raise Undecided
    factors = [Fraction(0), *(Fraction((-1) ** (n + 1), n) for n in range(1, POWERS + 1))]
    first = _germ({ONE: CERTAIN.entry("log", (c,)), LOG: -a}, None)
    return _add(first, _series(factors, small))


def _smooth(name: str, x: Germ) -> Germ:
    """A function that is smooth everywhere, by Taylor's series."""
    if x.infinite or _first(x) < ONE:
        return _far(name, x)
    at = x.terms.get(ONE, Fraction(0))
    small = Germ({key: c for key, c in x.terms.items() if key != ONE}, x.cut)
    if _first(small) <= ONE:
        raise Undecided
    return _series(_taylor(name, at), small)


def _taylor(name: str, at: Real) -> list[Real]:
    """The factors of Taylor's series at a point: a wave's go in turns, else they are those of the slope, added up."""
    derivatives = [CERTAIN.entry(name, (at,))]
    if name in ("sin", "cos"):
        second = CERTAIN.entry("cos", (at,)) if name == "sin" else -CERTAIN.entry("sin", (at,))
        turn = [derivatives[0], second]
        return [multiply(turn[n % 2], Fraction((-1) ** (n // 2), math.factorial(n))) for n in range(POWERS + 1)]
    slope = expand(Germs(), OPERATIONS[name].local[0], [moving(at, Fraction(1))], None)
    return derivatives + [
        multiply(slope.terms.get((Fraction(n), Fraction(0)), Fraction(0)), Fraction(1, n + 1)) for n in range(POWERS)
    ]


def _far(name: str, x: Germ) -> Germ:
    """The function where its argument grows beyond all bounds."""
    if name == "erf":
        return Germ({ONE: Fraction(x.sign)}, FAR)
    if name != "atan":
        raise Undecided
    half = multiply(Fraction(x.sign, 2), +iv.pi)
    small = Germ({}, FAR) if x.infinite else _power(x, Fraction(-1))
    return _add(constant(half), _times(_smooth("atan", small), Fraction(-1)))


def _difference(x: Germ, y: Germ) -> Germ:
    return _add(x, _times(y, Fraction(-1)))


_PRIMITIVES: dict[str, Any] = {
    "add": _add,
    "multiply": _multiply,
    "negate": lambda x: _times(x, Fraction(-1)),
    "power": _any_power,
    "exp": _exp,
    "log": _log,
    "sin": lambda x: _smooth("sin", x),
    "cos": lambda x: _smooth("cos", x),
    "atan": lambda x: _smooth("atan", x),
    "erf": lambda x: _smooth("erf", x),
    "sign": lambda x: constant(Fraction(x.sign)),
    "abs": lambda x: x if x.sign >= 0 else _times(x, Fraction(-1)),
    "maximum": lambda x, y: (x, y)[_difference(x, y).sign < 0],
    "minimum": lambda x, y: (y, x)[_difference(x, y).sign < 0],
}
