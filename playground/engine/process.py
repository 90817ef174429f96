"""Ask a process of its own, for work that nothing else can stop: it is started when first asked, and killed when late.

Nothing here knows what is asked. `python -m MODULE` answers with `playground.engine.serving`.
"""

import atexit
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Timer
from time import monotonic
from typing import Any

from playground.engine import budget
from playground.engine.turnstile import TURNS

ANSWERED, STOPPED, FAILED = "answered", "stopped", "failed"
"""How an answer ended: whole, at the time limit, or with the end of the process."""


class Busy(Exception):
    """Too many others are asking; nothing is wrong with the question."""


@dataclass(frozen=True)
class Patience:
    """How long is waited for a process, in seconds."""

    answer_seconds: float
    """An answer may take so long in a process that is ready for it."""
    turn_seconds: float
    """A question waits so long for its turn."""
    start_seconds: float
    """The process may take so long to start."""


@dataclass(frozen=True)
class Parts:
    """What was answered in time."""

    parts: tuple[Any, ...]
    """What came, piece by piece."""
    ended: str
    """How it ended: `ANSWERED`, `STOPPED` or `FAILED`."""


class Process:
    """One process, one question at a time: started when first asked, and anew after it had to be stopped."""

    def __init__(
        self,
        command: Callable[[], tuple[str, ...]],
        patience: Callable[[], Patience],
        environment: Callable[[], Mapping[str, str]] = dict,
        quiet: bool = False,
    ) -> None:
        """A process of a command, with more environment; what a quiet one writes to standard error is thrown away."""
        self._command, self._patience, self._environment, self._quiet = command, patience, environment, quiet
        self._turn = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)

    def ask(self, question: object) -> Parts:
        """What is found until the time limit, counted from when the process turns to this question.

        Raises Busy where its turn does not come in time, and OutOfTime as `budget.check`.
        """
        with TURNS.away():
            self._take_turn(self._patience().turn_seconds)
            try:
                with ThreadPoolExecutor(1) as aside:
                    return self._patiently(aside.submit(self._answer, question))
            finally:
                self._turn.release()

    def _take_turn(self, seconds: float) -> None:
        give_up = monotonic() + seconds
        while not self._turn.acquire(timeout=budget.REPORT_INTERVAL_SECONDS):
            budget.check()
            if monotonic() > give_up:
                raise Busy

    def _patiently(self, answering: Future[Parts]) -> Parts:
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

    def _answer(self, question: object) -> Parts:
        parts: list[Any] = []
        late, ended, seconds = Event(), FAILED, self._patience().answer_seconds
        try:
            process = self._started()
            with _killing(process, seconds, late):
                for part in _talk(process, question, seconds):
                    parts.append(part)  # what came before the process was killed is kept
            ended = ANSWERED
        except (EOFError, OSError, pickle.UnpicklingError):
            ended = STOPPED if late.is_set() else FAILED
        finally:
            if late.is_set() or ended != ANSWERED:
                self.stop()
        return Parts(tuple(parts), ended)

    def _started(self) -> subprocess.Popen[bytes]:
        """The process, once it has imported what it needs: that is not counted."""
        if self._process is not None and self._process.poll() is not None:
            self.stop()
        if self._process is None:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if self._quiet else None,
                cwd=Path(__file__).parents[2],
                env={**os.environ, **self._environment()},
            )
            with _killing(self._process, self._patience().start_seconds, Event()):
                _receive(self._process)
        return self._process


def python(module: str) -> tuple[str, ...]:
    """The command that runs a module."""
    return (sys.executable, "-m", module)


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


def _talk(process: subprocess.Popen[bytes], question: object, seconds: float) -> Iterator[Any]:
    """Send a question and its time limit; the answers come piece by piece, None after the last."""
    assert process.stdin is not None
    pickle.dump((question, seconds), process.stdin)
    process.stdin.flush()
    while (part := _receive(process)) is not None:
        yield part


def _receive(process: subprocess.Popen[bytes]) -> Any:
    assert process.stdout is not None
    return pickle.load(process.stdout)
