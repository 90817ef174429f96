"""A film as data: small, such as JSON can hold, and opened where an address asks for."""

import json
import math

import pytest

from playground.drawing.film import EACH, TRAIL, Film, Motion, opening, packed


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


def test_what_is_no_number_is_no_point() -> None:
    motions = (
        Motion(1, TRAIL, [0.0, math.inf, None], [0.0, math.nan, 1]),
        Motion(2, EACH, [[0, -math.inf]], [[1, 2]]),
    )
    data = packed(Film([[]], motions=motions))
    assert data["motions"][0] == {"trace": 1, "how": "trail", "x": [0.0, None, None], "y": [0.0, None, 1]}
    assert data["motions"][1]["x"] == [[0, None]]
    json.dumps(data, allow_nan=False)


def test_places_between_steps_are_not_counted_as_steps() -> None:
    assert Film([[]] * 13).last == 12
    assert Film([[]] * 13, beats=4).last == 3


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
