"""The process in which sympy works: it answers questions until it is ended."""

import signal
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import playground.exact.kinds  # noqa: F401  # what answers most: its import is no part of an answer
from playground.engine.serving import serve
from playground.exact.formulas import forget, warm_up
from playground.proof.worker import Request

STACK_BYTES = 512 * 2**20
"""The thread that works has so large a stack."""
MAX_CALL_DEPTH = 50_000
"""Calls may stand inside of each other so deep: with that stack there is room for formulas of any program's depth."""
MAX_TRACEBACK_CALLS = 20
"""The traceback of a failure shows at most so many calls."""


def main() -> None:
    """Answer in a thread with room for deep formulas."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.setrecursionlimit(MAX_CALL_DEPTH)
    sys.tracebacklimit = MAX_TRACEBACK_CALLS
    threading.stack_size(STACK_BYTES)
    work = threading.Thread(target=serve, args=(_answer, warm_up))
    work.start()
    work.join()


def _answer(question: Request) -> Iterator[tuple[int, Any]]:
    """The numbered parts of an answer, as they are found."""
    yield from import_module(question.ANSWERED_BY).answer(question)
    forget()


if __name__ == "__main__":
    main()
