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
class Typed:
    """What was typed, where the tensors hold other numbers."""

    values: Mapping[str, Value]
    weights: Mapping[str, Value]


@dataclass(frozen=True)
class Question:
    """A program at a point, and what is to be differentiated there."""

    ANSWERED_BY: ClassVar[str] = "playground.proof.truth"

    program: Program
    values: Mapping[str, Value]
    """The numbers that the tensors hold."""
    derivatives: tuple[Derivative, ...]
    dtype: str = "float64"
    """The type of the tensors."""
    typed: Typed | None = None
    decimal: bool = False
    """Whether the values are decimals, as they were typed, and not what floats hold."""


SMOOTH, MEETS, CORNER, EARLIER, JUMP, VERTICAL, EDGE, ISOLATED, POLE = (
    "smooth", "meets", "corner", "earlier", "jump", "vertical", "edge", "isolated", "pole"
)  # fmt: skip
"""What a function does at a point, for certain. Every operation is smooth there; or one is not, but the derivatives on
both sides meet all the same; or they do not; or those of a lower order do not; or the function itself jumps; or the
derivative grows without bounds on both sides; or the function ends; or both sides are no real numbers; or it has no
finite value."""


@dataclass(frozen=True)
class Exact:
    """What is certain of a derivative at a point."""

    kind: str
    """One of the kinds from `SMOOTH` to `POLE`."""
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
    ranged: tuple[float, float] | None = None
    """The same, if numbers may become infinite or too small for the type."""
    event: tuple[str, bool] | None = None
    """The first operation whose result became infinite (True), or lost digits for being too small."""
    own: str | None = None
    """The first operation for which PyTorch has a formula of its own there."""
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
