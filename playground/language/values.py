"""Text <-> the value of an input: a number, a vector or a matrix of plain numbers."""

from collections.abc import Sequence
from functools import lru_cache

from playground.language import limits
from playground.language.errors import EvaluationError, ProgramError
from playground.language.parse import plain, read

Value = int | float | Sequence[int | float] | Sequence[Sequence[int | float]]
"""A number, a vector or the rows of a matrix; what is read is nested tuples, which can be a key and nobody changes."""


@lru_cache(maxsize=64)
def read_value(text: str, name: str) -> Value:
    """The value a text means (`3`, `-2.5e-3`, `1/3`, `[1, 2]`, `[[0, 0], [1, 2]]`).

    `name` is the input's, for the sentence of an error. Raises EvaluationError with the column in the text, from 1,
    where the text means no value.
    """
    if not text.strip():
        raise EvaluationError("value_empty", 1, name=name)
    if len(text) > limits.MAX_VALUE_CHARACTERS or text.count(",") >= limits.MAX_SIDE**2:
        raise EvaluationError("value_too_long", 1, name=name, side=limits.MAX_SIDE)
    try:
        return _numbers(read(text, "value"), name)
    except ProgramError as problem:
        raise EvaluationError("value", problem.column, name=name, reason=problem.message) from None


def write_value(value: Value) -> str:
    """The text of a value, as `read_value` reads it."""
    if isinstance(value, Sequence):
        return "[" + ", ".join(write_value(entry) for entry in value) + "]"
    return repr(value)


def _numbers(entry: object, name: str, levels: int = 2) -> Value:
    """A tree of expressions as numbers, in at most so many levels of brackets."""
    if isinstance(entry, list):
        if not entry or levels == 0:
            raise EvaluationError("ragged" if entry else "value_no_entries", 1, name=name)
        return tuple(_numbers(part, name, levels - 1) for part in entry)  # type: ignore[return-value]
    number = plain(entry)  # type: ignore[arg-type]
    if number is None:
        raise EvaluationError("value_not_plain", getattr(entry, "column", 1), name=name)
    return number
