"""What a pitfall asks before it shows: what its script prints, or which line of it PyTorch refuses."""

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import torch

from playground.pitfalls.script_run import ScriptResult
from playground.pitfalls.table import ERROR, MENDED, Pitfall, Values
from playground.web.question import WRONG, Question, shuffled
from playground.words import say

REASONS = ("wrong_1", "wrong_2", "wrong_3")
"""The words that say why an answer is wrong, in the order of a pitfall's wrong answers."""

NUMBER = re.compile(r"-?(?:\d[\d.]*(?:e[-+]?\d+)?|inf|nan)")
"""A number as a script prints it."""

SPARE = ("None", "0.0", "1.0")
"""Further wrong answers, where with other numbers two of a pitfall's own are one."""


def question_of(pitfall: Pitfall, values: Values, wrong: ScriptResult, right: ScriptResult) -> Question:
    """The question of a pitfall; `wrong` and `right` are what its two scripts came to."""
    code = pitfall.text(False, values)
    shown = _line(code, wrong.refusal.line) if wrong.refusal else _printed(wrong)
    texts: dict[str, str] = {}
    own_words = as_told(pitfall, values, wrong, right)
    for text, reason in _wrong(pitfall, values, code, right, own_words):
        if text != shown and len(texts) < WRONG:
            texts.setdefault(text, reason)
    return shuffled(say(f"pitfalls.{'ask_line' if wrong.refusal else 'ask_printed'}"), shown, texts, "")


def harmless(wrong: ScriptResult, right: ScriptResult) -> bool:
    """Whether the numbers take the trap away: both scripts print the same."""
    return not (wrong.refusal or wrong.warning) and wrong.printed == right.printed


def as_told(pitfall: Pitfall, values: Values, wrong: ScriptResult, right: ScriptResult) -> bool:
    """Whether a pitfall's own words are about what happened: with other numbers it may be harmless, or another one."""
    if not pitfall.values:
        return True
    numbers = [[float(number) for number in NUMBER.findall(_printed(result))] for result in (wrong, right)]
    finite = all(map(math.isfinite, numbers[1]))
    return not harmless(wrong, right) and finite and pitfall.holds(values, numbers[0][0])


def _wrong(
    pitfall: Pitfall, values: Values, code: str, right: ScriptResult, own_words: bool
) -> Iterator[tuple[str, str]]:
    """The wrong answers, each with what it mistakes where the pitfall's words hold."""
    for part, answer in zip(REASONS, pitfall.wrong, strict=False):
        reason = f"pitfalls.{pitfall.key}.{part}" if own_words else "predict.not_that"
        yield _text(answer, values, code, right), say(reason)
    for text in SPARE:
        yield text, say("predict.not_that")


def _text(answer: str | int | Callable[[Any], Any], values: Values, code: str, right: ScriptResult) -> str:
    """A wrong answer as it is read."""
    if isinstance(answer, int):
        return _line(code, answer)
    if not isinstance(answer, str):
        return str(answer(torch.tensor(values["x"])).item())
    return {MENDED: _printed(right), ERROR: say("pitfalls.an_error")}.get(answer, answer)


def _line(code: str, place: int) -> str:
    """A line of a script, with its number from 1."""
    return say("pitfalls.line", number=place + 1, code=code.splitlines()[place].strip())


def _printed(provoked: ScriptResult) -> str:
    """What a script printed, without the name before it."""
    return provoked.printed[-1].partition(" = ")[2]
