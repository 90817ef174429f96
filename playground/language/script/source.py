"""A pasted text -> the syntax tree of what can be read of it, as Python reads it. Nothing is run."""

import ast
import json
import re
import textwrap
from dataclasses import dataclass
from typing import Any

from playground.language import limits
from playground.language.errors import ProgramError

MAX_REPAIRS = 20
"""At most so many lines that are no Python are left out."""
MAX_DEPTH = 60
"""Expressions and blocks stand in each other at most so deep."""
_PROMPT = re.compile(r"^(>>>|\.\.\.|In \[\d*\]:) ?", re.MULTILINE)
_FIRST_PROMPT = re.compile(r"^(>>> |In \[\d*\]:)", re.MULTILINE)
SIGNATURE = "# autodiff playground: /"
"""How a script that a page made begins; the page's address follows."""
_PAGE = re.compile(rf"^{SIGNATURE}(\w*) *$", re.MULTILINE)
_NO_SIGN = re.compile("[\0\ud800-\udfff]")
"""What stands in no text: a null byte, and half of a sign."""
_INDENT = re.compile(r"^\s*")


@dataclass(frozen=True)
class Broken:
    """A line that Python cannot read, and why."""

    line: int
    column: int
    reason: str
    """In the words of Python; empty where more stands in each other than it has room for."""


@dataclass(frozen=True)
class Source:
    """A script as it is read."""

    text: str
    statements: tuple[ast.stmt, ...]
    broken: tuple[Broken, ...]
    page: str | None
    """The page that made the script, where it says so itself; the one at / is the empty text."""


def source_of(text: str) -> Source:
    """The script in a text: Python, a notebook's JSON, or lines behind a prompt.

    Raises ProgramError, with the line, where it is too long or nothing of it is Python.
    """
    _check_length(text, limits.MAX_NOTEBOOK_CHARACTERS)
    plain = _plain(_cells(text) if text.lstrip().startswith("{") and '"cells"' in text else text)
    _check_length(plain, limits.MAX_SCRIPT_CHARACTERS)
    lines, broken = plain.split("\n"), list[Broken]()
    while True:
        try:
            module = _parsed(lines)
            break
        except NotParsed as problem:
            line = problem.broken
            if len(broken) == MAX_REPAIRS or (broken and broken[-1].line == line.line):
                first = broken[0] if broken else line
                raise ProgramError(
                    "script_syntax" if first.reason else "script_nested",
                    first.column,
                    line=first.line,
                    reason=first.reason,
                ) from None
            broken.append(line)
            lines[line.line - 1] = _INDENT.findall(lines[line.line - 1])[0] + "pass"
    marked = _PAGE.search(plain)
    return Source(plain, tuple(module.body), tuple(broken), marked[1] if marked else None)


def too_deep(statement: ast.stmt) -> bool:
    """Whether parts of a statement stand in each other deeper than is read."""
    level: list[ast.AST] = [statement]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return bool(level)


def _check_length(text: str, limit: int) -> None:
    if len(text) > limit:
        line = text.count("\n", 0, limit) + 1
        raise ProgramError("script_too_long", line=line, length=len(text), limit=limit)


def _plain(text: str) -> str:
    """The text with one kind of line end and of space, without prompts and what was printed between them."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    text = text.replace("\xa0", " ").replace("\u3000", " ")
    if _FIRST_PROMPT.search(text):
        text = "\n".join(_PROMPT.sub("", line) if _PROMPT.match(line) else "" for line in text.split("\n"))
    return textwrap.dedent(text)


class NotParsed(Exception):
    """A line that no tree can be made of."""

    def __init__(self, broken: Broken) -> None:
        super().__init__(broken.reason)
        self.broken = broken


def _parsed(lines: list[str]) -> ast.Module:
    """The tree of a text. Raises NotParsed with the first line that has none."""
    for number, text in enumerate(lines, 1):
        if sign := _NO_SIGN.search(text):
            raise NotParsed(Broken(number, sign.start() + 1, f"U+{ord(sign[0]):04X}"))
    try:
        return ast.parse("\n".join(lines))
    except SyntaxError as problem:
        line = min(max(problem.lineno or 1, 1), len(lines))
        raise NotParsed(Broken(line, max(problem.offset or 1, 1), problem.msg.partition(";")[0])) from None
    except (RecursionError, MemoryError):
        longest = max(range(len(lines)), key=lambda place: len(lines[place]))
        raise NotParsed(Broken(longest + 1, 1, "")) from None


def _cells(text: str) -> str:
    """The code of a notebook's cells, one after another. Raises ProgramError where it is no notebook."""
    try:
        cells = json.loads(text)["cells"]
        return "\n\n".join(_code(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    except (ValueError, RecursionError, KeyError, TypeError):
        raise ProgramError("script_notebook", line=1) from None


def _code(cell: Any) -> str:
    return cell if isinstance(cell, str) else "".join(map(str, cell))
