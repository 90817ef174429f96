"""A heat map shows every number, as strong as it is large, and its sign without colour."""

import math
import re

import torch
from hypothesis import given
from hypothesis import strategies as st

from playground.drawing.colours import Colour
from playground.drawing.heat import GRADIENT, VALUE, fits, heat_map, labelled, rows_of, strengths_of
from playground.drawing.plots import heat_map as figure

CELL = re.compile(r'<td(?: class="([^"]*)")?(?: style="--strength:([\d.]+)")?>([^<]*)</td>')


def cells(page: str) -> list[tuple[str, str, str]]:
    return [(kind.strip(), strength, text) for kind, strength, text in CELL.findall(page)]


def test_every_number_is_text_and_the_largest_is_the_strongest() -> None:
    shown = cells(heat_map("x", torch.tensor([[1.0, -4], [0, 2]]), VALUE))
    assert shown == [("", "0.25", "1"), ("negative", "1", "−4"), ("", "0", "0"), ("", "0.5", "2")]


def test_what_is_no_number_is_framed_and_rules_nothing() -> None:
    shown = cells(heat_map("x", torch.tensor([math.nan, math.inf, 2.0]), GRADIENT))
    assert [kind for kind, _, _ in shown] == ["odd", "odd", ""]
    assert shown[2][1] == "1"


def test_all_zeros_are_without_colour() -> None:
    assert {strength for _, strength, _ in cells(heat_map("x", torch.zeros(2, 2), VALUE))} == {"0"}


def test_a_tensor_that_is_not_there_is_none() -> None:
    assert "None" in heat_map("gradient", None, GRADIENT)


def test_a_title_is_no_markup() -> None:
    assert "<b>" not in heat_map("<b>x</b>", torch.tensor(1.0), VALUE)


def test_numbers_are_written_where_they_can_be_read() -> None:
    assert fits(torch.ones(8, 8))
    assert fits(torch.tensor(3.14159))
    assert not fits(torch.ones(9, 2))
    assert not fits(torch.ones(64, 64))
    assert not fits(torch.full((2, 8), -1234.5))


@given(st.lists(st.lists(st.floats(width=32), min_size=2, max_size=2), min_size=1, max_size=4))
def test_strengths_are_parts_of_the_largest(rows: list[list[float]]) -> None:
    values = torch.tensor(rows)
    strengths = [s for row in strengths_of(values) for s in row]
    assert all(math.isnan(s) or -1 <= s <= 1 for s in strengths)
    assert [math.isnan(s) for s in strengths] == [not math.isfinite(v) for v in values.flatten().tolist()]


def test_a_jacobian_names_its_entries_sets_its_blocks_apart_and_marks_a_row() -> None:
    page = labelled(torch.eye(4), list("abcd"), list("pqrs"), (2, 2), 1)
    assert re.findall(r'<th scope="col"[^>]*>(.)</th>', page) == list("pqrs")
    assert re.findall(r'<th scope="row"[^>]*>(.)</th>', page) == list("abcd")
    assert re.findall(r'<tr class="([^"]*)">', page) == ["", "ends picked", "", "ends"]
    assert [text for _, _, text in cells(page)].count("1") == 4


# Too large for numbers


def test_a_figure_holds_every_number_and_hatches_negative_ones() -> None:
    entries, hatch = figure([[1.0, -2.0], [0.0, math.nan]], Colour.VALUE)["data"]
    assert entries["z"] == [[1, 2], [0, None]]
    assert entries["customdata"] == [["1", "-2"], ["0", "nan"]]
    assert hatch["z"] == [[None, None, 1, None], [None, None, None, 1], [None] * 4, [None] * 4]


def test_a_figure_without_negative_numbers_has_no_hatch() -> None:
    assert len(figure([[1.0, 2.0]], Colour.GRADIENT)["data"]) == 1


def test_lines_set_the_blocks_of_a_figure_apart() -> None:
    shapes = figure([[0.0] * 6] * 4, Colour.GRADIENT, (2, 3))["layout"]["shapes"]
    assert [shape["y0"] for shape in shapes if shape.get("xref") == "paper"] == [1.5]
    assert [shape["x0"] for shape in shapes if shape.get("yref") == "paper"] == [2.5]


def test_a_vector_is_one_row_and_so_is_a_number() -> None:
    assert rows_of(torch.tensor([1.0, 2])) == [[1, 2]]
    assert rows_of(torch.tensor(3.0)) == [[3]]
