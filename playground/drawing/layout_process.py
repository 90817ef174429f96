"""The process in which drawings are laid out: without PyTorch, and ended by the system when it computes too long."""

import math
import signal
import sys
import time
from collections.abc import Iterator

from playground.drawing.svg import begin, laid_out
from playground.engine.serving import serve

CPU_SECONDS = 2
"""One drawing may take so many seconds of processor time."""


def main() -> None:
    """Answer DOT with SVG."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(_answer, begin)


def _answer(dot: str) -> Iterator[str]:
    _limit()
    yield laid_out(dot)


def _limit() -> None:
    """From now on, and counted in whole seconds. Where a system has no such limit, whoever asks still has one."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + CPU_SECONDS, hard))


if __name__ == "__main__":
    main()
