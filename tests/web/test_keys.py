"""The keys of a lesson: each presses something that stands on its pages."""

import re
from urllib.parse import parse_qsl

from streamlit.testing.v1 import AppTest

from playground.lessons.table import BY_KEY, link
from playground.web.keys import KEYS
from tests.reading import markup, opened, presses, tap


def step(number: int) -> AppTest:
    return opened("graph", **dict(parse_qsl(link(BY_KEY["A"], number).partition("?")[2])))


def there(app: AppTest) -> set[str]:
    """What can be pressed, as the table of keys has it."""
    buttons = {f".st-key-{key} button" for key in presses(app)}
    bars = " ".join(piece for piece in markup(app) if 'class="lesson-bar' in piece)
    return buttons | {f".lesson-bar a[rel={way}]" for way in re.findall(r'rel="(\w+)"', bars)}


def pressed(app: AppTest, key: str) -> str | None:
    """What a key presses on a page."""
    return next((selector for selector in KEYS[key] if selector in there(app)), None)


def test_an_open_question_is_shown_and_an_answered_one_left() -> None:
    app = step(2)
    for key in ("PageDown", "ArrowRight", "Enter"):
        assert pressed(app, key) == ".st-key-show-answer button"
    for key in ("PageUp", "ArrowLeft"):
        assert pressed(app, key) == ".lesson-bar a[rel=prev]"
    tap(app, "show-answer")
    assert pressed(app, "PageDown") == ".lesson-bar a[rel=next]"


def test_figures_give_the_answers() -> None:
    app = step(1)
    assert [pressed(app, str(number)) for number in (1, 2, 3)] == [f".st-key-answer-{n} button" for n in range(3)]
    assert pressed(app, "PageUp") is None


def test_every_key_presses_what_is_there_somewhere() -> None:
    pages = there(step(2)) | there(tap(step(2), "show-answer")) | there(opened(predict="true"))
    free = tap(opened(predict="true"), "show-answer")
    assert {selector for selectors in KEYS.values() for selector in selectors} <= pages | there(free)
