"""`/pitfalls`: each pitfall asked, provoked, told and mended; what it is comes from the address."""

import json
import re
import warnings
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground.drawing.colours import Colour
from playground.language.errors import EvaluationError
from playground.pitfalls import page as pitfalls_page
from playground.pitfalls.feature import OLDER_NAMES
from playground.pitfalls.questions import question_of
from playground.pitfalls.script_run import ScriptResult, run_script
from playground.pitfalls.table import PITFALLS, RENAMED
from playground.web import store
from playground.web.question import WRONG as WRONG_ANSWERS
from playground.web.question import Question
from playground.web.typed import read
from playground.words import languages, say, sentences
from tests.bare_pitfalls import BARE, RIGHT, WRONG, bare, refusal, wrong
from tests.questions.test_noninterference import other
from tests.reading import (
    HOSTILE,
    answers,
    dot,
    found,
    graphs,
    markup,
    opened,
    parts,
    press,
    printed,
    results,
    said,
    sent,
    tap,
    type_,
    type_answer,
    unlabelled,
)


def page(**parameters: str) -> AppTest:
    app = opened("pitfalls", **parameters)
    assert not app.exception
    return app


def answer(app: AppTest, place: int = 0) -> AppTest:
    """The app after an answer was given, whether right or wrong."""
    return tap(app, f"answer-{place}")


def listed(app: AppTest) -> dict[str, Any]:
    """The list of pitfalls as a browser is given it."""
    (found,) = (data for data in parts(app, "choices") if data["rows"][0]["kind"] == "titles")
    return found


def named(app: AppTest) -> str:
    """The pitfall that the list has chosen."""
    return str(listed(app)["texts"][0])


def choose(app: AppTest, key: str) -> AppTest:
    """The app after another pitfall was chosen, as a browser does it."""
    for name in listed(app)["rows"][0]["leaves"]:
        app.query_params.pop(name, None)
    return type_(app, "trap", key)


def known(**parameters: str) -> AppTest:
    """The app after an answer."""
    app = answer(page(**parameters))
    assert not app.exception
    return app


def codes(app: AppTest) -> list[str]:
    """The scripts that are shown."""
    scripts = [text for piece in markup(app) for text in re.findall(r'<pre class="script pitfall".*?</pre>', piece)]
    shown = [re.findall(r'<span class="line[^>]*>(.*?)</span>', text) for text in scripts]
    return ["".join(unescape(line) + "\n" for line in lines) for lines in shown]


def address(app: AppTest) -> dict[str, str]:
    """The parameters of the address; those that a page has set are texts, others lists."""
    return {name: text if isinstance(text, str) else text[-1] for name, text in app.query_params.items()}


def lines(app: AppTest, kind: str) -> list[str]:
    return found(app, f"line {kind}")


def first(key: str, mended: bool) -> str:
    return PITFALLS[key].text(mended, PITFALLS[key].values)


@pytest.mark.parametrize("key", PITFALLS)
def test_every_pitfall_opens_from_its_address_and_answered_shows_its_number_or_message(key: str) -> None:
    app = page(trap=key)
    assert named(app) == key
    assert found(app, "question")[0] in [say(f"pitfalls.ask_{kind}") for kind in ("printed", "line")]
    assert not graphs(app)
    assert not results(app)
    answer(app)
    assert results(app) == ([WRONG[key]] if key in WRONG else [])
    assert bool(found(app, "refusal")) == (key in BARE)
    assert "marked" in dot(app)
    assert found(app, "verdict-of-answer (?:right|wrong)")


@pytest.mark.parametrize("key", BARE)
def test_the_message_is_pytorchs_own(key: str) -> None:
    kind, words = wrong(key).said or ("", "")
    assert found(known(trap=key), "refusal") == [f"{kind} {words}"]


@pytest.mark.parametrize("key", PITFALLS)
def test_mended_it_shows_both_scripts_and_the_right_number_beside(key: str) -> None:
    app = page(trap=key, mended="true")
    assert results(app) == [*([WRONG[key]] if key in WRONG else []), RIGHT[key]]
    assert codes(app) == [first(key, False), first(key, True)]
    assert "marked" not in dot(app)
    assert lines(app, "new")


@pytest.mark.parametrize("key", PITFALLS)
def test_what_is_shown_is_what_ran(key: str) -> None:
    assert codes(page(trap=key)) == codes(known(trap=key)) == [first(key, False)]


@pytest.mark.parametrize("key", PITFALLS)
def test_the_script_and_the_notebook_print_both(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[tuple[str, str]] = []
    panel = "playground.pitfalls.page.script_panel"
    monkeypatch.setattr("playground.app.frame.repeated", lambda _, work: work())  # a page that was kept calls nothing
    monkeypatch.setattr(panel, lambda export, *_: taken.append((export.script, export.notebook)))
    page(trap=key, mended="true")
    ((script, notebook),) = taken
    cells = [cell["source"] for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        out = printed(script)
        assert printed("\n".join(map("".join, cells))) == out
    assert out.splitlines()[-1] == RIGHT[key]
    assert (WRONG[key] in out) if key in WRONG else len(out.splitlines()) == 2


def test_the_refused_line_stands_out_when_the_question_is_answered() -> None:
    assert not lines(page(trap="twice"), "refused")
    assert lines(known(trap="twice"), "refused") == ["y.backward()"]


# The question


def ask(key: str, **values: float) -> Question:
    """What is asked of a pitfall with some numbers."""
    pitfall = PITFALLS[key]
    numbers = {**pitfall.values, **values}
    runs = [
        run_script(pitfall.runnable(mended), {f"given_{n}": x for n, x in numbers.items()}) for mended in (False, True)
    ]
    return question_of(pitfall, numbers, *runs)


@pytest.mark.parametrize("key", PITFALLS)
def test_the_right_answer_is_what_bare_pytorch_does_and_each_wrong_one_has_its_own_reason(key: str) -> None:
    right, *others = sorted(ask(key).answers, key=lambda answer: not answer.right)
    ran = wrong(key)
    assert len(others) == WRONG_ANSWERS
    assert not any(answer.right for answer in others)
    assert len({right.text, *(answer.text for answer in others)}) == 1 + WRONG_ANSWERS
    assert len({answer.reason for answer in others}) == WRONG_ANSWERS
    assert say("predict.not_that") not in {answer.reason for answer in others}
    if ran.printed:
        assert right.text == ran.printed[-1].partition(" = ")[2]
    else:
        number = int(right.text.partition(":")[0])
        head = "\n".join(first(key, False).splitlines()[: number - 1])
        assert bare(head).said is None
        assert bare("\n".join(first(key, False).splitlines()[:number])).said == ran.said


@pytest.mark.parametrize("number", [0.0, -1.0, 4.0, 1e30, float("inf")])
@pytest.mark.parametrize("key", [key for key, row in PITFALLS.items() if row.values])
def test_with_other_numbers_it_asks_with_three_different_answers(key: str, number: float) -> None:
    texts = [answer.text for answer in ask(key, x=number).answers]
    assert len(set(texts)) == 1 + WRONG_ANSWERS


@pytest.mark.parametrize("place", range(3))
def test_what_is_said_of_an_answer_is_its_own_reason(place: int) -> None:
    app = answer(page(trap="where-nan"), place)
    chosen = ask("where-nan").answers[place]
    (verdict,) = found(app, f"verdict-of-answer {'right' if chosen.right else 'wrong'}")
    assert chosen.reason in verdict
    assert [label[0] for label in answers(app) if label[0] in "✓✗"].count("✓") == 1
    again = answer(app, (place + 1) % 3)
    assert say("predict.again", given=chosen.text) in said(again)


@pytest.mark.parametrize("text", ["12", "24/2"])
def test_a_typed_number_is_judged_as_a_number(text: str) -> None:
    app = type_answer(page(trap="accumulate"), text)
    assert say("predict.right") in said(app)
    assert results(app) == [WRONG["accumulate"]]


def test_a_typed_misconception_is_named_and_another_number_is_simply_wrong() -> None:
    assert say("pitfalls.accumulate.wrong_1") in said(type_answer(page(trap="accumulate"), "6"))
    assert say("predict.wrong.other", wrong="7") in said(type_answer(page(trap="accumulate"), "7"))


@pytest.mark.parametrize("text", [*HOSTILE, "[1, 2]"])
def test_what_is_no_number_is_no_answer(text: str) -> None:
    app = type_answer(page(trap="accumulate"), text)
    assert not app.exception
    assert not results(app)


def test_answers_stay_when_one_comes_back_to_a_pitfall() -> None:
    app = known(trap="sqrt")
    choose(app, "relu")
    assert not results(app)
    choose(app, "sqrt")
    assert results(app) == [WRONG["sqrt"]]


def texts(app: AppTest) -> list[tuple[str, str]]:
    """All that reaches the browser, but for the labels of the answers."""
    return [(kind, unlabelled(text)) for kind, text in sent(app)]


def printed_otherwise(line: str, place: int) -> str:
    """Another line of the same kind: whether numbers are among the answers, everybody sees."""
    name, _, text = line.partition(" = ")
    try:
        read(text)
    except EvaluationError:
        return f"{name} = other {place}"
    return f"{name} = {place}.5"


def otherwise(run: Callable[..., ScriptResult]) -> Callable[..., ScriptResult]:
    """Scripts that came to something else: other numbers, other words, another graph, the same refused line."""

    def ran(*given: Any) -> ScriptResult:
        result = run(*given)
        changed = other(result)
        return ScriptResult(
            tuple(printed_otherwise(line, place) for place, line in enumerate(result.printed)),
            result.refusal and type(result.refusal)("OtherError", "other words", result.refusal.line),
            result.warning and "other words",
            changed.graph,
            None,
            changed.named,
            {},
        )

    return ran


@pytest.mark.parametrize("key", PITFALLS)
def test_before_it_is_answered_nothing_that_is_sent_depends_on_what_comes_out(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = texts(page(trap=key))
    monkeypatch.setattr(pitfalls_page, "script_result", otherwise(pitfalls_page.script_result))
    assert texts(page(trap=key)) == before


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("key", ["where-nan", "twice", "mse-shapes"])
def test_before_it_is_answered_nothing_is_explained(key: str, language: str) -> None:
    sent_before = "".join(text for _, text in texts(page(trap=key, lang=language)))
    for part in ("why", "mend", "mark", *(f"wrong_{place}" for place in (1, 2))):
        pieces = re.split(r"{\w+}", sentences(language)[f"pitfalls.{key}.{part}"])
        assert max(pieces, key=len) not in sent_before
    assert PITFALLS[key].text(True, PITFALLS[key].values) not in sent_before


# Numbers that can be changed


def test_a_number_of_the_address_is_in_the_script_and_in_what_it_comes_to() -> None:
    app = known(trap="detach", x="5")
    assert results(app) == ["x.grad = 5.0"]
    assert "x = torch.tensor(5.0, requires_grad=True)" in codes(app)[0]
    assert results(page(trap="where-nan", x="4", mask="5", mended="true")) == ["x.grad = 1.0", "x.grad = 1.0"]


def test_a_number_is_changed_in_its_box_and_stands_in_the_address() -> None:
    app = known(trap="where-nan")
    type_(app, "x", "-1")
    assert address(app)["x"] == "-1"
    assert results(app) == ["x.grad = nan"]
    type_(app, "x", "0")
    assert "x" not in app.query_params


def test_a_number_that_takes_the_trap_away_is_told() -> None:
    app = known(trap="where-nan", x="4")
    assert results(app) == ["x.grad = 0.25"]
    assert say("pitfalls.harmless") in said(app)
    assert say("pitfalls.harmless") in said(page(trap="sqrt", x="2", mended="true"))
    assert say("pitfalls.harmless") not in said(known(trap="where-nan"))


def test_where_the_mending_does_not_help_it_is_told() -> None:
    app = page(trap="where-nan", x="-1", mask="-2", mended="true")
    assert results(app) == ["x.grad = nan", "x.grad = nan"]
    assert say("pitfalls.no_cure") in said(app)


@pytest.mark.parametrize("text", [*HOSTILE, "[1, 2]", "x"])
def test_what_is_no_number_is_told_and_the_first_one_stands_in(text: str) -> None:
    app = page(trap="detach", x=text)
    assert any(note.startswith("In the address, x=") for note in found(app, "note")) or text in ("",)
    assert codes(app) == [first("detach", False)]
    assert results(answer(app)) == [WRONG["detach"]]
    assert "<b>x</b>" not in "".join(markup(app))


def test_a_box_that_holds_no_number_keeps_the_page() -> None:
    app = known(trap="detach")
    type_(app, "x", "__import__('os')")
    assert not app.exception
    assert results(app) == [WRONG["detach"]]


def test_another_pitfall_has_its_own_numbers_and_is_not_mended_at_first() -> None:
    app = page(trap="detach", x="5", mended="true")
    choose(app, "relu")
    assert "x" not in app.query_params
    assert "mended" not in app.query_params
    assert results(answer(app)) == [WRONG["relu"]]


# The address


def test_mending_is_a_click_and_so_are_the_ways_on() -> None:
    app = known(trap="detach")
    press(app, say("pitfalls.mend"))
    assert address(app)["mended"] == "true"
    assert results(app) == [WRONG["detach"], RIGHT["detach"]]
    press(app, say("pitfalls.unmend"))
    assert results(app) == [WRONG["detach"]]
    press(app, say("pitfalls.mend"))
    press(app, say("pitfalls.next"))
    assert named(app) == "no-grad"
    assert not results(app)


def test_the_choice_is_in_the_address_except_the_first() -> None:
    app = page()
    assert "trap" not in app.query_params
    choose(app, "sqrt")
    assert "sqrt" in app.query_params["trap"]
    choose(app, "accumulate")
    assert "trap" not in app.query_params


def test_a_new_address_is_followed() -> None:
    app = page(trap="sqrt", mended="true")
    app.query_params["trap"] = "relu"
    assert results(app.run()) == [WRONG["relu"], RIGHT["relu"]]


@pytest.mark.parametrize("name", OLDER_NAMES)
def test_older_addresses_go_on_working(name: str) -> None:
    key = RENAMED.get(name, name)
    app = page(pitfall=name, mended="true")
    assert named(app) == key
    assert results(app)[-1] == RIGHT[key]
    assert not found(app, "note")
    assert "pitfall" not in app.query_params
    assert address(app).get("trap", "accumulate") == key


@pytest.mark.parametrize("name", RENAMED)
def test_a_pitfall_that_was_renamed_is_found(name: str) -> None:
    app = page(trap=name)
    assert named(app) == RENAMED[name]
    assert not found(app, "note")


@pytest.mark.parametrize("parameter", ["trap", "pitfall"])
@pytest.mark.parametrize("name", ["nonsense", "", "<b>x</b>", "Accumulate", "x" * 500])
def test_an_unknown_pitfall_is_told_and_the_first_stands_in(name: str, parameter: str) -> None:
    app = page(**{parameter: name, "mended": "true"})
    notes = found(app, "note")
    assert notes[0].startswith(f"In the address, {parameter}={name[:20]}")
    assert notes[0].endswith("using accumulate.")
    assert results(app) == [WRONG["accumulate"], RIGHT["accumulate"]]
    assert "<b>x</b>" not in "".join(markup(app))


def test_a_mend_that_is_neither_on_nor_off_is_told() -> None:
    app = page(mended="perhaps")
    assert "mended=perhaps is none of false, true" in said(app)
    assert answers(app), "it asks, as where nothing is said of a mend"
    assert not results(app)


# In a room


def test_for_a_projector_the_drawing_is_large_and_the_list_says_which_one_is_shown() -> None:
    app = known(trap="detach", view="projector")
    (graph,) = graphs(app)
    assert 'font-size="20.00"' in store.text(graph["wide"])
    assert Colour.MARK.light in store.text(graph["wide"])
    assert listed(app)["menu"] == say("pitfalls.shown", title=say("pitfalls.detach.title"))
    assert listed(choose(app, "relu"))["menu"] == say("pitfalls.shown", title=say("pitfalls.relu.title"))


def test_what_pytorch_says_is_the_same_whoever_asks_first() -> None:
    assert (
        refusal("rebuilt")
        == run_script(PITFALLS["rebuilt"].code).warning
        == run_script(PITFALLS["rebuilt"].code).warning
    )
