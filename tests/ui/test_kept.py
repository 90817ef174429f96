"""What is kept is bounded, and what is not kept any more is computed again."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from playground.ui.kept import kept
from playground.ui.source import PAGES
from tests.ui.reading import opened, results, said, type_

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


def fill() -> int:
    """Fill every cache with what nobody asked for, and more than it keeps; how many caches there are."""
    found = {id(cache): cache for cache in caches()}
    for cache in found.values():
        for number in range(int(cache.maxsize) + 1):
            cache["of somebody else", number] = None
        assert cache.currsize == cache.maxsize
        assert all(key[0] == "of somebody else" for key in cache)
    return len(found)


def test_no_more_is_kept_than_was_said() -> None:
    asked: list[int] = []
    double = kept(2)(lambda number: asked.append(number) or 2 * number)
    assert [double(number) for number in (1, 2, 3, 3, 1)] == [2, 4, 6, 6, 2]
    assert asked == [1, 2, 3, 1]


@pytest.mark.parametrize("page", NAMES)
def test_a_page_is_the_same_when_others_have_filled_every_cache(page: str) -> None:
    app = opened(page)
    before = said(app)
    assert fill() > 10
    app = app.run()
    assert not app.exception
    assert said(app) == before


def test_what_was_typed_is_there_when_others_have_filled_every_cache() -> None:
    app = type_(opened(), "at.x", "4")
    assert results(app) == ["x.grad = 11.0"]
    fill()
    app = type_(app, "at.b", "7")
    assert results(app) == ["x.grad = 23.0"]
    assert app.text_input(key="at.x").value == "4"
