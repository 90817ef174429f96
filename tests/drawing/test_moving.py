"""A sweep says at each place what was told there, and only what changes is in it."""

import math
from collections.abc import Sequence

import pytest
import torch

from playground.drawing.moving import MAX_SWEEP_BYTES, MIN_PLACES, Moved, packed, still, swept
from playground.drawing.numbers import moving, short, whole
from playground.drawing.sentences import number
from tests.sweeps import Read

PLACES = ["-1", "0", "0.5", "1"]


def read(moved: Sequence[Moved], places: Sequence[str] = PLACES) -> Read:
    columns = dict(enumerate(moved))
    return Read(swept(places, places, 1, lambda chosen: {place: columns[place] for place in chosen}))


@pytest.fixture(autouse=True)
def few_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.drawing.moving.MIN_PLACES", 2)


def test_a_sentence_keeps_its_words_and_gives_its_numbers_to_columns() -> None:
    sentences = [[("", "At x = "), ("value", str(x)), ("", f" the slope is {2 * x:g}.")] for x in (-1, 0, 0.5, 1)]
    found = read([Moved(texts={"a": item, "b": [("", "the same")]}) for item in sentences])
    assert [found.said("a", place) for place in range(4)] == ["".join(text for _, text in item) for item in sentences]
    assert found.said("b", 0) is None
    assert found.sweep["texts"]["a"]["kinds"] == [
        [["", "At x = "], ["value", "", 0, ""], ["", " the slope is ", 1, "."]]
    ]


def test_a_number_that_stands_in_many_places_is_a_column_once() -> None:
    found = read([Moved(texts={"a": [("", f"{x}")], "b": [("", f"again {x}")]}) for x in (1, 2, 3, 4)])
    assert len(found.columns) == 1
    assert found.said("b", 2) == "again 3"


def test_other_words_are_another_template() -> None:
    words = ["grows by 1", "falls by 2", "stays", "grows by 3"]
    found = read([Moved(texts={"a": [("", text)]}) for text in words])
    assert [found.said("a", place) for place in range(4)] == words
    assert len(found.sweep["texts"]["a"]["kinds"]) == 3


@pytest.mark.parametrize(
    "text", ["x1 = 2", "x[0] = -0.5", "1.2e-07, 3", "tensor([5., 10.])", "nan and -inf", "8.", "−3.5"]
)
def test_whatever_is_told_comes_back(text: str) -> None:
    texts = [text, text.replace("2", "3").replace("5", "6"), "", text]
    assert [read([Moved(texts={"a": [("", item)]}) for item in texts]).said("a", place) for place in range(4)] == texts


def test_a_line_that_stays_across_sends_its_heights_and_a_gap_is_no_number() -> None:
    found = read([Moved(lines={("curve", "curve"): (None, [y, None, 2 * y])}) for y in (1.0, 2.0, 3.0, 4.0)])
    across, up = found.line("curve", "curve", 2)
    assert across is None
    assert (up[0], up[2]) == (3.0, 6.0)
    assert math.isnan(up[1])


def test_where_a_drawing_has_no_room_the_place_is_left_out() -> None:
    rooms: list[dict[str, list[str]]] = [{"node0": ["a"]}, {"node0": ["b"]}, {}, {"node0": ["d"]}]
    found = read([Moved(drawings={"graph": room}) for room in rooms])
    assert found.places == ["-1", "0", "1"]
    assert found.numbers("graph", "node0", 2) == ["d"]


def test_what_is_too_much_has_fewer_places_and_the_typed_one_stays() -> None:
    places = [str(place) for place in range(61)]

    def tell(chosen: Sequence[int]) -> dict[int, Moved]:
        return {place: Moved(lines={("a", "b"): (None, [place + turn / 7 for turn in range(400)])}) for place in chosen}

    text = swept(places, places, 30, tell)
    assert len(text.encode()) <= MAX_SWEEP_BYTES
    assert "30" in (found := Read(text).places)
    assert 15 <= len(found) < 61


def test_what_is_far_too_much_does_not_move(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.drawing.moving.MIN_PLACES", MIN_PLACES)
    places = [str(place) for place in range(61)]

    def tell(chosen: Sequence[int]) -> dict[int, Moved]:
        return {
            place: Moved(lines={("a", "b"): (None, [place + item / 7 for item in range(4000)])}) for place in chosen
        }

    assert swept(places, places, 30, tell) == still(places, places)
    assert Read(still(places, places)).places == places
    assert packed(places, places, [])["still"] is True


def test_numbers_that_move_have_five_digits_and_whole_ones_all() -> None:
    value = torch.tensor(8.20159912109375e-05)
    with moving():
        assert (whole(value), short(value), number(value.item())) == ("8.2016e-05", "8.2016e−5", "8.2016e-05")
        assert (whole(torch.tensor(123456.0)), short(123456.0)) == ("123456.0", "123456.0")
    assert whole(value) == "8.20159912109375e-05"
