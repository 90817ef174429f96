"""What the pages compute is computed for many at once."""

import re
import subprocess
import sys
from contextlib import nullcontext
from threading import Event, Thread

import pytest

from playground.web.cache import kept

THREADS = """
import playground.streamlit_app
import torch
from threading import Thread

session = Thread(target=lambda: print(torch.__config__.parallel_info()))
session.start()
session.join()
"""


def test_a_session_computes_on_one_thread() -> None:
    """Whatever library multiplies: each counts the threads of a new one for itself."""
    printed = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=True).stdout
    counts = re.findall(r"(?:at::get|omp_get_max|mkl_get_max)_(?:num_)?threads\(\) : (\d+)", printed)
    assert len(counts) >= 2
    assert set(counts) == {"1"}


def test_what_two_ask_for_at_once_is_computed_once() -> None:
    begun, go_on, calls = Event(), Event(), list[int]()

    @kept
    def slow(number: int) -> int:
        calls.append(number)
        begun.set()
        assert go_on.wait(10)
        return number + 1

    found: list[int] = []
    askers = [Thread(target=lambda: found.append(slow(1))) for _ in range(3)]
    askers[0].start()
    assert begun.wait(10)
    for asker in askers[1:]:
        asker.start()
    go_on.set()
    for asker in askers:
        asker.join()
    assert found == [2, 2, 2]
    assert calls == [1]


def test_an_error_is_not_kept() -> None:
    calls: list[int] = []

    @kept
    def halved(number: int) -> float:
        calls.append(number)
        return 1 / number

    for number in (1, 0, 1, 0):
        with nullcontext() if number else pytest.raises(ZeroDivisionError):
            halved(number)
    assert calls == [1, 0, 0]
