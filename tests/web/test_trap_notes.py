"""A trap in what was typed is said in a line beside it, with a link to its pitfall; what is to be predicted is not."""

import pytest
from streamlit.testing.v1 import AppTest

from playground.engine.traps import BROADCAST
from playground.pitfalls.table import PITFALLS
from playground.words import languages, say, sentences
from tests.reading import found, markup, opened

WHERE = {"f": "y = where(x > 0, sqrt(x), x)", "at.x": "4"}
TITLES = [say(f"pitfalls.{trap}.title") for trap in PITFALLS]


def trap_lines(app: AppTest) -> list[str]:
    """The lines of a page that end in a pitfall's title."""
    return [
        note for note in found(app, "note") if note.endswith(tuple(say("traps.link", title=title) for title in TITLES))
    ]


@pytest.mark.parametrize("page", ["graph", "scalar", "second"])
def test_a_trap_is_said_on_the_page_with_a_link_to_its_pitfall(page: str) -> None:
    app = opened(page, **WHERE)
    (note,) = trap_lines(app)
    assert note.startswith("where(x > 0, √(x), x) goes back through both branches")
    assert note.endswith(say("traps.link", title=say("pitfalls.where-nan.title")))
    assert 'href="pitfalls?trap=where-nan"' in "".join(markup(app))


def test_the_link_takes_along_who_looks_and_the_language() -> None:
    app = opened("graph", view="projector", lang="zh", **WHERE)
    assert 'href="pitfalls?trap=where-nan&amp;view=projector&amp;lang=zh"' in "".join(markup(app))
    (note,) = found(app, "note")
    assert sentences("zh")["pitfalls.where-nan.title"] in note


def test_a_program_without_a_trap_has_no_such_line() -> None:
    assert not trap_lines(opened("graph"))
    assert not trap_lines(opened("graph", f="y = where(x > 0, x^2, x)"))


def test_while_numbers_are_to_be_predicted_nothing_is_said() -> None:
    assert not trap_lines(opened("graph", predict="true", **WHERE))
    assert not trap_lines(opened("graph", predict="true", f="y = x*detach(x)", **{"at.x": "3"}))


@pytest.mark.parametrize("language", languages())
def test_each_trap_has_its_sentence_and_its_pitfall(language: str) -> None:
    keys = {key.removeprefix("traps.") for key in sentences(language) if key.startswith("traps.")} - {"link"}
    assert keys == {"where-nan", "log-softmax", "softmax-twice", "detach", *BROADCAST.values()}
    assert keys <= PITFALLS.keys()
