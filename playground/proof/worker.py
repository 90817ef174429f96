"""Ask for exact derivatives: sympy works in a process of its own, since nothing else can stop it."""

import atexit
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Lock, Timer
from time import monotonic
from typing import Any, ClassVar, Protocol

from playground.engine import budget
from playground.engine.turnstile import TURNS
from playground.language import limits
from playground.language.notation import latex
from playground.language.program import Program, Variable
from playground.language.values import Value

COMMAND = (sys.executable, "-m", "playground.proof.sympy_process")

Entry = tuple[str, tuple[int, ...]]
"""One number inside an input or output: `("x", (0, 1))`, `("x", ())` for a scalar."""

ANSWERED, STOPPED, FAILED = "answered", "stopped", "failed"
"""How an answer ended: whole, at the time limit, or with the end of the process."""


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
    """How it ended: `ANSWERED`, `STOPPED` or `FAILED`."""


class Busy(Exception):
    """Too many others are asking; nothing is wrong with the question."""


class Worker:
    """One process, one question at a time: started when first asked, and anew after it had to be stopped."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, question: Request) -> Answer:
        """What is found until the time limit, counted from when the process turns to this question.

        Raises Busy where its turn does not come within `limits.EXACT_WAIT_SECONDS`, and OutOfTime as `budget.check`.
        """
        with TURNS.away():
            self._take_turn()
            try:
                with ThreadPoolExecutor(1) as aside:
                    return self._patiently(aside.submit(self._answer, question))
            finally:
                self._turn.release()

    def _take_turn(self) -> None:
        give_up = monotonic() + limits.EXACT_WAIT_SECONDS
        while not self._turn.acquire(timeout=budget.REPORT_INTERVAL_SECONDS):
            budget.check()
            if monotonic() > give_up:
                raise Busy

    def _patiently(self, answering: Future[Answer]) -> Answer:
        """The answer; where nobody waits for it any more its process is ended."""
        try:
            while not wait([answering], budget.REPORT_INTERVAL_SECONDS).done:
                budget.check()
        except BaseException:
            self.stop()
            raise
        return answering.result()

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            # a question that was not read to its end cannot be sent to its end either
            with suppress(BrokenPipeError), process:
                pass

    @property
    def pid(self) -> int | None:
        """The running process, None where there is none."""
        return None if self._process is None else self._process.pid

    def _answer(self, question: Request) -> Answer:
        found: dict[int, Any] = {}
        late, ended = Event(), FAILED
        try:
            process = self._started()
            with _killing(process, limits.EXACT_TIMEOUT_SECONDS, late):
                for place, part in _talk(process, question):
                    found[place] = replace(found[place], latex=part) if isinstance(part, str) else part
            ended = ANSWERED
        except (EOFError, OSError, pickle.UnpicklingError):
            ended = STOPPED if late.is_set() else FAILED
        finally:
            if late.is_set() or ended != ANSWERED:
                self.stop()
        return Answer(found, ended)

    def _started(self) -> subprocess.Popen[bytes]:
        """The process, once it has imported what it needs: that is not counted."""
        if self._process is not None and self._process.poll() is not None:
            self.stop()
        if self._process is None:
            top = Path(__file__).parents[2]
            self._process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=top)
            with _killing(self._process, limits.EXACT_START_SECONDS, Event()):
                _receive(self._process)
        return self._process


@contextmanager
def _killing(process: subprocess.Popen[bytes], seconds: float, late: Event) -> Iterator[None]:
    """Kill the process unless the block ends in time; `late` then is set."""

    def kill() -> None:
        late.set()
        process.kill()

    timer = Timer(seconds, kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def _talk(process: subprocess.Popen[bytes], question: Request) -> Iterator[tuple[int, Any]]:
    """Send a question and its time limit; the answers come piece by piece, None after the last."""
    assert process.stdin is not None
    pickle.dump((question, limits.EXACT_TIMEOUT_SECONDS), process.stdin)
    process.stdin.flush()
    while (part := _receive(process)) is not None:
        yield part


def _receive(process: subprocess.Popen[bytes]) -> Any:
    assert process.stdout is not None
    return pickle.load(process.stdout)


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

atexit.register(WORKER.stop)
