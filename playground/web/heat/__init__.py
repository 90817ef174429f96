"""Heat maps in a row: tables where the numbers can be read, figures where they are too many for that."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st
import torch

from playground.drawing.colours import Colour
from playground.drawing.film import Piece
from playground.drawing.heat import VALUE, fits, heat_map, labelled, moved_cells, rows_of, shape_of, tile_title
from playground.drawing.numbers import whole
from playground.drawing.plots import heat_map as figure
from playground.web import markup
from playground.web.panel import panel
from playground.web.plot import plot
from playground.web.recording import container
from playground.web.reveal import once_known
from playground.words import say

Held = Sequence[Sequence[str]]
"""The names of a matrix's entries, row by row."""


def maps(key: str, shown: Sequence[tuple[str, torch.Tensor | None, str]], held: Mapping[int, Held] = {}) -> None:
    """A heat map for each title, tensor and kind; `held` has the entries of those that are handles, by their place.

    What stands in them follows a handle, as `moved_maps` names it.
    """
    drawn = [
        None if large_one else heat_map(title, values, kind, f"{key}{place}", held.get(place, ()))
        for place, (title, values, kind) in enumerate(shown)
        for large_one in [values is not None and not fits(values)]
    ]
    if None not in drawn:
        tiles = "".join(f'<div class="st-key-{key}-{place}">{tile}</div>' for place, tile in enumerate(drawn))
        markup.show(f'<div class="maps st-key-{key}">{tiles}</div>')
        return
    with markup.apart(), container(key=key, horizontal=True):
        for place, (tile, (title, values, kind)) in enumerate(zip(drawn, shown, strict=True)):
            with container(key=f"{key}-{place}"):
                if tile is not None:
                    markup.show(tile)
                elif values is not None:
                    large(f"{key}-{place}-figure", title, values, kind)


def moved_maps(key: str, shown: Sequence[torch.Tensor | None]) -> dict[str, list[Piece]]:
    """What the cells of heat maps hold, by the names of their elements; of those that are figures there are none."""
    cells: dict[str, list[Piece]] = {}
    for place, values in enumerate(shown):
        if values is not None and fits(values):
            cells |= moved_cells(values, f"{key}{place}")
    return cells


def large(
    key: str, title: str, values: torch.Tensor, kind: str, lines: tuple[int, int] = (0, 0), pixels: int = 200
) -> None:
    """A matrix as a figure, each number told where the pointer is."""
    colour = Colour.VALUE if kind == VALUE else Colour.GRADIENT
    markup.show(f'<div class="heat {kind}">{tile_title(title, shape_of(values))}</div>')
    alt = say("matrix.large_alt", title=title, shape=shape_of(values))
    plot(figure(rows_of(values), colour, lines, pixels), alt, key)


@once_known
def labelled_map(
    matrix: torch.Tensor,
    rows: Sequence[str],
    columns: Sequence[str],
    lines: tuple[int, int] = (0, 0),
    picked: int = -1,
    name: str = "",
) -> None:
    """A Jacobian with the names of its rows and columns, one row marked; one with a name follows a handle."""
    markup.show(labelled(matrix, rows, columns, lines, picked, name))


def all_numbers(tensors: Mapping[str, torch.Tensor | None]) -> None:
    """Those too long for the page, every number of them, to copy."""
    long = {name: tensor for name, tensor in tensors.items() if tensor is not None and not fits(tensor)}
    if not long:
        return
    panel(say("matrix.all_numbers"), "numbers", partial(_written, long), None)


def _written(tensors: Mapping[str, torch.Tensor]) -> None:
    for name, tensor in tensors.items():
        st.code(f"{name} = {whole(tensor, entire=True)}", language=None, height=240)
