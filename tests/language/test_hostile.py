"""Whoever sends whatever: it is computed and drawn, or refused in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.language.errors import EvaluationError
from playground.language.gradient_argument import read_upstream
from playground.language.values import read_value
from tests.fuzz.once import BETWEEN, once, seeds
from tests.programs import mangled, programs, repeated, texts

broken = mangled(st.sampled_from(["[[1, 2], [3, 4]]", "-2.5e-3", "[1/3, 2^0.5]", "entry 1, 1", "random 7", "ones"]))
written = programs(statements=2, budget=4).map(lambda made: BETWEEN.join((made.text, *map(str, made.values.values()))))


@pytest.mark.parametrize("text", [*seeds()], ids=lambda text: "")
def test_what_a_search_begins_with_breaks_nothing(text: str) -> None:
    assert once(text) in ("program", "values", "forward", "backward", "drawn")


def test_an_example_with_its_values_comes_to_the_end() -> None:
    assert once(BETWEEN.join(("y = a*x^2", "2", "[[1, 2]]", "entry 0, 1"))) == "drawn"
    assert once(BETWEEN.join(("y = a*x^2", "2", "[[1, 2]]", "entry 9, 1"))) == "backward"
    assert once(BETWEEN.join(("y = x + w", "[1, 2]", "[1, 2, 3]"))) == "forward"
    assert once(BETWEEN.join(("y = a*x^2", "2", "[[1, 2]"))) == "values"


@given(st.one_of(mangled(written), st.lists(st.one_of(texts(), broken), min_size=1, max_size=4).map(BETWEEN.join)))
@settings(max_examples=400)
def test_any_program_with_any_values_is_drawn_or_refused(text: str) -> None:
    once(text)


@given(st.one_of(texts(), broken, repeated(20_000)))
@settings(max_examples=300)
def test_any_text_is_a_value_and_a_gradient_argument_or_neither(text: str) -> None:
    for read in (read_value, read_upstream):
        try:
            read(text, "gradient.y")
        except EvaluationError as problem:
            assert problem.message.startswith("gradient.y")
            assert 1 <= (problem.column or 0) <= max(len(text), 1) + 1


@pytest.mark.parametrize(
    "piece", ["f(x)=1 ", "1+", "-", "(", "|", "1^", "²", "sin(", "f ", "torch.", "\n", "#\n", "，"]
)
def test_the_longest_value_of_one_piece_is_read_in_one_go(piece: str) -> None:
    """A reader that began anew at each piece would run into the limit of a test's time."""
    with pytest.raises(EvaluationError, match=r"gradient\.y"):
        read_value((piece * 109_000)[:109_000] + "?", "gradient.y")
