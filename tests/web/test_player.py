"""What a page gives the player: its film, the step its address asks for, and a word about one that there is not."""

import pytest

from playground.web.files import source
from playground.web.player import WORDS
from tests.reading import opened, parts, players, type_


def test_a_page_opens_at_the_end() -> None:
    (player,) = players(opened())
    assert (player["opening"], player["note"]) == (None, None)
    assert (player["container"], player["parameter"]) == ("st-key-graph", "step")
    assert len(player["scenes"]) == 13


def test_an_address_opens_at_its_step() -> None:
    (player,) = players(opened(step="4"))
    assert (player["opening"], player["note"]) == (4, None)


@pytest.mark.parametrize(("step", "opening"), [("99", 12), ("-1", None), ("<b>", None)])
def test_a_step_there_is_not_is_said(step: str, opening: int | None) -> None:
    (player,) = players(opened(step=step))
    assert player["opening"] == opening
    assert step in player["note"]


def test_a_rerun_sends_nothing_new() -> None:
    app = opened(step="4")
    (before,) = players(app)
    app.query_params["step"] = "7"  # what a browser hands back later is not the player's place
    (after,) = players(app.run())
    assert after == before


def test_another_program_is_another_film() -> None:
    app = opened()
    (player,) = players(type_(app, "f", "y = x^2"))
    assert len(player["scenes"]) == 5


def test_where_nothing_is_recorded_there_is_nothing_to_play() -> None:
    assert players(opened(**{"grad.x": "false"})) == []


def test_a_large_graph_is_played_too() -> None:
    (player,) = players(opened(f="y = " + "*".join(["x"] * 99)))
    assert len(player["scenes"]) == 1 + 2 * 99


def test_the_second_derivative_has_the_same_player() -> None:
    (player,) = players(opened("second"))
    assert (player["container"], player["parameter"]) == ("st-key-graph-derivative", "step")
    assert len(player["scenes"]) == 11


def test_its_parts_have_names() -> None:
    (player,) = players(opened())
    assert set(player["words"]) == set(WORDS)
    assert player["words"]["place"] == "{step} of {last}"
    assert source("web/player/player.js").count("<button") == 3


def test_a_long_film_is_fetched_by_its_name_and_a_short_one_is_not() -> None:
    (short,), (long,) = (
        parts(opened(f="y = x"), "player"),
        parts(opened("second", f="sin(x)*exp(-x^2)", order="4"), "player"),
    )
    assert "film" not in short
    assert len(long["film"]) == 12
    assert "scenes" not in long
    (again,) = parts(opened("second", f="sin(x)*exp(-x^2)", order="4"), "player")
    assert again == long
    (other,) = parts(opened("second", f="sin(x)*exp(-x^2)", order="4", **{"at.x": "2"}), "player")
    assert other["film"] != long["film"]
