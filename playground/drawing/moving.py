"""A page at many values of one input, as columns of texts: a browser shows a place of them and computes nothing.

A sentence is a few templates with gaps; what stands in a gap is a column, one text for each place, and what stands in
many gaps is there once. `web/sweep/columns.js` reads it.
"""

import json
import math
import re
from base64 import b64encode
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.drawing.film import Piece

MAX_SWEEP_BYTES = 70_000
"""A sweep has at most so many bytes, before it is packed."""
MIN_PLACES = 15
"""A sweep that would have fewer places is none: a value jumps then, and does not move."""
NUMBER = re.compile(r"(?<![\w.])([-−]?(?:\d+(?:\.\d+)?(?:e[-−+]?\d+)?|inf|nan))(?!\w)")
APART = "\t"
"""What stands between the texts of a column."""

GROWING = ("columns", "rows", "boxes", "places")
"""What of a sweep grows with its places."""

Said = Sequence[Piece]
Numbers = Sequence[float | None]
Lines = dict[tuple[str, str], tuple[Numbers | None, Numbers]]
"""By the container of a figure and a trace's `meta` its coordinates; None where those across stay."""


@dataclass(frozen=True)
class Moved:
    """What of a page depends on an input, at one value of it."""

    texts: Mapping[str, Said] = field(default_factory=dict)
    """Sentences, by the names of the elements that they stand in."""
    drawings: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    """By the container of a drawing its numbers, by the ids of its nodes and edges."""
    lines: Lines = field(default_factory=dict)
    films: Mapping[str, Sequence[Said]] = field(default_factory=dict)
    """By the container of what a player plays the sentences of its places."""
    finite: bool = True
    """Whether all of it are numbers."""


class _Columns:
    """The texts of all gaps, each column once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], int] = {}

    def put(self, texts: Iterable[str]) -> int:
        return self._known.setdefault(tuple(texts), len(self._known))

    @property
    def written(self) -> list[str]:
        return [APART.join(column) for column in self._known]


def packed(boxes: Sequence[str], places: Sequence[str], moved: Sequence[Moved]) -> dict[str, Any]:
    """A sweep as JSON can hold it: only what is not the same at all places.

    `boxes` has what stands in the input's box at each of the `places`. Without anything that moves it has them alone.
    """
    columns = _Columns()
    texts = {name: _said([page.texts.get(name, ()) for page in moved], columns) for name in _names(moved)}
    first = moved[0] if moved else Moved()
    drawings = {name: _drawing([page.drawings[name] for page in moved], columns) for name in first.drawings}
    films = {
        name: [_said([page.films[name][place] for page in moved], columns) for place in range(len(film))]
        for name, film in first.films.items()
    }
    rows: dict[str, int] = {}
    lines = [_line(*key, [page.lines[key] for page in moved], rows) for key in first.lines]
    return {
        "boxes": APART.join(boxes),
        "places": APART.join(places),
        "still": not moved,
        "texts": {name: templates for name, templates in texts.items() if templates is not None},
        "drawings": drawings,
        "films": films,
        "lines": lines,
        "rows": list(rows),
        "gaps": [place for place, page in enumerate(moved) if not page.finite],
        "columns": columns.written,
    }


def swept(
    boxes: Sequence[str], places: Sequence[str], middle: int, tell: Callable[[Sequence[int]], Mapping[int, Moved]]
) -> str:
    """The JSON of a sweep of some places, or of every second, third, ... of them if it would be too large.

    `tell` says what the page tells at places, of which it may leave some out; `middle` is the typed one, which stays.
    Where too few would fit nothing moves.
    """

    def at(chosen: Sequence[int]) -> dict[str, Any]:
        pages = _alike(tell(chosen), middle)
        return packed(
            [boxes[at_place] for at_place in pages], [places[at_place] for at_place in pages], list(pages.values())
        )

    every = _how_sparse(at, middle, len(places))
    while len(chosen := [place for place in range(len(places)) if (place - middle) % every == 0]) >= MIN_PLACES:
        text = _json(at(chosen))
        if len(text.encode()) <= MAX_SWEEP_BYTES:
            return text
        every += 1
    return still(boxes, places)


def still(boxes: Sequence[str], places: Sequence[str]) -> str:
    """The JSON of places at which nothing is told."""
    return _json(packed(boxes, places, []))


def _how_sparse(at: Callable[[Sequence[int]], dict[str, Any]], middle: int, count: int) -> int:
    """Of how many places one fits into a sweep, by what the first, the typed and the last one take."""
    sample = sorted({0, middle, count - 1})
    sweep = at(sample)
    growing = len(_json({name: sweep[name] for name in GROWING}).encode())
    fixed = len(_json(sweep).encode()) - growing
    return max(1, math.floor(growing / len(sample) * count / max(1, MAX_SWEEP_BYTES - fixed)))


def _json(sweep: Mapping[str, Any]) -> str:
    return json.dumps(sweep, ensure_ascii=False, separators=(",", ":"))


def _alike(pages: Mapping[int, Moved], middle: int) -> dict[int, Moved]:
    """What is told at those places where there is room for it: where a graph is another one there is none."""
    return {place: moved for place, moved in pages.items() if _shape(moved) == _shape(pages[middle])}


def _shape(moved: Moved) -> Any:
    drawings = {name: {part: len(texts) for part, texts in parts.items()} for name, parts in moved.drawings.items()}
    return drawings, {name: len(film) for name, film in moved.films.items()}, moved.lines.keys()


def _names(moved: Sequence[Moved]) -> list[str]:
    return list(dict.fromkeys(name for page in moved for name in page.texts))


def _drawing(moved: Sequence[Mapping[str, Sequence[str]]], columns: _Columns) -> dict[str, list[str | int]]:
    """The numbers of a drawing, part by part."""
    return {
        part: [_gap([drawing[part][turn] for drawing in moved], columns) for turn in range(len(numbers))]
        for part, numbers in moved[0].items()
    }


def _gap(texts: Sequence[str], columns: _Columns) -> str | int:
    """A text that is always the same, or the number of a column."""
    return texts[0] if len(set(texts)) == 1 else columns.put(texts)


def _said(sentences: Sequence[Said], columns: _Columns) -> dict[str, Any] | None:
    """A sentence at all places as the templates it has, and which of them at each; None where it never changes."""
    if all(list(sentence) == list(sentences[0]) for sentence in sentences):
        return None
    cut = [[(kind, NUMBER.split(text)) for kind, text in sentence] for sentence in sentences]
    kinds: dict[Hashable, list[int]] = {}
    for place, pieces in enumerate(cut):
        kinds.setdefault(tuple((kind, *parts[::2]) for kind, parts in pieces), []).append(place)
    turns = [0] * len(sentences)
    for turn, where in enumerate(kinds.values()):
        for place in where:
            turns[place] = turn
    template = {"turns": turns} if len(kinds) > 1 else {}
    return template | {"kinds": [_template(cut, where, columns) for where in kinds.values()]}


def _template(cut: Sequence[Any], where: Sequence[int], columns: _Columns) -> list[list[Any]]:
    """The pieces of a sentence at the places where it has the same words, with a text or a column in each gap."""
    template = []
    for turn, (kind, parts) in enumerate(cut[where[0]]):
        filled: list[str | int] = [kind]
        for place, part in enumerate(parts):
            if place % 2 == 0:
                filled.append(part)
                continue
            texts = {at: cut[at][turn][1][place] for at in where}
            same = len(set(texts.values())) == 1
            filled.append(part if same else columns.put(texts.get(at, "") for at in range(len(cut))))
        template.append(filled)
    return template


def _line(figure: str, trace: str, ends: Sequence[tuple[Numbers | None, Numbers]], rows: dict[str, int]) -> Any:
    """A trace at all places, with the numbers of its rows; coordinates that stay are left out."""
    across = [x for x, _ in ends if x is not None]
    sides = {"x": across, "y": [y for _, y in ends]}
    put = {side: rows.setdefault(_coded(numbers), len(rows)) for side, numbers in sides.items() if numbers}
    return {"figure": figure, "trace": trace, **put}


def _coded(rows: Sequence[Numbers]) -> str:
    """How many numbers each row has, and all of them as base64 of their bytes, the lowest first; nan is a gap.

    Of rows that are all the same there is one.
    """
    if all(list(row) == list(rows[0]) for row in rows):
        rows = rows[:1]
    most = max(map(len, rows))
    table = np.full((len(rows), most), math.nan)
    for place, row in enumerate(rows):
        table[place, : len(row)] = [math.nan if number is None else number for number in row]
    with np.errstate(over="ignore"):
        return f"{most} {b64encode(table.astype('<f4').tobytes()).decode()}"
