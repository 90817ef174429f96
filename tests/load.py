"""A class: many visitors who open links within some seconds, and then change what stands there with time to think.

As a script it drives a server from a process of its own, and prints what it saw as JSON:
`python -m tests.load URL '{"sessions": 200, "own": false}'`.
"""

import asyncio
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from statistics import quantiles
from urllib.parse import parse_qsl, urlsplit

from playground.lessons.table import LESSONS, link
from tests.visitors import Answer, Visitor, visit

Text = str | bool
Address = tuple[str, dict[str, str]]
POINTS = ("0.5", "1", "1.5", "2", "2.5", "3")
"""What a class that is told what to type types."""


@dataclass(frozen=True)
class Plan:
    """How a class behaves."""

    sessions: int
    own: bool
    """Whether everybody types numbers of their own."""
    blank: bool = False
    every: bool = False
    """Whether the links are those of all steps of all lessons, and not one to each page."""
    open_within: float = 10.0
    act_every: float = 5.0
    during: float = 60.0
    """seconds, from the moment all have been asked to open."""
    acts: int = 0
    """Changes that everybody makes in any case, however long the answers take."""


@dataclass
class Seen:
    """What the visitors saw."""

    opened: list[float] = field(default_factory=list)
    """Seconds until a page was there,"""
    acted: list[float] = field(default_factory=list)
    """and until a change was answered."""
    errors: list[str] = field(default_factory=list)
    bytes: int = 0

    def note(self, answer: Answer, times: list[float]) -> None:
        """Write an answer down."""
        times.append(answer.seconds)
        self.bytes += answer.size
        self.errors += answer.exceptions + ([] if answer.finished else ["a script did not finish"])


def percentiles(times: Sequence[float]) -> tuple[float, float, float]:
    """The times that half, 95 and 99 of 100 stay below."""
    cuts = quantiles(times, n=100, method="inclusive") if len(times) > 1 else [*times] * 99
    return cuts[49], cuts[94], cuts[98]


def addresses() -> list[Address]:
    """Every step of every lesson, and the list of lessons: all pages are among them."""
    links = [link(lesson, number) for lesson in LESSONS for number in range(1, len(lesson.steps) + 1)]
    parts = [urlsplit(url) for url in links]
    return [*((part.path.strip("/."), dict(parse_qsl(part.query))) for part in parts), ("lessons", {})]


def one_of_each() -> list[Address]:
    """One link to each page, the first of a lesson that goes there: what a class is given."""
    return list({page: (page, parameters) for page, parameters in reversed(addresses())}.values())


def changes(visitor: Visitor, dice: random.Random, own: bool) -> list[tuple[str, Text]]:
    """What can be changed on the page: a number that moves, and a control of the page itself."""
    typed: Callable[[], str] = (lambda: f"{dice.uniform(-3, 3):.4f}") if own else (lambda: dice.choice(POINTS))
    shown = visitor.shown.items()
    numbers = [key for key, text in shown if key.startswith("at.") and isinstance(text, str) and text[:1] != "["]
    moving = [key for key in numbers if key[3] in "uvwxyz"] or numbers
    found: list[tuple[str, Text]] = [(key, typed()) for key in moving]
    if "lr" in visitor.shown:
        found.append(("lr", f"{abs(float(typed())) / 30:.5f}"))
    found += [(key, not text) for key, text in shown if key in ("constants", "mended")]
    return found


async def pupil(url: str, plan: Plan, number: int, seen: Seen) -> None:
    """One visitor from the first link to the end of the hour; without a connection that is an error as well."""
    dice = random.Random(number)
    page, parameters = ("", {}) if plan.blank else dice.choice(addresses() if plan.every else one_of_each())
    begin = plan.open_within * number / plan.sessions
    loop = asyncio.get_running_loop()
    end = loop.time() + plan.open_within + plan.during
    await asyncio.sleep(begin)
    try:
        async with visit(url) as visitor:
            seen.note(await visitor.open(page, parameters), seen.opened)
            await asyncio.sleep(plan.open_within - begin + dice.uniform(0, plan.act_every))
            acted = count()
            while loop.time() < end or next(acted) < plan.acts:
                known = [] if plan.blank else changes(visitor, dice, plan.own)
                answer = await (visitor.change(*dice.choice(known)) if known else visitor.again())
                seen.note(answer, seen.acted)
                await asyncio.sleep(dice.uniform(0.5, 1.5) * plan.act_every)
    except (OSError, TimeoutError, EOFError) as problem:
        seen.errors.append(repr(problem))


async def held(url: str, plan: Plan) -> Seen:
    """A class, from its first link on."""
    seen = Seen()
    async with asyncio.TaskGroup() as group:
        for number in range(plan.sessions):
            group.create_task(pupil(url, plan, number, seen))
    return seen


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(held(sys.argv[1], Plan(**json.loads(sys.argv[2])))))))
