"""The shape of a function of one number: the question for it, and its answer, without sympy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from playground.exact.question import Entry
from playground.language.program import Program
from playground.language.values import Value

LEVEL = "level"
"""The kind of a critical point at which a function of one number goes on as it came."""


@dataclass(frozen=True)
class Line:
    """A function of one number t: an output where some entries are moved by t times their number.

    Of several entries of the output it is their sum, or the one at a place.
    """

    ANSWERED_BY: ClassVar[str] = "playground.descent.critical_points"

    program: Program
    values: Mapping[str, Value]
    output: str
    entry: tuple[int, ...] | None
    moves: Mapping[Entry, float]
    degree: int
    """All critical points are asked for of a polynomial of at most this degree."""


@dataclass(frozen=True)
class CriticalPoint:
    """A critical point: the landscape is level there."""

    at: tuple[float, ...]
    height: float
    kind: str
    lowest: bool
    """Whether it is a minimum and none is lower: of all where they are exact, else of those that were found."""


@dataclass(frozen=True)
class Shape:
    """What is known of a function of one number."""

    levels: tuple[CriticalPoint, ...]
    endless: bool
    """Whether it goes down without end."""
    bound: float | None
    """The lowest limit at the ends of where it is defined; None where there is none, or where it is not known."""
    complete: bool
    """Whether these are all critical points."""
