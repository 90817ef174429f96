"""What a pitfall asks before it shows: what its script prints, or which line of it PyTorch refuses."""

from collections.abc import Iterator

from playground.pitfalls.script_run import ScriptResult
from playground.pitfalls.table import ERROR, MENDED, Pitfall, Values
from playground.web.question import WRONG, Question, shuffled
from playground.words import say

REASONS = ("wrong_1", "wrong_2", "wrong_3")
"""The words that say why an answer is wrong, in the order of a pitfall's wrong answers."""

SPARE = ("None", "0.0", "1.0")
"""Further wrong answers, where with other numbers two of a pitfall's own are one."""


def question_of(pitfall: Pitfall, values: Values, wrong: ScriptResult, right: ScriptResult) -> Question:
    """The question of a pitfall; `wrong` and `right` are what its two scripts came to."""
    code = pitfall.text(False, values)
    shown = _line(code, wrong.refusal.line) if wrong.refusal else _printed(wrong)
    texts: dict[str, str] = {}
    for text, reason in _wrong(pitfall, code, right):
        if text != shown and len(texts) < WRONG:
            texts.setdefault(text, reason)
    return shuffled(say(f"pitfalls.{'ask_line' if wrong.refusal else 'ask_printed'}"), shown, texts, "")


def _wrong(pitfall: Pitfall, code: str, right: ScriptResult) -> Iterator[tuple[str, str]]:
    """The wrong answers, each with what it mistakes."""
    for part, answer in zip(REASONS, pitfall.wrong, strict=False):
        yield _text(answer, code, right), say(f"pitfalls.{pitfall.key}.{part}")
    for text in SPARE:
        yield text, say("predict.not_that")


def _text(answer: str | int, code: str, right: ScriptResult) -> str:
    """A wrong answer as it is read."""
    if isinstance(answer, int):
        return _line(code, answer)
    return {MENDED: _printed(right), ERROR: say("pitfalls.an_error")}.get(answer, answer)


def _line(code: str, place: int) -> str:
    """A line of a script, with its number from 1."""
    return say("pitfalls.line", number=place + 1, code=code.splitlines()[place].strip())


def _printed(provoked: ScriptResult) -> str:
    """What a script printed, without the name before it."""
    return provoked.printed[-1].partition(" = ")[2]
