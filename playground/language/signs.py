"""From what was typed to what the grammar reads: one kind of each sign, LaTeX and comments taken away.

Every character keeps the place that it was typed at, so that an error can point to it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from playground.language.errors import ProgramError
from playground.language.latex import without_latex

_SIGNS = str.maketrans({
    "−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "∗": "*", "∙": "*", "⊙": "*",
    "÷": "/", "⁄": "/", "∕": "/", "，": ",",
    "；": ";", "。": ".", "、": ",", "：": ":", "∣": "|", "∥": "‖", "≔": "=", "→": "↦", "⟼": "↦", "⟶": "↦",
    "\u3000": " ", "\xa0": " ", "\u2009": " ", "\t": " ",
    "\r": "\n", "｜": "|", "＾": "^", "⊤": "ᵀ", "⊺": "ᵀ", "’": "'", "‘": "'", "“": '"', "”": '"',
    **dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aeijklmnoprstuvx", strict=True)),
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
})  # fmt: skip
_COMMENT = re.compile(r"#[^\n]*")
_ENTRY_BY_ENTRY = re.compile(r"(?<![\d.])\.(?=[*/^])")
"""The point of MATLAB's `x.*y`, which means here what is meant without it."""
NAME = r"[^\W\d]\w*"
_DEFINITION = re.compile(rf"(?<!\w)({NAME})\s*\(\s*{NAME}(?:\s*,\s*{NAME})*\s*\)\s*=(?!=)")
_WORD = re.compile(rf"[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|{NAME}")
_CALLED = re.compile(r"[^\S\n]*\(")
OPERAND_END = re.compile(r"[\w)\]⟫⟧⁰¹²³⁴-⁹.½¼¾⅓⅔⅛ᵀ']")
"""What a factor may end with, so that a bar after it closes."""
APPLIED = "\u2061"
"""Stands between the name of a function of one's own and the parenthesis: Unicode's own sign for it."""


class Normal(NamedTuple):
    """A text that the grammar reads, and where each of its characters was typed, from 0; one place more for the end."""

    text: str
    places: Sequence[int]

    def column(self, column: int | None) -> int:
        """The column that was typed, from 1, for one of the text."""
        return self.places[min(max((column or 1) - 1, 0), len(self.places) - 1)] + 1


def one_sign_each(text: str) -> str:
    """The text with one kind of each sign, comments blank, every character in its place."""
    plain = _COMMENT.sub(lambda comment: " " * len(comment[0]), text.translate(_SIGNS))
    plain = plain.replace(":=", " =")
    return _ENTRY_BY_ENTRY.sub(" ", plain)


def comment_at_the_end(text: str) -> str:
    """What a # keeps from being read up to the end of the text; empty where nothing is."""
    return text.translate(_SIGNS).rpartition("\n")[2].partition("#")[2].strip()


def without_comments(text: str) -> str:
    """The text without what a # keeps from being read, to the end of each line."""
    return _COMMENT.sub("", text.translate(_SIGNS))


def normal(text: str, one_line: bool = False) -> Normal:
    """The text as the grammar reads it; `one_line` takes every end of a line for a space. Raises ProgramError."""
    plain, places = without_latex(_with_commas(one_sign_each(text), alone=one_line))
    try:
        marked = _marked(plain)
    except ProgramError as problem:
        raise ProgramError(problem.key, places[(problem.column or 1) - 1] + 1, **problem.values) from None
    return _with_applications(marked.replace("\n", " ") if one_line else marked, places)


# Rows of numbers

_NUMBER = r"[+-]?(?>\d+\.?\d*|\.\d+|π)(?>[eE][+-]?\d+)?(?:/\d+)?"
_ROWS = re.compile(rf"\[\s*(?>{_NUMBER}(?:[\s;]+{_NUMBER})*)[\s;]*\]")
"""`[1 2; 3 4]`: plain numbers with blanks between them, and nothing else in the brackets."""
_BETWEEN = re.compile(r"(?<=[\d.π])\s+(?=[\d.π+-])|;\s*(?=\])")


def _with_commas(text: str, alone: bool) -> str:
    """Commas between the numbers of `[1 2; 3 4]`, as MATLAB and NumPy write them; every character in its place.

    `alone` says that the text is no program but one value: its brackets are no indices, and its rows are lists also
    where no comma stands between them.
    """

    def row(match: re.Match[str]) -> str:
        if not alone and OPERAND_END.fullmatch(text[: match.start()].rstrip()[-1:]):
            return match[0]
        return _BETWEEN.sub(lambda gap: ("," if gap[0].isspace() else "").ljust(len(gap[0])), match[0])

    rows = _ROWS.sub(row, text)
    return re.sub(r"\](\s+)(?=\[)", lambda gap: "]," + gap[1][1:], rows) if alone else rows


# Functions of one's own


def _with_applications(text: str, places: Sequence[int]) -> Normal:
    """A sign after the name of each function of one's own that is called, and sigmoid for σ( where σ is no name."""
    names = {definition[1] for definition in _DEFINITION.finditer(text)}
    sigma = "σ" in text and "σ" not in names and not re.search(r"σ(?![^\S\n]*\()", text)
    if not names and not sigma:
        return Normal(text, places)
    pieces: list[str] = []
    kept: list[int] = []
    for piece, end in _pieces(text):
        called = bool(_CALLED.match(text, end))
        word = "sigmoid" if sigma and piece == "σ" else piece
        start = end - len(piece)
        pieces.append(word + (APPLIED if called and piece in names else ""))
        kept += [places[min(start + at, end - 1)] for at in range(len(pieces[-1]))]
    return Normal("".join(pieces), [*kept, places[-1]])


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """The words and numbers of a text and what stands between them, each with its end."""
    start = 0
    for word in _WORD.finditer(text):
        if word.start() > start:
            yield text[start : word.start()], word.start()
        yield word[0], word.end()
        start = word.end()
    if start < len(text):
        yield text[start:], len(text)


# Bars and brackets


def _marked(text: str) -> str:
    """Each bar is an opening or a closing one, every bracket has its partner; ProgramError otherwise.

    `||x||` is a norm where that leaves no bar alone, else `|` `|x|` `|`.
    """
    try:
        return _Bars(text, norms=True).marked()
    except ProgramError:
        return _Bars(text, norms=False).marked()


_CLOSING = {")": "(", "]": "["}
_MARKS = {"|": ("⟪", "⟫"), "‖": ("⟦", "⟧")}
_BRACKET = re.compile(r"[|‖()\[\]\n]")


class _Bars:
    """Goes through the brackets and bars of a text once and tells the bars apart."""

    def __init__(self, text: str, norms: bool) -> None:
        self.text, self.norms = text, norms
        self.signs = list(text)
        self.opened: list[tuple[str, int]] = []

    def marked(self) -> str:
        """The text with ⟪ ⟫ for the bars of an absolute value, ⟦ ⟧ for those of a norm, ∨ for one between two masks."""
        end = 0
        for bracket in _BRACKET.finditer(self.text):
            if bracket.start() >= end:
                end = bracket.start() + self._sign(bracket[0], bracket.start())
        self._leave_masks()
        if self.opened:
            raise ProgramError("unclosed", self.opened[-1][1] + 1, bracket=self.opened[-1][0])
        return "".join(self.signs)

    def _sign(self, sign: str, place: int) -> int:
        """Mark the sign at a place; how many characters it has."""
        if sign == "|" and self.norms and self.text.startswith("||", place) and self._is_norm(place):
            self.signs[place + 1] = " "
            self._bar("‖", place)
            return 2
        if sign in _MARKS:
            self._bar(sign, place)
        elif sign in "([":
            self.opened.append((sign, place))
        elif sign in _CLOSING:
            self._leave_masks()
            if self._top() != _CLOSING[sign]:
                raise ProgramError("unopened", place + 1, bracket=sign)
            self.opened.pop()
        elif any(bracket in "([" for bracket, _ in self.opened[-1:]):
            self.signs[place] = " "
        return 1

    def _is_norm(self, place: int) -> bool:
        """Whether two bars side by side are one sign: an opening one, or the closing one of a norm that is open."""
        return self._top() == "‖" or not (self._top() == "|" and self._after_operand(place))

    def _top(self) -> str:
        return self.opened[-1][0] if self.opened else ""

    def _before(self, place: int) -> str:
        """The last character before a place that is no space."""
        while place > 0 and self.signs[place - 1].isspace():
            place -= 1
        return self.signs[place - 1] if place else ""

    def _after_operand(self, place: int) -> bool:
        return bool(OPERAND_END.fullmatch(self._before(place)))

    def _bar(self, bar: str, place: int) -> None:
        closes = self._top() == bar and self._after_operand(place)
        self.signs[place] = _MARKS[bar][closes]
        if closes:
            self.opened.pop()
        else:
            self.opened.append((bar, place))

    def _leave_masks(self) -> None:
        """A bar that is open where a bracket closes stands between two masks, if it follows a bracket: `(a) | (b)`."""
        while self._top() == "|" and self._before(self.opened[-1][1]) in (")", "]"):
            self.signs[self.opened.pop()[1]] = "∨"
