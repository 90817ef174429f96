"""What a question finds, in both languages, as one types; and where nothing fits, what is nearest."""

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.forward import forward
from playground.language.operations import OPERATIONS, Operation
from playground.language.parse import parse
from playground.language.values import read_value
from playground.lessons.asked import QUESTIONS
from playground.lessons.functions import BY_HAND, example, written
from playground.lessons.panel import WAYS
from playground.lessons.search import MOST, NEAREST, Entry, index, search
from playground.lessons.table import LESSONS
from playground.pitfalls.table import PITFALLS
from playground.words import languages, say, sentences
from tests.reading import HOSTILE, found, markup, opened, said

FINDS = {
    "Why is .grad None?": ("question", "grad_none"),
    "what is the gradient argument": ("question", "gradient_argument"),
    "为什么 .grad 是 None": ("question", "grad_none"),
    "gradient 参数是什么": ("question", "gradient_argument"),
    "retain_graph": ("question", "retain_graph"),
    "retain graph": ("question", "retain_graph"),
    "梯度 nan": ("question", "nan"),
    "内存": ("question", "memory"),
    "detatch": ("question", "detach"),
    "momen": ("lesson", "momentum"),
    "鞍点": ("lesson", "saddle"),
    "clamp at its edge": ("pitfall", "clamp"),
    "weight decay": ("pitfall", "adam-decay"),
    "权重衰减": ("pitfall", "adam-decay"),
    "cosh": ("function", "cosh"),
    "log_softmax": ("pitfall", "log-softmax"),
    "TORCH.LOGADDEXP": ("function", "logaddexp"),
}


@pytest.mark.parametrize(("text", "wanted"), FINDS.items())
def test_a_question_finds_what_answers_it_among_the_first(text: str, wanted: tuple[str, str]) -> None:
    entries, fits = search(text)
    assert fits
    assert Entry(*wanted) in entries[:3]


@pytest.mark.parametrize("language", languages())
def test_everything_is_found_by_its_own_title(language: str) -> None:
    words = sentences(language)
    titles = {Entry("question", question.key): words[f"asked.{question.key}"] for question in QUESTIONS}
    titles |= {Entry("lesson", question.key): words[f"lessons.{question.key}.title"] for question in LESSONS}
    titles |= {Entry("pitfall", key): words[f"pitfalls.{key}.title"] for key in PITFALLS}
    lost = [(entry, title) for entry, title in titles.items() if entry not in search(title)[0]]
    assert lost == []


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name.isidentifier()])
def test_every_function_can_be_found_by_its_name(name: str) -> None:
    assert Entry("function", name) in search(name)[0]


@pytest.mark.parametrize("text", ["Why is .grad None?", "memory", "梯度参数"])
def test_as_one_types_each_beginning_is_answered(text: str) -> None:
    for end in range(1, len(text) + 1):
        entries, fits = search(text[:end])
        assert len(entries) <= MOST
        assert fits or len(entries) == NEAREST


@pytest.mark.parametrize("text", ["xyzzy plugh", "kubernetes", "早饭吃什么"])
def test_where_nothing_fits_the_nearest_are_named(text: str) -> None:
    entries, fits = search(text)
    assert not fits
    assert len(entries) == NEAREST
    app = opened("lessons", find=text)
    assert say("lessons.not_found") in said(app)
    assert len(re.findall('class="kind"', "".join(markup(app)))) >= 1


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_search(text: str) -> None:
    entries, fits = search(text)
    assert len(entries) <= MOST
    assert set(entries) <= index().words.keys()
    assert fits or len(entries) == NEAREST


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_the_page_stands(text: str) -> None:
    app = opened("lessons", find=text)
    assert not app.exception
    assert text not in "".join(markup(app)) or "<" not in text
    assert say("lessons.question") in said(app)


def test_what_was_found_are_links_that_take_view_and_language_along() -> None:
    app = opened("lessons", find="nan", view="projector", lang="zh")
    shown = unescape("".join(markup(app)))
    assert 'href="pitfalls?trap=where-nan&view=projector&lang=zh"' in shown
    assert sentences("zh")["asked.nan"] in said(app)


def test_typing_finds_and_stands_in_the_address() -> None:
    app = opened("lessons")
    assert not found(app, "found-count")
    app.text_input(key="find").set_value("Why is .grad None?").run()
    assert say("asked.grad_none") in said(app)
    assert "trap=non-leaf" in "".join(markup(app))
    app.text_input(key="find").set_value("").run()
    assert "found-count" not in "".join(markup(app))


# Functions


@pytest.mark.parametrize("name", [*BY_HAND, "sin", "relu", "matmul", "det", "norm", "softmax", "logaddexp", "mse_loss"])
def test_a_function_has_an_example_that_runs_and_is_differentiated(name: str) -> None:
    address = example(name)
    program = parse(address["f"])
    run = forward(program, {x: read_value(address[f"at.{x}"], x) for x in program.inputs})
    assert any(output.requires_grad for output in run.outputs.values())


# The ways in


def test_there_are_three_ways_in_on_the_list_of_lessons() -> None:
    app = opened("lessons")
    shown = unescape("".join(markup(app)))
    for way in WAYS:
        assert say(f"lessons.{way}") in shown
    assert 'href="lessons?lecture=true&view=projector"' in shown
    assert 'href="./"' in shown
    assert "lesson=slope" in shown


def test_a_first_visit_is_offered_them_and_an_address_that_says_something_is_not() -> None:
    assert all(say(f"lessons.{way}") in said(opened("graph")) for way in WAYS)
    assert say("lessons.way_teach") not in said(opened("graph", f="y = x^2"))
    assert say("lessons.way_teach") not in said(opened("graph", lesson="A"))


# All functions


def test_every_row_of_the_table_is_listed_and_most_open_an_example() -> None:
    app = opened("lessons", functions="true")
    shown = unescape("".join(markup(app)))
    assert shown.count("<li><") >= len(OPERATIONS)
    assert "<code>softmax(input, dim?)</code>" in shown
    assert "<code>stack([tensors], dim?)</code>" in shown
    assert "<code>u / v</code>" in shown
    without = [name for name in OPERATIONS if not example(name)]
    assert len(without) < 10, without


def test_the_list_of_functions_is_searched_by_any_of_their_names_in_both_languages() -> None:
    for language in languages():
        app = opened("lessons", functions="true", lang=language)
        app.text_input(key="functions-find").set_value("arcsin").run()
        assert "asin(input)" in said(app)
        assert "asinh(input)" in said(app)
        assert "softmax" not in said(app)
        app.text_input(key="functions-find").set_value("@").run()
        assert "u @ v" in said(app)


@pytest.mark.parametrize("row", OPERATIONS.values(), ids=lambda row: row.name)
def test_how_a_function_is_written_names_no_parameter_of_the_tables_own(row: Operation) -> None:
    text = written(row)
    assert text.startswith(row.name) or not row.typed or row.level != 5
    assert "{" not in text
