"""A page that was drawn before: it is not worked out again, and what is sent of it is the same to the letter."""

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from playground.web import recording
from tests.reading import opened, sent
from tests.registry import CHOICES, OFF

PAGES = ("graph", "scalar", "matrix", "partials", "second", "descent", "pitfalls", "lessons")
OPEN = dict.fromkeys((name for name, choices in CHOICES.items() if choices == OFF), "true")
ADDRESSES = {
    "as it opens": {},
    "for a room, in Chinese": {"view": "projector", "lang": "zh"},
    "in a lesson": {"lesson": "chain", "question": "2", "step": "3"},
    "with another value": {"at.x": "2.5", "at.x1": "3"},
    "with a value that is none": {"at.x": "2..5", "at.x1": "?"},
    "with everything open": OPEN,
    "with a question": {"predict": "true"},
}


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """By what each page that was worked out is known, from now on."""
    keys: list[object] = []
    work_out = recording._recorded
    monkeypatch.setattr(recording, "_recorded", lambda key, work: (keys.append(key), work_out(key, work))[1])
    return keys


def written(app: AppTest) -> list[tuple[str, str]]:
    """All that is sent of a page, but for the number of the run."""
    return [(name, re.sub(r'"run":\d+', "", text)) for name, text in sent(app)]


@pytest.mark.parametrize("page", PAGES)
def test_the_same_address_is_worked_out_once(page: str, worked_out: list[object]) -> None:
    app = opened(page, **{"at.w": "0.125"})
    before = len(worked_out)
    app.run()
    app.run()
    assert len(worked_out) == before


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
@pytest.mark.parametrize("page", PAGES)
def test_what_is_drawn_again_is_what_was_worked_out(
    page: str, address: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(page, **address).run()
    again = written(app)
    monkeypatch.setattr("playground.web.cache.look_up", lambda _: None)
    assert written(app.run()) == again
    assert not app.exception


DIFFERENT: dict[str, Callable[[AppTest], None]] = {
    "another value": lambda app: app.query_params.__setitem__("at.x", "4"),
    "another language": lambda app: app.query_params.__setitem__("lang", "zh"),
    "another view": lambda app: app.query_params.__setitem__("view", "projector"),
    "a drawing that a browser cannot fetch": lambda app: app.session_state.__setitem__("within", True),
    "a text that Python wrote": lambda app: app.session_state.__setitem__("head-written", "another"),
}


@pytest.mark.parametrize("change", DIFFERENT.values(), ids=DIFFERENT)
def test_what_decides_a_page_makes_it_another_one(change: Callable[[AppTest], None]) -> None:
    app = opened("graph").run()
    before = written(app)
    change(app)
    assert written(app.run()) != before


def test_what_a_browser_fetches_can_be_fetched_when_a_page_is_drawn_again(worked_out: list[object]) -> None:
    from playground.web import store

    app = opened("graph", **{"at.x": "0.375"}).run()
    before = len(worked_out)
    store._offers.clear()
    app.run()
    assert len(worked_out) == before + 1
