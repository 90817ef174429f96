"""Matrices as heat maps whose numbers are text: HTML tables, coloured by the strength of each cell."""

import math
from collections.abc import Iterator, Sequence
from html import escape

import torch

from playground.drawing.film import Piece
from playground.drawing.numbers import entries
from playground.words import say

VALUE, GRADIENT = "value", "gradient"
"""The kinds of numbers, each also the class that colours them."""
MAX_ROWS = 8
"""Every number is written of a matrix that has at most so many rows."""
MAX_ROW_CHARACTERS = 44
"""Every number is written of a matrix whose rows have at most so many characters."""
LABELLED = 16
"""The entries of a Jacobian are written where it has at most so many rows and columns."""


def fits(values: torch.Tensor) -> bool:
    """Whether every number can be written, so large that it can be read."""
    if (values.dim() == 2 and values.shape[0] > MAX_ROWS) or values.numel() > MAX_ROWS * MAX_ROW_CHARACTERS:
        return False
    texts = _texts(values)
    return len(texts[0]) * (longest(texts) + 1) <= MAX_ROW_CHARACTERS


def heat_map(
    title: str, values: torch.Tensor | None, kind: str, name: str = "", held: Sequence[Sequence[str]] = ()
) -> str:
    """A matrix as an HTML table under its name and shape; None, where there is no such tensor, as that word.

    Cells of a map with a name follow a handle; `held` has the names of those that are handles themselves.
    """
    if values is None:
        return _tile(title, "", f'<div class="none">{say("matrix.nothing")}</div>', kind)
    texts = _texts(values)
    rows = "".join(f"<tr>{''.join(line)}</tr>" for line in _cells(texts, strengths_of(values), name, 0, held))
    sizes = f"--columns:{len(texts[0])};--rows:{len(texts)};--longest:{longest(texts)}"
    return _tile(title, shape_of(values), f'<table style="{sizes}"><tbody>{rows}</tbody></table>', kind)


def labelled(
    matrix: torch.Tensor,
    rows: Sequence[str],
    columns: Sequence[str],
    lines: tuple[int, int],
    picked: int | None,
    name: str = "",
) -> str:
    """A Jacobian with the names of its rows and columns, a line after every so many of each, one row marked.

    Cells of one with a name follow a handle.
    """
    head = "".join(_head(column, "col", _ends(place, lines[1])) for place, column in enumerate(columns))
    body = "".join(
        f'<tr class="{" ".join(filter(None, [_ends(place, lines[0]), "picked" if place == picked else ""]))}">'
        f"{_head(rows[place], 'row', '')}{''.join(line)}</tr>"
        for place, line in enumerate(_cells(entries(matrix), strengths_of(matrix), name, lines[1], ()))
    )
    table = f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="heat gradient jacobian">{table}</div>'


def moved_cells(values: torch.Tensor, name: str, every: int = 0) -> dict[str, list[Piece]]:
    """What the cells of a map of this name hold; a line is drawn after every so many columns."""
    cells = zip(_texts(values), strengths_of(values), strict=True)
    texts: dict[str, list[Piece]] = {}
    for row, line in enumerate(cells):
        for column, (text, strength) in enumerate(zip(*line, strict=True)):
            mine = f"{name}-{row}-{column}"
            kind, style = _look(strength, _ends(column, every))
            texts |= {mine: [("@class", kind), ("@style", style)], f"{mine}-text": [("", text)]}
    return texts


def rows_of(values: torch.Tensor) -> list[list[float]]:
    """The numbers row by row; a vector is one row, and so is a number."""
    rows: list[list[float]] = (values if values.dim() == 2 else values.reshape(1, -1)).tolist()
    return rows


def strengths_of(values: torch.Tensor) -> list[list[float]]:
    """For each entry its size as a part of the largest, with its sign; NaN where the entry is NaN or infinite."""
    rows = rows_of(values)
    most = max((abs(number) for row in rows for number in row if math.isfinite(number)), default=0.0) or 1.0
    return [[number / most if math.isfinite(number) else math.nan for number in row] for row in rows]


def longest(texts: Sequence[Sequence[str]]) -> int:
    """The number of characters of the longest text."""
    return max(len(text) for row in texts for text in row)


def shape_of(values: torch.Tensor) -> str:
    """`2 × 2`; nothing for a number."""
    return " × ".join(map(str, values.shape))


def tile_title(title: str, shape: str) -> str:
    """The line above a heat map, as HTML."""
    return f'<p class="title">{escape(title)} <span class="shape">{escape(shape)}</span></p>'


def _tile(title: str, shape: str, inside: str, kind: str) -> str:
    return f'<div class="heat {kind}">{tile_title(title, shape)}{inside}</div>'


def _texts(values: torch.Tensor) -> list[list[str]]:
    return entries(values if values.dim() == 2 else values.reshape(1, -1))


def _cells(
    texts: Sequence[Sequence[str]],
    strengths: Sequence[Sequence[float]],
    name: str,
    every: int,
    held: Sequence[Sequence[str]],
) -> Iterator[list[str]]:
    """The cells of each row."""
    for row, line in enumerate(zip(texts, strengths, strict=True)):
        yield [
            _cell(*cell, _ends(column, every), name and f"{name}-{row}-{column}", held[row][column] if held else "")
            for column, cell in enumerate(zip(*line, strict=True))
        ]


def _cell(text: str, strength: float, more: str, name: str, entry: str) -> str:
    """A number on its colour; one with a name follows a handle, and may be the handle of an entry itself."""
    kind, style = _look(strength, more)
    look = (f' class="{kind}"' if kind else "") + (f' style="{style}"' if style else "")
    if not entry:
        moves = f' data-move="{name} {name}-text"' if name else ""
        return f"<td{look}{moves}>{escape(text)}</td>"
    inside = f'<span data-move="{name}-text" data-entry="{escape(entry)}">{escape(text)}</span>'
    return f'<td{look} data-move="{name}">{inside}</td>'


def _look(strength: float, more: str) -> tuple[str, str]:
    """The class and the style of a cell: a negative number is hatched, one that is not finite framed."""
    if math.isnan(strength):
        return f"odd {more}", ""
    kind = " ".join(filter(None, ["negative" if strength < 0 else "", more]))
    return kind, f"--strength:{round(abs(strength), 3):g}"


def _head(name: str, scope: str, more: str) -> str:
    return f'<th scope="{scope}" class="{more}">{escape(name)}</th>'


def _ends(place: int, every: int) -> str:
    return "ends" if every > 1 and (place + 1) % every == 0 else ""
