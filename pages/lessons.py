"""`/lessons`: every lesson as a link, the tutorial's first, each with a small drawing of its graph or curve."""

from functools import partial
from html import escape

import streamlit as st

from playground.drawing.sketch import picture
from playground.ui.carried import carried
from playground.ui.lessons import GROUPS, LESSONS, TUTORIAL, Lesson, link
from playground.ui.panel import panel
from playground.ui.sketches import sketch
from playground.ui.source import source
from playground.ui.widgets import part, question, sentence
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
    href = escape(link(lesson, **carried()))
    return f'<a href="{href}" target="_self">{picture(sketch(lesson.key))}<h3>{title}</h3><p>{about}</p>{code}</a>'


st.html(f"<style>{source('lessons.css')}</style>")
question(say("lessons.question"))
sentence(say("lessons.intro"), "remark")
part(say(f"lessons.{TUTORIAL}"))
cards(TUTORIAL)
for group in GROUPS[1:]:
    panel(say(f"lessons.{group}"), group, partial(cards, group), None)
