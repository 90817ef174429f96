"""What is computed once for everybody who asks, also for those who ask while it is being computed."""

from collections.abc import Callable
from threading import Condition
from typing import Any, ParamSpec, TypeVar

from cachetools import Cache, LRUCache, TTLCache, cached

P = ParamSpec("P")
R = TypeVar("R")


def kept(entries: int, seconds: float | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the results of a function of hashable arguments, the last `entries` of them, for so many seconds.

    They are shared, so nobody may change one. What is raised is not kept.
    """
    cache: Cache[Any, Any] = LRUCache(entries) if seconds is None else TTLCache(entries, seconds)
    return cached(cache, condition=Condition())
