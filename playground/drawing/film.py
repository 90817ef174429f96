"""A drawing with steps: what is said, what is lit and what has moved at each place, as data for the player."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.language.notation import shortened
from playground.words import say

READING = 1.8
"""seconds for one place of a graph: time to read its sentence."""
LONGEST = 40
"""characters of a part of an address that are shown."""

POINT, TRAIL, EACH = "point", "trail", "each"
"""How a trace moves: the point of the place, all points up to it, or a short line of its own at each place."""

Piece = tuple[str, str]
"""A part of a sentence: its kind (`value`, `gradient` or none) and its text."""
Light = tuple[int | None, int | None]
"""From which places on an element is lit: by what goes forward, and by what comes back."""


@dataclass(frozen=True)
class Motion:
    """A trace of a figure that moves: one entry for each step; None, or what is no finite number, is no point."""

    trace: int
    """Its place among the figure's traces."""
    how: str
    x: Sequence[Any]
    y: Sequence[Any]


@dataclass(frozen=True)
class Film:
    """A drawing with steps. Place 0 comes before the first; a page opens at the last, with everything shown."""

    sentences: Sequence[Sequence[Piece]]
    """One for each place."""
    lights: Mapping[str, Light] = field(default_factory=dict)
    """The nodes and edges of a graph, by their ids in its drawing."""
    motions: Sequence[Motion] = ()
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What the elements of class `play-NAME` say at each place."""
    lit: Sequence[Sequence[str]] = ()
    """The names of the elements `play-NAME` that are lit at each place."""
    beats: int = 1
    """Places to one step of the address; the motions have entries for whole steps."""
    pace: float = READING
    """Seconds for one place."""

    @property
    def last(self) -> int:
        """The last step."""
        return (len(self.sentences) - 1) // self.beats


def packed(film: Film) -> dict[str, Any]:
    """The film as JSON can hold it; what sentences have in common is there once."""
    known: dict[Piece, int] = {}
    sentences = [[known.setdefault((kind, text), len(known)) for kind, text in said] for said in film.sentences]
    return {
        "pieces": list(known),
        "sentences": sentences,
        "lights": film.lights,
        "motions": [
            {"trace": motion.trace, "how": motion.how, "x": _finite(motion.x), "y": _finite(motion.y)}
            for motion in film.motions
        ],
        "texts": film.texts,
        "lit": film.lit,
        "beats": film.beats,
        "pace": film.pace * 1000,
    }


def _finite(values: Iterable[Any]) -> list[Any]:
    """Numbers that JSON knows; None for the others."""
    return [
        _finite(one) if isinstance(one, (list, tuple)) else one if one is not None and math.isfinite(one) else None
        for one in values
    ]


def opening(asked: str | None, last: int) -> tuple[int | None, str | None]:
    """The step that an address asks for, and what is to be said of one that there is not; None opens at the end."""
    if asked is None:
        return None, None
    if not asked.strip().isdecimal():
        return None, say("player.no_step", asked=shortened(asked, LONGEST))
    step = int(asked) if len(asked) < LONGEST else last + 1
    if step > last:
        return last, say("player.beyond", asked=shortened(asked, LONGEST), last=last)
    return step, None
