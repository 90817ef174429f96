"""The numbers of a pitfall as an address writes them."""

from collections.abc import Sequence
from contextlib import suppress

from playground.language.errors import EvaluationError
from playground.language.values import Value, read_value
from playground.web.parameters import Read, shortened
from playground.words import say


def number_in(name: str, text: str, offered: Sequence[str], usual: Sequence[str]) -> Read:
    """The number that a text means, without the sign of a zero; the first one where it means none."""
    value: Value = ()
    with suppress(EvaluationError):
        value = read_value(text, "x")
    if isinstance(value, int | float):
        return Read((repr(float(value) + 0.0),))
    return Read(tuple(usual), (say("pitfalls.bad_number", part=shortened(f"{name}={text}"), used=usual[0]),))
