"""A lesson of one's own: addresses with a title, carried by its link alone. What a code holds is data, and checked."""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playground.language.errors import EvaluationError
from playground.lessons.table import BY_KEY, OWN, PAGES, Lesson, Step
from playground.web.address import LESSON, QUESTION
from playground.web.examples import FIRST, Example, address, path
from playground.web.parameters import shortened
from playground.words import say

PREFIX = "own."
"""What the code of such a lesson begins with, where an address names a lesson."""
MAX_OWN_STEPS = 20
"""A lesson of one's own has at most so many steps."""
MAX_TITLE_CHARACTERS = 80
"""Its title is at most so long."""
MAX_CODE_CHARACTERS = 4000
"""Its code is at most so long: every server and browser takes an address with it."""
MAX_DECODED_BYTES = 100_000
"""A code is unpacked to at most so many bytes."""
LEFT_OUT = (LESSON, QUESTION, "view", "lang")
"""Parts of an address that belong to who looks, and not to a step."""


def compose(title: str, text: str) -> Lesson:
    """The lesson of a title and of addresses, one a line; an address of a lesson of one's own gives all of its steps.

    Raises EvaluationError with a sentence on the first thing that is wrong.
    """
    named = "".join(letter if letter.isprintable() else " " for letter in " ".join(title.split()))
    if len(named) > MAX_TITLE_CHARACTERS:
        raise EvaluationError("own_title", count=len(named), most=MAX_TITLE_CHARACTERS)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    steps = [step for number, line in enumerate(lines, 1) for step in _steps(line, number)]
    if not steps:
        raise EvaluationError("own_nothing")
    if len(steps) > MAX_OWN_STEPS:
        raise EvaluationError("own_many", count=len(steps), most=MAX_OWN_STEPS)
    code = _code(named, steps)
    if len(code) > MAX_CODE_CHARACTERS:
        raise EvaluationError("own_long", count=len(code), most=MAX_CODE_CHARACTERS)
    return Lesson(code, OWN, tuple(steps), named or say("lessons.own_untitled"))


@lru_cache(maxsize=256)
def own_lesson(code: str) -> Lesson | None:
    """The lesson of a code; None where it is none, was cut or was changed."""
    if not code.startswith(PREFIX) or len(code) > MAX_CODE_CHARACTERS:
        return None
    try:
        title, *fields = json.loads(_unpacked(code.removeprefix(PREFIX)))
        steps = tuple(map(_step, fields))
    except (ValueError, TypeError, KeyError, zlib.error, RecursionError):
        return None
    known = isinstance(title, str) and len(title) <= MAX_TITLE_CHARACTERS and 1 <= len(steps) <= MAX_OWN_STEPS
    return Lesson(code, OWN, steps, title or say("lessons.own_untitled")) if known else None


def lines_of(lesson: Lesson) -> str:
    """The addresses of a lesson as they are pasted, one a line."""
    return "\n".join(_line(step) for step in lesson.steps)


def _line(step: Step) -> str:
    if step.ask:
        key, number = _place(step)
        return path(step.page) + address({LESSON: key, QUESTION: str(number)})
    return path(step.page) + address(step.example.parameters if step.example.program else step.example.more)


def _steps(line: str, number: int) -> Iterator[Step]:
    """The steps that a line gives."""
    parts = urlsplit(line) if line.isprintable() else None
    page = parts.path.rstrip("/").rpartition("/")[2] if parts else None
    parameters = dict(parse_qsl(parts.query, keep_blank_values=True)) if parts else {}
    lesson = parameters.get(LESSON, "")
    if own := own_lesson(lesson):
        yield from own.steps
        return
    if parts is None or page not in (*PAGES, "", ".") or not (parts.query or page in PAGES):
        raise EvaluationError("own_address", line=number, text=shortened(line))
    lesson_of_step, place = BY_KEY.get(lesson), parameters.get(QUESTION, "1")
    if (
        lesson_of_step
        and place.isdecimal()
        and 1 <= int(place) <= len(lesson_of_step.steps)
        and lesson_of_step.steps[int(place) - 1].ask
    ):
        yield lesson_of_step.steps[int(place) - 1]
        return
    yield _of(page if page in PAGES else FIRST, {k: text for k, text in parameters.items() if k not in LEFT_OUT})


def _of(page: str, parameters: Mapping[str, str]) -> Step:
    """The step of an address."""

    def family(name: str) -> dict[str, str]:
        return {key.removeprefix(name): text for key, text in parameters.items() if key.startswith(name)}

    tracked = {name: text.lower() == "true" for name, text in family("grad.").items()}
    own = ("f", *(key for key in parameters if key.startswith(("at.", "grad.", "gradient."))))
    more = {key: text for key, text in parameters.items() if key not in own}
    return Step(page, Example("", parameters.get("f", ""), family("at."), tracked, family("gradient."), more))


# The code


def _code(title: str, steps: list[Step]) -> str:
    packed = zlib.compress(json.dumps([title, *map(_plain, steps)], separators=(",", ":")).encode(), 9)
    return PREFIX + urlsafe_b64encode(packed).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    """The bytes of a code; ValueError where it ends too early, or is larger than any lesson."""
    unpacking = zlib.decompressobj()
    content = unpacking.decompress(urlsafe_b64decode(text + "=" * (-len(text) % 4)), MAX_DECODED_BYTES)
    if not unpacking.eof:
        raise ValueError("cut")
    return content


def _plain(step: Step) -> Any:
    """A step as JSON: a question of the table by its place, or a page with its parameters."""
    if step.ask:
        return list(_place(step))
    return [step.page, step.example.parameters if step.example.program else dict(step.example.more)]


def _step(plain: Any) -> Step:
    """A step of JSON; ValueError, TypeError or KeyError where it is none."""
    page, rest = plain
    if isinstance(rest, int):
        step = BY_KEY[page].steps[range(1, len(BY_KEY[page].steps) + 1).index(rest)]
    else:
        parameters = {str(name): str(text) for name, text in dict(rest).items()}
        step = _of(PAGES[PAGES.index(page)], parameters)
    return step


def _place(step: Step) -> tuple[str, int]:
    """The lesson of the table in which a question stands, and its place from 1."""
    return next((key, lesson.steps.index(step) + 1) for key, lesson in BY_KEY.items() if step in lesson.steps)
