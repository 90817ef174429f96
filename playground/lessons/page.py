"""`/lessons`: every lesson as a link, the tutorial's first, each with a small drawing of its graph or curve."""

from functools import partial
from html import escape

import streamlit as st

from playground.lessons.table import GROUPS, LESSONS, TUTORIAL, Lesson, link
from playground.lessons.thumbnail_svg import picture
from playground.lessons.thumbnails import sketch
from playground.web.files import source
from playground.web.link_parameters import carried
from playground.web.panel import panel
from playground.web.widgets import part, question, sentence
from playground.words import say


def cards(group: str) -> None:
    """The lessons of a group."""
    inside = "".join(f"<li>{card(lesson)}</li>" for lesson in LESSONS if lesson.group == group)
    st.html(f'<ol class="lessons">{inside}</ol>')


def card(lesson: Lesson) -> str:
    """A lesson: drawing, title, two sentences, and its program."""
    program = lesson.steps[0].example.program
    code = f"<code>{escape(program)}</code>" if program else ""
    title, about = (escape(say(f"lessons.{lesson.key}.{word}")) for word in ("title", "about"))
    href = escape(link(lesson, 1, **carried()))
    inside = f"{picture(sketch(lesson.key))}<h3>{title}</h3><p>{about}</p>{code}"
    return f'<a href="{href}" target="_self" data-whole>{inside}</a>'


def page() -> None:
    """Draw the page."""
    st.html(f"<style>{source('lessons/lessons.css')}</style>")
    question(say("lessons.question"))
    sentence(say("lessons.intro"), "remark")
    part(say(f"lessons.{TUTORIAL}"))
    cards(TUTORIAL)
    for group in GROUPS[1:]:
        panel(say(f"lessons.{group}"), group, partial(cards, group), None)
