"""The process in which sympy works: it answers questions until it is ended."""

import faulthandler
import os
import pickle
import signal
import sys
import threading
from importlib import import_module
from typing import Any, BinaryIO

from playground.proof.exact import forget, warm_up
from playground.proof.worker import Request

STACK_BYTES = 512 * 2**20
"""The thread that works has so large a stack."""
MAX_CALL_DEPTH = 50_000
"""Calls may stand inside of each other so deep: with that stack there is room for formulas of any program's depth."""
MAX_TRACEBACK_CALLS = 20
"""The traceback of a failure shows at most so many calls."""


def serve() -> None:
    """Answer questions from standard input until it ends: each in pieces, then None; the first None says: ready."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    sys.setrecursionlimit(MAX_CALL_DEPTH)
    sys.tracebacklimit = MAX_TRACEBACK_CALLS
    threading.stack_size(STACK_BYTES)
    work = threading.Thread(target=_work, args=(questions, answers))
    work.start()
    work.join()


def _work(questions: BinaryIO, answers: BinaryIO) -> None:
    warm_up()
    _tell(answers, None)
    with open(os.devnull, "w") as nowhere:
        while (asked := _next(questions)) is not None:
            question, seconds = asked
            # whoever asked kills this process in time; if nobody is there to do so, it ends itself
            faulthandler.dump_traceback_later(2 * seconds, exit=True, file=nowhere)
            for part in import_module(question.ANSWERED_BY).answer(question):
                _tell(answers, part)
            _tell(answers, None)
            faulthandler.cancel_dump_traceback_later()
            forget()


def _next(questions: BinaryIO) -> tuple[Request, float] | None:
    """The next question and its time limit, None after the last."""
    try:
        asked: tuple[Request, float] = pickle.load(questions)
    except EOFError:
        return None
    return asked


def _tell(answers: BinaryIO, part: tuple[int, Any] | None) -> None:
    pickle.dump(part, answers)
    answers.flush()


if __name__ == "__main__":
    serve()
