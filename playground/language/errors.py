"""What is wrong with a text or a value: a key into the words, the values of the case, and the column."""

from typing import Any

from playground.words import say


class PlaygroundError(Exception):
    """A mistake that a person can mend: `.message` in words; `.key` and `.values` are the same in any language."""

    def __init__(self, key: str, column: int | None = None, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.column = column
        self.values = values

    @property
    def message(self) -> str:
        """The sentence, in the language that is spoken."""
        return say(f"error.{self.key}", **self.values)

    def __str__(self) -> str:
        return self.message if self.column is None else f"{self.message} (column {self.column})"


class ProgramError(PlaygroundError):
    """The text is not a program; `.column` is the character it went wrong at, from 1, and `.line` a script's line."""

    @property
    def line(self) -> int | None:
        """The line of a script, from 1; None for a program."""
        line = self.values.get("line")
        return int(line) if line is not None else None


class OutOfTime(PlaygroundError):
    """Work took too long and was stopped; nothing smaller inside of it is tried instead."""


class EvaluationError(PlaygroundError):
    """The program cannot take these values; `.column` points into the program, or into a value's own text."""
