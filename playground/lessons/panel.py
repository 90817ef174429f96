"""The bar of an open lesson: its title, where one is in it, the ways on, and the way back to its program."""

from collections.abc import Mapping
from html import escape

from playground.engine.case import Case
from playground.language.errors import PlaygroundError
from playground.lessons.own import PREFIX, own_lesson
from playground.lessons.table import (
    ALL,
    BY_KEY,
    GRAPH,
    LECTURE,
    LESSONS,
    OWN,
    TUTORIAL,
    Lesson,
    Step,
    following,
    link,
)
from playground.web import markup
from playground.web.address import LESSON, QUESTION, VIEW
from playground.web.examples import address, path
from playground.web.feature import Feature
from playground.web.inputs import case_of
from playground.web.keys import lesson_keys
from playground.web.link_parameters import carried
from playground.web.parameters import shortened, unusual
from playground.web.query import query
from playground.words import say


def lesson_of(key: str | None, number: str | None) -> tuple[Lesson, int] | None:
    """The lesson that an address names, and which of its steps, the first if it names none that there is."""
    lesson = BY_KEY.get(key or "") or own_lesson(key or "")
    if lesson is None:
        return None
    known = number is not None and number.isdecimal() and len(number) < 4 and 1 <= int(number) <= len(lesson.steps)
    return lesson, int(number) if known and number else 1


def unknown(key: str | None, number: str | None) -> list[str]:
    """What of an address names no lesson, or no step of it."""
    if key is None:
        return [] if number is None else [say("lessons.no_lesson_of", part=shortened(f"{QUESTION}={number}"))]
    lesson_and_step = lesson_of(key, number)
    if lesson_and_step is None:
        if key.startswith(PREFIX):
            return [say("lessons.own_unknown")]
        return [say("lessons.unknown", part=shortened(f"{LESSON}={key}"))]
    lesson, used = lesson_and_step
    if number is None or number == str(used):
        return []
    return [say("lessons.no_step", part=shortened(f"{QUESTION}={number}"), last=len(lesson.steps), used=used)]


def is_at(step: Step, page: Feature, case: Case | None, address: Mapping[str, str]) -> bool:
    """Whether a page shows a lesson's step: its program with its values and settings, whatever is open."""
    settings = [parameter for parameter in page.parameters if not parameter.opens]
    if page.name != step.page or unusual(address, settings) != unusual(step.example.more, settings):
        return False
    if not step.example.program or case is None:
        return not step.example.program
    try:
        return case == case_of(step.example, case.type_name)
    except PlaygroundError:
        return False  # a step of one's own may hold a program that is none


def asked_at(key: str | None, number: str | None, page: Feature, case: Case) -> tuple[str, dict[str, str]]:
    """The row of the table of questions that a lesson asks here, as long as its program stands; and of which address.

    Elsewhere no row, and the address that the browser shows.
    """
    lesson_and_step = lesson_of(key, number)
    step = lesson_and_step[0].steps[lesson_and_step[1] - 1] if lesson_and_step else None
    if step is not None and step.ask and is_at(step, page, case, query()):
        return step.ask, dict(step.example.more)
    return "", query()


def lesson_bar(lesson: Lesson, number: int, page: Feature, case: Case | None) -> None:
    """The bar, the keys that run a lesson, and on a phone what opens the program and its inputs."""
    title = lesson.title
    parts = [f"<b>{escape(title)}</b>"]
    if len(lesson.steps) > 1:
        parts.append(f"<span>{escape(say('lessons.place', number=number, last=len(lesson.steps)))}</span>")
    if not is_at(lesson.steps[number - 1], page, case, query()):
        back = _link(link(lesson, number, **carried()), say("lessons.back"))
        parts.append(f'<span class="away">{escape(say("lessons.away"))} {back}</span>')
    ways = f'<nav aria-label="{escape(title)}">{_ways(lesson, number)}</nav>'
    markup.show(f'<div class="lesson-bar" data-step="{number}">{"".join(parts)}{ways}{_desk()}</div>')
    # An element of its own: what is opened stays open when the bar changes.
    markup.show(f'<details class="lesson-inputs"><summary>{escape(say("lessons.inputs"))}</summary></details>')
    lesson_keys(link(lesson, 1, **carried()), len(lesson.steps))


def _desk() -> str:
    """What a lecturer has at hand: a timer, and whether every step is computed already."""
    named = ((word, escape(say(f"lessons.{word}_hint"))) for word in ("timer", "warming"))
    texts = {"timer": say("lessons.timer"), "warming": say("lessons.warm_ask")}
    return (
        '<span class="desk">'
        + "".join(
            f'<button type="button" class="{word}" title="{hint}">{escape(texts[word])}</button>'
            for word, hint in named
        )
        + "</span>"
    )


def _ways(lesson: Lesson, number: int) -> str:
    """Previous and next inside the lesson, the lesson after it, and the list of all with this one's group open."""
    ways, after = [], following(lesson)
    if number > 1:
        ways.append(_link(link(lesson, number - 1, **carried()), say("lessons.previous"), "prev"))
    if number < len(lesson.steps):
        ways.append(_link(link(lesson, number + 1, **carried()), say("lessons.next"), "next"))
    elif after is not None:
        title = say("lessons.next_lesson", title=after.title)
        ways.append(_link(link(after, 1, **carried()), title, "next"))
    opened = {} if lesson.group == TUTORIAL else {lesson.group: "true"}
    if lesson.group == OWN:
        opened[LESSON] = lesson.key
    return "".join([*ways, _link(path(ALL) + address({**opened, **carried()}), say("lessons.all"))])


def _link(href: str, title: str, rel: str = "") -> str:
    """A link that is followed in place."""
    way = f' rel="{rel}"' if rel else ""
    return f'<a href="{escape(href)}" target="_self" data-whole{way}>{escape(title)}</a>'


WAYS = ("way_tutorial", "way_script", "way_teach")
"""The ways in: for who follows the tutorial, who has a script, who teaches."""


def ways_in() -> str:
    """Three ways in, as cards."""
    inside = "".join(
        f'<li><a href="{escape(href)}" target="_self"><h3>{escape(say(f"lessons.{way}"))}</h3>'
        f"<p>{escape(say(f'lessons.{way}_about'))}</p></a></li>"
        for way, href in zip(WAYS, _ways_in(), strict=True)
    )
    return f'<h2 class="part">{escape(say("lessons.ways"))}</h2><ol class="ways">{inside}</ol>'


def _ways_in() -> tuple[str, str, str]:
    """The first lesson of the tutorial, the page with its program box, the lecture in large type."""
    first = next(lesson for lesson in LESSONS if lesson.group == TUTORIAL)
    lecture = {**carried(), LECTURE: "true", VIEW.name: VIEW.choices[1]}
    return link(first, 1, **carried()), path_with(GRAPH, carried()), path_with(ALL, lecture)


def first_visit() -> None:
    """The three ways in, on one line, for who comes with an address that says nothing."""
    links = " · ".join(_link(href, say(f"lessons.{way}")) for way, href in zip(WAYS, _ways_in(), strict=True))
    markup.show(f'<nav class="note first-visit" aria-label="{escape(say("lessons.ways"))}">{links}</nav>')


def path_with(page: str, parameters: Mapping[str, str]) -> str:
    """The address of a page, as a link on any other page writes it."""
    return path(page) + address(parameters)
