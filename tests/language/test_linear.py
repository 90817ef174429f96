"""Reading takes work in proportion to the text: calls of functions are counted, which are the same on every machine."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from playground.language import limits
from playground.language.errors import PlaygroundError
from playground.language.parse import parse
from playground.language.values import read_value
from tests.programs import PIECES

WRITTEN = (
    "x", "2", "²", "-", "+x", ".T", "(", "|", "[", "[1 ", "[1;", "1 2;", "[1 2;3 4]", "‖", "‖x‖₂", "⌊", "⟨x,",
    "\\frac{1}{", "\\alpha", "\\hat{", "x_{1}", "\\left(", "x.*", "%", "e=", "x1x2", "sinx", "a if x else ", "x[0]",
    "e^x;",
    "f(e)=e;", "π", "√", "x<", "max(x)", "\\begin{cases}x&x>0\\\\", "\\begin{cases}", "x&x>0\\\\0\\end{cases}",
    "\\begin{align}x&=\\\\", "\\left\\{\\begin{array}", "->", "torch.einsum('i',", "x y ", "{",
)  # fmt: skip
"""What a long text may be made of."""
MOST_CALLS = 250
"""for each character, of all that Python calls; 2,000 characters then took 36 ms of a processor at most."""


def calls(read: Callable[[], Any]) -> int:
    """How many functions are called, Python's and its own."""
    counted = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        read()
    except PlaygroundError:
        pass
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("piece", dict.fromkeys((*WRITTEN, *PIECES)))
def test_twice_the_text_is_at_most_about_twice_the_work(piece: str) -> None:
    parse("x")
    times = limits.MAX_PROGRAM_CHARACTERS // (2 * len(piece))
    for read in (parse, lambda text: read_value(text, "x")):
        half, whole = (calls(lambda n=n: read(piece * n)) for n in (times, 2 * times))  # type: ignore[misc]  # noqa: B023
        assert whole <= 2.3 * half + 500
        assert whole <= MOST_CALLS * limits.MAX_PROGRAM_CHARACTERS
