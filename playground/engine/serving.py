"""The side of a process that is asked by `playground.engine.process`: it answers questions until it is ended."""

import faulthandler
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO


def serve(answer: Callable[[Any], Iterable[Any]], ready: Callable[[], object]) -> None:
    """Answer questions from standard input until it ends: each in pieces, then None; the first None says: ready."""
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    ready()
    _tell(answers, None)
    with open(os.devnull, "w") as nowhere:
        while (request := _next(questions)) is not None:
            question, seconds = request
            # whoever asked kills this process in time; if nobody is there to do so, it ends itself
            faulthandler.dump_traceback_later(2 * seconds, exit=True, file=nowhere)
            for part in answer(question):
                _tell(answers, part)
            _tell(answers, None)
            faulthandler.cancel_dump_traceback_later()


def _next(questions: BinaryIO) -> tuple[Any, float] | None:
    """The next question and its time limit, None after the last."""
    try:
        request: tuple[Any, float] = pickle.load(questions)
    except EOFError:
        return None
    return request


def _tell(answers: BinaryIO, part: object) -> None:
    pickle.dump(part, answers)
    answers.flush()
