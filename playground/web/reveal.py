"""What is asked on a page, how far one has come with it, and what may be seen meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

from playground.drawing.film import Film
from playground.web.question import Answer, Question
from playground.web.session_parameters import remembered

P = ParamSpec("P")
R = TypeVar("R")

KEY = "predict"
"""The switch, as an address has it."""


MEMORY = "predictions"
"""Where a session keeps its answers."""

SHOWN = Answer("", "", True)
"""The answer of who had it shown."""


@dataclass(frozen=True)
class Progress:
    """How far one has come with some questions."""

    asks: tuple[Question, ...] = ()
    turn: int = 0
    given: dict[int, Answer] = field(default_factory=dict)
    """By question which answer was tapped or typed."""
    again: bool = False
    """Whether a question was answered a second time."""

    @property
    def open(self) -> int | None:
        """The first question after all that were answered: who answers one farther on has come so far."""
        after = max(self.given, default=-1) + 1
        return after if after < len(self.asks) else None

    @property
    def choices(self) -> dict[int, int]:
        """By the nodes that one may still choose to be asked about the last question of each; none of a single one."""
        if self.open is None or len(self.asks) == 1:
            return {}
        turns_by_node = {ask.node: turn for turn, ask in enumerate(self.asks) if turn >= self.open}
        return {node: turn for node, turn in turns_by_node.items() if node is not None}

    @property
    def place(self) -> int | None:
        """Up to which place a film is shown; None is all of it."""
        if not self.asks:
            return None
        return self.asks[-1].after if self.open is None else self.asks[self.open].place

    @property
    def hides(self) -> bool:
        """Whether something is not to be seen yet."""
        return self.open is not None or self.place is not None


def choose(node: int) -> None:
    """Go on with the question about a node of a graph, where there is one."""
    now = progress()
    if node in now.choices:
        st.session_state[MEMORY] = replace(now, turn=now.choices[node], again=False)


def predicting() -> bool:
    """Whether one predicts."""
    return st.query_params.get(KEY, "").lower() == "true"


def progress() -> Progress:
    """How far this session has come."""
    now: Progress = remembered(MEMORY, Progress())
    return now


def reached(film: Film) -> Film:
    """As much of a graph's film as may be seen; the steps in columns are no more than that already."""
    place = progress().place
    return film if place is None or film.columns else film.up_to(place)


def known_places(nodes: int) -> int | None:
    """Up to which place of a graph of so many nodes its numbers may be drawn, as `up_to` counts; None where all may.

    A page that asks for no place of its graph hides all that comes back, and nothing that goes forward.
    """
    now = progress()
    if not hidden():
        return None
    return nodes if now.place is None else now.place


_from = ContextVar[int | None]("_from", default=None)
"""The place from which on what is drawn is known; None is the end."""


@contextmanager
def known_from(place: int) -> Iterator[None]:
    """What is drawn in the block is known from a place on, which counts what a page asks for and is none of a film.

    Everything outside of such a block is known when nothing is hidden any more.
    """
    before = _from.set(place)
    try:
        yield
    finally:
        _from.reset(before)


def hidden() -> bool:
    """Whether what is drawn here may not be seen yet."""
    now, known = progress(), _from.get()
    return now.hides and (known is None or now.place is None or now.place < known)


def once_known(draw: Callable[P, R]) -> Callable[P, R | None]:
    """What is drawn of numbers that may still have to be predicted: nothing, and None, as long as they have to be."""

    @wraps(draw)
    def drawn(*given: P.args, **named: P.kwargs) -> R | None:
        return None if hidden() else draw(*given, **named)

    return drawn


def veiled(number: float) -> float | None:
    """A number, None while it is still to be predicted."""
    return None if hidden() else number


def forget() -> None:
    """Leave the questions of another page behind."""
    st.session_state[MEMORY] = Progress()
