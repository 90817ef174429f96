"""A pasted script -> the page that it is about, and that page's address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playground.engine.makers import Makers
from playground.language.errors import ProgramError
from playground.language.script.statements import read_statements
from playground.language.script.values import Remark
from playground.pasted.pages import Opened, open_page, said, sentence

TRAPS = {"whole_numbers": "integer"}
"""The pitfall that a remark is about."""


@dataclass(frozen=True)
class Script:
    """A script as it was read."""

    page: str
    """`graph`, `scalar`, `matrix`, `partials`, `second` or `descent`."""
    parameters: Mapping[str, str]
    """The page's address."""
    remarks: tuple[str, ...]
    """A sentence for each line that was left out or read differently."""
    lines: tuple[tuple[int, str], ...]
    """By line of the script, from 1, what it became in the program, or the remark about it."""
    text: str = ""
    """The script as its lines are counted: of a notebook its code."""
    traps: tuple[str, ...] = ()
    """The pitfalls that a line of it is, by name."""


def read_script(text: str) -> Script:
    """The page that a script is about, with its address; nothing of it is run.

    Raises ProgramError, whose `.line` is the script's, where nothing of it can be read.
    """
    try:
        reading = read_statements(text, Makers())
        opened = open_page(reading)
    except RecursionError:
        raise ProgramError("script_nested", line=1) from None
    remarks = sorted((*reading.remarks, *opened.remarks), key=lambda remark: remark.line)
    sentences = tuple(map(sentence, remarks))
    lines = _lines(opened, remarks)
    return Script(opened.page, opened.parameters, sentences, lines, reading.text, _traps(remarks))


def _traps(remarks: Sequence[Remark]) -> tuple[str, ...]:
    """The pitfalls that remarks are about."""
    return tuple(dict.fromkeys(TRAPS[remark.key] for remark in remarks if remark.key in TRAPS))


def _lines(opened: Opened, remarks: Sequence[Remark]) -> tuple[tuple[int, str], ...]:
    became: list[tuple[int, str]] = [*opened.became, *((remark.line, said(remark)) for remark in remarks)]
    return tuple(sorted(became))
