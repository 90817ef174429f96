"""Text <-> the value of an input: a number, a vector or a matrix of plain numbers."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from playground.language import limits
from playground.language.arithmetic import finite, plain_call
from playground.language.binding import Listed, as_expression
from playground.language.errors import EvaluationError, ProgramError
from playground.language.made_values import made_value
from playground.language.parse import read
from playground.language.program import Call, fold

Value = int | float | Sequence[int | float] | Sequence[Sequence[int | float]]
"""A number, a vector or the rows of a matrix; what is read is nested tuples, which can be a key and nobody changes."""


FUNCTIONS = (
    "sqrt", "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "asin", "acos", "atan", "sinh",
    "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "cbrt", "exp2", "lgamma", "hypot", "atan2",
)  # fmt: skip
"""The functions that a value may be typed with: those that Python's `math` has under the names of their rows."""


@lru_cache(maxsize=64)
def read_value(text: str, name: str) -> Value:
    """The value a text means (`3`, `-2.5e-3`, `1/3`, `[1, 2]`, `[[0, 0], [1, 2]]`, `[0 0; 1 2]`, `torch.ones(2, 2)`).

    `name` is the input's, for the sentence of an error. Raises EvaluationError with the column in the text, from 1,
    where the text means no value.
    """
    if not text.strip():
        raise EvaluationError("value_empty", 1, name=name)
    if len(text) > limits.MAX_VALUE_CHARACTERS or text.count(",") >= limits.MAX_SIDE**2:
        raise EvaluationError("value_too_long", 1, name=name, side=limits.MAX_SIDE)
    try:
        return _numbers(read(text, "value"), name)
    except ValueError as problem:
        raise EvaluationError("value", 1, name=name, reason=str(problem)) from None
    except OverflowError:
        raise EvaluationError("value_too_long", 1, name=name, side=limits.MAX_SIDE) from None
    except ProgramError as problem:
        if problem.key in ("number_second", "comma"):
            raise EvaluationError("value_several", problem.column, name=name) from None
        raise EvaluationError("value", problem.column, name=name, reason=problem.message) from None


def write_value(value: Value) -> str:
    """The text of a value, as `read_value` reads it."""
    if isinstance(value, Sequence):
        return "[" + ", ".join(write_value(entry) for entry in value) + "]"
    return repr(value)


def _numbers(entry: Any, name: str, levels: int = 2) -> Value:
    """A tree of expressions as numbers, in at most so many levels of brackets."""
    made = made_value(entry)
    if made is not None:
        return _checked(made, name, levels)
    if isinstance(entry, Listed):
        return tuple(_numbers(part, name, levels - 1) for part in _some(entry.entries, name, levels))  # type: ignore[return-value]
    number = fold(as_expression(entry), lambda node: node.value, lambda _: None, _call)
    if number is None:
        raise EvaluationError("value_not_plain", getattr(entry, "column", 1), name=name)
    return number


def _checked(data: Any, name: str, levels: int) -> Value:
    """The numbers of `torch.tensor(...)` as lists."""
    if not isinstance(data, tuple):
        return data  # type: ignore[no-any-return]
    return tuple(_checked(part, name, levels - 1) for part in _some(data, name, levels))  # type: ignore[return-value]


def _some(entries: tuple[Any, ...], name: str, levels: int) -> tuple[Any, ...]:
    if not entries or levels == 0:
        raise EvaluationError("ragged" if entries else "value_no_entries", 1, name=name)
    return entries


def _call(node: Call, numbers: tuple[int | float | None, ...]) -> int | float | None:
    """Plain arithmetic, and the functions of mathematics that Python has, in its double precision."""
    function = getattr(math, node.operation, None) if node.operation in FUNCTIONS else None
    if function is None or None in numbers:
        return plain_call(node, numbers)
    try:
        return finite(function(*numbers))
    except (ValueError, OverflowError):
        raise ProgramError("not_real", node.column) from None
