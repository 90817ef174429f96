"""What is asked about a derivative, and what may be certain of it: plain data, for whoever asks and whoever answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from playground.language.notation import latex
from playground.language.program import Program, Variable
from playground.language.values import Value

Entry = tuple[str, tuple[int, ...]]
"""One number inside an input or output: `("x", (0, 1))`, `("x", ())` for a scalar."""


@dataclass(frozen=True)
class Derivative:
    """A number to be found: the outputs' sum, each times its weight, differentiated by one entry after another."""

    weights: Mapping[str, Value]
    along: tuple[Entry, ...]


@dataclass(frozen=True)
class Typed:
    """What was typed, where the tensors hold other numbers."""

    values: Mapping[str, Value]
    weights: Mapping[str, Value]


@dataclass(frozen=True)
class Question:
    """A program at a point, and what is to be differentiated there."""

    ANSWERED_BY: ClassVar[str] = "playground.exact.truth"

    program: Program
    values: Mapping[str, Value]
    """The numbers that the tensors hold."""
    derivatives: tuple[Derivative, ...]
    dtype: str = "float64"
    """The type of the tensors."""
    typed: Typed | None = None
    decimal: bool = False
    """Whether the values are decimals, as they were typed, and not what floats hold."""


Kind = StrEnum("Kind", "SMOOTH MEETS CORNER EARLIER JUMP VERTICAL EDGE ISOLATED POLE")
"""What a function does at a point, for certain. Every operation is smooth there; or one is not, but the derivatives on
both sides meet all the same; or they do not; or those of a lower order do not; or the function itself jumps; or the
derivative grows without bounds on both sides; or the function ends; or both sides are no real numbers; or it has no
finite value."""


@dataclass(frozen=True)
class Exact:
    """What is certain of a derivative at a point."""

    kind: Kind | None
    """None where nothing is known."""
    value: float
    """The derivative; NaN where there is none. At an end of the domain it is the one-sided one."""
    text: str
    """The value to 17 digits."""
    left: str | None = None
    """What it tends to on the left, to 17 digits; None where the function is no real number there, or it is smooth."""
    right: str | None = None
    """What it tends to on the right, in the same way."""
    culprit: str | None = None
    """The first operation that is not smooth where it stands."""
    reached: bool = True
    """Whether the outputs depend on what is differentiated by."""
    typed: str | None = None
    """The derivative at the numbers that were typed, where it is another one."""
    rounded: tuple[float, float] | None = None
    """Between these lies what PyTorch's own formulas come to when they are rounded; None where it is not known."""
    large: tuple[str, float, float] | None = None
    """The first operation whose result is too large for the type, and where the others then come to; None without."""
    small: tuple[str, float, float] | None = None
    """The same of one whose result is too small for the type."""
    own: str | None = None
    """The first operation for which PyTorch has a formula of its own there."""
    detached: str | None = None
    """The first detached sub-expression that depends on what is differentiated by."""
    latex: str | None = None
    """The formula, where it is short enough to be read."""


def entry_text(entry: Entry) -> str:
    """`x[0, 1]`, as Python finds it; a scalar's name alone."""
    name, index = entry
    return f"{name}{list(index)}" if index else name


def entry_latex(entry: Entry, after: str = "") -> str:
    """`x_{0,1}`, with something between the name and its place; a scalar's name alone."""
    name, index = latex(Variable(entry[0])) + after, ",".join(map(str, entry[1]))
    return f"{{{name}}}_{{{index}}}" if index else name
