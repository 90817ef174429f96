"""A film as data: small, such as JSON can hold, and opened where an address asks for."""

import json

import pytest

from playground.drawing.film import Film, opening, packed


def unpacked(data: dict[str, object]) -> list[str]:
    """The sentences as a browser puts them together."""
    pieces, sentences = data["pieces"], data["sentences"]
    assert isinstance(pieces, list)
    assert isinstance(sentences, list)
    return ["".join(pieces[place][1] for place in said) for said in sentences]


def test_what_sentences_have_in_common_is_sent_once() -> None:
    said = [[("", "Step "), ("", str(step)), ("", ": x is "), ("value", str(step / 500))] for step in range(501)]
    data = packed(Film(said))
    assert unpacked(data) == [f"Step {step}: x is {step / 500}" for step in range(501)]
    assert len(json.dumps(data)) < 0.8 * len(json.dumps(said))
    assert ("", ": x is ") in data["pieces"]


def test_a_text_of_two_kinds_keeps_both() -> None:
    data = packed(Film([[("value", "1.0"), ("gradient", "1.0")]]))
    assert [data["pieces"][place] for place in data["sentences"][0]] == [("value", "1.0"), ("gradient", "1.0")]


@pytest.mark.parametrize(
    ("asked", "place", "said"),
    [
        (None, None, None),
        ("0", 0, None),
        ("12", 12, None),
        ("007", 7, None),
        ("13", 12, "asks for step 13, but the last one is 12"),
        ("9" * 5000, 12, "but the last one is 12"),
        ("-1", None, "step=-1 is no step"),
        ("2.5", None, "step=2.5 is no step"),
        ("", None, "step= is no step"),
        ("<b>²", None, "step=<b>² is no step"),
        ("٣", 3, None),
    ],
)
def test_an_address_opens_at_a_step_there_is(asked: str | None, place: int | None, said: str | None) -> None:
    opened, note = opening(asked, 12)
    assert opened == place
    assert (note is None) if said is None else (note is not None and said in note and len(note) < 200)
