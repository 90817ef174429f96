"""A program typeset: MathML, which browsers draw themselves, made from its LaTeX."""

from collections.abc import Iterator
from html import unescape
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element

from playground.language.notation import STATEMENTS_APART, to_latex
from playground.language.program import Program
from playground.web.cache import kept

SUMS = {"+", "−"}
"""Before such a sign a long formula may go on in the next line."""
OPERATORS = SUMS | {"=", "·", "×", "/", ","}
"""After such a sign a minus is that of a number, no difference."""


@kept
def typeset(program: Program) -> tuple[tuple[str, ...], ...]:
    """For each statement its pieces as `<math>` elements; between two pieces a line may break.

    Browsers do not break MathML themselves.
    """
    return tuple(tuple(map(_written, _pieces(_row(line)))) for line in to_latex(program).split(STATEMENTS_APART))


def _row(latex: str) -> list[Element]:
    """The parts of a formula, one after another."""
    root = convert_to_element(latex.replace(r"\operatorname{", r"\mathrm{"))
    for part in root.iter():
        part.text = unescape(part.text or "") or None  # the converter writes signs as references
    for row in root.iter():
        _tidy(row)
    (row,) = root
    return list(row)


def _tidy(row: Element) -> None:
    """Mend what the converter leaves to a browser: a sign is told from a difference, a name is one word."""
    before = None
    for part in row:
        if part.text == "−" and (before is None or before.get("form") == "prefix" or before.text in OPERATORS):
            part.set("form", "prefix")
        before = part
    if len(row) > 1 and all(part.get("mathvariant") == "normal" for part in row):
        name = "".join(part.text or "" for part in row)
        row[:] = []
        row.tag, row.text = "mi", name


def _pieces(row: list[Element]) -> Iterator[list[Element]]:
    """The parts in pieces, each but the first one beginning with a sum's sign."""
    piece: list[Element] = []
    for part in row:
        if piece and part.tag == "mo" and part.text in SUMS and part.get("form") != "prefix":
            part.set("form", "infix")
            yield piece
            piece = []
        piece.append(part)
    yield piece


def _written(piece: list[Element]) -> str:
    math = Element("math")
    math.extend(piece)
    return tostring(math, encoding="unicode")
