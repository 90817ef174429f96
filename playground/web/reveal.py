"""What is asked on a page, how far one has come with it, and what may be seen meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

from playground.drawing.film import Film
from playground.web.question import Question
from playground.web.session_parameters import remembered

P = ParamSpec("P")
R = TypeVar("R")

KEY = "predict"
"""The switch, as an address has it."""


MEMORY = "predictions"
"""Where a session keeps its answers."""

SHOWN = -1
"""The answer of who had it shown."""


@dataclass(frozen=True)
class Progress:
    """How far one has come with some questions."""

    asks: tuple[Question, ...] = ()
    turn: int = 0
    given: dict[int, int] = field(default_factory=dict)
    """By question which answer was tapped."""
    again: bool = False
    """Whether a question was answered a second time."""

    @property
    def open(self) -> int | None:
        """The first question without an answer."""
        return next((place for place in range(len(self.asks)) if place not in self.given), None)

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


def predicting() -> bool:
    """Whether one predicts."""
    return st.query_params.get(KEY, "").lower() == "true"


def progress() -> Progress:
    """How far this session has come."""
    found: Progress = remembered(MEMORY, Progress())
    return found


def reached(film: Film) -> Film:
    """As much of a graph's film as may be seen; the steps in columns are no more than that already."""
    place = progress().place
    return film if place is None or film.columns else film.up_to(place)


def known_places(nodes: int) -> int | None:
    """Up to which place of a graph of so many nodes its numbers may be drawn, as `up_to` counts; None where all may.

    A page that asks for no place of its graph hides all that comes back, and nothing that goes forward.
    """
    now = progress()
    if not now.hides:
        return None
    return nodes if now.place is None else now.place


def once_known(draw: Callable[P, R]) -> Callable[P, R | None]:
    """What is drawn of numbers that may still have to be predicted: nothing, and None, as long as they have to be."""

    @wraps(draw)
    def drawn(*given: P.args, **named: P.kwargs) -> R | None:
        return None if progress().hides else draw(*given, **named)

    return drawn


def veiled(number: float) -> float | None:
    """A number, None while it is still to be predicted."""
    return None if progress().hides else number


def forget() -> None:
    """Leave the questions of another page behind."""
    st.session_state[MEMORY] = Progress()
