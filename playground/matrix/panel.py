"""A grid to edit a small tensor in: it writes into the text box of the tensor, which is what counts."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from playground.language.values import Value, write_value
from playground.web.head import write
from playground.words import say

MAX_GRID_SIDE = 8
"""A grid is offered for a tensor of at most so many rows and columns."""


def grid(name: str, key: str, rows: Sequence[Sequence[float]], vector: bool) -> None:
    """A grid for the numbers of a tensor; `key` is that of its text box."""
    if len(rows) > MAX_GRID_SIDE or len(rows[0]) > MAX_GRID_SIDE:
        st.caption(say("matrix.grid_large", name=name, rows=len(rows), columns=len(rows[0]), side=MAX_GRID_SIDE))
        return
    columns = {str(column): [float(row[column]) for row in rows] for column in range(len(rows[0]))}
    # A grid of its own for each content: it would go on showing the edits that the text has already taken up.
    mine = f"grid.{key}.{hash(tuple(map(tuple, rows)))}"
    st.caption(name)
    st.data_editor(columns, key=mine, on_change=_take, args=(mine, key, rows, vector), width="content")


def edited(rows: Sequence[Sequence[float]], edits: Mapping[int, Mapping[str, Any]]) -> list[list[float]]:
    """The rows with what was typed into the grid; an emptied cell keeps its number."""
    new = [list(row) for row in rows]
    for row, cells in edits.items():
        for column, number in cells.items():
            if number is not None:
                new[int(row)][int(column)] = number
    return new


def text_of(rows: Sequence[Sequence[float]], vector: bool) -> str:
    """The text of a tensor; whole numbers without a point."""
    written: Any = [[int(number) if float(number).is_integer() else float(number) for number in row] for row in rows]
    value: Value = written[0] if vector else written
    return write_value(value)


def _take(mine: str, key: str, rows: Sequence[Sequence[float]], vector: bool) -> None:
    """Write what was edited into the text box; the grid's callback."""
    write({key: text_of(edited(rows, st.session_state[mine]["edited_rows"]), vector)})
