"""`/lessons`: what can be found by a question, three ways in, and every lesson as a link with a small drawing."""

from functools import partial
from html import escape

import streamlit as st

from playground.language.errors import EvaluationError
from playground.language.operations import Operation
from playground.lessons.asked import QUESTIONS
from playground.lessons.feature import FIND
from playground.lessons.functions import example, listed, written
from playground.lessons.own import MAX_OWN_STEPS, compose, lines_of, own_lesson
from playground.lessons.panel import path_with, ways_in
from playground.lessons.search import FUNCTION, MAX_SEARCH_CHARACTERS, QUESTION, Entry, search
from playground.lessons.search import LESSON as LESSON_FOUND
from playground.lessons.table import BY_KEY, FUNCTIONS, GRAPH, GROUPS, LESSONS, OWN, PITFALLS, TUTORIAL, Lesson, link
from playground.lessons.thumbnail_svg import picture
from playground.lessons.thumbnails import sketch
from playground.web import markup
from playground.web.address import LESSON
from playground.web.link_parameters import carried
from playground.web.panel import panel
from playground.web.recording import container, draw
from playground.web.widgets import part, question, sentence
from playground.words import say

MAX_ADDRESSES_CHARACTERS = 40_000
"""At most so many characters are pasted for a lesson of one's own."""

ASKED = {question.key: question for question in QUESTIONS}


def cards(group: str) -> None:
    """The lessons of a group."""
    inside = "".join(f"<li>{card(lesson)}</li>" for lesson in LESSONS if lesson.group == group)
    markup.show(f'<ol class="lessons">{inside}</ol>')


def card(lesson: Lesson) -> str:
    """A lesson: drawing, title, two sentences, and its program."""
    program = lesson.steps[0].example.program
    code = f"<code>{escape(program)}</code>" if program else ""
    title, about = (escape(say(f"lessons.{lesson.key}.{word}")) for word in ("title", "about"))
    href = escape(link(lesson, 1, **carried()))
    inside = f"{picture(sketch(lesson.key))}<h3>{title}</h3><p>{about}</p>{code}"
    return f'<a href="{href}" target="_self" data-whole>{inside}</a>'


def find() -> None:
    """The box to look for something by a question, and what was found, as one types."""
    with container(key="find-box"):
        text = draw(
            st.text_input,
            label=say("lessons.find"),
            key=FIND,
            bind="query-params",
            live=True,
            autocomplete="off",
            placeholder=say("lessons.find_hint"),
            max_chars=MAX_SEARCH_CHARACTERS,
        )
    if text and text.strip():
        entries, fits = search(text)
        markup.show(found_list([entry for entry in entries if entry.kind != FUNCTION or example(entry.key)], fits))


def found_list(entries: list[Entry], fits: bool) -> str:
    """What was found, as links; and whether it fits or is only the nearest."""
    count = say("lessons.one_found") if len(entries) == 1 else say("lessons.found", number=len(entries))
    caption = escape(count if fits else say("lessons.not_found"))
    inside = "".join(f"<li>{found_line(entry)}</li>" for entry in entries)
    return f'<p class="found-count" role="status">{caption}</p><ol class="found">{inside}</ol>'


def found_line(entry: Entry) -> str:
    """What was found: its kind, and its title as a link."""
    title, href = title_of(entry), href_of(entry)
    kind = escape(say(f"lessons.kind_{entry.kind}"))
    return f'<a href="{escape(href)}" target="_self"><span class="kind">{kind}</span> {escape(title)}</a>'


def title_of(entry: Entry) -> str:
    """What an entry is called."""
    if entry.kind == FUNCTION:
        return entry.key
    titles = {QUESTION: f"asked.{entry.key}", LESSON_FOUND: f"lessons.{entry.key}.title"}
    return say(titles.get(entry.kind, f"pitfalls.{entry.key}.title"))


def href_of(entry: Entry) -> str:
    """The address of an entry, with who looks and the language."""
    if entry.kind == QUESTION:
        return ASKED[entry.key].href(**carried())
    if entry.kind == LESSON_FOUND:
        return link(BY_KEY[entry.key], 1, **carried())
    if entry.kind == FUNCTION:
        return path_with(GRAPH, {**example(entry.key), **carried()})
    return path_with(PITFALLS, {"trap": entry.key, **carried()})


def make_own() -> None:
    """Boxes for a lesson of one's own, with the link that carries it; an address that has one fills them."""
    known = own_lesson(st.query_params.get(LESSON, ""))
    sentence(say("lessons.own_about", most=MAX_OWN_STEPS), "remark")
    title = st.text_input(say("lessons.own_title"), known.title if known else "", key="own-title", autocomplete="off")
    text = st.text_area(
        say("lessons.own_addresses"),
        lines_of(known) if known else "",
        key="own-addresses",
        height=180,
        max_chars=MAX_ADDRESSES_CHARACTERS,
    )
    if not text.strip():
        return
    try:
        lesson = compose(title, text)
    except EvaluationError as problem:
        sentence(problem.message, "note")
        return
    href, count = escape(link(lesson, 1, **carried())), escape(say("lessons.own_steps", count=len(lesson.steps)))
    inside = f'<a href="{href}" target="_self" data-whole>{escape(say("lessons.own_open", title=lesson.title))}</a>'
    markup.show(f'<p class="own-link">{inside} <span class="count">{count}</span></p>')


def functions() -> None:
    """Every function of the language by its name, and the box that looks for some of them."""
    sentence(say("lessons.functions_about"), "remark")
    text = st.text_input(
        say("lessons.functions_find"), key="functions-find", live=True, autocomplete="off", max_chars=40
    )
    rows = listed(text or "")
    count = say("lessons.one_found") if len(rows) == 1 else say("lessons.found", number=len(rows))
    inside = "".join(map(function_line, rows))
    markup.show(f'<p class="found-count" role="status">{escape(count)}</p><ul class="functions">{inside}</ul>')


def function_line(row: Operation) -> str:
    """How a function is called, its other names, and the address that shows it."""
    called = f"<code>{escape(written(row))}</code>"
    shown = example(row.name)
    if shown:
        href = escape(path_with(GRAPH, {**shown, **carried()}))
        called = f'<a href="{href}" target="_self">{called}</a>'
    aliases = f' <span class="quiet">{escape(", ".join(row.aliases))}</span>' if row.aliases else ""
    return f"<li>{called}{aliases}</li>"


def page() -> None:
    """Draw the page."""
    with markup.together():
        question(say("lessons.question"))
        with markup.apart():
            find()
        markup.show(ways_in())
        sentence(say("lessons.intro"), "remark")
        part(say(f"lessons.{TUTORIAL}"))
        cards(TUTORIAL)
        for group in GROUPS[1:]:
            panel(say(f"lessons.{group}"), group, partial(cards, group), None)
        panel(say("lessons.own"), OWN, make_own, None)
        panel(say(f"lessons.{FUNCTIONS}"), FUNCTIONS, functions, None)
