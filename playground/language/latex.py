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
    "partial": "∂", "nabla": "∇", "to": "↦", "mapsto": "↦", "rightarrow": "↦", "longmapsto": "↦", "coloneqq": "=",
     "rbrack": "]", "{": "(", "}": ")", "top": "ᵀ", "intercal": "ᵀ", "_": "_", "%": "%",
    "quad": " ", "qquad": " ", "displaystyle": " ", "limits": " ", "nolimits": " ", ",": " ", ";": " ", ":": " ",
    "!": "", " ": " ", "(": "", ")": "", "[": "", "]": "", "left": "", "right": "", "middle": "",
    **dict.fromkeys((size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")), ""),
}  # fmt: skip
"""What a command stands for."""
_STYLES = frozenset((
    "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathbb", "mathcal", "mathop", "mathbin", "mathrel", "boldsymbol",
    "bm", "vec", "operatorname", "text", "textrm", "textit", "textbf", "mbox", "hbox", "textnormal",
))  # fmt: skip
"""Commands of which only what stands in their braces is read."""
_ACCENTS = {
    "hat": "_hat",
    "widehat": "_hat",
    "bar": "_bar",
    "overline": "_bar",
    "tilde": "_tilde",
    "widetilde": "_tilde",
    "dot": "_dot",
    "ddot": "_ddot",
}
"""What a sign above a name adds to it."""
_LEAST = ("min", "max", "arg", "argmin", "argmax")
"""Commands that a subscript makes a search for the least or the largest value."""
_CALLS = {"⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "⟨": "dot(", "⟩": ")"}
"""Brackets of mathematics, as the calls that they mean."""
_FRACTIONS = ("frac", "dfrac", "tfrac", "cfrac")
_MATRICES = ("matrix", "pmatrix", "bmatrix", "array")
_CASES = ("cases", "dcases", "rcases")
_LINES = frozenset((
    "align", "aligned", "alignat", "equation", "gather", "gathered", "split", "multline", "eqnarray", "displaymath",
    "math",
))  # fmt: skip
"""Environments that only set lines below each other."""
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{(\w+)\*?\}")
_SIDE = re.compile(r"\\left\s*\\\{\s*(\\begin\s*\{array\})|\\(?:left|right)\s*\.")
"""One brace before an array, which makes cases of its rows, or the side of a bracket where none stands."""
_IF = r"\b(?:if|for|when|where|wenn|falls|si|若|当|如果)\b"
_ELSE = r"\b(?:otherwise|else|elsewhere|sonst|sinon|其他|其它|否则)\b"
_BEFORE_CONDITION = re.compile(rf"\s*(?:\\(?:text|textrm|mbox|mathrm|textnormal)\s*\{{[\s~]*{_IF}\s*\}}|{_IF})[\s~]*")
"""What stands before the condition of a case: `\\text{if }`."""
_WITHOUT_MARK = re.compile(rf"[,;]?\s*\\(?:text|textrm|mbox|mathrm|textnormal)\s*\{{[\s~]*[,;]?[\s~]*(?:{_IF}|{_ELSE})")
"""Where a condition begins in a row without `&`."""
_TOKEN = re.compile(
    r"\\(?:begin|end)\s*\{\w+\*?\}(?:\{[lcr|]*\})?|\\\\\[[\d.]+\s*(?:pt|em|ex|mm|cm)\]"
    r"|\\[A-Za-z]+|\\.|_\s*\{[^{}\\]*\}|\^\s*\{\s*(?:T|\\top|\\intercal)\s*\}"
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
        self.lines = 0
        self.condition = -1
        """Where the condition of a case starts that is being written."""
        self.apart = False
        """Whether a command has just made a word, or is about to: a letter beside it is another word."""

    def done(self) -> tuple[str, list[int]]:
        """The whole text."""
        self._between(0, len(self.text))
        return "".join(self.pieces), [*self.places, len(self.text)]

    def _between(self, start: int, end: int) -> None:
        """Write the tokens between two places."""
        while start < end:
            token = self._token_at(start, end)
            start = self._token(token, start) or start + len(token)

    def _token_at(self, start: int, end: int | None = None) -> str:
        """The token that starts at a place; any sign is one."""
        token = _TOKEN.match(self.text, start, len(self.text) if end is None else end)
        assert token is not None
        return token[0]

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
        elif (self.matrices or self.lines) and token == "&":
            self._write("," if self.matrices else " ", place)
        else:
            self._write(self._in_condition(token, place) if self.condition >= 0 else token, place)
        return None

    def _in_condition(self, token: str, place: int) -> str:
        """A sign of the condition of a case: one `=` compares there, and a comma stands between two conditions."""
        alone = token == "=" and not {self.text[place - 1], self.text[place + 1 : place + 2]} & set("<>=!")
        before = self.text[self.condition : place]
        joins = token == "," and before.count("(") == before.count(")")
        return "==" if alone else " and " if joins else token

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
        side = _SIDE.match(self.text, place)
        if side is not None:
            return self._cases(side.start(1)) if side[1] else side.end()
        if name in _FRACTIONS:
            self._argument(_Group("/(", "))"), _Group("((", ")"))
        elif name == "sqrt":
            return self._root(place)
        elif name in _STYLES or name in _ACCENTS:
            self.awaited.append(_Group("", _ACCENTS.get(name, "")))
            self.apart = True
        elif name in _LEAST and (name.startswith("arg") or self.text[place + len(token) :].lstrip()[:1] == "_"):
            raise ProgramError("minimum", place + 1, command=token)
        elif name in _SIGNS:
            self.apart = name in GREEK
            self._sign(_CALLS.get(_SIGNS[name], _SIGNS[name]), place)
            self.apart = name in GREEK
        elif name in NAMES:
            self._write(f" {name}", place)
            self.places[-len(name) - 1 :] = range(place, place + len(name) + 1)
            self.apart = True
        elif (environment := _ENVIRONMENT.match(token)) is not None:
            return self._environment(environment, place)
        elif name.startswith("\\"):
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

    def _environment(self, mark: re.Match[str], place: int) -> int | None:
        """The begin or the end of an environment: of rows of a matrix, of cases, of lines."""
        begins, name = mark[1] == "begin", mark[2]
        if name in _MATRICES:
            self.matrices += 1 if begins else -1
            self._write("[[" if begins else "]]", place)
        elif name in _LINES:
            self.lines += 1 if begins else -1
        elif name in _CASES and begins:
            return self._cases(place)
        else:
            raise ProgramError("unknown_command", place + 1, command=mark[0])
        return None

    def _cases(self, place: int) -> int:
        """Cases as `x if x > 0 else -x`; where they end. The last one holds wherever those before do not."""
        rows, end = self._rows(place)
        if len(rows) < 2 or any(len(row) != 2 for row in rows[:-1]):
            raise ProgramError("cases", place + 1)
        self._write("(", place)
        for (start, stop), condition in rows[:-1]:
            self._between(start, stop)
            self._write(" if ", stop)
            self.condition = condition[0]
            self._between(*condition)
            self.condition = -1
            self._write(" else ", condition[1])
        self._between(*rows[-1][0])
        self._write(")", end - 1)
        return end

    def _rows(self, place: int) -> tuple[list[list[tuple[int, int]]], int]:
        """Where the value and the condition of each case stand, and where the cases end. Raises ProgramError."""
        start = at = place + len(self._token_at(place))
        rows: list[list[tuple[int, int]]] = [[]]
        depth = 0
        while at < len(self.text):
            sign = self._token_at(at)
            at += len(sign)
            begins, ends = sign.startswith("\\begin"), sign.startswith("\\end")
            if depth == 0 and (ends or sign == "&" or sign.startswith("\\\\")):
                rows[-1].append((start, at - len(sign)))
                start = at
                if ends:
                    return [self._parts(row) for row in rows if self.text[row[0][0] : row[-1][1]].strip()], at
                if sign != "&":
                    rows.append([])
            depth += (begins or sign in ("{", "(")) - (ends or sign in ("}", ")"))
        raise ProgramError("unclosed", place + 1, bracket="\\begin{cases}")

    def _parts(self, row: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The value and the condition of a row, without the commas and words between them."""
        (start, end), *rest = row
        mark = None if rest else _WITHOUT_MARK.search(self.text, start, end)
        if mark is not None:
            word = re.compile(r"\\").search(self.text, mark.start())
            rest, end = [(word.start() if word else end, end)], mark.start()
        parts = [(start, end), *rest]
        for place, (first, last) in enumerate(parts):
            match = _BEFORE_CONDITION.match(self.text, first, last) if place else None
            written = self.text[match.end() if match else first : last].rstrip(" \t\n,;.~")
            first = match.end() if match else first
            parts[place] = (first, first + len(written))
        return parts
