"""What somebody typed is shown as text, with a caret where it went wrong."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.web.widgets import AROUND, gradient, html, pointer, value


@pytest.mark.parametrize(
    ("text", "column", "line", "caret"),
    [
        ("y = x^^2", 7, "y = x^^2", "      ^"),
        ("y = ", 5, "y = ", "    ^"),
        ("", 1, "", "^"),
        ("a\nb", 3, "a b", "  ^"),
        ("（x", 2, "（x", "\u3000^"),
        ("x", 99, "x", " ^"),
    ],
)
def test_the_caret_stands_under_the_column(text: str, column: int, line: str, caret: str) -> None:
    assert pointer(text, column) == (line, caret)


def test_of_a_long_text_the_surroundings_of_the_place_are_shown() -> None:
    line, caret = pointer("a" * 300 + "!" + "b" * 300, 301)
    assert line[len(caret) - 1] == "!"
    assert line.startswith("…")
    assert line.endswith("…")
    assert len(line) <= 2 * AROUND + 2


def width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@given(st.text(max_size=200), st.integers(1, 250))
def test_the_caret_is_as_far_in_as_what_stands_before_it(text: str, column: int) -> None:
    line, caret = pointer(text, column)
    assert "\n" not in line
    assert caret.endswith("^")
    assert width(caret[:-1]) <= width(line)


@given(st.text())
def test_no_text_becomes_markup(text: str) -> None:
    assert "<" not in html(text).replace('<span class="value">', "").replace('<span class="gradient">', "").replace(
        "</span>", ""
    )


def test_numbers_are_marked_by_what_they_are() -> None:
    marked = html(f"{value('<1>')} {gradient(2)}")
    assert marked == '<span class="value">&lt;1&gt;</span> <span class="gradient">2</span>'
