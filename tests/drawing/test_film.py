"""A film as data: small, such as JSON can hold, and opened where an address asks for."""

import json

import pytest

from playground.drawing.film import Film, Scene, filled, opening, packed


def test_scenes_that_places_share_are_sent_once() -> None:
    film = Film([Scene([("", "x is "), ("value", "{x}")])], [0] * 501, {"x": [step / 500 for step in range(501)]})
    data = packed(film)
    assert len(data["scenes"]) == 1
    assert len(json.dumps(data)) < 5000
    assert filled("{x}", film.columns, 250) == "0.5"


def test_a_brace_that_names_no_column_stays_as_it_is() -> None:
    assert filled("{z} {x}", {"x": [1.5]}, 0) == "{z} 1.5"


def test_what_comes_after_a_place_is_cut() -> None:
    film = Film([Scene([("value", text)]) for text in "abc"], range(3), lights={"node0": (1, 2)})
    assert '"c"' not in json.dumps(packed(film.up_to(1))["scenes"])
    assert film.up_to(1).last == 1


@pytest.mark.parametrize(
    ("step", "place", "sentence"),
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
def test_an_address_opens_at_a_step_there_is(step: str | None, place: int | None, sentence: str | None) -> None:
    opened, note = opening(step, 12)
    assert opened == place
    assert (note is None) if sentence is None else (note is not None and sentence in note and len(note) < 200)
