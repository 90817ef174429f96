"""Ask for exact derivatives: sympy works in a process of its own, since nothing else can stop it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from playground.engine.process import ANSWERED, Patience, Process, python
from playground.language import limits

COMMAND = python("playground.proof.sympy_process")


class Request(Protocol):
    """What the process can be asked: it names the module whose `answer` gives the numbered parts of the answer."""

    ANSWERED_BY: ClassVar[str]


@dataclass(frozen=True)
class Answer:
    """What was found in time."""

    parts: Mapping[int, Any] = field(default_factory=dict)
    """The parts of the answer, by the place of what was asked: of each the last that came."""
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
        parts = self.process.ask(question)
        return Answer(dict(parts.parts), parts.ended)


def _patience() -> Patience:
    return Patience(limits.EXACT_TIMEOUT_SECONDS, limits.EXACT_WAIT_SECONDS, limits.EXACT_START_SECONDS)


WORKER = Worker()
"""The process that all sessions share."""
