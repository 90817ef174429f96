"""What is kept is bounded, and what is not kept any more is computed again."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

import pytest
import torch

from playground.engine.turnstile import TURNS
from playground.web.cache import BYTES, kept, kept_for, size_of
from playground.web.files import PAGES
from tests.reading import opened, results, said, shown, type_

NAMES = sorted(path.stem for path in PAGES.glob("*.py"))


def caches() -> Iterator[Any]:
    """The cache of every function of the app that keeps its results."""
    for name, module in list(sys.modules.items()):
        if name.startswith("playground."):
            yield from (
                made.cache
                for made in vars(module).values()
                if isinstance(made, Callable) and hasattr(made, "cache") and hasattr(made, "cache_lock")
            )


def fill() -> None:
    """Fill every cache with what nobody asked for."""
    found = {id(cache): cache for cache in caches()}
    assert found
    for cache in found.values():
        number = 0
        while not cache or any(key[0] != "of somebody else" for key in cache):
            cache["of somebody else", number] = "x" * 1_000_000
            number += 1


def test_what_is_kept_is_not_computed_again_and_belongs_to_its_function() -> None:
    calls: list[tuple[str, int]] = []

    @kept
    def double(number: int) -> int:
        calls.append(("double", number))
        return 2 * number

    @kept
    def triple(number: int) -> int:
        calls.append(("triple", number))
        return 3 * number

    assert [double(1), triple(1), double(1), triple(1), double(2)] == [2, 3, 2, 3, 4]
    assert calls == [("double", 1), ("triple", 1), ("double", 2)]


def test_what_is_kept_for_some_time_is_computed_again_after_it() -> None:
    calls: list[float] = []

    def double_kept_for(seconds: float) -> Callable[[int], int]:
        return kept_for(seconds, 2)(lambda number: calls.append(seconds) or 2 * number)

    for seconds in (3600, 0.01):
        double = double_kept_for(seconds)
        assert double(1) == 2
        time.sleep(0.02)
        assert double(1) == 2
    assert calls == [3600, 0.01, 0.01]


def test_no_more_is_kept_than_there_is_room_for() -> None:
    @kept
    def text(number: int) -> str:
        return str(number) * 1_000_000

    for number in range(100):
        text(number)
    (shared,) = {id(text.cache): text.cache}.values()
    assert BYTES - 2_000_000 < shared.currsize <= BYTES
    assert sum(size_of(result) for result in shared.values()) == shared.currsize


@dataclass(frozen=True)
class Result:
    """A result as the pages have them."""

    numbers: Any
    more: Any = None


@pytest.mark.parametrize(
    ("result", "least", "most"),
    [
        (torch.zeros(1000, dtype=torch.float64), 8000, 8200),
        (Result(torch.zeros(1000, dtype=torch.float64)), 8000, 8400),
        (Result([0.5] * 1000), 32_000, 33_000),
        (Result(tuple(tuple(map(float, range(10))) for _ in range(100))), 100 * 320, 100 * 400 + 1200),
        (Result({"x": [torch.zeros(100), None]}, frozenset({"a" * 5000})), 5400, 6400),
        ("a" * 100_000, 100_000, 100_100),
    ],
)
def test_the_size_of_a_result_is_about_what_it_takes(result: object, least: int, most: int) -> None:
    assert least <= size_of(result) <= most


def test_what_a_result_holds_twice_counts_once() -> None:
    tensor = torch.zeros(1000)
    assert size_of([tensor, tensor]) - size_of([tensor]) == 8


def test_who_waits_for_a_result_of_somebody_else_has_no_turn_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the one who computes it might wait for that turn, for ever."""
    begun, found = Event(), Event()

    @kept
    def slow() -> int:
        begun.set()
        assert found.wait(10)
        return 1

    def ask() -> None:
        with TURNS.turn():
            slow()

    def compute() -> None:
        begun.wait(10)
        with TURNS.turn():
            found.set()

    with TURNS.turn():
        with TURNS.away():
            threads = [Thread(target=slow), Thread(target=ask), Thread(target=compute)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(10)
        assert found.is_set()
    assert slow() == 1


@pytest.mark.parametrize("page", NAMES)
def test_a_page_is_the_same_when_others_have_filled_every_cache(page: str) -> None:
    app = opened(page)
    before = said(app)
    fill()
    app = app.run()
    assert not app.exception
    assert said(app) == before


def test_what_was_typed_is_there_when_others_have_filled_every_cache() -> None:
    app = type_(opened(), "at.x", "4")
    assert results(app) == ["x.grad = 11.0"]
    fill()
    app = type_(app, "at.b", "7")
    assert results(app) == ["x.grad = 23.0"]
    assert shown(app)["at.x"] == "4"
