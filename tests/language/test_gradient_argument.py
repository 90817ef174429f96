"""A gradient argument is a value, or a word for what any shape can have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.language.errors import EvaluationError
from playground.language.gradient_argument import Drawn, OneEntry, Ones, read_upstream, write_drawn, write_entry


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("ones", Ones()),
        (" Ones ", Ones()),
        ("entry 1, 1", OneEntry((1, 1))),
        ("entry 1 0", OneEntry((1, 0))),
        ("entry [12][3]", OneEntry((12, 3))),
        ("entry (0, 2)", OneEntry((0, 2))),
        ("entry 3", OneEntry((3,))),
        ("random", Drawn(0)),
        ("random 7", Drawn(7)),
        ("[[1, 10], [100, 3]]", ((1, 10), (100, 3))),
        ("-2.5", -2.5),
    ],
)
def test_a_text_means(text: str, meaning: object) -> None:
    assert read_upstream(text, "gradient.y") == meaning


@given(st.lists(st.integers(0, 9999), min_size=1, max_size=2), st.integers(0, 999_999_999))
def test_what_is_written_is_read_again(index: list[int], seed: int) -> None:
    assert read_upstream(write_entry(tuple(index)), "gradient.y") == OneEntry(tuple(index))
    assert read_upstream(write_drawn(seed), "gradient.y") == Drawn(seed)


@pytest.mark.parametrize("text", ["entry", "entry x", "entry 1 2 3", "entry -1", "random x", "random 1e9", "onesies"])
def test_a_word_used_wrongly_is_told_the_words(text: str) -> None:
    with pytest.raises(EvaluationError) as raised:
        read_upstream(text, "gradient.y")
    assert raised.value.key == "upstream_word"
    assert "entry 1, 1" in raised.value.message


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_upstream(text, "gradient.y")
    except EvaluationError as problem:
        assert problem.message
