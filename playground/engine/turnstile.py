"""Who computes at the same time: one thread, and everybody else waits for a turn.

Python runs one thread at a time. Hundreds that all want to be next wake each other so often that little else is done: a
rerun among a hundred took six times as much processor time as a rerun alone.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Event, Lock, local

SLICE_SECONDS = 0.05
"""A thread that has computed for so long lets the others go first."""


class Turns:
    """One turn at a time, in the order in which threads ask; one that waits for something else lends its turn."""

    def __init__(self) -> None:
        self._taken = 0
        self._queue: deque[Event] = deque()
        self._lock = Lock()
        self._mine = local()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and have it until the block ends; a thread that has a turn already needs no other."""
        if self._has:
            yield
            return
        self._take()
        try:
            yield
        finally:
            self._give_back()

    def pass_on(self) -> None:
        """Let all threads that wait have a turn before this one goes on. Nothing is done by a thread without a turn."""
        if self._has and self._queue:
            self._give_back()
            self._take()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Lend the turn while the block waits. The thread goes on at once after that, even if another has a turn then.

        To wait for a turn again could last forever: the thread that has it may wait for what this one is to find.
        """
        lent = self._has
        if lent:
            self._give_back()
        try:
            yield
        finally:
            if lent:
                with self._lock:
                    self._taken += 1
                self._mine.has = True

    @property
    def _has(self) -> bool:
        return getattr(self._mine, "has", False)

    def _take(self) -> None:
        called = Event()
        with self._lock:
            self._queue.append(called)
            self._call()
        called.wait()
        self._mine.has = True

    def _give_back(self) -> None:
        self._mine.has = False
        with self._lock:
            self._taken -= 1
            self._call()

    def _call(self) -> None:
        """Give a free turn to the first thread that waits."""
        if not self._taken and self._queue:
            self._taken += 1
            self._queue.popleft().set()


TURNS = Turns()
"""The turns of this process: all its threads share them."""


class Waiting(Condition):
    """Who waits for what somebody else computes has no turn meanwhile."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait as any condition does, with the turn lent."""
        with TURNS.away():
            return super().wait(timeout)
