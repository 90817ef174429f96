"""A typed answer: the number that a text means, and which of the known answers that is."""

from collections.abc import Iterator
from operator import itemgetter
from typing import TypeGuard

from playground.language.errors import EvaluationError
from playground.language.values import Value, read_value
from playground.web.parameters import shortened
from playground.web.question import Answer, Question
from playground.words import say

TOLERANCE = 5e-3
"""A number is taken for another one from which it differs by at most this part: three digits are always enough."""

MAX_TYPED_CHARACTERS = 500
"""A typed answer is at most so long."""


def can_be_typed(ask: Question) -> bool:
    """Whether any answer is a number, or a tensor whose entries are written out: not the right one alone tells it."""
    return bool(_numbers(ask))


def judged(ask: Question, text: str) -> Answer:
    """The known answer that a text means, or a wrong one that nobody thought of.

    Raises EvaluationError where it means no number, or a tensor of a shape that no known answer has.
    """
    named = next((answer for answer in ask.known if _plain(answer.text) == _plain(text)), None)
    if named is not None:
        return named
    number = read(text)
    nearest = _nearest(ask, number)
    if nearest is not None:
        return nearest
    known = [value for value, _ in _numbers(ask)]
    if _shape(number) not in map(_shape, known):
        raise EvaluationError("answer_shape", asked=_shaped(known[0]), typed=_shaped(number))
    return Answer(shortened(text.strip()), say("predict.wrong.other", wrong=shortened(text.strip())))


def read(text: str) -> Value:
    """The number or the tensor that an answer means; what stands before an equals sign only names it.

    Raises EvaluationError where it means none.
    """
    bare = text.rpartition("=")[2].strip()
    if bare.startswith("(") and bare.endswith(")") and "," in bare:
        bare = f"[{bare[1:-1]}]"
    return read_value(bare, say("predict.typed"))


def _numbers(ask: Question) -> list[tuple[Value, Answer]]:
    """The known answers that are numbers, the right one first."""
    pairs = ((_number(answer.text), answer) for answer in ask.known)
    return [(number, answer) for number, answer in pairs if number is not None]


def _number(text: str) -> Value | None:
    """What the text of an answer means; None where it is a word."""
    try:
        return read(text)
    except EvaluationError:
        return None


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _nearest(ask: Question, number: Value) -> Answer | None:
    """The known answer that comes nearest, if any comes near; of equals the first, which is the right one."""
    distance, answer = min(((_distance(number, value), answer) for value, answer in _numbers(ask)), key=itemgetter(0))
    return answer if distance <= TOLERANCE else None


def _distance(left: Value, right: Value) -> float:
    """By which part of the larger of them two numbers differ, of tensors the largest of their entries."""
    if _shape(left) != _shape(right):
        return float("inf")
    parts = zip(_entries(left), _entries(right), strict=True)
    return max(abs(a - b) / (max(abs(a), abs(b)) or 1.0) for a, b in parts)


def _entries(value: Value) -> Iterator[float]:
    if _is_number(value):
        yield float(value)
        return
    for part in value:  # type: ignore[union-attr]
        yield from _entries(part)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, (int, float))


def _shape(value: Value) -> tuple[int, ...]:
    """The sides of a tensor; rows that differ in length are none of one."""
    if _is_number(value):
        return ()
    inner = {_shape(part) for part in value}  # type: ignore[union-attr]
    return (len(value), *(inner.pop() if len(inner) == 1 else (-1,)))  # type: ignore[arg-type]


def _shaped(value: Value) -> str:
    """A tensor's shape in words."""
    shape = _shape(value)
    if not shape:
        return say("predict.shape_number")
    if -1 in shape:
        return say("predict.shape_ragged")
    key = "predict.shape_vector" if len(shape) == 1 else "predict.shape_matrix"
    return say(key, rows=shape[0], columns=shape[-1])
