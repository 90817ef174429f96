"""Text -> the gradient argument of an output: a value, or one of the words for what any shape can have."""

import re
from dataclasses import dataclass

from playground.language.errors import EvaluationError
from playground.language.values import Value, read_value

ONES, ENTRY, RANDOM = "ones", "entry", "random"


@dataclass(frozen=True)
class Ones:
    """1 at every entry."""


@dataclass(frozen=True)
class OneEntry:
    """1 at one entry and 0 at all others."""

    index: tuple[int, ...]


@dataclass(frozen=True)
class Drawn:
    """Numbers from the standard normal distribution, the same for the same seed."""

    seed: int


Upstream = Value | Ones | OneEntry | Drawn

_ENTRY = re.compile(rf"{ENTRY}[\s,()\[\]]*(\d{{1,4}})(?:[\s,\[\]]+(\d{{1,4}}))?[\s)\]]*")
_RANDOM = re.compile(rf"{RANDOM}\s*(\d{{1,9}})?")
MAX_WORD_CHARACTERS = 40
"""A text of so many characters or more is not looked at as a word."""


def read_upstream(text: str, name: str) -> Upstream:
    """What a gradient argument means: `[[1, 10], [100, 3]]`, `ones`, `entry 1, 1`, `random 7`.

    `name` is the output's, for the sentence of an error. Raises EvaluationError with the column in the text, from 1,
    where the text is none of these.
    """
    word = text.strip().lower() if len(text) < MAX_WORD_CHARACTERS else ""
    if word == ONES:
        return Ones()
    if match := _ENTRY.fullmatch(word):
        return OneEntry(tuple(int(number) for number in match.groups() if number))
    if match := _RANDOM.fullmatch(word):
        return Drawn(int(match[1] or 0))
    if word.startswith((ONES, ENTRY, RANDOM)):
        raise EvaluationError("upstream_word", 1, name=name)
    return read_value(text, name)


def write_entry(index: tuple[int, ...]) -> str:
    """The text of a gradient argument that picks one entry."""
    return f"{ENTRY} {', '.join(map(str, index))}"


def write_drawn(seed: int) -> str:
    """The text of a random gradient argument."""
    return f"{RANDOM} {seed}"
