"""What a run draws, element by element, so that a page which was drawn before is not worked out again.

A page is a function of its address: under everything that decides what it shows, what it drew is kept. All of it goes
through `draw` and `container`. Where what follows depends on something else, a widget of Streamlit's for example, the
run says that it is `live`.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground.web import cache, store

R = TypeVar("R")


@dataclass(frozen=True)
class Element:
    """Something that was drawn: by what, and of what."""

    drawn_by: Callable[..., object]
    arguments: Mapping[str, Any]

    def again(self) -> None:
        """Draw it once more."""
        self.drawn_by(**self.arguments)


@dataclass(frozen=True)
class Box:
    """A block with what was drawn in it."""

    opened_by: Callable[..., AbstractContextManager[object]]
    arguments: Mapping[str, Any]
    inside: "list[Element | Box]"

    def again(self) -> None:
        """Draw it once more."""
        with self.opened_by(**self.arguments):
            for element in self.inside:
                element.again()


@dataclass
class Recording(Generic[R]):
    """What a run drew, the names of what its browsers fetch, and what it came to."""

    elements: list[Element | Box] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    result: R | None = None


_level = ContextVar[list[Element | Box] | None]("level", default=None)
"""What was drawn so far in the innermost container; None where nobody writes it down."""
_live = ContextVar[bool]("live", default=False)
"""Whether this run shows something else than its address says."""


def draw(drawn_by: Callable[..., R], **arguments: Any) -> R:
    """Draw something, now and whenever the page is drawn again."""
    before = _level.get()
    if before is not None:
        before.append(Element(drawn_by, arguments))
    token = _level.set(None)  # what it draws itself is a part of it
    try:
        return drawn_by(**arguments)
    finally:
        _level.reset(token)


def container(**layout: Any) -> AbstractContextManager[None]:
    """Draw what the block draws in a container of Streamlit's."""
    return _within(st.container, layout)


def part_of_the_page() -> AbstractContextManager[None]:
    """Draw what the block draws as the page's file does: with the same ids, whether or not the file is run."""
    return _within(_in_the_file, {})


def _in_the_file() -> AbstractContextManager[None]:
    run = get_script_run_ctx()
    assert run is not None
    return run.run_with_active_hash(run.page_script_hash)


@contextmanager
def _within(opened_by: Callable[..., AbstractContextManager[object]], arguments: Mapping[str, Any]) -> Iterator[None]:
    before, inside = _level.get(), list[Element | Box]()
    if before is not None:
        before.append(Box(opened_by, arguments, inside))
    token = _level.set(None if before is None else inside)
    try:
        with opened_by(**arguments):
            yield
    finally:
        _level.reset(token)


def live() -> None:
    """Neither keep what this run draws, nor draw what was kept."""
    _live.set(True)


def repeated(key: Hashable, work: Callable[[], R]) -> R:
    """What some work comes to, and all that it draws: as it is kept under a key, or else done now and kept."""
    if _live.get():
        return work()
    kept: Recording[R] | None = cache.look_up(key)
    if kept is None or not store.renewed(kept.names):
        return _recorded(key, work)
    for element in kept.elements:
        element.again()
    return kept.result  # type: ignore[return-value]


def _recorded(key: Hashable, work: Callable[[], R]) -> R:
    recording: Recording[R] = Recording()
    token = _level.set(recording.elements)
    try:
        with store.offering(recording.names):
            result = recording.result = work()
    finally:
        _level.reset(token)
    if not _live.get():
        cache.keep(key, recording)
    return result
