"""What a session remembers from one rerun to the next, and what pages read of it."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st

from playground.engine.case import Case
from playground.web.address import LESSON, QUESTION, Asked
from playground.web.examples import Example
from playground.web.feature import Feature
from playground.web.inputs import Reading, Typed
from playground.web.session_parameters import remembered

S = TypeVar("S", str, bool)


MEMORY = "frame"
"""Where a session keeps what the frame remembers of it."""


DRAWN_KEYS = ContextVar[set[str]]("drawn")
"""The keys of a rerun's widgets; what a rerun that was overtaken still draws is none of the next one's."""


@dataclass
class Memory:
    """What a session remembers from one rerun to the next: texts, no tensors."""

    page: Feature
    entered: Feature
    """The page that the session was opened on."""
    asked: Asked
    """The address that the session was opened with."""
    example: Example
    """The example that was opened last."""
    opened: Reading | None = None
    """What the address came to."""
    untouched: bool = True
    """Whether program and inputs still stand so."""
    good: Typed | None = None
    """The last case that could be computed."""
    kept: dict[str, str | bool] = field(default_factory=dict)
    """The widgets as last seen, also those of inputs that the program no longer has."""
    whole: bool = False
    """Whether this rerun is one of the whole page."""

    def saw(self, key: str, state: S) -> S:
        """Remember a widget of this rerun."""
        self.kept[key] = state
        DRAWN_KEYS.get().add(key)
        return state

    @property
    def lesson(self) -> tuple[str | None, str | None]:
        """The lesson that the session was opened with, and which of its steps, as the address names them."""
        key, number = (self.asked[name][-1] if name in self.asked else None for name in (LESSON, QUESTION))
        return key, number

    @property
    def overtaken(self) -> bool:
        """Whether a widget of the frame is not any more what was seen of it."""
        return any(remembered(key, seen) != seen for key, seen in self.kept.items())

    @property
    def shown(self) -> dict[str, str | bool]:
        """What the widgets of this rerun show."""
        return {key: self.kept[key] for key in DRAWN_KEYS.get()}


def current() -> Case:
    """The case inside the frame; it can be computed."""
    return as_typed().case


def as_typed() -> Typed:
    """The same with the texts that it was read from."""
    memory: Memory = st.session_state[MEMORY]
    assert memory.good is not None
    return memory.good


def asked_for(name: str) -> str | None:
    """What the address said of a parameter, as long as nobody has changed program or inputs since."""
    memory: Memory = st.session_state[MEMORY]
    return memory.asked[name][-1] if memory.untouched and name in memory.asked else None


def opened_with(name: str) -> str | None:
    """What the address said of a parameter when the session was opened on this page; nothing outside of a frame."""
    memory: Memory | None = remembered(MEMORY)
    if memory is None or memory.page != memory.entered or name not in memory.asked:
        return None
    return memory.asked[name][-1]


def is_first_run() -> bool:
    """Whether the session was opened just now: its browser has yet to load what draws."""
    memory: Memory = st.session_state[MEMORY]
    return memory.opened is None
