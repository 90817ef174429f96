"""`/pitfalls`: each pitfall provoked, told and mended; what it is comes from the address."""

import json
import re
import warnings
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from playground.drawing.colours import Colour
from playground.pitfalls.table import PITFALLS
from playground.web import store
from playground.words import say
from tests.bare_pitfalls import BARE, RIGHT, WRONG
from tests.reading import dot, found, go, graphs, markup, opened, printed, results, said

LISTING = "pitfall-radio"


def page(**parameters: str) -> AppTest:
    app = opened("pitfalls", **parameters)
    assert not app.exception
    return app


def code(app: AppTest) -> list[str]:
    """The lines of the script that ran."""
    (text,) = [piece for piece in markup(app) if "script pitfall" in piece]
    return [unescape(line) for line in re.findall(r'<span class="line[^>]*>(.*?)</span>', text)]


def lines(app: AppTest, kind: str) -> list[str]:
    return found(app, f"line {kind}")


@pytest.mark.parametrize("key", PITFALLS)
def test_every_pitfall_opens_from_its_address_with_its_number_or_message(key: str) -> None:
    app = page(pitfall=key)
    assert app.radio(key=LISTING).value == key
    assert results(app) == ([WRONG[key]] if key in WRONG else [])
    assert bool(found(app, "refusal")) == (key in BARE)
    assert "marked" in dot(app)
    assert say(f"pitfalls.question_{PITFALLS[key].kind}") in said(app)


@pytest.mark.parametrize("key", BARE)
def test_the_message_is_pytorchs_own(key: str) -> None:
    with pytest.raises((RuntimeError, UserWarning)) as caught:
        BARE[key]()
    words = str(caught.value).strip().partition(" (Triggered internally")[0]
    assert found(page(pitfall=key), "refusal") == [f"{caught.type.__name__} {words}"]


@pytest.mark.parametrize("key", PITFALLS)
def test_mended_it_shows_the_right_number_beside(key: str) -> None:
    app = page(pitfall=key, mended="true")
    assert results(app) == [*([WRONG[key]] if key in WRONG else []), RIGHT[key]]
    assert "marked" not in dot(app)
    assert lines(app, "new")


@pytest.mark.parametrize("key", PITFALLS)
def test_what_is_shown_is_what_ran(key: str) -> None:
    assert "\n".join(code(page(pitfall=key))) + "\n" == PITFALLS[key].code
    assert "\n".join(code(page(pitfall=key, mended="true"))) + "\n" == PITFALLS[key].mended


@pytest.mark.parametrize("key", PITFALLS)
def test_the_script_and_the_notebook_print_both(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[tuple[str, str]] = []
    panel = "playground.pitfalls.page.script_panel"
    monkeypatch.setattr(panel, lambda script, _, notebook: taken.append((script, notebook)))
    page(pitfall=key)
    ((script, notebook),) = taken
    cells = [cell["source"] for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        out = printed(script)
        assert printed("\n".join(map("".join, cells))) == out
    assert out.splitlines()[-1] == RIGHT[key]
    assert (WRONG[key] in out) if key in WRONG else len(out.splitlines()) == 2


def test_the_refused_line_stands_out() -> None:
    assert lines(page(pitfall="twice"), "refused") == ["y.backward()"]
    assert not lines(page(pitfall="twice", mended="true"), "refused")


def test_another_pitfall_is_not_mended_at_first() -> None:
    app = page(pitfall="detach", mended="true")
    app.radio(key=LISTING).set_value("relu").run()
    assert not app.toggle(key="mended").value
    assert results(app) == [WRONG["relu"]]
    app.toggle(key="mended").set_value(True).run()
    assert results(app) == [WRONG["relu"], RIGHT["relu"]]


def test_the_choice_is_in_the_address_except_the_first() -> None:
    app = page()
    assert "pitfall" not in app.query_params
    app.radio(key=LISTING).set_value("sqrt").run()
    assert "sqrt" in app.query_params["pitfall"]
    app.radio(key=LISTING).set_value("accumulate").run()
    assert "pitfall" not in app.query_params


def test_a_new_address_is_followed() -> None:
    app = page(pitfall="sqrt")
    app.query_params["pitfall"] = "relu"
    assert results(app.run()) == [WRONG["relu"]]


def test_the_choice_returns_with_the_page() -> None:
    app = go(go(page(pitfall="sqrt"), "graph"), "pitfalls")
    assert results(app) == [WRONG["sqrt"]]


@pytest.mark.parametrize("name", ["nonsense", "", "<b>x</b>", "Accumulate", "x" * 500])
def test_an_unknown_pitfall_is_told_and_the_first_stands_in(name: str) -> None:
    app = page(pitfall=name)
    (note,) = found(app, "note")
    assert note.startswith(f"In the address, pitfall={name[:25]}")
    assert note.endswith("using accumulate.")
    assert results(app) == [WRONG["accumulate"]]
    assert "<b>x</b>" not in "".join(markup(app))


def test_a_mend_that_is_neither_on_nor_off_is_told() -> None:
    app = page(mended="perhaps")
    assert "mended=perhaps is none of false, true" in said(app)
    assert results(app) == [WRONG["accumulate"]]


def test_for_a_projector_the_drawing_is_large() -> None:
    (graph,) = graphs(page(pitfall="detach", view="projector"))
    assert 'font-size="20.00"' in store.text(graph["wide"])
    assert Colour.MARK.light in store.text(graph["wide"])
