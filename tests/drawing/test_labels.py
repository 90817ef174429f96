"""Every text can stand in a label, and takes the room it needs."""

import xml.etree.ElementTree as ElementTree

import pytest

from playground.drawing.colours import Colour
from playground.drawing.labels import (
    attributes,
    formula,
    grid,
    in_label,
    label,
    matrix,
    number,
    quoted,
    statement,
    text,
)
from playground.drawing.text_width import width
from playground.language.notation import shortened
from tests.drawing.cases import HOSTILE

UNPAIRED = "half of a pair: \ud800"


@pytest.mark.parametrize("line", [*HOSTILE, UNPAIRED])
def test_any_text_makes_a_label_that_is_well_formed(line: str) -> None:
    entries = matrix([[number(line, 6)] * 2], 9, Colour.VALUE)
    made = label([text(line, 9, Colour.INK), formula(line, 17, Colour.INK), entries])
    assert made[0] + made[-1] == "<>"
    ElementTree.fromstring(made[1:-1])


@pytest.mark.parametrize("line", [*HOSTILE, UNPAIRED])
def test_the_text_of_a_label_is_the_text(line: str) -> None:
    read = ElementTree.fromstring(f"<p>{in_label(line)}</p>").text or ""
    shown = "".join("�" if ord(sign) < 32 or sign in "\ufffe\uffff\ud800" else sign for sign in " ".join(line.split()))
    assert read.replace("\\\\", "\\") == shown or (not shown and read == " ")


@pytest.mark.parametrize("line", [*HOSTILE, UNPAIRED])
def test_no_text_ends_its_quotes(line: str) -> None:
    inside = quoted(line)[1:-1]
    assert '"' not in inside
    assert inside.count("\\") == 4 * line.count("\\")
    assert (len(inside) - len(inside.rstrip("\\"))) % 2 == 0
    inside.encode()


def test_backslashes_are_doubled_where_graphviz_would_read_them() -> None:
    assert in_label(r"\N") == r"\\N"
    assert quoted(r"\N") == r'"\\\\N"'


def test_a_statement_has_an_id_a_label_where_there_is_one_a_tooltip_and_a_look() -> None:
    look = attributes({"class": "plain", "style": "dashed"})
    assert statement("x", "node0", "<<B>x</B>>", '"a b"') == '\tx [id="node0" label=<<B>x</B>> tooltip="a b"]\n'
    assert statement("x -> y", "edge0", "", '"a"', look) == (
        '\tx -> y [id="edge0" tooltip="a" class="plain" style="dashed"]\n'
    )


def test_a_long_text_keeps_its_beginning_and_its_end() -> None:
    assert shortened("a·x² + b·x + c", 14) == "a·x² + b·x + c"
    assert shortened("sin(a·x² + b·x + c)", 12) == "sin(a·x…+ c)"
    assert len(shortened("x" * 500, 18)) == 18


def test_a_chinese_text_begins_at_the_left_of_its_box() -> None:
    assert 'ALIGN="LEFT">' in formula("叶子节点", 9, Colour.QUIET).partition("<FONT")[0]
    assert width("叶子节点", 9) == 36


def test_parts_stand_in_rows_and_columns() -> None:
    rows = ElementTree.fromstring(grid([["a", "b"], ["c", "d"]]))
    assert [[cell.text for cell in row] for row in rows] == [["a", "b"], ["c", "d"]]


def test_a_matrix_has_a_bracket_on_each_side() -> None:
    rows = ElementTree.fromstring(
        matrix([[number(entry, 6) for entry in row] for row in ("12", "34")], 12, Colour.VALUE)
    )
    assert [len(row) for row in rows] == [4, 2]
    assert [rows[0][place].get("SIDES") for place in range(4)] == ["LTB", None, None, "RTB"]
