"""What texts come to: each is read once, and what is computed of them once for the readers of all languages."""

from collections.abc import Callable
from typing import Any

import pytest

from playground.engine.case import Case
from playground.engine.observe import observe
from playground.web import case as case_room
from playground.web import inputs
from playground.web.files import PAGES
from tests.reading import markup, opened, type_

NAMES = sorted({path.stem for path in PAGES.glob("*.py")} - {"pitfalls", "lessons"})
PROGRAM = "y = x^2*a + 7x"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are parsed, also those that are known already."""
    texts: list[str] = []

    def listening(read: Callable[..., Any]) -> Callable[..., Any]:
        return lambda text, *name: (texts.append(text), read(text, *name))[1]

    for reader in ("program_of", "read_value", "read_upstream"):
        monkeypatch.setattr(inputs, reader, listening(getattr(inputs, reader)))
    return texts


@pytest.mark.parametrize("page", NAMES)
def test_a_typed_text_is_parsed_once_a_rerun(heard: list[str], page: str) -> None:
    app = opened(page, f=PROGRAM, **{"at.x": "1.5", "at.a": "0.25"})
    heard.clear()
    type_(app, "at.x", "2.125")
    assert not app.exception
    assert [heard.count(text) for text in (PROGRAM, "2.125", "0.25")] == [1, 1, 1]


def test_a_gradient_argument_is_parsed_once_a_rerun(heard: list[str]) -> None:
    app = opened("matrix", f="y = x^2", **{"at.x": "[1, 2]", "gradient.y": "[3, 4]"})
    heard.clear()
    type_(app, "gradient.y", "[5, 6]")
    assert heard.count("[5, 6]") == 1


@pytest.mark.parametrize("page", NAMES)
def test_numbers_are_computed_once_for_both_languages(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    """The script that holds words is written for each."""
    observed: list[Case] = []
    monkeypatch.setattr(case_room, "observe", lambda case: (observed.append(case), observe(case))[1])
    address = {"f": f"{PROGRAM} + {NAMES.index(page)}", "at.x": "0.375", "at.a": "2"}
    english, chinese = (opened(page, lang=language, **address) for language in ("en", "zh"))
    assert markup(english) != markup(chinese)
    assert len(observed) == 1
