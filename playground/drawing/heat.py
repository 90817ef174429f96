"""Matrices as heat maps whose numbers are text: HTML tables, coloured by the strength of each cell."""

import math
from collections.abc import Sequence
from html import escape

import torch

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


def heat_map(title: str, values: torch.Tensor | None, kind: str) -> str:
    """A matrix as an HTML table under its name and shape; None, where there is no such tensor, as that word."""
    if values is None:
        return _tile(title, "", f'<div class="none">{say("matrix.nothing")}</div>', kind)
    texts = _texts(values)
    strengths = strengths_of(values)
    rows = "".join(f"<tr>{''.join(map(_cell, row, strong))}</tr>" for row, strong in zip(texts, strengths, strict=True))
    sizes = f"--columns:{len(texts[0])};--rows:{len(texts)};--longest:{longest(texts)}"
    return _tile(title, shape_of(values), f'<table style="{sizes}"><tbody>{rows}</tbody></table>', kind)


def labelled(
    matrix: torch.Tensor, rows: Sequence[str], columns: Sequence[str], lines: tuple[int, int], picked: int | None
) -> str:
    """A Jacobian with the names of its rows and columns, a line after every so many of each, one row marked."""
    texts, strengths = entries(matrix), strengths_of(matrix)
    head = "".join(_head(name, "col", _ends(place, lines[1])) for place, name in enumerate(columns))
    body = "".join(
        f'<tr class="{" ".join(filter(None, [_ends(place, lines[0]), "picked" if place == picked else ""]))}">'
        f"{_head(rows[place], 'row', '')}"
        f"{''.join(_cell(*cell, _ends(column, lines[1])) for column, cell in enumerate(zip(*row, strict=True)))}</tr>"
        for place, row in enumerate(zip(texts, strengths, strict=True))
    )
    table = f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="heat gradient jacobian">{table}</div>'


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


def _cell(text: str, strength: float, more: str = "") -> str:
    """A number on its colour; a negative one is hatched, and one that is not finite is framed."""
    if math.isnan(strength):
        return f'<td class="odd {more}">{escape(text)}</td>'
    sign = "negative" if strength < 0 else ""
    return f'<td class="{sign} {more}" style="--strength:{abs(strength):.3f}">{escape(text)}</td>'


def _head(name: str, scope: str, more: str) -> str:
    return f'<th scope="{scope}" class="{more}">{escape(name)}</th>'


def _ends(place: int, every: int) -> str:
    return "ends" if every > 1 and (place + 1) % every == 0 else ""
