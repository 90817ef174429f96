"""Whatever is pasted, it is read or refused in words with a line; what is read opens a page that can be computed."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.scripts import SOURCES, once
from tests.programs import Draw, among

TOKENS = tuple(sorted({token for text in SOURCES for token in re.findall(r"\w+|[^\w\s]|\n *", text)}))
"""All that scripts are made of."""
LINES = tuple(sorted({line for text in SOURCES for line in text.split("\n")}))
QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@st.composite
def mutated(draw: Draw) -> str:
    """A script with lines and words changed, taken out, doubled, and brought from others."""
    lines = draw(among(SOURCES)).split("\n")
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        words = re.findall(r"\s+|\w+|[^\w\s]", line)
        match draw(st.integers(0, 4)):
            case 0:
                lines[place : place + 1] = []
            case 1:
                lines.insert(place, draw(among(LINES)))
            case 2:
                lines.insert(place, line)
            case 3 if words:
                words[draw(st.integers(0, len(words) - 1))] = draw(among(TOKENS))
                lines[place] = "".join(words)
            case _:
                lines[place] = line[: draw(st.integers(0, len(line)))]
        lines = lines or [""]
    return "\n".join(lines)


@given(mutated())
@QUIET
def test_a_script_that_was_changed_is_read_or_refused(text: str) -> None:
    once(text)


@given(st.lists(st.sampled_from(TOKENS), max_size=40).map(" ".join))
@QUIET
def test_words_of_scripts_in_any_order_are_read_or_refused(text: str) -> None:
    once(text)


@given(st.text(max_size=200))
@QUIET
def test_any_text_is_read_or_refused(text: str) -> None:
    once(text)
