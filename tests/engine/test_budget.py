"""What a request may compute: its own seconds, looked at between operations."""

import time
from collections.abc import Callable
from threading import Thread

import pytest
import torch

from playground.descent.run import descend
from playground.descent.sweep import sweep
from playground.engine import budget
from playground.engine.budget import allowed
from playground.engine.compiled import cost_of
from playground.engine.forward import forward
from playground.engine.grad import derivatives
from playground.exact.question import Derivative, Question
from playground.language import limits
from playground.language.errors import EvaluationError, OutOfTime
from playground.language.parse import parse
from playground.proof.worker import WORKER
from playground.second.hessian import curves
from tests.cases import case_at

PARABOLA, POINT = parse("x^2"), {"x": 3.0}
WORK: dict[str, Callable[[], object]] = {
    "forward": lambda: forward(PARABOLA, POINT),
    "derivatives": lambda: derivatives(PARABOLA, POINT),
    "curves": lambda: curves(case_at(PARABOLA, POINT), (1.0,), ("x",), (0.0, 1.0), 2),
    "descend": lambda: descend(PARABOLA, POINT, steps=3),
    "sweep": lambda: sweep(PARABOLA, POINT, rates=(0.1, 0.2), steps=3),
}


class Stopped(BaseException):
    """As a page's run is stopped: by what is no ordinary exception."""


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_work_beyond_its_seconds_ends_with_a_sentence(work: Callable[[], object]) -> None:
    work()
    with allowed(0.0), pytest.raises(OutOfTime, match=r"more than 0 s to compute, and was stopped"):
        work()
    work()


def test_within_its_seconds_work_is_not_touched() -> None:
    with allowed(60.0):
        assert descend(PARABOLA, POINT, lr=0.5, steps=1).positions["x"] == [3.0, 0.0]


def test_what_other_threads_compute_is_not_counted() -> None:
    def busy() -> None:
        end = time.thread_time() + 0.2
        while time.thread_time() < end:
            pass

    with allowed(0.15):
        other = Thread(target=busy)
        other.start()
        other.join()
        budget.check()


def test_a_watcher_is_told_how_much_is_over_and_may_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "FIRST_REPORT_SECONDS", 0.0)
    monkeypatch.setattr(budget, "REPORT_INTERVAL_SECONDS", 0.0)
    parts: list[float] = []

    def watch(part: float) -> None:
        parts.append(part)
        if len(parts) == 3:
            raise Stopped

    with allowed(60.0, watch), pytest.raises(Stopped):
        descend(PARABOLA, POINT, steps=10_000)
    assert len(parts) == 3
    assert 0 <= parts[0] <= parts[1] <= parts[2] < 60


def test_a_part_that_has_used_its_seconds_up_leaves_those_of_the_whole() -> None:
    with allowed(60.0):
        with allowed(0.0), pytest.raises(OutOfTime, match="more than 0 s"):
            descend(PARABOLA, POINT, steps=3)
        assert descend(PARABOLA, POINT, lr=0.5, steps=1).positions["x"] == [3.0, 0.0]


def test_a_part_has_no_more_seconds_than_the_whole() -> None:
    with allowed(0.0), allowed(60.0), pytest.raises(OutOfTime, match="more than 0 s"):
        descend(PARABOLA, POINT, steps=3)


def test_whoever_waits_for_an_exact_derivative_can_be_stopped_and_the_next_one_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(budget, "FIRST_REPORT_SECONDS", 0.0)
    hard = parse("*".join(["sin(x*exp(x))"] * 12))
    question = Question(hard, {"x": 0.5}, (Derivative({"y": 1.0}, (("x", ()),) * 5),))

    def stop(_: float) -> None:
        raise Stopped

    with allowed(60.0, stop), pytest.raises(Stopped):
        WORKER.ask(question)
    easy = Question(PARABOLA, {"x": 3.0}, (Derivative({"y": 1.0}, (("x", ()),)),))
    assert WORKER.ask(easy).parts[0].value == 6.0


def test_a_pass_is_counted_by_its_operations_and_their_sizes() -> None:
    def cost(text: str, value: object) -> float:
        run = forward(parse(text), {"x": value})
        return cost_of(run, run.program.outputs[0])

    few, many = cost("x*x", 1.0), cost("+".join(["x*x"] * 50), 1.0)
    assert many > 20 * few
    assert cost("x*x", [[1.0] * 64] * 64) > 5 * few


def test_a_derivative_whose_graph_would_hold_too_many_numbers_is_refused_before_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program, values = parse("sum(sin(A*x)^3)"), {"A": torch.ones(8, 8), "x": 1.0}
    assert len(derivatives(program, values, order=3)) == 4
    monkeypatch.setattr(limits, "MAX_GRAPH_NUMBERS", 5_000)
    with pytest.raises(EvaluationError, match=r"nodes with up to 64 numbers each"):
        derivatives(program, values, order=3)


def test_a_graph_of_too_many_nodes_is_not_differentiated(monkeypatch: pytest.MonkeyPatch) -> None:
    program, values = parse("sin(x)*exp(-x^2)"), {"x": 0.5}
    assert len(derivatives(program, values, order=4)) == 5
    monkeypatch.setattr(limits, "MAX_GRAPH_NODES", 50)
    with pytest.raises(EvaluationError, match=r"91 nodes; at most 50 are gone back through"):
        derivatives(program, values, order=4)
