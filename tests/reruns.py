"""Reruns of a page after one changed value: what is typed, and what the server sends."""

import re
from collections.abc import Iterator
from itertools import cycle

from tests.visitors import Answer, Visitor

PAGES = ("", "scalar", "matrix", "partials", "second", "descent", "pitfalls", "lessons")
"""The addresses of all pages."""
NUMBER = re.compile(r"-?\d+(\.\d+)?")
NUMBERS = ("0.5", "1.5", "2.5", "3.5")
"""What is typed, one after another."""


class Typist:
    """Somebody who changes one number of a page again and again: that of an input that moves, or none there is."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._texts = self._written()

    def _written(self) -> Iterator[tuple[str, str]]:
        boxes = {key: str(text) for key, text in self._visitor.shown.items() if key.startswith("at.")}
        key = next((key for key in boxes if key[3] in "uvwxyzUVWXYZ"), "")
        return cycle((key, NUMBER.sub(number, boxes.get(key, ""), count=1)) for number in NUMBERS)

    async def type(self) -> Answer:
        """Type the next number; a page without a box is run once more."""
        key, text = next(self._texts)
        return await (self._visitor.change(key, text) if key else self._visitor.again())
