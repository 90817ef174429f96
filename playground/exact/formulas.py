"""A program's derivatives written out: its tree over sympy's symbols. It is run in a process of its own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import sympy  # type: ignore[import-untyped]
from sympy.printing.latex import LatexPrinter  # type: ignore[import-untyped]

from playground.exact.question import Derivative, Entry, Question, entry_latex
from playground.exact.reals import Unknown, expand, options_of, written
from playground.exact.reals import warm_up as warm_up_reals
from playground.exact.walk import Array, entries, outputs_of
from playground.language import limits
from playground.language.operations import OPERATIONS
from playground.language.program import Call, Program
from playground.language.values import Value

MAX_EXPRESSION_NODES = 100_000
"""An expression that is larger when every part is written out where it stands is not differentiated: sympy would."""
MAX_FORMULA_NODES = 150
"""A formula of at most so many nodes is typeset."""
MAX_FACTORED_NODES = 60
"""A formula of at most so many nodes is also written as a product, which may be shorter."""
MAX_FORMULA_CHARACTERS = 500
"""The LaTeX of a formula has at most so many characters."""


class TooLarge(Exception):
    """A program whose expression has more than `MAX_EXPRESSION_NODES`."""


@dataclass(frozen=True)
class Model:
    """A program over symbols."""

    outputs: Mapping[str, Array]
    symbols: Mapping[Entry, Any]
    point: Mapping[Any, Any]
    """The number of each symbol at the point, as it was typed."""
    detached: Mapping[Any, Any]
    """The expression behind the symbol of each detached value."""


class _Symbols:
    """Sympy's expressions under a program's operations."""

    def __init__(self) -> None:
        self.detached: dict[Any, Any] = {}
        self._sizes: dict[Any, int] = {}

    def constant(self, number: Any) -> Any:
        if isinstance(number, Fraction):
            return sympy.Rational(number.numerator, number.denominator)
        return sympy.pi if float(number.mid) > 3 else sympy.E

    def detach(self, x: Any, node: Call | None = None) -> Any:
        if not x.free_symbols:
            return x
        symbol = sympy.Dummy(real=True)
        self.detached[symbol] = x
        return symbol

    def entry(self, name: str, arguments: Sequence[Any], node: Call | None = None) -> Any:
        symbol = self._entry(name, arguments, node)
        if written_out(symbol, self._sizes) > MAX_EXPRESSION_NODES:
            raise TooLarge
        return symbol

    def _entry(self, name: str, arguments: Sequence[Any], node: Call | None) -> Any:
        if name in _OWN:
            return _OWN[name](*arguments)
        row = OPERATIONS[name]
        if row.sympy is not None:
            return getattr(sympy, row.sympy)(*arguments)
        return expand(self, written(row), arguments, node, options_of(name, node))


def read(program: Program, values: Mapping[str, Value], free: frozenset[Entry]) -> Model:
    """The program with a symbol for each of the `free` entries, and exact numbers for all others.

    Raises TooLarge, and Unknown where an operation has no exact form.
    """
    symbols = {entry: sympy.Symbol(str(entry), real=True) for entry in free}
    point = {symbol: _number(np.array(values[name], dtype=object)[index]) for (name, index), symbol in symbols.items()}
    inputs = {}
    for name in program.inputs:
        inputs[name] = np.array(np.frompyfunc(_number, 1, 1)(np.array(values[name], dtype=object)), dtype=object)
        for entry in entries(name, values[name]):
            inputs[name][entry[1]] = symbols.get(entry, inputs[name][entry[1]])
    algebra = _Symbols()
    return Model(outputs_of(program, inputs, algebra), symbols, point, algebra.detached)


def _number(number: Any) -> Any:
    return sympy.Rational(repr(number))


def written_out(expression: Any, known: dict[Any, int]) -> int:
    """The nodes of an expression, shared parts counted wherever they stand; `known` remembers those of its parts."""
    if expression not in known:
        known[expression] = 1 + sum(written_out(part, known) for part in expression.args)
    return known[expression]


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


_OWN: dict[str, Any] = {
    "power": _power,
    "abs": _Abs,
    "sign": _Sign,
    "negate": lambda x: -x,
    "maximum": partial(sympy.Max, evaluate=False),
    "minimum": partial(sympy.Min, evaluate=False),
    "sum": lambda *parts: sympy.Add(*parts),
    "mean": lambda total, count: total / count,
    "logsumexp": lambda *parts: sympy.log(sympy.Add(*map(sympy.exp, parts))),
    "peak": lambda *parts: sympy.Integer(0),
}
"""What is neither sympy's as it stands nor a formula of others."""


# Formulas


def formulas(question: Question, places: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The LaTeX of the derivatives at these places, of those that are short enough to be read."""
    every = frozenset(entry for name, value in question.values.items() for entry in entries(name, value))
    if len(every) > limits.MAX_PROVED_ENTRIES:
        return
    with suppress(TooLarge, Unknown):
        model = read(question.program, question.values, every)
        for place in places:
            derivative, typed = question.derivatives[place], question.typed.weights if question.typed else {}
            weights = {name: typed.get(name, weight) for name, weight in derivative.weights.items()}
            text = formula_of(model, replace(derivative, weights=weights))
            if text is not None:
                yield place, text


class _Typesetter(LatexPrinter):  # type: ignore[misc]
    """The LaTeX of sympy, with a step written as its two cases."""

    def _print_Heaviside(self, step: Any, exp: str | None = None) -> str:
        factor, inside = step.args[0].as_coeff_Mul()
        above, below = (">", "<") if factor > 0 else ("<", ">")
        inside = self._print(inside)
        cases = rf"\begin{{cases}} 1 & {inside} {above} 0 \\ 0 & {inside} {below} 0 \end{{cases}}"
        return cases if exp is None else rf"\left({cases}\right)^{{{exp}}}"


def formula_of(model: Model, derivative: Derivative) -> str | None:
    """The formula of a derivative as LaTeX, None where it is too long to be read."""
    symbols = [model.symbols[entry] for entry in derivative.along]
    parts = [
        _number(factor) * part
        for name, weight in derivative.weights.items()
        for part, factor in zip(model.outputs[name].flat, np.array(weight, dtype=object).flat, strict=True)
    ]
    expression = sympy.Add(*(part for part in parts if part.free_symbols & set(symbols)))
    for symbol in symbols:
        expression = sympy.diff(expression, symbol).replace(sympy.DiracDelta, lambda *_: sympy.Integer(0))
    if _long(expression, MAX_FORMULA_NODES):
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


def warm_up() -> None:
    """Let sympy and mpmath import and work out now what they need first."""
    x = sympy.Symbol("x", real=True)
    slope = sympy.diff(sympy.sin(x) * sympy.Max(x, sympy.Rational(1, 3)), x)
    _Typesetter().doprint(sympy.powsimp(slope))
    warm_up_reals()


def forget() -> None:
    """Free what sympy keeps of the question that was answered."""
    sympy.core.cache.clear_cache()
