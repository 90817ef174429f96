"""A drawing's DOT text, taken apart."""

import re
from collections import Counter

from playground.drawing.colours import Colour

FONT = re.compile(r'<FONT POINT-SIZE="\d+" COLOR="(#\w+)">(.*?)</FONT>')


def statements(dot: str) -> dict[str, str]:
    """The lines of a drawing by their ids; each id must be there once."""
    found = re.findall(r'^\t([^\t]*? \[id="(\w+)".*?)(?=^\t|^\})', dot, re.DOTALL | re.MULTILINE)
    ids = Counter(name for _, name in found)
    assert ids.total() == len(ids)
    return {name: line for line, name in found}


def texts(line: str, colour: Colour) -> list[str]:
    """What a line's label says in a colour."""
    return [text for written, text in FONT.findall(line) if written == colour.light]
