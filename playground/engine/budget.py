"""The last net: how long a page, and a panel of it, may compute, in seconds of its own thread's processor time.

What is drawn is decided by counts (`playground.language.limits`); this stops what nobody counted. It is looked at
between operations and between steps: nothing can stop a running thread from outside. What others compute meanwhile is
not counted.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic, thread_time

from playground.engine.turnstile import SLICE_SECONDS, TURNS
from playground.language.errors import OutOfTime

FIRST_REPORT_SECONDS = 0.5
"""A watcher is told for the first time after so long."""
REPORT_INTERVAL_SECONDS = 0.1
"""From then on a watcher is told again after so long each time."""

Watcher = Callable[[float], None]
"""A watcher is told how many seconds were computed, and may raise to stop the work."""


class Budget:
    """The seconds of a page or of a part of it, from now on; a part's are also those of what it is in."""

    def __init__(self, seconds: float, watcher: Watcher | None = None, around: "Budget | None" = None) -> None:
        self.seconds, self._around = seconds, around
        self._begun, now = thread_time(), monotonic()
        self._watcher, self._next = watcher, now + FIRST_REPORT_SECONDS
        self._not_before, self._slice_over = now + seconds, now + SLICE_SECONDS

    def spent(self) -> float:
        """The seconds that are over."""
        return thread_time() - self._begun

    def look(self) -> None:
        """Tell the watcher, and let others have a turn. Raises OutOfTime when all seconds are over."""
        now = monotonic()
        # A thread has had no more time than has passed; to ask for its own takes longer than many an operation.
        if now >= self._not_before:
            left = self.seconds - self.spent()
            if left < 0:
                raise OutOfTime("out_of_time", seconds=f"{self.seconds:g}")
            self._not_before = now + left
        if self._around is not None:
            self._around.look()
        elif now >= self._slice_over:
            TURNS.pass_on()
            self._slice_over = monotonic() + SLICE_SECONDS
        if self._watcher is not None and now >= self._next:
            self._next = now + REPORT_INTERVAL_SECONDS
            self._watcher(self.spent())


_current = ContextVar[Budget | None]("budget", default=None)


@contextmanager
def allowed(seconds: float, watcher: Watcher | None = None) -> Iterator[None]:
    """Let what the block computes take no more than so many seconds, nor than a block around it has left.

    Outside of any block there is no limit.
    """
    token = _current.set(Budget(seconds, watcher, _current.get()))
    try:
        yield
    finally:
        _current.reset(token)


def check() -> None:
    """Look at the budget of the block around, if any: between two operations, or while another process works.

    Raises OutOfTime when the time is over.
    """
    budget = _current.get()
    if budget is not None:
        budget.look()
