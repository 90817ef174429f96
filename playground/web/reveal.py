"""What is asked on a page, how far one has come with it, and what may be seen meanwhile."""

from dataclasses import dataclass, field, replace

import streamlit as st

from playground.drawing.columns import Reel
from playground.drawing.film import Film
from playground.engine.backward import Backward
from playground.web.question import Ask
from playground.web.session_parameters import remembered
from playground.words import say

KEY = "predict"
"""The switch, as an address has it."""


MEMORY = "predictions"
"""Where a session keeps its answers."""


@dataclass(frozen=True)
class Progress:
    """How far one has come with some questions."""

    asks: tuple[Ask, ...] = ()
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
    """Whether one predicts; before the switch is drawn the address tells."""
    chosen = remembered(KEY)
    return bool(chosen) if chosen is not None else str(st.query_params.get(KEY, "")).lower() == "true"


def choose_predicting() -> None:
    """The switch; the address holds it as `predict=true`."""
    st.toggle(say("predict.switch"), key=KEY, bind="query-params")


def keep_predicting() -> None:
    """Take the switch along to another page."""
    st.session_state[KEY] = predicting()


def progress() -> Progress:
    """How far this session has come."""
    found: Progress = remembered(MEMORY, Progress())
    return found


def reached(film: Film | Reel) -> Film | Reel:
    """As much of a film as may be seen."""
    place = progress().place
    if place is None:
        return film
    shown = place * film.beats + 1
    if isinstance(film, Reel):
        return replace(film, turns=film.turns[:shown])
    return replace(film, sentences=film.sentences[:shown])


def so_far(backward: Backward | None) -> Backward | None:
    """A backward pass as far as it may be told: None while its numbers are still to be predicted."""
    return None if progress().hides else backward


def veiled(text: str, instead: str = "?") -> str:
    """A text as far as it may be told: what stands in for it while its numbers are still to be predicted."""
    return instead if progress().hides else text
