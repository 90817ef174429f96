"""Ask for exact derivatives: sympy works in a process of its own, since nothing else can stop it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol

from playground.engine.process import ANSWERED, Patience, Process, python
from playground.language import limits
from playground.language.notation import latex
from playground.language.program import Program, Variable
from playground.language.values import Value

COMMAND = python("playground.proof.sympy_process")

Entry = tuple[str, tuple[int, ...]]
"""One number inside an input or output: `("x", (0, 1))`, `("x", ())` for a scalar."""


@dataclass(frozen=True)
class Derivative:
    """A number to be found: the outputs' sum, each times its weight, differentiated by one entry after another."""

    weights: Mapping[str, Value]
    along: tuple[Entry, ...]


class Request(Protocol):
    """What the process can be asked: it names the module whose `answer` gives the numbered parts of the answer."""

    ANSWERED_BY: ClassVar[str]


@dataclass(frozen=True)
class Question:
    """A program at a point, and what is to be differentiated there."""

    ANSWERED_BY: ClassVar[str] = "playground.proof.exact"

    program: Program
    values: Mapping[str, Value]
    derivatives: tuple[Derivative, ...]


@dataclass(frozen=True)
class Exact:
    """A derivative at a point."""

    value: float
    """The number; NaN where there is no derivative, infinite where the slope is."""
    text: str
    """The value to 17 digits."""
    left: float | None = None
    """Its value just before the point, NaN where the function is no real number there; None where it is smooth."""
    right: float | None = None
    """Its value just after the point, in the same way."""
    breaks: int | None = None
    """The lowest derivative that is not the same on both sides: 0 is the function itself; None where it is smooth."""
    latex: str | None = None
    """The formula, where it is short enough to be read."""


@dataclass(frozen=True)
class Answer:
    """What was found in time."""

    found: Mapping[int, Any] = field(default_factory=dict)
    """The parts of the answer, by the place of what was asked."""
    ended: str = ANSWERED
    """How it ended: `process.ANSWERED`, `STOPPED` or `FAILED`."""


class Worker:
    """The process in which sympy works, and what its answers mean."""

    def __init__(self) -> None:
        """A process that is not started yet."""
        self.process = Process(lambda: COMMAND, _patience)

    def ask(self, question: Request) -> Answer:
        """What is found until the time limit, counted from when the process turns to this question.

        Raises Busy where its turn does not come within `limits.EXACT_WAIT_SECONDS`, and OutOfTime as `budget.check`.
        """
        told = self.process.ask(question)
        found: dict[int, Any] = {}
        for place, part in told.parts:
            found[place] = replace(found[place], latex=part) if isinstance(part, str) else part
        return Answer(found, told.ended)


def _patience() -> Patience:
    return Patience(limits.EXACT_TIMEOUT_SECONDS, limits.EXACT_WAIT_SECONDS, limits.EXACT_START_SECONDS)


def entry_text(entry: Entry) -> str:
    """`x[0, 1]`, as Python finds it; a scalar's name alone."""
    name, index = entry
    return f"{name}{list(index)}" if index else name


def entry_latex(entry: Entry, after: str = "") -> str:
    """`x_{0,1}`, with something between the name and its place; a scalar's name alone."""
    name, index = latex(Variable(entry[0])) + after, ",".join(map(str, entry[1]))
    return f"{{{name}}}_{{{index}}}" if index else name


WORKER = Worker()
"""The process that all sessions share."""
