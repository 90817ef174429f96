"""A program's derivatives at its point by forward mode: numbers that carry how they change, one inside of the other.

Where every operation is smooth, over certain numbers, that is the derivative. Over rounded numbers it is what
PyTorch's own formulas come to, at a corner too.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import partial, reduce
from typing import Any

from playground.exact.reals import (
    NOTHING_AT_0,
    REDUCTIONS,
    Reals,
    Undecided,
    expand,
    is_zero,
    options_of,
    sign_of,
    written,
)
from playground.language.operations import ARGUMENT_NAMES, OPERATIONS
from playground.language.program import Call, Number


class Singular(Exception):
    """An operation stands where its slope breaks off, or ends."""

    def __init__(self, node: Call | None) -> None:
        super().__init__()
        self.node = node


class Later:
    """Something that is worked out when it is needed, once."""

    __slots__ = ("_found", "_work")

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work: Callable[[], Any] | None = work
        self._found: Any = None

    def __call__(self) -> Any:
        """What it is."""
        if self._work is not None:
            self._found, self._work = self._work(), None
        return self._found


class Dual:
    """A number and how it changes, each worked out when it is needed."""

    __slots__ = ("_slope", "_value")

    def __init__(self, value: Callable[[], Any], slope: Callable[[], Any] | None = None) -> None:
        """`slope` is None where the number does not depend on what moves."""
        self._value = Later(value)
        self._slope = None if slope is None else Later(slope)

    @property
    def value(self) -> Any:
        """The number."""
        return self._value()

    @property
    def slope(self) -> Any:
        """Its derivative, 0 where it does not depend on what moves."""
        return None if self._slope is None else self._slope()

    @property
    def moves(self) -> bool:
        """Whether it depends on what moves."""
        return self._slope is not None


class Duals:
    """Numbers with a derivative, over numbers with one order less."""

    def __init__(self, base: Any, own: list[Call | None] | None = None) -> None:
        """`own` collects where PyTorch's own formulas are used; None asks for mathematics, and raises Singular."""
        self.base, self._own = base, own
        self.detached: list[Call | None] = []
        """Where something that moves is detached."""

    def constant(self, number: Any) -> Dual:
        """A number that depends on nothing."""
        return Dual(lambda: self.base.constant(number))

    def detach(self, x: Dual, node: Call | None = None) -> Dual:
        """The number alone."""
        if x.moves:
            self.detached.append(node)
        return Dual(lambda: self.base.detach(x.value))

    def entry(self, name: str, arguments: Sequence[Any], node: Call | None = None) -> Dual:
        """An operation. Its derivatives raise Singular, Undecided, Unknown."""
        if name == "peak":
            return Dual(lambda: self.base.entry(name, [x.value for x in arguments], node))
        if name == "mean":
            name, arguments = "multiply", (arguments[0], self.constant(Fraction(1, arguments[1])))
        row = OPERATIONS.get(name)
        if name not in REDUCTIONS and row is not None and (row.composite or not row.local):
            return expand(self, written(row), arguments, node, options_of(name, node))  # type: ignore[no-any-return]
        live = [place for place, x in enumerate(arguments) if x.moves]
        if name == "power" and 1 not in live and is_zero(deep(arguments[1])):
            return self.constant(Fraction(1))
        if name in NOTHING_AT_0 and self._own is None and 0 not in live and is_zero(deep(arguments[0])):
            return self.constant(Fraction(0))

        def value() -> Any:
            return self.base.entry(name, [x.value for x in arguments], node)

        def slope() -> Any:
            find: Callable[..., Any] = _SLOPES.get(name, Duals._chained)
            return find(self, name, arguments, live, node)

        return Dual(value, slope if live else None)

    def _chained(self, name: str, arguments: Sequence[Dual], live: Sequence[int], node: Call | None) -> Any:
        """The chain rule: the sum of each local derivative times what its argument changes by."""
        local = self._local(name, arguments, live, node)
        values = [x.value for x in arguments]
        options = options_of(name, node)

        def times(place: int) -> Any:
            slope = arguments[place].slope
            if local[place] == "1":
                return slope
            factor = expand(self.base, local[place], values, node, options)
            return self.base.entry("multiply", (factor, slope), node)

        return self._added([times(place) for place in live], node)

    def _added(self, slopes: Sequence[Any], node: Call | None) -> Any:
        return reduce(lambda x, y: self.base.entry("add", (x, y), node), slopes)

    def _of_sum(self, name: str, parts: Sequence[Dual], live: Sequence[int], node: Call | None) -> Any:
        return self._added([parts[place].slope for place in live], node)

    def _of_dot(self, name: str, parts: Sequence[Dual], live: Sequence[int], node: Call | None) -> Any:
        half = len(parts) // 2
        pairs = {place % half for place in live}
        return self._added(
            [self.entry("multiply", (parts[i], parts[half + i]), node).slope for i in sorted(pairs)], node
        )

    def _of_norm(self, name: str, parts: Sequence[Dual], live: Sequence[int], node: Call | None) -> Any:
        """The Euclidean norm's; at 0 PyTorch takes 0 for the quotient 0/0, whose own derivative stays NaN."""
        norm = self.base.entry("norm", [x.value for x in parts], node)
        if is_zero(deep(norm)):
            if self._own is None:
                raise Singular(node)
            self._own.append(node)
            return masked(self.base)
        products = [self.base.entry("multiply", (parts[i].value, parts[i].slope), node) for i in live]
        return self.base.entry("divide", (self._added(products, node), norm), node)

    def _of_logsumexp(self, name: str, parts: Sequence[Dual], live: Sequence[int], node: Call | None) -> Any:
        """By PyTorch's own formula, in which the result's rounding weighs: exp(x - result)."""
        do = partial(self.base.entry, node=node)
        whole = do("logsumexp", [x.value for x in parts])
        shares = [do("exp", (do("subtract", (parts[i].value, whole)),)) for i in live]
        return self._added(
            [do("multiply", (share, parts[i].slope)) for share, i in zip(shares, live, strict=True)], node
        )

    def _local(self, name: str, arguments: Sequence[Dual], live: Sequence[int], node: Call | None) -> Sequence[str]:
        """The local derivatives. Raises Singular where the operation is not smooth, or notes that PyTorch chooses."""
        row, options = OPERATIONS[name], options_of(name, node)
        if self._own is None:
            self._check(name, arguments, live, node)
            return row.local
        if row.own and sign_of(self._reals(row.own[0], arguments, options)) > 0:
            self._own.append(node)
            return row.own[2:]
        with suppress(Undecided):
            if any(is_zero(self._reals(text, arguments, options)) for text in row.kinks):
                self._own.append(node)
        if name == "power":
            return [text if not is_zero(deep(arguments[1 - i])) else "0" for i, text in enumerate(row.local)]
        return row.evaluated or row.local

    def _check(self, name: str, arguments: Sequence[Dual], live: Sequence[int], node: Call | None) -> None:
        row, options = OPERATIONS[name], options_of(name, node)
        kinks = [text for text in row.kinks if any(ARGUMENT_NAMES[place] in text for place in live)]
        bad = any(sign_of(self._reals(text, arguments, options)) == 0 for text in kinks)
        bad = bad or any(sign_of(self._reals(text, arguments, options)) <= 0 for text in row.inside)
        if bad or (name == "power" and _power_breaks(deep(arguments[0]), deep(arguments[1]), 1 in live)):
            raise Singular(node)

    def _reals(self, text: str, arguments: Sequence[Dual], options: Mapping[str, Number]) -> Any:
        return expand(Reals(), text, [deep(x) for x in arguments], None, options)


def _power_breaks(base: Any, exponent: Any, by_exponent: bool) -> bool:
    """Whether a power is not smooth where it stands."""
    if not by_exponent and isinstance(exponent, Fraction) and exponent.denominator == 1:
        return bool(exponent < 0 and sign_of(base) == 0)
    return sign_of(base) <= 0


def masked(base: Any) -> Any:
    """0 whose derivatives are NaN."""
    if not isinstance(base, Duals):
        return Fraction(0)
    return Dual(lambda: masked(base.base), lambda: nothing(base.base))


def nothing(base: Any) -> Any:
    """NaN in all orders."""
    if not isinstance(base, Duals):
        return float("nan")
    return Dual(lambda: nothing(base.base), lambda: nothing(base.base))


def deep(x: Any) -> Any:
    """The number itself, below all orders."""
    while isinstance(x, Dual):
        x = x.value
    return x


_SLOPES: dict[str, Callable[..., Any]] = {
    "sum": Duals._of_sum,
    "dot": Duals._of_dot,
    "norm": Duals._of_norm,
    "logsumexp": Duals._of_logsumexp,
}
"""The slopes of what takes any number of elements."""
