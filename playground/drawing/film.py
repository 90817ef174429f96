"""A graph with steps: what is said and what is lit at each place, as data for the player."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from playground.language.notation import shortened
from playground.words import say

READING_SECONDS = 1.8
"""One place of a graph is shown for so long: time to read its sentence."""
MAX_SHOWN_CHARACTERS = 40
"""So many characters of a part of an address are shown."""

POINT, TRAIL, EACH = "point", "trail", "each"
"""A trace moves as the point of the place, as all points up to it, or as a short line of its own at each place."""

Piece = tuple[str, str]
"""A part of a sentence: its kind (`value`, `gradient` or none) and its text."""
Light = tuple[int | None, int | None]
"""From which places on an element is lit: by what goes forward, and by what comes back."""


@dataclass(frozen=True)
class Film:
    """A graph with steps. Place 0 comes before the first; a page opens at the last, with everything shown."""

    sentences: Sequence[Sequence[Piece]]
    """The sentence of each place."""
    lights: Mapping[str, Light] = field(default_factory=dict)
    """When each node and edge of a graph is lit, by their ids in its drawing."""
    beats: ClassVar[int] = 1
    """How many places there are to one step of the address."""

    @property
    def last(self) -> int:
        """The last step."""
        return len(self.sentences) - 1


def packed(film: Film) -> dict[str, Any]:
    """The film as JSON can hold it; what sentences have in common is there once."""
    known: dict[Piece, int] = {}
    sentences = [[known.setdefault((kind, text), len(known)) for kind, text in said] for said in film.sentences]
    return {
        "pieces": list(known),
        "sentences": sentences,
        "lights": film.lights,
        "motions": [],
        "texts": {},
        "lit": [],
        "beats": film.beats,
        "pace": READING_SECONDS * 1000,
    }


def opening(asked: str | None, last: int) -> tuple[int | None, str | None]:
    """The step that an address asks for, and what is to be said where there is no such step; None opens at the end."""
    if asked is None:
        return None, None
    if not asked.strip().isdecimal():
        return None, say("player.no_step", asked=shortened(asked, MAX_SHOWN_CHARACTERS))
    step = int(asked) if len(asked) < MAX_SHOWN_CHARACTERS else last + 1
    if step > last:
        return last, say("player.beyond", asked=shortened(asked, MAX_SHOWN_CHARACTERS), last=last)
    return step, None
