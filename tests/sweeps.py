"""A sweep as a browser reads it, in Python."""

import json
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

import numpy as np


class Read:
    """What a sweep's JSON says at its places."""

    def __init__(self, text: str) -> None:
        self.sweep: dict[str, Any] = json.loads(text)
        self.columns = [column.split("\t") for column in self.sweep["columns"]]
        self.places: list[str] = self.sweep["places"].split("\t")
        self.boxes: list[str] = self.sweep["boxes"].split("\t")

    def said(self, name: str, place: int) -> str | None:
        """The text of an element; None where it never changes."""
        return self._said(self.sweep["texts"].get(name), place)

    def film(self, container: str, turn: int, place: int) -> str | None:
        """The sentence of a player's place."""
        return self._said(self.sweep["films"][container][turn], place)

    def numbers(self, container: str, part: str, place: int) -> list[str]:
        """The numbers of a node or an edge of a drawing."""
        return [self._text(item, place) for item in self.sweep["drawings"][container][part]]

    def line(self, container: str, trace: str, place: int) -> tuple[Sequence[float] | None, Sequence[float]]:
        """The coordinates of a trace; None for those across that stay."""
        (found,) = (row for row in self.sweep["lines"] if (row["figure"], row["trace"]) == (container, trace))
        return self._row(found["x"], place) if "x" in found else None, self._row(found["y"], place)

    def _said(self, sentence: dict[str, Any] | None, place: int) -> str | None:
        if sentence is None:
            return None
        kind = sentence["kinds"][sentence["turns"][place] if "turns" in sentence else 0]
        return "".join(self._text(part, place) for _, *parts in kind for part in parts)

    def _text(self, part: str | int, place: int) -> str:
        return part if isinstance(part, str) else self.columns[part][place]

    def _row(self, which: int, place: int) -> Sequence[float]:
        each, coded = self.sweep["rows"][which].split(" ")
        rows = np.frombuffer(b64decode(coded), "<f4").reshape(-1, int(each))
        found: list[float] = rows[place if len(rows) > 1 else 0].tolist()
        return found
