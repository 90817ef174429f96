"""A film of very many steps: its numbers stand in columns that are sent once, its sentences are a few with gaps.

500 steps take some 20 KB. A gap is `{x}` for six digits of the number that column x has at the step, `{x!}` for all of
them as Python writes it; `{x+}` and `{x-}` are of the step after and before. `unpacked` in `columns.js` fills them.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.drawing.film import Piece
from playground.drawing.numbers import TEXT_DIGITS, cut, digits_of

STEP = "#"
"""The column of the steps' own numbers."""


@dataclass(frozen=True)
class Scene:
    """What places of one kind have in common: a sentence, texts by the elements that they stand in, and what is lit."""

    sentence: Sequence[Piece]
    texts: Mapping[str, str] = field(default_factory=dict)
    lit: Sequence[str] = ()


@dataclass(frozen=True)
class Move:
    """A trace of the figure that moves, with the names of its columns; a short line has those of both its ends."""

    trace: int
    how: str
    x: tuple[str, ...]
    y: tuple[str, ...]


@dataclass(frozen=True)
class Reel:
    """What a film is made of."""

    columns: Mapping[str, Sequence[float]]
    """One number for each step."""
    scenes: Sequence[Scene]
    turns: Sequence[int]
    """The scene of each place."""
    motions: Sequence[Move] = ()
    double: Sequence[str] = ()
    """The columns that are sent as float64; the others as float32."""
    beats: int = 1
    """How many places there are to one step."""
    pace: float = 0.02
    """The seconds for one place."""

    @property
    def last(self) -> int:
        """The last step."""
        return (len(self.turns) - 1) // self.beats


def packed_reel(reel: Reel) -> dict[str, Any]:
    """The reel as JSON can hold it."""
    return {
        "columns": {name: _coded(numbers, name in reel.double) for name, numbers in reel.columns.items()},
        "scenes": [
            {"sentence": list(scene.sentence), "texts": dict(scene.texts), "lit": list(scene.lit)}
            for scene in reel.scenes
        ],
        "turns": "".join(map(str, reel.turns)),
        "lights": {},
        "motions": [
            {"trace": move.trace, "how": move.how, "x": list(move.x), "y": list(move.y)} for move in reel.motions
        ],
        "beats": reel.beats,
        "pace": reel.pace * 1000,
        "double": list(reel.double),
    }


def _coded(numbers: Sequence[float], double: bool) -> str:
    """Numbers as base64 of their bytes, the lowest first; what float32 cannot hold becomes infinite."""
    with np.errstate(over="ignore"):
        return b64encode(np.asarray(numbers, "<f8" if double else "<f4").tobytes()).decode()


GAP = re.compile(r"\{(\w+)([+-]?)(!?)\}")
_TURNS = {"": 0, "+": 1, "-": -1}


def filled(text: str, columns: Mapping[str, Sequence[float]], step: int) -> str:
    """A text with its gaps filled, as the player fills them."""

    def number(gap: re.Match[str]) -> str:
        found = columns[gap[1]][step + _TURNS[gap[2]]]
        return repr(cut(float(found))) if gap[3] else f"{found:.{digits_of(TEXT_DIGITS)}g}"

    return GAP.sub(number, text)


def at_the_end(reel: Reel) -> dict[str, str]:
    """The texts of the last place, which a page opens at."""
    scene = reel.scenes[reel.turns[-1]]
    return {name: filled(text, reel.columns, reel.last) for name, text in scene.texts.items()}
