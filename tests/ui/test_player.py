"""What a page gives the player: its film, the step its address asks for, and a word about one that there is not."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground.ui.player import HTML, WORDS
from tests.browser.serving import ROOT

Open = Callable[..., AppTest]


@pytest.fixture
def open_page() -> Open:
    """Open the app at an address."""

    def open_(page: str = "graph", **asked: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "playground" / "streamlit_app.py"), default_timeout=60)
        for name, text in asked.items():
            app.query_params[name] = text
        return app.run() if page == "graph" else app.switch_page(f"../pages/{page}.py").run()

    return open_


def players(app: AppTest) -> list[dict[str, Any]]:
    """The data of the players on a page."""
    assert not app.exception
    components = [element.proto for element in app.get("bidi_component")]
    return [json.loads(proto.json) for proto in components if proto.component_name == "player"]


def test_a_page_opens_at_the_end(open_page: Open) -> None:
    (player,) = players(open_page())
    assert (player["opening"], player["note"]) == (None, None)
    assert (player["container"], player["parameter"]) == ("st-key-graph", "step")
    assert len(player["sentences"]) == 13


def test_an_address_opens_at_its_step(open_page: Open) -> None:
    (player,) = players(open_page(step="4"))
    assert (player["opening"], player["note"]) == (4, None)


@pytest.mark.parametrize(("step", "opening"), [("99", 12), ("-1", None), ("<b>", None)])
def test_a_step_there_is_not_is_said(open_page: Open, step: str, opening: int | None) -> None:
    (player,) = players(open_page(step=step))
    assert player["opening"] == opening
    assert step in player["note"]


def test_a_rerun_sends_nothing_new(open_page: Open) -> None:
    app = open_page(step="4")
    (before,) = players(app)
    app.query_params["step"] = "7"  # what a browser hands back later is not the player's place
    (after,) = players(app.run())
    assert after == before


def test_another_program_is_another_film(open_page: Open) -> None:
    app = open_page()
    app.text_input(key="f").set_value("y = x^2").run()
    (player,) = players(app)
    assert len(player["sentences"]) == 5


def test_where_nothing_is_recorded_there_is_nothing_to_play(open_page: Open) -> None:
    assert players(open_page(**{"grad.x": "false"})) == []


def test_a_graph_too_large_to_draw_is_not_played(open_page: Open) -> None:
    assert players(open_page(f="y = " + "*".join(["x"] * 99))) == []


def test_the_second_derivative_has_the_same_player(open_page: Open) -> None:
    (player,) = players(open_page("second"))
    assert (player["container"], player["parameter"]) == ("st-key-graph-derivative", "step")
    assert len(player["sentences"]) == 11


def test_a_step_belongs_to_the_page_it_was_opened_on(open_page: Open) -> None:
    app = open_page(step="4")
    (player,) = players(app.switch_page("../pages/second.py").run())
    assert player["opening"] is None


def test_its_parts_have_names(open_page: Open) -> None:
    (player,) = players(open_page())
    assert set(player["words"]) == set(WORDS)
    assert player["words"]["place"] == "{step} of {last}"
    assert HTML.count("<button") == 3
