"""How long a request may compute: seconds of its own thread, looked at between operations and between steps.

Nothing can stop a running thread from outside; what others compute meanwhile is not counted.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic, thread_time

from playground.autodiff.turns import SLICE, TURNS
from playground.language.errors import EvaluationError

PATIENCE, EVERY = 0.5, 0.1
"""seconds until a watcher is told for the first time, and from then on between two times."""

Watcher = Callable[[float], None]
"""Is told what part of the seconds is over, and may raise to stop the work."""


class Budget:
    """The seconds of one request, from now on."""

    def __init__(self, seconds: float, watcher: Watcher | None = None) -> None:
        self.seconds = seconds
        self._begun, now = thread_time(), monotonic()
        self._watcher, self._next = watcher, now + PATIENCE
        self._not_before, self._slice_over = now + seconds, now + SLICE

    def spent(self) -> float:
        """The seconds that are over."""
        return thread_time() - self._begun

    def look(self) -> None:
        """Tell the watcher, let others have a turn; EvaluationError when all seconds are over."""
        now = monotonic()
        # A thread has had no more time than has passed; to ask for its own takes longer than many an operation.
        if now >= self._not_before:
            left = self.seconds - self.spent()
            if left < 0:
                raise EvaluationError("out_of_time", seconds=f"{self.seconds:g}")
            self._not_before = now + left
        if now >= self._slice_over:
            TURNS.pass_on()
            self._slice_over = monotonic() + SLICE
        if self._watcher is not None and now >= self._next:
            self._next = now + EVERY
            self._watcher(self.spent() / self.seconds)


_current = ContextVar[Budget | None]("budget", default=None)


@contextmanager
def allowed(seconds: float, watcher: Watcher | None = None) -> Iterator[None]:
    """Let what the block computes take no more than so many seconds; outside of any block there is no limit."""
    token = _current.set(Budget(seconds, watcher))
    try:
        yield
    finally:
        _current.reset(token)


def check() -> None:
    """What is done between two operations, or while another process works; EvaluationError when the time is over."""
    budget = _current.get()
    if budget is not None:
        budget.look()
