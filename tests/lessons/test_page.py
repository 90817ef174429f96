"""`/lessons`: each lesson opens from its address with what it promises, and asks before it shows."""

import re
from html import unescape
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from playground.app.registry import BY_NAME
from playground.descent.questions import ASKED_STEPS
from playground.lessons.panel import is_at
from playground.lessons.table import BY_KEY, GROUPS, LECTURE, LESSONS, TUTORIAL, Lesson, link
from playground.web.inputs import case_of
from playground.web.reveal import MEMORY, Progress, progress
from playground.words import languages, say, sentences
from tests import reading
from tests.lesson_answers import ANSWERS, PROMISED
from tests.reading import answers, found, go, in_words, markup, opened, presses, results, said, type_
from tests.registry import DESCENT, GRAPH, MATRIX

OPEN = dict.fromkeys(GROUPS[1:], "true")

MISTAKEN = {("A", 4): {"6.0", "12.0"}, ("A", 5): {"6.0", "2.0"}, ("A", 6): {"-60.0", "-5.0"}}
"""Wrong answers that the lecture counts on."""

ASKED = [(key, number) for key, answers in ANSWERS.items() for number in range(1, len(answers) + 1)]


def open_step(lesson: Lesson, number: int = 1, **more: str) -> AppTest:
    """A step of a lesson, as its link opens it."""
    address = dict(parse_qsl(link(lesson, number).partition("?")[2])) | more
    app = opened(lesson.steps[number - 1].page, **address)
    assert not app.exception
    return app


def tap(app: AppTest, place: int) -> AppTest:
    app = reading.tap(app, f"answer-{place}")
    assert not app.exception
    return app


def verdict(app: AppTest) -> str:
    """What is said of the answer."""
    verdicts = [*found(app, "verdict-of-answer right"), *found(app, "verdict-of-answer wrong")]
    return verdicts[0] if verdicts else ""


def hides(app: AppTest) -> bool:
    """Whether something is hidden: where panels are put away, no more results are there than are known."""
    covered = any('class="cover"' in element.value for element in app.html)
    assert not (covered and results(app) and not app.session_state[MEMORY].place)
    return covered


# The page


def test_the_tutorial_is_open_and_the_rest_folded() -> None:
    app = opened("lessons")
    assert not app.exception
    shown = " ".join(markup(app))
    for lesson in LESSONS:
        assert (say(f"lessons.{lesson.key}.about") in unescape(shown)) == (lesson.group == TUTORIAL)
    assert found(app, "question") == [say("lessons.question")]


def test_every_lesson_is_a_link_to_what_it_is_with_a_drawing() -> None:
    app = opened("lessons", **OPEN)
    assert not app.exception
    links = re.findall(r'<a href="([^"]*)" target="_self" data-whole><img class="sketch"', " ".join(markup(app)))
    assert sorted(map(unescape, links)) == sorted(map(link, LESSONS))
    assert not any("+" in href or " " in href for href in links)


def test_the_tutorials_six_snippets_come_in_its_order() -> None:
    tutorial = [lesson for lesson in LESSONS if lesson.group == TUTORIAL]
    assert [lesson.steps[0].page for lesson in tutorial] == [
        "scalar",
        "matrix",
        "matrix",
        "second",
        "partials",
        DESCENT,
    ]


def test_a_link_takes_the_view_and_the_language_along() -> None:
    shown = " ".join(markup(opened("lessons", view="projector", lang="zh")))
    assert shown.count("view=projector") >= 6
    assert shown.count("lang=zh") >= 6
    assert "lang=" not in " ".join(markup(opened("lessons")))


# Each lesson


@pytest.mark.parametrize("key", PROMISED)
def test_a_lesson_opens_with_what_it_promises(key: str) -> None:
    lesson = BY_KEY[key]
    app = open_step(lesson)
    assert any(PROMISED[key] in line for line in [*results(app), said(app)])
    assert found(app, "lesson-bar") or say(f"lessons.{key}.title") in said(app)
    assert say("lessons.away") not in said(app)
    assert not [note for note in found(app, "note") if "address" in note]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_a_lesson_opens_for_a_projector_and_in_every_language(lesson: Lesson, language: str) -> None:
    app = open_step(lesson, len(lesson.steps), view="projector", lang=language)
    assert sentences(language)[f"lessons.{lesson.key}.title"] in said(app)


def test_every_lesson_is_promised_or_asked() -> None:
    assert {*PROMISED, *ANSWERS} == BY_KEY.keys()
    assert [len(BY_KEY[key].steps) for key in ANSWERS] == [len(answers) for answers in ANSWERS.values()]
    assert [lesson.key for lesson in LESSONS if lesson.group == LECTURE] == list(ANSWERS)


ASKED_LATER = {"A": range(1, 6), "B": range(1, 5), "C": range(1, 4), "D": range(1, 4), "E": range(1, 3)}
"""By lesson the steps after which something is still asked for."""


@pytest.mark.parametrize(("key", "number"), ASKED)
def test_the_right_answer_is_accepted_and_explained(key: str, number: int) -> None:
    app = open_step(BY_KEY[key], number)
    assert hides(app)
    offered = answers(app)
    assert len(offered) == len(set(offered)) == 3
    assert MISTAKEN.get((key, number), set()) <= set(offered)
    assert not verdict(app)
    app = tap(app, offered.index(ANSWERS[key][number - 1]))
    assert verdict(app).startswith(say("predict.right"))
    assert f"✓ {ANSWERS[key][number - 1]}" in answers(app)
    assert hides(app) == (number in ASKED_LATER[key])


@pytest.mark.parametrize(("key", "number"), ASKED)
def test_a_wrong_answer_is_explained_in_numbers_and_the_right_one_marked(key: str, number: int) -> None:
    app = open_step(BY_KEY[key], number)
    right, offered = ANSWERS[key][number - 1], answers(app)
    for text in set(offered) - {right}:
        app.session_state[MEMORY] = Progress(app.session_state[MEMORY].asks)
        app = tap(app, offered.index(text))
        assert verdict(app).startswith(say("predict.not_right"))
        assert len(verdict(app)) > len(say("predict.not_right")) + 20
        assert {f"✓ {right}", f"✗ {text}"} <= set(answers(app))


def test_previous_and_next_lead_through_a_lesson() -> None:
    lesson = BY_KEY["B"]
    ways = {number: " ".join(markup(open_step(lesson, number))) for number in (1, 3, 6)}
    assert unescape(ways[3]).count(link(lesson, 2)) == unescape(ways[3]).count(link(lesson, 4)) == 1
    assert link(lesson, 2) in unescape(ways[1])
    assert ">Previous<" not in ways[1]
    assert ">Next<" not in ways[6]
    assert say("lessons.place", number=3, last=6) in unescape(ways[3])


# What is not as it should be


@pytest.mark.parametrize("name", ["nonsense", "", "<b>x</b>", "a", "x" * 500])
def test_an_unknown_lesson_is_told_and_left_out(name: str) -> None:
    app = opened(GRAPH, lesson=name)
    assert "names no lesson there is" in said(app)
    assert results(app) == ["x.grad = 7.0"]
    assert "<b>x</b>" not in "".join(markup(app))


@pytest.mark.parametrize("number", ["0", "7", "-1", "x", "1.5", "9" * 400, "²"])
def test_an_unknown_step_is_told_and_the_first_stands_in(number: str) -> None:
    app = opened(GRAPH, lesson="A", question=number)
    assert "is no step of this lesson, which has 6: using 1." in said(app)
    assert say("lessons.place", number=1, last=6) in said(app)
    assert results(app) == ["x.grad = 7.0"]


def test_a_step_without_a_lesson_is_told() -> None:
    assert "question=3 belongs to a lesson" in said(opened(GRAPH, question="3"))


def test_who_changes_the_program_is_shown_the_way_back() -> None:
    lesson = BY_KEY["A"]
    app = open_step(lesson, 6)
    assert say("lessons.away") not in said(app)
    app = type_(app, "at.x", "4")
    assert say("lessons.away") in said(app)
    assert link(lesson, 6) in unescape(" ".join(markup(app)))
    assert found(app, "ask")[0].startswith(say("predict.output.question", name="y"))
    assert say("lessons.away") not in said(type_(app, "at.x", "3"))


def test_on_another_page_the_lesson_stays_in_sight() -> None:
    app = go(open_step(BY_KEY["A"], 6), MATRIX)
    assert not app.exception
    assert say("lessons.away") in said(app)


def test_a_second_answer_changes_nothing_and_says_so() -> None:
    app = open_step(BY_KEY["A"], 6)
    wrong, right = answers(app).index("-60.0"), answers(app).index("7.0")
    before = verdict(tap(app, wrong))
    app = tap(app, right)
    assert verdict(app).startswith(before)
    assert say("predict.again", given="-60.0") in verdict(app)
    assert "✗ -60.0" in answers(app)


# Any program


@pytest.mark.parametrize("page", ["graph", "scalar", "matrix", "partials", "second", "descent"])
def test_every_page_asks_on_until_everything_is_shown(page: str) -> None:
    app = opened(page, predict="true")
    assert not app.exception
    for _ in range(30):
        assert hides(app)
        assert len(set(answers(app))) == 3
        app = tap(app, 0)
        assert verdict(app)
        if "next-question" not in presses(app):
            break
        app = reading.tap(app, "next-question")
    assert not hides(app)


def test_without_the_switch_nothing_is_asked_or_hidden() -> None:
    app = opened(GRAPH)
    assert not answers(app)
    assert not hides(app)
    app = type_(app, "predict", "true")
    assert answers(app)
    assert hides(app)
    app = type_(app, "predict", "false")
    assert not answers(app)
    assert not hides(app)


def test_a_question_that_was_left_open_hides_nothing_of_a_page_that_asks_none() -> None:
    for page in ("pitfalls", "lessons"):
        assert said(opened(page)) in said(go(opened(GRAPH, predict="true"), page))


@pytest.mark.parametrize(
    ("page", "panel", "own"),
    [
        ("matrix", "jacobian", {"row": "1", "f": "y = x^2", "at.x": "[1, 2]"}),
        ("partials", "jacobian", {"row": "1"}),
        ("scalar", "proof", {"did": "again"}),
    ],
)
def test_what_an_address_opens_is_open_when_all_is_predicted(page: str, panel: str, own: dict[str, str]) -> None:
    def open_panels(app: AppTest) -> str:
        return " ".join(markup(app))

    app = opened(page, predict="true", **{panel: "true"}, **own)
    while hides(app):
        app = tap(app, 0)
        if "next-question" in presses(app):
            app = reading.tap(app, "next-question")
    assert {name: app.query_params[name] for name in own} == own
    assert open_panels(opened(page, **{panel: "true"}, **own)).count("<td") == open_panels(app).count("<td") > 0
    assert results(app) == results(opened(page, **own))


def test_another_program_is_asked_anew() -> None:
    app = tap(opened(GRAPH, predict="true"), 0)
    assert verdict(app)
    app = type_(app, "at.x", "4")
    assert not verdict(app)
    assert answers(app)


def test_where_there_is_nothing_to_predict_it_says_so() -> None:
    app = opened(GRAPH, predict="true", f="y = a*b")
    assert not app.exception
    assert say("predict.nothing") in said(app)
    assert not hides(app)


@pytest.mark.parametrize("lr", ["x", "-1", "nan", "1e999", ""])
def test_a_rate_that_is_none_is_no_reason_to_stop_asking(lr: str) -> None:
    app = opened(DESCENT, predict="true", lr=lr)
    assert not app.exception
    assert answers(app)


def test_progress_without_questions_hides_nothing() -> None:
    assert not Progress().hides
    assert Progress().place is None
    assert progress().asks == ()


def test_wherever_one_goes_the_address_keeps_the_lesson() -> None:
    app = go(open_step(BY_KEY["E"], 2), "scalar")
    assert app.query_params["lesson"] == "E"
    assert app.query_params["question"] == "2"
    assert found(app, "lesson-bar")
    assert "lesson" not in go(opened("graph"), "scalar").query_params


@pytest.mark.parametrize(
    ("page", "number"), [("scalar", "slope −2"), ("second", "slope −2"), ("descent", "It settles")]
)
def test_no_figure_is_read_out_with_what_is_to_be_predicted(page: str, number: str) -> None:
    def read_out(app: AppTest) -> str:
        return " ".join(chart.proto.alt for chart in app.get("plotly_chart")).replace("-", "−")

    assert number in read_out(opened(page, curves="true"))
    assert number not in read_out(opened(page, curves="true", predict="true"))


def test_what_a_screen_reader_says_of_a_graph_tells_no_number_before_it_is_shown() -> None:
    app, shown = (opened(GRAPH, predict=switch) for switch in ("true", "false"))
    assert "4.0" not in in_words(app)
    assert "x.grad" not in in_words(app)
    app = tap(app, answers(app).index("4.0"))
    assert "c is 4.0" in in_words(app)
    assert "x.grad" not in in_words(app)
    assert "c is 4.0" in in_words(shown)
    assert "x.grad is 7.0" in in_words(shown)


def test_the_outputs_are_asked_for_before_the_gradients() -> None:
    app = opened(GRAPH, predict="true", f="y1 = x*w; y2 = y1 - x^2; y3 = 3x", **{"at.x": "2", "at.w": "5"})
    questions, offered = [], []
    for _ in range(3):
        questions.append(found(app, "ask")[0])
        offered.append(answers(app))
        app = tap(app, 0)
        app = reading.tap(app, "next-question")
    assert [question.partition(" come")[0] for question in questions[:2]] == ["What does y2", "What does y3"]
    assert {"6.0", "14.0"} <= set(offered[0])  # 10 - 4, and 10 + 4 where the minus is overlooked
    assert say("predict.starts.question", node="y3") in questions[2] or "start" in questions[2]


# What a lesson asks belongs to its own values and settings


STEPS = [(lesson, number) for lesson in LESSONS for number in range(1, len(lesson.steps) + 1)]
SETTINGS = {
    "descent": {"lr": "0.9", "steps": "7", "optimizer": "Adam", "forget": "true", "noise": "3"},
    "second": {"order": "3", "wrt": "x,a"},
    "partials": {"outputs": "y1,y2,y3", "allow_unused": "true"},
    "matrix": {"argument": "false"},
    "pitfalls": {"trap": "another"},
}


@pytest.mark.parametrize(("lesson", "number"), STEPS, ids=lambda part: getattr(part, "key", part))
def test_another_setting_is_no_longer_the_lessons_step_and_an_open_panel_still_is(lesson: Lesson, number: int) -> None:
    step = lesson.steps[number - 1]
    page, own = BY_NAME[step.page], dict(step.example.more)
    case = case_of(step.example) if step.example.program else None
    usual = {parameter.name: parameter.usual for parameter in page.parameters}
    opened = {parameter.name: "true" for parameter in page.parameters if parameter.opens}
    assert is_at(step, page, case, own)
    assert is_at(step, page, case, {**usual, **own, **opened, "view": "projector"})
    for name, text in SETTINGS.get(step.page, {}).items():
        if own.get(name) != text:
            assert not is_at(step, page, case, {**own, name: text})


def test_with_another_rate_the_lecture_does_not_speak_of_its_own() -> None:
    app = open_step(BY_KEY["E"], 4, lr="0.9")
    assert "0.5" not in " ".join(found(app, "ask"))
    assert say("lessons.away") in said(app)
    assert say("lessons.away") not in said(open_step(BY_KEY["E"], 4))


def test_all_lessons_keeps_the_language_and_the_projector() -> None:
    app = open_step(BY_KEY["A"], 6, lang="zh", view="projector")
    assert 'href="lessons?lecture=true&amp;view=projector&amp;lang=zh"' in " ".join(markup(app))
    assert 'href="lessons"' in " ".join(markup(open_step(BY_KEY["slope"])))


@pytest.mark.parametrize("lr", ["1/10", "0.1", "10^-1"])
def test_a_rate_is_read_as_the_page_reads_it(lr: str) -> None:
    asks = opened(DESCENT, predict="true", lr=lr).session_state[MEMORY].asks
    assert asks == opened(DESCENT, predict="true", lr="0.1").session_state[MEMORY].asks
    assert len(asks) == 1 + ASKED_STEPS
