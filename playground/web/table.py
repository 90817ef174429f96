"""A table with heads on two sides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from playground.web import markup
from playground.web.reveal import once_known
from playground.web.widgets import html, moves


@dataclass(frozen=True)
class Line:
    """A row: what its head says, its cells, and the class it has in the style sheet."""

    head: str
    cells: Sequence[str]
    kind: str = ""


@once_known
def grid(head: Sequence[str], lines: Iterable[Line], name: str = "") -> None:
    """The lines under the names of their columns; cells of a table with a name follow a handle."""
    top = "".join(f'<th scope="col">{html(name)}</th>' if name else "<td></td>" for name in head)
    body = "".join(_line(line, name and f"{name}-{row}") for row, line in enumerate(lines))
    markup.show(f'<div class="table grid"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>')


def moved_lines(name: str, lines: Iterable[Line]) -> dict[str, str]:
    """What the cells of a table of this name hold, by the names of their elements."""
    return {f"{name}-{row}-{place}": cell for row, line in enumerate(lines) for place, cell in enumerate(line.cells)}


def _line(line: Line, name: str) -> str:
    mine = [moves(name and f"{name}-{place}") for place in range(len(line.cells))]
    cells = "".join(f"<td{attributes}>{html(cell)}</td>" for attributes, cell in zip(mine, line.cells, strict=True))
    return f'<tr class="{escape(line.kind)}"><th scope="row">{html(line.head)}</th>{cells}</tr>'
