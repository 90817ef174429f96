"""LaTeX as the language's own signs: `\frac{1}{2}x^{2}` as `((1)/(2))x^(2)`.

A rewriting of signs, and no parser of LaTeX: every sign keeps the place that it was typed at, and what follows is read
by the one grammar there is.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from playground.language.errors import ProgramError
from playground.language.operations import NAMES

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
_SIGNS = {
    **GREEK,
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠",
    "neq": "≠", "lt": "<", "gt": ">", "land": " and ", "wedge": " and ", "lor": " or ", "vee": " or ", "lnot": "~",
    "neg": "~", "lvert": "|", "rvert": "|", "vert": "|", "mid": "|", "lVert": "‖", "rVert": "‖", "Vert": "‖", "|": "‖",
    "lbrack": "[", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩",
    "odot": "*", "bmod": "%", "bullet": "*", "infty": "∞", "sum": "∑", "prod": "∏", "int": "∫",
    "partial": "∂", "nabla": "∇",
     "rbrack": "]", "{": "(", "}": ")", "top": "ᵀ", "intercal": "ᵀ", "_": "_", "%": "%",
    "quad": " ", "qquad": " ", "displaystyle": " ", "limits": " ", "nolimits": " ", ",": " ", ";": " ", ":": " ",
    "!": "", " ": " ", "(": "", ")": "", "[": "", "]": "", "left": "", "right": "", "middle": "",
    **dict.fromkeys((size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")), ""),
}  # fmt: skip
"""What a command stands for."""
_STYLES = frozenset((
    "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathbb", "mathcal", "mathop", "mathbin", "mathrel", "boldsymbol",
    "bm", "vec", "operatorname", "text", "textrm", "textit", "textbf",
))  # fmt: skip
"""Commands of which only what stands in their braces is read."""
_ACCENTS = {
    "hat": "_hat",
    "widehat": "_hat",
    "bar": "_bar",
    "overline": "_bar",
    "tilde": "_tilde",
    "widetilde": "_tilde",
}
"""What a sign above a name adds to it."""
_CALLS = {"⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "⟨": "dot(", "⟩": ")"}
"""Brackets of mathematics, as the calls that they mean."""
_FRACTIONS = ("frac", "dfrac", "tfrac", "cfrac")
_MATRICES = ("matrix", "pmatrix", "bmatrix", "array")
_TOKEN = re.compile(
    r"\\(?:begin|end)\s*\{\w+\*?\}(?:\{[lcr|]*\})?|\\[A-Za-z]+|\\.|_\s*\{[^{}\\]*\}|\^\s*\{\s*(?:T|\\top|\\intercal)\s*\}"
    r"|\^\s*(?:\\top|\\intercal)\b|\$|[\s\S]"
)
_LATEX = re.compile(r"\\[A-Za-z(\[|{,;!]|[_^]\s*\{|^\s*\$|[⌊⌈⟨]")


def without_latex(text: str) -> tuple[str, Sequence[int]]:
    """The text in the language's own signs, and the place of each sign, from 0, with one more for the end.

    Raises ProgramError where a command of LaTeX has no meaning here.
    """
    if not _LATEX.search(text):
        return text, range(len(text) + 1)
    return _Rewriting(text).done()


class _Group(NamedTuple):
    """What is written where a brace opens and where it closes."""

    opening: str = "("
    closing: str = ")"


class _Rewriting:
    """Goes through the tokens of a text once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.commands = "\\" in text
        self.pieces: list[str] = []
        self.places: list[int] = []
        self.awaited: list[_Group] = []
        """The arguments of a command that are still to come, the next one last."""
        self.open: list[tuple[str, list[_Group]]] = []
        """What closes each open brace, and what is awaited after it."""
        self.matrices = 0
        self.apart = False
        """Whether a command has just made a word, or is about to: a letter beside it is another word."""

    def done(self) -> tuple[str, list[int]]:
        """The whole text."""
        end = 0
        for token in _TOKEN.finditer(self.text):
            if token.start() >= end:
                end = self._token(token[0], token.start()) or token.end()
        return "".join(self.pieces), [*self.places, len(self.text)]

    def _write(self, text: str, place: int) -> None:
        last = next((piece[-1] for piece in reversed(self.pieces) if piece), "")
        if self.apart and text[:1].isalpha() and last.isalnum():
            text = f" {text}"
        self.apart = self.apart and not text
        self.pieces.append(text)
        self.places += [place] * len(text)

    def _token(self, token: str, place: int) -> int | None:
        """Write a token; where the next one starts, if it is not the one that follows."""
        if token == "{":
            self._opened(place)
        elif token == "}" and self.open:
            closing, self.awaited = self.open.pop()
            self._write(closing, place)
            self.apart = not closing or closing in _ACCENTS.values()
        elif token[0] == "\\":
            return self._command(token, place)
        elif token == "$" and self.text.strip().startswith("$"):
            pass
        elif token[0] == "_" and len(token) > 1:
            self._subscript(token, place)
        elif token[0] == "^" and len(token) > 1:
            self._write("ᵀ", place)
        elif self.awaited and not token.isspace():
            group = self.awaited.pop()
            self._write(group.opening + token + group.closing, place)
            self.apart = not group.opening
        elif token in _CALLS:
            self._write(_CALLS[token], place)
        elif self.matrices and token == "&":
            self._write(",", place)
        else:
            self._write(token, place)
        return None

    def _opened(self, place: int) -> None:
        """A brace: around an argument that is awaited, an exponent, or nothing but what it holds together."""
        before = "".join(self.pieces[-3:]).rstrip()[-1:]
        if not (self.awaited or self.commands or before == "^"):
            self._write("{", place)
            return
        group = self.awaited.pop() if self.awaited else _Group()
        self.open.append((group.closing, self.awaited))
        self.awaited = []
        self._write(group.opening, place)

    def _subscript(self, token: str, place: int) -> None:
        """`_{12}` as `_12`, a part of the name before it."""
        start = place + token.index("{") + 1
        self._write("_", place)
        for at, sign in enumerate(token[token.index("{") + 1 : -1], start):
            if sign.isalnum():
                self._write(sign, at)
        self.apart = True

    def _command(self, token: str, place: int) -> int | None:
        name = token[1:]
        if name in _FRACTIONS:
            self._argument(_Group("/(", "))"), _Group("((", ")"))
        elif name == "sqrt":
            return self._root(place)
        elif name in _STYLES or name in _ACCENTS:
            self.awaited.append(_Group("", _ACCENTS.get(name, "")))
            self.apart = True
        elif name in _SIGNS:
            self.apart = name in GREEK
            self._sign(_CALLS.get(_SIGNS[name], _SIGNS[name]), place)
            self.apart = name in GREEK
        elif name in NAMES:
            self._write(f" {name}", place)
            self.places[-len(name) - 1 :] = range(place, place + len(name) + 1)
            self.apart = True
        elif token.startswith(("\\begin", "\\end")) and any(f"{{{environment}}}" in token for environment in _MATRICES):
            self._matrix(token, place)
        elif name == "\\":
            self._write("],[" if self.matrices else "\n", place)
        else:
            raise ProgramError("unknown_command", place + 1, command=token)
        return None

    def _argument(self, *groups: _Group) -> None:
        """Await arguments, the last named first; a command that is itself an argument stands in no brace of its own."""
        if self.awaited:
            outer = self.awaited.pop()
            last = groups[0]
            groups = (last._replace(closing=last.closing + outer.closing), *groups[1:])
            first = groups[-1]
            groups = (*groups[:-1], first._replace(opening=outer.opening + first.opening))
        self.awaited += groups

    def _sign(self, sign: str, place: int) -> None:
        if self.awaited and sign.strip():
            group = self.awaited.pop()
            sign = group.opening + sign + group.closing
        self._write(sign, place)

    def _root(self, place: int) -> int | None:
        """A square root, or one of the degree that stands in brackets."""
        degree = re.compile(r"\\sqrt\s*\[([^\[\]{}\\]{1,40})\]").match(self.text, place)
        if degree is None:
            self._argument(_Group("√(", ")"))
            return None
        sign = {"2": "√", "3": "∛", "4": "∜"}.get(degree[1].strip())
        self._argument(_Group(f"{sign}(", ")") if sign else _Group("((", f")^(1/({degree[1]})))"))
        return degree.end()

    def _matrix(self, token: str, place: int) -> None:
        begins = token.startswith("\\begin")
        self.matrices += 1 if begins else -1
        self._write("[[" if begins else "]]", place)
