"""An address that asks for what there is not is told so, part by part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.app.registry import PARAMETERS
from playground.language.parse import parse
from playground.web.address import LISTED, SAID, objections
from playground.web.parameters import MAX_SHOWN_CHARACTERS
from tests.registry import CHOICES, KNOWN

PARABOLA = parse("y = a*x^2 + b*x + c")


def objections_to(**parameters: str) -> list[str]:
    return objections({name: (value,) for name, value in parameters.items()}, PARAMETERS, PARABOLA)


def test_words_side_by_side_in_a_comment_are_no_factors() -> None:
    assert not objections_to(f="y = a*x^2 + b*x + c # the parabola of the tutorial")


def test_an_address_of_the_playground_is_taken_as_it_is() -> None:
    assert not objections_to(
        **{"f": "y = a*x^2 + b*x + c", "at.x": "3", "grad.x": "FALSE", "gradient.y": "1", "dtype": "float64"},
        **{"constants": "true", "step": "4", "view": "projector", "lesson": "a"},
    )


@pytest.mark.parametrize("name", sorted(KNOWN - CHOICES.keys()))
def test_parameters_of_the_design_are_known(name: str) -> None:
    assert not objections_to(**{name: "anything"})


@pytest.mark.parametrize(
    ("name", "value", "used"),
    [
        ("grad.x", "maybe", "using true"),
        ("grad.a", "", "using false"),
        ("dtype", "float16", "using float32"),
        ("constants", "perhaps", "using true"),
    ],
)
def test_a_value_that_is_none_of_a_few_is_replaced_and_named(name: str, value: str, used: str) -> None:
    (sentence,) = objections_to(**{name: value})
    assert f"{name}={value}" in sentence
    assert used in sentence


@pytest.mark.parametrize("name", ["utm_source", "at.q", "grad.q", "gradient.x", "at.", "F", "f ", "at"])
def test_what_means_nothing_here_is_named(name: str) -> None:
    (sentence,) = objections_to(**{name: "true"})
    assert name.strip() in sentence


def test_a_parameter_given_twice_counts_once() -> None:
    (sentence,) = objections({"at.x": ("1", "2")}, PARAMETERS, PARABOLA)
    assert "at.x=2" in sentence


def test_inputs_are_not_judged_by_a_program_that_stands_in() -> None:
    assert not objections({"f": ("y = q*",), "at.q": ("1",), "gradient.z": ("1",)}, PARAMETERS, None)


def test_many_unknown_parts_make_one_short_sentence() -> None:
    (sentence,) = objections_to(**{f"{'n' * 100}{i}": "" for i in range(50)})
    assert f"{50 - LISTED} more" in sentence
    assert len(sentence) < 200 + LISTED * MAX_SHOWN_CHARACTERS


def test_many_wrong_parts_are_named_up_to_a_number() -> None:
    sentences = objections_to(**{f"grad.x{i}": "maybe" for i in range(5000)})
    assert len(sentences) == SAID + 1
    assert str(5001 - SAID) in sentences[-1]


@pytest.mark.parametrize("text", ["y = a*x^2   b*x", "x y", "2x y", "(x+1) y", "[1] x"])
def test_factors_with_only_spaces_between_them_may_have_lost_their_plus(text: str) -> None:
    assert any("%2B" in sentence for sentence in objections_to(f=text))


@pytest.mark.parametrize(
    "text", ["y = a*x^2 + b*x", "y1 = x1*x2; y2 = x1", "sin (x)", " x ", "2x", "x if x > 0 else 3x", "y1 = x y2 = z"]
)
def test_other_spaces_lost_nothing(text: str) -> None:
    assert not any("%2B" in sentence for sentence in objections_to(f=text))


@given(st.dictionaries(st.text(max_size=60), st.lists(st.text(max_size=60), min_size=1, max_size=3), max_size=12))
def test_any_address_comes_to_short_sentences(parameters: dict[str, list[str]]) -> None:
    assert all(0 < len(sentence) < 500 for sentence in objections(parameters, PARAMETERS, PARABOLA))
