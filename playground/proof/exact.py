"""A program's derivatives exactly: its tree over sympy's symbols, at numbers as they were typed.

It is run as a process of its own (`worker.py`), and knows no PyTorch.
"""

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import islice
from typing import Any

import numpy as np
import sympy  # type: ignore[import-untyped]
from numpy.typing import NDArray
from sympy.printing.latex import LatexPrinter  # type: ignore[import-untyped]

from playground.language import limits
from playground.language.notation import formula, option_numbers, speaks_for
from playground.language.operations import ARGUMENT_NAMES, OPERATIONS
from playground.language.program import Call, Number, Program, fold
from playground.language.values import Value
from playground.proof.worker import Derivative, Entry, Exact, Question, entry_latex

Array = NDArray[Any]
"""An array of sympy's expressions, in the shape of the tensor that it stands for."""

DIGITS = 17
"""A number is written with so many significant digits: as many as tell any two numbers of float64 apart."""
WORKING_DIGITS = 250
"""A number is worked out to so many digits where digits cancel."""
SIDE_DISTANCE = sympy.Rational(1, 10**40)
"""The two sides of a point are looked at so far from it, relative to its size, and again at the square of that."""
ZERO_TOLERANCE = 1e-25
"""A number of this size or less is taken for zero on the sides of a point."""
MAX_EXPRESSION_NODES = 100_000
"""An expression that is larger when every part is written out where it stands is not differentiated: sympy would."""
MAX_FORMULA_NODES = 150
"""A formula of at most so many nodes is typeset."""
MAX_FACTORED_NODES = 60
"""A formula of at most so many nodes is also written as a product, which may be shorter."""
MAX_FORMULA_CHARACTERS = 500
"""The LaTeX of a formula has at most so many characters."""

_CONSTANTS = {"π": sympy.pi, "e": sympy.E}


def answer(question: Question) -> Iterator[tuple[int, Exact | str]]:
    """First the value of each derivative, by its place in the question, then the LaTeX of those that are short enough.

    Nothing is found where the program is too large an expression.
    """
    with suppress(TooLarge, NoExactMeaning):
        yield from _answers(question)


def _answers(question: Question) -> Iterator[tuple[int, Exact | str]]:
    every = frozenset(entry for name, value in question.values.items() for entry in entries(name, value))
    few = len(every) <= limits.MAX_PROVED_ENTRIES

    @cache
    def model(free: frozenset[Entry]) -> Model:
        return read(question.program, question.values, free, later=not few)

    valued: list[tuple[int, Derivative]] = []
    for place, asked in enumerate(question.derivatives):
        value = value_of(model(frozenset(asked.along)), asked)
        if value is not None:
            valued.append((place, asked))
            yield place, value
    for place, asked in valued:
        text = formula_of(model(every if few else frozenset(asked.along)), asked)
        if text is not None:
            yield place, text


class TooLarge(Exception):
    """A program whose expression has more than `MAX_EXPRESSION_NODES`."""


class NoExactMeaning(Exception):
    """A program with an operation that has no exact form."""


# From the tree to expressions


@dataclass(frozen=True)
class Model:
    """A program over symbols."""

    outputs: Mapping[str, Array]
    symbols: Mapping[Entry, Any]
    point: Mapping[Any, Any]
    """The number of each symbol at the point, also of those for detached values."""
    detached: Mapping[Any, Any]
    """The expression behind the symbol of each detached value."""
    book: "Book"
    """The numbers that are worked out when they are needed."""

    def chain(self, asked: Derivative) -> list[Any]:
        """The outputs' sum, each entry times its weight, and its derivatives, each by the next of the entries.

        Terms of the sum that are constant are left out.
        """
        symbols = {self.symbols[entry] for entry in asked.along}
        products = [_each(sympy.Mul)(exactly(weight), self.outputs[name]) for name, weight in asked.weights.items()]
        parts = [part for product in products for part in product.flat if not isinstance(part, Later)]
        # a constant part must not spoil the others, should it be NaN or infinite
        total = sympy.Add(*(part for part in parts if part.free_symbols & symbols))
        chain = [total.as_independent(*symbols, as_Add=True)[1]]
        for entry in asked.along:
            chain.append(_slope(chain[-1], self.symbols[entry]))
        return [part.xreplace({symbol: self.book[symbol].value for symbol in part.free_symbols & self.book.keys()})
                for part in chain]  # fmt: skip


def _slope(expression: Any, symbol: Any) -> Any:
    """The derivative of an expression between its corners: what happens at a corner shows on its two sides."""
    try:
        slope = sympy.diff(expression, symbol)
    except ValueError:  # numbers that are not real have no order, so no side of a corner
        return sympy.nan
    return slope.replace(sympy.DiracDelta, lambda *_: sympy.Integer(0))


def read(program: Program, values: Mapping[str, Value], free: frozenset[Entry], later: bool = False) -> Model:
    """The program with a symbol for each of the `free` entries, and exact numbers for all others.

    `later` postpones the numbers, where they are many, until a derivative turns out to depend on them. Raises TooLarge.
    """
    symbols = {entry: sympy.Symbol(str(entry), real=True) for entry in free}
    point = {symbol: exactly(values[name])[index] for (name, index), symbol in symbols.items()}
    book: Book = {}
    detached: dict[Any, Any] = {}

    def put(name: str) -> Array:
        array = _postponed(values[name], book) if later else exactly(values[name])
        for index in np.ndindex(array.shape):
            array[index] = symbols.get((name, index), array[index])
        return array

    def cut(entry: Any) -> Any:
        if isinstance(entry, Later) or not entry.free_symbols:
            return entry
        symbol = sympy.Dummy(real=True)
        detached[symbol] = entry
        point[symbol] = entry.xreplace(point | {name: number.value for name, number in book.items()})
        return symbol

    def call(node: Call, arguments: tuple[Array, ...]) -> Array:
        return _each(cut)(*arguments) if node.operation == "detach" else apply(node, arguments)

    bounded = _bounded(call)
    known = {name: put(name) for name in program.inputs}
    for statement in program.statements:
        known[statement.name] = fold(statement.expression, _number, lambda node: known[node.name], bounded)
    return Model({name: known[name] for name in program.outputs}, symbols, point, detached, book)


def _bounded(call: Callable[[Call, tuple[Array, ...]], Array]) -> Callable[[Call, tuple[Array, ...]], Array]:
    """The same, but raising TooLarge where a result is too large an expression."""
    sizes: dict[Any, int] = {}

    def bounded(node: Call, arguments: tuple[Array, ...]) -> Array:
        result = call(node, arguments)
        if any(written_out(entry, sizes) > MAX_EXPRESSION_NODES for entry in result.flat):
            raise TooLarge
        return result

    return bounded


def written_out(expression: Any, known: dict[Any, int]) -> int:
    """The nodes of an expression, shared parts counted wherever they stand; `known` remembers those of its parts."""
    if expression not in known:
        parts = () if isinstance(expression, Later) else expression.args
        known[expression] = 1 + sum(written_out(part, known) for part in parts)
    return known[expression]


def entries(name: str, value: Value) -> list[Entry]:
    """Every entry of an input, row by row."""
    return [(name, index) for index in np.ndindex(np.shape(value))]


def exactly(value: Value) -> Array:
    """Numbers as they were typed: 0.1 is a tenth."""
    return _each(lambda number: sympy.Rational(repr(number)))(np.array(value, dtype=object))


def _number(node: Number) -> Array:
    return exactly(node.value) if node.symbol is None else np.array(_CONSTANTS[node.symbol], dtype=object)


def apply(node: Call, arguments: tuple[Array, ...]) -> Array:
    """One operation on arrays: what its row says for each entry, broadcast as PyTorch does, or its rule for tensors."""
    row = OPERATIONS[node.operation]
    if row.name in _TENSORS:
        if not all(name in ("dim", "keepdim") and isinstance(value, int) for name, value in node.options):
            raise NoExactMeaning
        return _TENSORS[row.name](*arguments, **dict(node.options))
    if row.name in _OWN:
        return _each(_OWN[row.name])(*arguments)
    if row.sympy is not None:
        return _each(getattr(sympy, row.sympy))(*arguments)
    if row.formula is None or not speaks_for(row, node.options):
        raise NoExactMeaning
    numbers = {name: _number(number) for name, number in option_numbers(row, node.options).items()}
    parts = {**numbers, **dict(zip(ARGUMENT_NAMES, arguments, strict=False))}
    return fold(formula(row.formula), _number, lambda variable: parts[variable.name], apply)


# Numbers of large inputs, of which most will not be needed


class Later:
    """A number that is worked out when a derivative turns out to depend on it; until then a symbol stands for it."""

    def __init__(self, function: Callable[..., Any], arguments: Sequence[Any], book: "Book") -> None:
        self._function, self._arguments, self.book = function, arguments, book

    @cached_property
    def value(self) -> Any:
        """The number: exact where it is a fraction, else to `WORKING_DIGITS`."""
        number = self._function(*(part.value if isinstance(part, Later) else part for part in self._arguments))
        return number if number.is_Rational else number.evalf(WORKING_DIGITS)

    @cached_property
    def symbol(self) -> Any:
        """The symbol that stands for the number."""
        symbol = sympy.Dummy(real=True)
        self.book[symbol] = self
        return symbol


Book = dict[Any, Later]
"""The numbers that symbols stand for."""


def _postponed(value: Value, book: Book) -> Array:
    return np.asarray(
        np.frompyfunc(lambda number: Later(sympy.Rational, (repr(number),), book), 1, 1)(value), dtype=object
    )


def _call(function: Callable[..., Any], *arguments: Any) -> Any:
    """A function of expressions, postponed if it is one of numbers that are; a sum's or product's numbers together."""
    numbers = [argument for argument in arguments if isinstance(argument, Later)]
    if not numbers:
        return function(*arguments)
    others = [argument for argument in arguments if not isinstance(argument, Later)]
    book = numbers[0].book
    if not any(map(_symbolic, others)):
        return Later(function, arguments, book)
    if function in (sympy.Add, sympy.Mul):
        return function(*others, Later(function, numbers, book).symbol)
    return function(*(part.symbol if isinstance(part, Later) else part for part in arguments))


def _symbolic(expression: Any) -> bool:
    return not expression.is_Rational and (expression.is_Symbol or not expression.is_Atom)


def _each(function: Callable[..., Any]) -> Callable[..., Array]:
    """A function on every entry, broadcast as PyTorch does."""

    def each(*arrays: Array) -> Array:
        return np.asarray(np.frompyfunc(partial(_call, function), len(arrays), 1)(*arrays), dtype=object)

    return each


# Operations


def _unhurried(function: Callable[..., Any]) -> Callable[..., Any]:
    """Max or Min without the comparisons that sympy would try on symbols: the point decides them."""

    def compare(*arguments: Any) -> Any:
        try:
            return function(*arguments, evaluate=not any(argument.free_symbols for argument in arguments))
        except ValueError:  # numbers that are not real have no order
            return sympy.nan

    return compare


class _Sign(sympy.sign):  # type: ignore[misc]
    """The sign of a real number, even where sympy cannot tell that it is real; a constant, between the corners."""

    def _eval_derivative(self, symbol: Any) -> Any:
        return sympy.Integer(0)


class _Abs(sympy.Abs):  # type: ignore[misc]
    """The size of a real number, even where sympy cannot tell that it is real."""

    def _eval_derivative(self, symbol: Any) -> Any:
        return _Sign(self.args[0]) * sympy.diff(self.args[0], symbol)


class _PowerOfZero(sympy.Function):  # type: ignore[misc]
    """0 to the power of something: 0 or 1 or infinite, in steps, which is not what sympy differentiates."""

    @classmethod
    def eval(cls, exponent: Any) -> Any:
        if not exponent.is_comparable:
            return None
        return sympy.Integer(0) if exponent > 0 else sympy.Integer(1) if exponent == 0 else sympy.zoo

    def _eval_derivative(self, symbol: Any) -> Any:
        return sympy.Integer(0)


def _power(base: Any, exponent: Any) -> Any:
    return _PowerOfZero(exponent) if base.is_zero and exponent.free_symbols else base**exponent


_OWN: dict[str, Callable[..., Any]] = {
    "power": _power,
    "abs": _Abs,
    "sign": _Sign,
    "negate": operator.neg,
    "maximum": _unhurried(sympy.Max),
    "minimum": _unhurried(sympy.Min),
}
"""Rows that are neither sympy's as they stand nor a formula of others (that of a negation has one in it)."""


def _reduction(combine: Callable[..., Any]) -> Callable[..., Array]:
    """A reduction of a whole tensor, or along one of its dimensions."""

    def along(array: Array, dim: int | None = None, keepdim: bool = False) -> Array:
        if dim is None or array.ndim == 0:
            return _alone(_call(combine, *array.flat)).reshape((1,) * (array.ndim if keepdim else 0))
        last = np.moveaxis(array, dim, -1)
        result = np.empty(last.shape[:-1], dtype=object)
        for index in np.ndindex(result.shape):
            result[index] = _call(combine, *last[index])
        return np.expand_dims(result, dim) if keepdim else result

    return along


def _alone(entry: Any) -> Array:
    array = np.empty((), dtype=object)
    array[()] = entry
    return array


_sum, _prod = _reduction(sympy.Add), _reduction(sympy.Mul)


def _mean(array: Array, dim: int | None = None, keepdim: bool = False) -> Array:
    total = _sum(array, dim, keepdim)
    return _each(sympy.Mul)(total, _alone(sympy.Rational(total.size, array.size)))


def _norm(array: Array, dim: int | None = None, keepdim: bool = False) -> Array:
    return _each(sympy.sqrt)(_sum(_each(lambda entry: entry**2)(array), dim, keepdim))


def _logsumexp(array: Array, dim: int, keepdim: bool = False) -> Array:
    return _each(sympy.log)(_sum(_each(sympy.exp)(array), dim, keepdim))


def _softmax(array: Array, dim: int) -> Array:
    powers = _each(sympy.exp)(array)
    return _each(sympy.Mul)(powers, _each(lambda total: 1 / total)(_sum(powers, dim, keepdim=True)))


def _matmul(left: Array, right: Array) -> Array:
    """The product of matrices or vectors."""
    rows, columns = np.atleast_2d(left), right.reshape(right.shape[0], -1)
    result = np.empty((rows.shape[0], columns.shape[1]), dtype=object)
    for i, j in np.ndindex(result.shape):
        result[i, j] = _dot(rows[i], columns[:, j])
    return result.reshape(left.shape[:-1] + right.shape[1:])


def _dot(row: Array, column: Array) -> Any:
    """A sum of products; those of postponed numbers are postponed together."""
    pairs = list(zip(row, column, strict=True))
    numbers = [pair for pair in pairs if all(isinstance(part, Later) for part in pair)]
    others = [_call(sympy.Mul, *pair) for pair in pairs if not all(isinstance(part, Later) for part in pair)]
    if numbers:
        others.append(Later(_products, [part for pair in numbers for part in pair], numbers[0][0].book))
    return _call(sympy.Add, *others)


def _products(*numbers: Any) -> Any:
    return sympy.Add(*(one * other for one, other in zip(numbers[::2], numbers[1::2], strict=True)))


_TENSORS: dict[str, Callable[..., Array]] = {
    "sum": _sum,
    "mean": _mean,
    "prod": _prod,
    "norm": _norm,
    "logsumexp": _logsumexp,
    "softmax": _softmax,
    "matmul": _matmul,
    "dot": _matmul,
    "transpose": np.transpose,
    "trace": lambda array: _sum(np.diagonal(array)),
}
"""Rows that are not entry by entry."""


# Values


_JUMPS = (sympy.Abs, sympy.sign, sympy.Heaviside, sympy.Max, sympy.Min, _PowerOfZero)
_EDGES = (sympy.log, sympy.asin, sympy.acos, sympy.acosh, sympy.atanh)
"""Functions that change their formula at a point, and functions that end at one."""


def value_of(model: Model, asked: Derivative) -> Exact | None:
    """A derivative at the point, and what it does on the two sides of it; None where sympy finds no value for it."""
    chain = model.chain(asked)
    found = _evaluated(chain[-1], model.point)
    if math.isfinite(_float(found)) and not any(map(_may_break, chain)):
        return Exact(_float(found), _text(found))
    return _at_a_break(chain, [model.symbols[entry] for entry in asked.along], model.point, found)


def _may_break(expression: Any) -> bool:
    """Whether an expression may have a corner, a jump or an end somewhere."""
    roots = (power for power in expression.atoms(sympy.Pow) if not power.exp.is_Integer and power.base.free_symbols)
    return bool(expression.has(*_JUMPS, *_EDGES)) or next(roots, None) is not None


@dataclass(frozen=True)
class _Side:
    """The values of an expression on one side of a point: near it, and very much nearer."""

    near: float
    nearer: float

    @property
    def limit(self) -> float:
        """The limit at the point, judged from both values: zero, infinite, or the nearer value."""
        if abs(self.nearer) > 2 * abs(self.near) > 0 and abs(self.nearer) > 1:
            return math.copysign(math.inf, self.nearer)
        return 0.0 if abs(self.nearer) < min(abs(self.near) / 2, ZERO_TOLERANCE) else self.nearer

    def meets(self, other: "_Side") -> bool:
        """Whether both sides have the same limit."""
        if _same(self.limit, other.limit):
            return True
        return abs(self.nearer - other.nearer) < abs(self.near - other.near) / 2


def _at_a_break(chain: Sequence[Any], symbols: Sequence[Any], point: Mapping[Any, Any], found: Any) -> Exact | None:
    """A derivative where it, or a lower one, may not be the same on both sides, or exist on one side only.

    None where the function goes on to both sides and only its derivative is NaN there.
    """
    height = _float(_evaluated(chain[0], point))
    here = _Side(height, height)
    broken: list[int] = []
    ends = (math.nan, math.nan)
    for symbol in dict.fromkeys(symbols):
        sides = [[_beside(expression, point, symbol, side) for side in (-1, 1)] for expression in chain]
        real = [not math.isnan(side.near) for side in sides[0]]
        if all(real):
            if any(math.isnan(side.near) for pair in sides for side in pair):
                return None
            broken += [0] * (not all(side.meets(here) for side in sides[0]))
            broken += [order for order, (left, right) in enumerate(sides) if not left.meets(right)]
        left, right = (side.limit if is_real else math.nan for side, is_real in zip(sides[-1], real, strict=True))
        ends = left, right
    return _with_sides(found, ends, min(broken, default=None))


def _with_sides(found: Any, ends: tuple[float, float], breaks: int | None) -> Exact:
    """What a derivative is, given what it is at the point and on its two sides."""
    value = _float(found)
    there = [end for end in ends if not math.isnan(end)]
    if breaks is not None:
        value = there[0] if len(there) == 2 and there[0] == there[1] and math.isinf(there[0]) else math.nan
    elif there and not math.isclose(value, there[-1], rel_tol=1e-12, abs_tol=ZERO_TOLERANCE):
        # a continuous function has the slope that its slopes beside the point tend to, whatever the formula says there
        value = there[-1]
    return Exact(value, _text(found) if value == _float(found) else f"{value:.17g}", *ends, breaks)


def _beside(expression: Any, point: Mapping[Any, Any], symbol: Any, side: int) -> _Side:
    """An expression near the point, on one side of it.

    There it is worked out in many digits: fractions as long as these would take their time.
    """
    here = point[symbol]
    places = (here + side * step * max(1, abs(here)) for step in (SIDE_DISTANCE, SIDE_DISTANCE**2))
    near, nearer = ({**point, symbol: sympy.Float(place, WORKING_DIGITS)} for place in places)
    return _Side(_float(_evaluated(expression, near)), _float(_evaluated(expression, nearer)))


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-14, abs_tol=ZERO_TOLERANCE)


def _evaluated(expression: Any, point: Mapping[Any, Any]) -> Any:
    """The number an expression comes to."""
    try:
        exact = expression.xreplace(point)
        return exact if exact.is_Rational else exact.evalf(DIGITS, maxn=WORKING_DIGITS)
    except ValueError:  # sympy neither compares complex numbers nor asks for their sign
        return sympy.nan
    except OverflowError:  # there is no room for its digits
        return sympy.zoo


def _float(number: Any) -> float:
    """The number as a float: NaN where it is NaN or not real, infinite where it is too large."""
    if number in (sympy.oo, -sympy.oo, sympy.zoo):
        return -math.inf if number == -sympy.oo else math.inf
    if number.is_Float and number._prec == 1:
        return 0.0
    if not number.is_Rational and not number.is_Float:
        return math.nan
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _text(number: Any) -> str:
    """The number to 17 digits, whole numbers as they are."""
    if number.is_Float and number._prec == 1:
        return "0"
    if number.is_Integer and abs(number) < 10**DIGITS:
        return str(number)
    if not number.is_Rational and not number.is_Float:
        return str(_float(number))
    mantissa, exponential, exponent = str(sympy.Float(number, DIGITS)).partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + exponential + exponent


# Formulas


class _Typesetter(LatexPrinter):  # type: ignore[misc]
    """The LaTeX of sympy, with a step written as its two cases."""

    def _print_Heaviside(self, step: Any, exp: str | None = None) -> str:
        factor, inside = step.args[0].as_coeff_Mul()
        above, below = (">", "<") if factor > 0 else ("<", ">")
        inside = self._print(inside)
        cases = rf"\begin{{cases}} 1 & {inside} {above} 0 \\ 0 & {inside} {below} 0 \end{{cases}}"
        return cases if exp is None else rf"\left({cases}\right)^{{{exp}}}"


def formula_of(model: Model, asked: Derivative) -> str | None:
    """The formula of a derivative as LaTeX, None where it is too long to be read."""
    expression = model.chain(asked)[-1]
    if _long(expression, MAX_FORMULA_NODES) or expression.has(sympy.Float):
        return None
    for symbol, inside in reversed(list(model.detached.items())):
        expression = expression.xreplace({symbol: sympy.Function("detach")(inside)})
    if _long(expression, MAX_FORMULA_NODES):
        return None
    names = {symbol: entry_latex(entry) for entry, symbol in model.symbols.items()}
    text: str = min((_Typesetter({"symbol_names": names}).doprint(form) for form in _forms(expression)), key=len)
    return text if len(text) <= MAX_FORMULA_CHARACTERS else None


def _forms(expression: Any) -> Iterator[Any]:
    """Ways to write an expression, of which the shortest is shown: what is found at once, no search."""
    expression = expression.replace(_Abs, sympy.Abs).replace(_Sign, sympy.sign)
    expression = expression.replace(_PowerOfZero, partial(sympy.Pow, 0, evaluate=False))
    # away from its corner a sign is 1 or -1
    expression = expression.replace(
        lambda part: part.is_Pow and part.base.func is sympy.sign and part.exp.is_Integer,
        lambda part: part.base ** (part.exp % 2),
    )
    yield sympy.powsimp(expression)
    if not _long(expression, MAX_FACTORED_NODES) and expression.is_rational_function():
        yield sympy.factor(expression)


def _long(expression: Any, limit: int) -> bool:
    """Whether an expression has more nodes than the limit."""
    return len(list(islice(sympy.preorder_traversal(expression), limit + 1))) > limit


# Ready for the first question


def warm_up() -> None:
    """Let sympy import now what it imports when first needed."""
    x = sympy.Symbol("x", real=True)
    slope = sympy.diff(sympy.sin(x) * sympy.Max(x, sympy.Rational(1, 3)), x)
    slope.xreplace({x: sympy.Rational(1, 2)}).evalf(DIGITS)
    _Typesetter().doprint(sympy.powsimp(slope))


def forget() -> None:
    """Free what sympy keeps of the question that was answered."""
    sympy.core.cache.clear_cache()
