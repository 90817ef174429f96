"""What is computed once for everybody who asks, also for those who ask while it is being computed."""

import sys
from collections.abc import Callable, Hashable, Mapping, Set
from contextlib import suppress
from dataclasses import is_dataclass
from typing import Any, ParamSpec, TypeVar

from cachetools import Cache, LRUCache, TTLCache, cached
from cachetools.keys import hashkey

from playground.engine.turnstile import Waiting
from playground.words import spoken

P = ParamSpec("P")
R = TypeVar("R")

BYTES = 32_000_000
"""At most so many bytes of results are kept, all functions together; the largest there are have some 20 million."""


def size_of(result: object) -> int:
    """About how many bytes a result takes; what it holds twice counts once."""
    size, waiting, visited = 0, [result], set[int]()
    while waiting:
        item = waiting.pop()
        if id(item) in visited:
            continue
        visited.add(id(item))
        size += sys.getsizeof(item)
        if hasattr(item, "untyped_storage"):  # a tensor; what answers for the server does without PyTorch
            size += item.untyped_storage().nbytes()
        elif isinstance(item, (list, tuple)) and item and isinstance(item[0], float):
            size += len(item) * sys.getsizeof(item[0])
        elif isinstance(item, (list, tuple, Set)):
            waiting.extend(item)
        elif isinstance(item, Mapping):
            waiting.extend(item)
            waiting.extend(item.values())
        elif is_dataclass(item):
            waiting.extend(vars(item).values())
    return size


_results: Cache[Any, Any] = LRUCache(BYTES, getsizeof=size_of)
_waiting = Waiting()


def kept(function: Callable[P, R]) -> Callable[P, R]:
    """Keep the results of a function of hashable arguments, as long as others are older.

    They are shared, so nobody may change one, and hold no words: readers of every language are given them. What is
    raised is not kept.
    """
    return _kept(function, hashkey)


def kept_in_words(function: Callable[P, R]) -> Callable[P, R]:
    """Keep the results of a function that makes words: as `kept` does, for each language its own."""
    return _kept(function, lambda *given, **named: (spoken(), hashkey(*given, **named)))


def kept_by(of: Callable[P, Hashable]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the results of a function that makes words as `kept_in_words` does, by what `of` gives of its arguments."""

    return lambda function: _kept(function, lambda *given, **named: (spoken(), of(*given, **named)))


def _kept(function: Callable[P, R], of: Callable[P, Hashable]) -> Callable[P, R]:
    name = f"{function.__module__}.{function.__qualname__}"

    def key(*arguments: P.args, **keywords: P.kwargs) -> Hashable:
        return hashkey(name, of(*arguments, **keywords))

    return cached(_results, key=key, condition=_waiting)(function)


def look_up(key: Hashable) -> Any:
    """What is kept under a key; None where nothing is."""
    with _waiting:
        return _results.get(key)


def keep(key: Hashable, result: object) -> None:
    """Keep a result that was come to in another way, unless it is larger than all that is kept."""
    with _waiting, suppress(ValueError):
        _results[key] = result


def kept_for(seconds: float, entries: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the last so many results of a function of hashable arguments, for so many seconds."""
    cache: Cache[Any, Any] = TTLCache(entries, seconds)
    return cached(cache, condition=Waiting())
