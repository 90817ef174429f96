"""Critical points whose kind is to be proved, and the kinds: plain data, for whoever asks and whoever answers."""

from dataclasses import dataclass
from typing import ClassVar

from playground.language.program import Program

MINIMUM, MAXIMUM, SADDLE, UNDECIDED = "minimum", "maximum", "saddle", "undecided"
"""The kinds of a critical point: a function turns upward there, turns downward, goes up in one direction and down in
another. Each is proved; where none is, it is not decided."""


@dataclass(frozen=True)
class Levels:
    """Places where an output, or the sum of its entries, is about level: of each the kind is to be proved."""

    ANSWERED_BY: ClassVar[str] = "playground.exact.kinds"

    program: Program
    constants: tuple[tuple[str, tuple[int, ...], tuple[float, ...]], ...]
    """The name and the shape of each input that stays, and its numbers row by row."""
    moved: tuple[tuple[str, tuple[int, ...]], ...]
    """The name and the shape of each input that moves."""
    output: str
    entry: tuple[int, ...] | None
    places: tuple[tuple[float, ...], ...]
    """The numbers of what moves at each place."""
    size: float
    """The size of what is looked at: a small part of it is near."""
