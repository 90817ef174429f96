"""What is asked before it is shown: a question with three answers, each with its reason in numbers.

Whoever types a number instead is told which misconception gives it, also one that none of the answers has.
"""

import math
import random
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from playground.drawing.numbers import brief
from playground.engine.case import Case
from playground.words import say

Address = Mapping[str, str]
"""The parameters of an address."""

WRONG = 2
"""A question has so many wrong answers."""


@dataclass(frozen=True)
class Answer:
    """One of the answers."""

    text: str
    reason: str
    """Of a wrong one: what it mistakes; of the right one nothing, the question's own sentence says why."""
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A question. A film may be shown up to a place before it is answered, and up to another one after that."""

    question: str
    answers: tuple[Answer, ...]
    why: str
    place: int | None = None
    """Before: None hides what has no places."""
    after: int | None = None
    """After: None shows all."""
    further: tuple[Answer, ...] = ()
    """Further wrong answers, which are recognized where they are typed."""
    node: int | None = None
    """Of a graph the node that it asks about, by its place there."""

    @property
    def right(self) -> Answer:
        """The right answer."""
        return next(answer for answer in self.answers if answer.right)

    @property
    def known(self) -> tuple[Answer, ...]:
        """Every answer of which something can be said, the right one first."""
        wrong = (answer for answer in self.answers if not answer.right)
        return self.right, *wrong, *self.further


def ask(
    key: str,
    number: torch.Tensor | float,
    wrong: Mapping[str, torch.Tensor | float],
    place: int | None = None,
    **placeholders: Any,
) -> Question | None:
    """A question about a number; None where it is no finite one, or too few misconceptions give another."""
    if not _finite(number):
        return None
    shown = brief(number)
    texts: dict[str, str] = {}
    for name, distractor in wrong.items():
        if _finite(distractor) and (text := brief(distractor)) != shown and _plain(text) != _plain(shown):
            texts.setdefault(text, name)
    answers = {
        text: say(f"predict.wrong.{name}", wrong=text, right=shown, **placeholders) for text, name in texts.items()
    }
    if len(answers) == 1 and _zero(number):
        answers["None"] = say("predict.wrong.none")
    return in_words(key, shown, answers, place, **placeholders)


def in_words(
    key: str, shown: str, wrong: Mapping[str, str], place: int | None = None, **placeholders: Any
) -> Question | None:
    """A question whose answers are texts; `wrong` has a reason for each, and of the first ones one may choose."""
    if len(wrong) < WRONG:
        return None
    question, why = (say(f"predict.{key}.{part}", right=shown, **placeholders) for part in ("question", "why"))
    return shuffled(question, shown, wrong, why, place)


def shuffled(question: str, right: str, wrong: Mapping[str, str], why: str, place: int | None = None) -> Question:
    """A question whose answers stand in an order that tells nothing, and is always the same; `wrong` has reasons."""
    reasons = [Answer(text, reason) for text, reason in wrong.items()]
    answers, rest = [Answer(right, "", True), *reasons[:WRONG]], tuple(reasons[WRONG:])
    order = f"{question} {right} {[answer.text for answer in reasons[:WRONG]]}"
    random.Random(zlib.crc32(order.encode())).shuffle(answers)
    return Question(question, tuple(answers), why, place, further=rest)


def _plain(text: str) -> str:
    """Without the sign of a zero, and whether or not a whole number has its point."""
    bare = text.removesuffix(".0")
    return "0" if bare == "-0" else bare


def _zero(number: torch.Tensor | float) -> bool:
    """Whether it is 0, which is easily taken for None."""
    return not bool(torch.as_tensor(number).any())


def _finite(number: torch.Tensor | float) -> bool:
    return bool(torch.isfinite(number).all()) if isinstance(number, torch.Tensor) else math.isfinite(number)


def of_case(question_of: Callable[[Case], Question | None]) -> Callable[[Case, Address], Question | None]:
    """What is asked of a case alone, whatever the parameters of its page."""
    return lambda case, _: question_of(case)


def reasons(wrong: Mapping[str, str]) -> dict[str, str]:
    """Wrong answers with the reason of each."""
    return {text: say(f"predict.wrong.{name}", wrong=text) for text, name in wrong.items()}


def multiple_choice(
    key: str, right: str, wrong: list[str], place: int | None = None, **placeholders: str
) -> Question | None:
    """A question whose answers are words; why one is wrong, the right answer's sentence says."""
    reasons = {say(f"predict.answer.{name}"): say("predict.not_that") for name in wrong}
    return in_words(key, say(f"predict.answer.{right}"), reasons, place, **placeholders)
