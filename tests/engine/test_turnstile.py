"""One thread has the turn, in the order in which they asked; nobody waits for a turn that does not come."""

import random
import time
from collections.abc import Callable
from threading import Event, Thread

import pytest

from playground.engine import budget
from playground.engine.turnstile import Turns

SECONDS = 90
"""until a test gives up."""


def beside(work: Callable[[], object]) -> Thread:
    """Something that another thread does meanwhile."""
    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


def waiting(turns: Turns, many: int) -> None:
    """Until so many wait for a turn."""
    end = time.monotonic() + SECONDS
    while len(turns._queue) != many:
        assert time.monotonic() < end
        time.sleep(0.001)


def test_no_two_compute_at_the_same_time_and_everybody_does() -> None:
    turns, dice, now, most, done = Turns(), random.Random(0), [0], [0], [0]

    def compute() -> None:
        for _ in range(20):
            with turns.turn():
                now[0] += 1
                most[0] = max(most[0], now[0])
                time.sleep(dice.random() / 1000)
                done[0] += 1
                now[0] -= 1

    threads = [beside(compute) for _ in range(8)]
    for thread in threads:
        thread.join(SECONDS)
    assert (most, done) == ([1], [160])


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    turns, order = Turns(), list[int]()

    def compute(number: int) -> None:
        with turns.turn():
            order.append(number)

    with turns.turn():
        threads = []
        for number in range(5):
            threads.append(beside(lambda number=number: compute(number)))
            waiting(turns, number + 1)
        assert order == []
    for thread in threads:
        thread.join(SECONDS)
    assert order == [0, 1, 2, 3, 4]


def test_who_has_a_turn_needs_no_other() -> None:
    turns = Turns()
    with turns.turn(), turns.turn():
        assert turns._taken == 1
    assert turns._taken == 0


def test_a_turn_ends_with_an_exception() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        assert turns._taken == 1


def test_who_passes_on_goes_on_after_all_who_waited() -> None:
    turns, order = Turns(), list[str]()

    def compute() -> None:
        with turns.turn():
            order.append("short")

    with turns.turn():
        threads = [beside(compute) for _ in range(3)]
        waiting(turns, 3)
        turns.pass_on()
        order.append("long")
    for thread in threads:
        thread.join(SECONDS)
    assert order == ["short", "short", "short", "long"]


def test_to_pass_on_costs_nothing_where_nobody_waits() -> None:
    turns = Turns()
    turns.pass_on()
    with turns.turn():
        turns.pass_on()
        assert turns._taken == 1


def test_while_somebody_is_away_others_compute_and_nobody_waits_for_ever() -> None:
    """Who computes waits here for what the one who is away will find."""
    turns, found, begun, order = Turns(), Event(), Event(), list[str]()

    def compute() -> None:
        with turns.turn():
            begun.set()
            assert found.wait(SECONDS)
            order.append("other")

    with turns.turn():
        with turns.away():
            thread = beside(compute)
            assert begun.wait(SECONDS)
        order.append("found")
        found.set()
        thread.join(SECONDS)
    assert order == ["found", "other"]
    assert turns._taken == 0


def test_away_without_a_turn_is_nothing() -> None:
    turns = Turns()
    with turns.away():
        assert turns._taken == 0
    assert turns._taken == 0


def test_all_turns_are_given_back_however_often_somebody_was_away() -> None:
    turns, done = Turns(), [0]

    def compute() -> None:
        for _ in range(20):
            with turns.turn():
                with turns.away():
                    time.sleep(0.0005)
                turns.pass_on()
            done[0] += 1

    threads = [beside(compute) for _ in range(6)]
    for thread in threads:
        thread.join(SECONDS)
    assert done == [120]
    assert turns._taken == 0
    assert not turns._queue


@pytest.mark.parametrize(("seconds", "first"), [(0, ["short", "long"]), (3600, ["long", "short"])])
def test_what_computes_longer_than_a_slice_lets_a_short_one_go_first(
    monkeypatch: pytest.MonkeyPatch, seconds: float, first: list[str]
) -> None:
    turns, order = Turns(), list[str]()
    monkeypatch.setattr(budget, "TURNS", turns)
    monkeypatch.setattr(budget, "SLICE_SECONDS", seconds)

    def short() -> None:
        with turns.turn():
            order.append("short")

    with turns.turn(), budget.allowed(SECONDS):
        thread = beside(short)
        waiting(turns, 1)
        budget.check()
        order.append("long")
    thread.join(SECONDS)
    assert order == first
