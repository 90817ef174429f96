"""What a session remembers beside the address, and what pages read of both."""

from dataclasses import dataclass

import streamlit as st

from playground.engine.case import Case
from playground.web.address import QueryTexts, lesson_in
from playground.web.examples import Example
from playground.web.feature import Feature
from playground.web.head import owned
from playground.web.inputs import Typed
from playground.web.session_parameters import remembered

MEMORY = "frame"
"""Where a session keeps what the frame remembers of it."""


@dataclass
class Memory:
    """What a session remembers of a page since it arrived there: texts, no tensors."""

    page: Feature
    address: QueryTexts
    """The address that it arrived with."""
    arrived: dict[str, str]
    """What of that the head owns."""
    example: Example
    """The example that was opened last."""
    entered: bool = False
    """Whether the session was opened with it, by an address that says nothing."""
    good: Typed | None = None
    """The last case that could be computed."""

    @property
    def untouched(self) -> bool:
        """Whether program and inputs still stand as one arrived."""
        return owned() == self.arrived

    @property
    def lesson(self) -> tuple[str | None, str | None]:
        """The lesson that one arrived in, and which of its steps, as the address names them."""
        return lesson_in(self.address)


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
    return memory.address[name][-1] if memory.untouched and name in memory.address else None


def opened_with(name: str) -> str | None:
    """What the address said of a parameter when one arrived on this page; nothing outside of a frame."""
    memory: Memory | None = remembered(MEMORY)
    if memory is None or name not in memory.address:
        return None
    return memory.address[name][-1]
