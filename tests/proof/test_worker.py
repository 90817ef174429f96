"""The process of the exact derivatives is used again, stopped in time, replaced, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from playground.engine.process import ANSWERED, FAILED, STOPPED, Busy
from playground.exact.question import Derivative, Entry, Question
from playground.language import limits
from playground.language.parse import parse
from playground.proof import worker as worker_room
from playground.proof.worker import Answer, Worker

ROOT = Path(__file__).parents[2]
X: Entry = ("x", ())

SLOW = "a0 = sin(x)*x; " + "; ".join(f"a{i} = sin(a{i - 1})*a{i - 1}" for i in range(1, 14))
"""A formula that doubles with each statement: written out it has thousands of factors."""


# The process


SECONDS = limits.EXACT_TIMEOUT_SECONDS


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker of its own, and patience: this machine may be busy with other tests."""
    monkeypatch.setattr(limits, "EXACT_TIMEOUT_SECONDS", 30.0)
    worker = Worker()
    yield worker
    worker.process.stop()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """The time limit of a question."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(limits, "EXACT_TIMEOUT_SECONDS", seconds)
        yield


def ask(worker: Worker, program: str, x: float = 3, orders: tuple[int, ...] = (1,)) -> Answer:
    read = parse(program)
    derivatives = tuple(Derivative(dict.fromkeys(read.outputs, 1), (X,) * order) for order in orders)
    return worker.ask(Question(read, {"x": x}, derivatives))


def test_the_worker_answers_as_this_process_does(worker: Worker) -> None:
    answer = ask(worker, "x^3", orders=(1, 2))
    assert answer.ended == ANSWERED
    assert [(value.text, value.latex) for value in answer.parts.values()] == [("27", "3 x^{2}"), ("18", "6 x")]


def test_the_worker_is_used_again(worker: Worker) -> None:
    ask(worker, "x^2")
    process = worker.process.pid
    ask(worker, "sin(x)")
    assert process is not None
    assert worker.process.pid == process


def test_the_worker_has_no_torch() -> None:
    program = "import sys, playground.exact.formulas; print('sympy' in sys.modules, 'torch' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["True", "False"]


def test_who_asks_has_no_sympy() -> None:
    program = "import sys, playground.proof.check; print('sympy' in sys.modules, 'torch' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "True"]


def test_a_question_that_takes_too_long_is_stopped_and_the_next_one_is_answered(worker: Worker) -> None:
    ask(worker, "x^2")
    process, began = worker.process.pid, time.monotonic()
    with at_most(SECONDS):
        slow = ask(worker, SLOW, x=0.7)
    took = time.monotonic() - began
    assert slow.ended == STOPPED
    assert all(value.latex is None for value in slow.parts.values())
    assert took >= SECONDS
    assert worker.process.pid is None
    assert ask(worker, "x^2").parts[0].text == "6"
    assert worker.process.pid != process


def test_what_was_found_in_time_is_kept(worker: Worker) -> None:
    for seconds in (2, 8, 32):  # the first derivative is there at once, on a machine that is not very busy
        with at_most(seconds):
            answer = ask(worker, f"{'tanh(' * 10}x{')' * 10}", orders=(1, 5))
        assert answer.ended == STOPPED
        if answer.parts:
            break
    assert 0 in answer.parts
    assert answer.parts[0].text


def test_the_start_of_the_process_is_not_counted(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    late = "import time; time.sleep(4); from playground.proof.sympy_process import main; main()"
    monkeypatch.setattr(worker_room, "COMMAND", (sys.executable, "-c", late))
    with at_most(3.5):
        assert ask(worker, "x^2").ended == ANSWERED


@pytest.mark.parametrize(
    "code", ["raise SystemExit(3)", "print('not an answer', flush=True); input()", "import nothing_like_it"]
)
def test_a_process_that_breaks_is_told_apart_from_one_that_is_slow(
    code: str, worker: Worker, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(worker_room, "COMMAND", (sys.executable, "-c", code))
        assert ask(worker, "x^2").ended == FAILED
    assert ask(worker, "x^2").ended == ANSWERED
    capfd.readouterr()


def test_a_process_that_was_killed_while_idle_is_replaced(worker: Worker) -> None:
    ask(worker, "x^2")
    assert worker.process.pid is not None
    os.kill(worker.process.pid, signal.SIGKILL)
    answers = [ask(worker, "x^2").ended for _ in range(2)]
    assert answers[-1] == ANSWERED
    assert set(answers) <= {ANSWERED, FAILED}


def test_many_may_ask_at_once(worker: Worker) -> None:
    answers: dict[int, str] = {}

    def one(number: int) -> None:
        answers[number] = ask(worker, f"x^{number}", x=1).parts[0].text

    threads = [threading.Thread(target=one, args=(number,)) for number in range(2, 14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: str(number) for number in range(2, 14)}


def test_nobody_waits_forever(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EXACT_WAIT_SECONDS", 0.05)
    ask(worker, "x^2")
    refused = False
    with at_most(SECONDS):
        other = threading.Thread(target=ask, args=(worker, SLOW, 0.7))
        other.start()
        while other.is_alive() and not refused:
            try:
                ask(worker, "x^2")
            except Busy:
                refused = True
        other.join()
    assert refused


def test_nothing_is_left_behind_when_the_app_ends() -> None:
    assert gone(started_and("pass"))


def test_nothing_is_left_behind_when_the_app_is_killed_while_it_asks() -> None:
    assert gone(started_and("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))


def started_and(then: str) -> int:
    """Ask in a process of its own, have it do something while the worker is busy; the worker's process."""
    script = f"""
        import threading, time
        from playground.exact.question import Derivative, Question
        from playground.proof.worker import WORKER
        from playground.language.parse import parse

        def ask(text, name):
            return WORKER.ask(Question(parse(text), {{"x": 0.7}}, (Derivative({{name: 1}}, (("x", ()),)),)))

        ask("y = x^2", "y")
        print(WORKER.process.pid, flush=True)
        threading.Thread(target=ask, args=({SLOW!r}, "a13"), daemon=True).start()
        time.sleep(0.5)
        {then}
    """
    shown = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return int(shown.stdout)


def gone(process: int) -> bool:
    """Whether a process ends by itself."""
    give_up = time.monotonic() + 90
    while time.monotonic() < give_up:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        if _is_zombie(process):
            return True
        time.sleep(0.05)
    return False


def _is_zombie(process: int) -> bool:
    """Whether it has ended, and only waits for somebody to be told."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return state.stdout.strip().startswith("Z")
