"""Whole numbers that a type of floats cannot hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from playground.language.program import Call, Number, Program, postorder


@dataclass(frozen=True)
class Rounded:
    """A whole number as typed, and what a tensor holds in its place."""

    name: str
    typed: int
    stored: float


def rounded(values: Mapping[str, Any], dtype: torch.dtype) -> tuple[Rounded, ...]:
    """For each value that holds whole numbers with too many digits for the type, the first of them."""
    first = (next(_rounded(name, value, dtype), None) for name, value in values.items())
    return tuple(number for number in first if number is not None)


def typed_in(program: Program) -> dict[str, tuple[int | float, ...]]:
    """By statement the plain numbers that meet a tensor, or may: what is computed of numbers alone loses nothing."""
    return {
        statement.name: tuple(
            argument.value
            for node in postorder(statement.expression)
            if isinstance(node, Call) and not all(isinstance(part, Number) for part in node.arguments)
            for argument in node.arguments
            if isinstance(argument, Number)
        )
        for statement in program.statements
    }


def _rounded(name: str, value: Any, dtype: torch.dtype) -> Iterator[Rounded]:
    for number in _whole_numbers(value):
        stored = torch.tensor(float(number), dtype=torch.float64).to(dtype).item()
        if stored != number:
            yield Rounded(name, number, stored)


def _whole_numbers(value: Any) -> Iterator[int]:
    """The integers beyond which a float32 has gaps, in nested lists."""
    if isinstance(value, tuple):
        for part in value:
            yield from _whole_numbers(part)
    elif isinstance(value, int) and abs(value) > 2**24:
        yield value
