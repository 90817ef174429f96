"""A graph or a figure with steps: what is said, written, lit and moved at each place, as data for the player.

A film of very many steps has its numbers in columns that are sent once, and a few sentences with gaps: 500 steps take
some 20 KB. A gap is `{x}` for six digits of the number that column x has at the step, `{x!}` for all of them as Python
writes it; `{x+}` and `{x-}` are of the step after and before. `unpacked` in `columns.js` fills them.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import numpy as np

from playground.drawing.numbers import TEXT_DIGITS, cut, digits_of
from playground.language.notation import shortened
from playground.words import say

READING_SECONDS = 1.8
"""One place of a graph is shown for so long: time to read its sentence."""
MAX_SHOWN_CHARACTERS = 40
"""So many characters of a part of an address are shown."""

STEP = "#"
"""The column of the steps' own numbers."""
POINT, TRAIL, EACH = "point", "trail", "each"
"""A trace moves as the point of the place, as all points up to it, or as a short line of its own at each place."""

Piece = tuple[str, str]
"""A part of a sentence: its kind (`value`, `gradient` or none) and its text."""
Light = tuple[int | None, int | None]
"""From which places on an element is lit: by what goes forward, and by what comes back."""


def pieces(key: str, **values: Piece | list[Piece]) -> list[Piece]:
    """A sentence in pieces: what fills its placeholders keeps its kinds."""
    parts = say(key, **{name: f"\0{name}\0" for name in values}).split("\0")
    sentence: list[Piece] = []
    for turn, part in enumerate(parts):
        piece = values[part] if turn % 2 else ("", part)
        sentence += piece if isinstance(piece, list) else [piece]
    return [piece for piece in sentence if piece[1]]


@dataclass(frozen=True)
class Scene:
    """What places of one kind have in common: a sentence, texts by the elements that they stand in, and what is lit."""

    sentence: Sequence[Piece]
    texts: Mapping[str, str] = field(default_factory=dict)
    lit: Sequence[str] = ()


@dataclass(frozen=True)
class Motion:
    """A trace of the figure that moves, with the names of its columns; a short line has those of both its ends."""

    trace: int
    how: str
    x: tuple[str, ...]
    y: tuple[str, ...]


@dataclass(frozen=True)
class Film:
    """A drawing with steps. Place 0 comes before the first; a page opens at the last, with everything shown."""

    scenes: Sequence[Scene]
    places: Sequence[int]
    """The scene of each place."""
    columns: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """One number for each step."""
    motions: Sequence[Motion] = ()
    lights: Mapping[str, Light] = field(default_factory=dict)
    """When each node and edge of a graph is lit, by their ids in its drawing."""
    double: Sequence[str] = ()
    """The columns that are sent as float64; the others as float32."""
    beats: int = 1
    """How many places there are to one step of the address."""
    place_seconds: float = READING_SECONDS
    figure: str = ""
    """The name of the figure that it moves, and no other: see `bound`."""

    @property
    def sentences(self) -> list[Sequence[Piece]]:
        """The sentence of each place, its gaps unfilled."""
        return [self.scenes[scene].sentence for scene in self.places]

    @property
    def last(self) -> int:
        """The last step."""
        return (len(self.places) - 1) // self.beats

    def up_to(self, place: int) -> "Film":
        """The same without what comes after a place; its scenes are one for each place."""
        return replace(self, scenes=self.scenes[: place + 1], places=self.places[: place + 1])


def bound(figure: Mapping[str, Any], film: Film) -> tuple[dict[str, Any], Film]:
    """A figure and its film with the same name: in a browser either may come first, beside what stood there before."""
    numbers = _columns(film)
    name = sha256(repr((numbers, film.motions)).encode()).hexdigest()[:16]
    return {**figure, "layout": {**figure["layout"], "meta": name}}, replace(film, figure=name)


def _columns(film: Film) -> dict[str, str]:
    return {name: _coded(numbers, name in film.double) for name, numbers in film.columns.items()}


def packed(film: Film) -> dict[str, Any]:
    """The film as JSON can hold it."""
    return {
        "figure": film.figure,
        "columns": _columns(film),
        "scenes": [
            {"sentence": list(scene.sentence), "texts": dict(scene.texts), "lit": list(scene.lit)}
            for scene in film.scenes
        ],
        "places": list(film.places),
        "lights": film.lights,
        "motions": [
            {"trace": motion.trace, "how": motion.how, "x": list(motion.x), "y": list(motion.y)}
            for motion in film.motions
        ],
        "beats": film.beats,
        "pace": film.place_seconds * 1000,
        "double": list(film.double),
    }


def _coded(numbers: Sequence[float], double: bool) -> str:
    """Numbers as base64 of their bytes, the lowest first; what float32 cannot hold becomes infinite."""
    with np.errstate(over="ignore"):
        return b64encode(np.asarray(numbers, "<f8" if double else "<f4").tobytes()).decode()


GAP = re.compile(r"\{(\w+)([+-]?)(!?)\}")
_STEPS_AWAY = {"": 0, "+": 1, "-": -1}


def filled(text: str, columns: Mapping[str, Sequence[float]], step: int) -> str:
    """A text with its gaps filled, as the player fills them."""

    def number(gap: re.Match[str]) -> str:
        if gap[1] not in columns:
            return gap[0]
        filling = columns[gap[1]][step + _STEPS_AWAY[gap[2]]]
        return repr(cut(float(filling))) if gap[3] else f"{filling:.{digits_of(TEXT_DIGITS)}g}"

    return GAP.sub(number, text)


def at_the_end(film: Film) -> dict[str, str]:
    """The texts of the last place, which a page opens at."""
    scene = film.scenes[film.places[-1]]
    return {name: filled(text, film.columns, film.last) for name, text in scene.texts.items()}


def opening(requested: str | None, last: int) -> tuple[int | None, str | None]:
    """The step that an address asks for, and what is to be said where there is no such step; None opens at the end."""
    if requested is None:
        return None, None
    if not requested.strip().isdecimal():
        return None, say("player.no_step", asked=shortened(requested, MAX_SHOWN_CHARACTERS))
    step = int(requested) if len(requested) < MAX_SHOWN_CHARACTERS else last + 1
    if step > last:
        return last, say("player.beyond", asked=shortened(requested, MAX_SHOWN_CHARACTERS), last=last)
    return step, None
