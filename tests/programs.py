"""Programs for the tests, made from the rows of the tables: as trees, spelled in many ways, and broken in many ways."""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from types import SimpleNamespace
from typing import Any

import torch
from hypothesis import strategies as st

from playground.engine.forward import Run, forward
from playground.language import limits
from playground.language.operations import CONSTANTS, NAMES, OPERATIONS, OPERATORS, Operation
from playground.language.parse import parse
from playground.language.program import Call, Expression, Number, Program, Statement, Variable, fold, postorder
from tests.oracles import known_to_sympy

Draw = Callable[[st.SearchStrategy[Any]], Any]
Shape = tuple[int, ...]

INPUTS: dict[Shape, tuple[str, ...]] = {
    (): ("x", "y", "u1", "a", "b", "λ"),
    (3,): ("v", "w", "p"),
    (3, 3): ("xx", "Z", "q"),
    (2, 3): ("x2", "k"),
    (1, 3): ("vv",),
    (2, 1): ("y_2",),
}
"""Names of inputs by their shape; those that start with u to z require a gradient."""
STATEMENTS = ("r", "s", "g1", "area", "loss_2", "θ", "W")
BARE = ("y", "z", "f", "out")
SMOOTH = (0.37, -1.21, 1.43, 0.82, -0.55, 2.31, -0.13, 1.07, -1.88, 0.64, 2.79, -2.46)
"""Entries at which hardly two sub-expressions are equal, so that few corners are met."""
ROUND = (0.0, 1.0, -1.0, 2.0, 0.5, -0.25, 3.0, -2.5)


@dataclass(frozen=True)
class Made:
    """A text, the program it must mean, and values for its inputs."""

    text: str
    program: Program
    values: dict[str, Any]

    def run(self, dtype: torch.dtype = torch.float32, requires_grad: Iterable[str] | None = None) -> Run:
        """The text, parsed and run."""
        return forward(parse(self.text), self.values, requires_grad, dtype)


# Which row takes and gives which shapes


@dataclass(frozen=True)
class Use:
    """One way to use a row: shapes of the arguments, keywords, shape of the result."""

    row: Operation
    arguments: tuple[Shape, ...]
    options: tuple[tuple[str, int | bool], ...]
    result: Shape


_NAMESPACE = SimpleNamespace(
    torch=torch,
    operator=operator,
    playground=SimpleNamespace(
        index=lambda u, *operands, at: u[at],
        choose=lambda condition, u, v: u if condition else v,
        clamp_below=lambda u, low: torch.clamp(u, min=low),
        clamp_above=lambda u, high: torch.clamp(u, max=high),
        T=lambda u: u.T,
        mT=lambda u: u.mT,
        einsum=lambda *factors, equation: torch.einsum(equation, *factors),
        polygamma=lambda u, n: torch.polygamma(n, u),
    ),
)
GROWN = tuple(name for name in OPERATIONS if known_to_sympy(name))
"""The rows that generated trees are made of."""


@cache
def among(options: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """One of some options; a strategy that is made where it is drawn is looked through anew each time."""
    return st.sampled_from(options)


def torch_function(row: Operation) -> Callable[..., Any]:
    """What a row names as its function, looked up by its dotted path."""
    return operator.attrgetter(row.run)(_NAMESPACE)  # type: ignore[no-any-return]


def _keywords(row: Operation) -> list[dict[str, int | bool]]:
    found: list[dict[str, int | bool]] = [{}]
    if "dim" in row.options:
        found += [{"dim": dim} for dim in (0, 1, -1)]
    if "keepdim" in row.options:
        found += [{"dim": dim, "keepdim": True} for dim in (0, 1)]
    return [dict(row.defaults) | options for options in found]


def _result(row: Operation, arguments: tuple[Shape, ...], options: Mapping[str, Any]) -> Shape | None:
    """The shape PyTorch gives back; None where it refuses."""
    if row.composite:
        return arguments[0]
    try:
        return tuple(torch_function(row)(*(torch.ones(shape) for shape in arguments), **options).shape)
    except (RuntimeError, IndexError, TypeError):
        return None


@cache
def uses() -> dict[Shape, dict[str, list[Use]]]:
    """Every way to use every row on the shapes of `INPUTS`, by the shape of the result and the row's name."""
    found: dict[Shape, dict[str, list[Use]]] = {shape: {} for shape in INPUTS}
    for row in map(OPERATIONS.__getitem__, GROWN):
        for arguments in product(INPUTS, repeat=row.arity):
            for options in _keywords(row):
                result = _result(row, arguments, options)
                if result in found:
                    use = Use(row, arguments, tuple(sorted(options.items())), result)
                    found[result].setdefault(row.name, []).append(use)
    return found


# Trees


def numbers() -> st.SearchStrategy[Number]:
    """A plain number as it may be typed: never negative, that is a sign before it."""
    whole = st.integers(0, 12).map(Number)
    broken = st.sampled_from((0.5, 2.5e-3, 3.0, 0.1, 1.25, 7e5)).map(Number)
    constants = st.sampled_from((Number(CONSTANTS["π"], symbol="π"), Number(CONSTANTS["e"], symbol="e")))
    return st.one_of(whole, whole, broken, constants)


PLAIN: tuple[Expression, ...] = (
    Call("divide", (Number(2), Number(3))),
    Call("subtract", (Number(1), Number(4))),
    Call("power", (Number(2), Number(0.5))),
    Call("power", (Number(2), Call("negate", (Number(3),)))),
    Call("negate", (Number(1.5),)),
    Call("sqrt", (Number(2),)),
    Call("multiply", (Call("sin", (Number(1),)), Number(CONSTANTS["π"], symbol="π"))),
    Call("maximum", (Number(2), Number(0.1))),
    Call("sec", (Number(1),)),
)
"""Plain arithmetic that comes to a finite number."""
EXPONENTS: tuple[Expression, ...] = (
    *map(Number, (2, 2, 3, 0, 1, 10, 0.5)),
    *(Call("negate", (Number(exponent),)) for exponent in (1, 2)),
)


_PLAIN_ARGUMENTS = st.one_of(numbers(), numbers(), st.sampled_from(PLAIN))


@cache
def _ways(shape: Shape, known: frozenset[Shape], rows: frozenset[str]) -> dict[str, st.SearchStrategy[Use]]:
    """By the row's name, how a result of a shape can be had from shapes that are known."""
    found = {name: [use for use in ways if known >= {*use.arguments}] for name, ways in sorted(uses()[shape].items())}
    return {name: st.sampled_from(ways) for name, ways in found.items() if ways and name in rows}


@dataclass
class _Grower:
    """Grows trees of a wanted shape out of names known so far."""

    draw: Draw
    known: dict[Shape, list[str]]
    rows: frozenset[str]

    def name(self, shape: Shape) -> Variable:
        return Variable(self.draw(among(tuple(self.known[shape]))))

    def tree(self, shape: Shape, budget: int) -> Expression:
        """An expression of a shape, of at most about `budget` operations, that holds at least one name."""
        ways = _ways(shape, frozenset(self.known), self.rows)
        names = tuple(ways)
        if budget <= 0 or not names or self.draw(st.integers(0, 9)) == 0:
            return self.name(shape)
        written = tuple(name for name in names if name in OPERATORS.values())
        row = self.draw(among(written if written and self.draw(st.booleans()) else names))
        use = self.draw(ways[row])
        share = (budget - 1) // len(use.arguments)
        arguments = [self.tree(argument, share) for argument in use.arguments]
        if len(arguments) == 2 and self.draw(st.integers(0, 2)) == 0:
            self._put_plain(use, arguments)
        return Call(use.row.name, tuple(arguments), use.options)

    def _put_plain(self, use: Use, arguments: list[Expression]) -> None:
        """Make one scalar argument a plain number, where the other one still is none."""
        if use.row.name == "power":
            arguments[1] = self.draw(among(EXPONENTS)) if use.arguments[1] == () else arguments[1]
            return
        place = self.draw(st.integers(0, 1))
        if use.arguments[place] == () and (use.row.tensors or use.row.plain is not None):
            arguments[place] = self.draw(_PLAIN_ARGUMENTS)


def _resolved(statements: list[Statement]) -> Program:
    """Inputs and outputs of statements that are named already."""
    used = [[n.name for n in postorder(s.expression) if isinstance(n, Variable)] for s in statements]
    defined = {s.name for s in statements}
    inputs = dict.fromkeys(name for names in used for name in names if name not in defined)
    outputs = (s.name for i, s in enumerate(statements) if not any(s.name in names for names in used[i + 1 :]))
    return Program(tuple(statements), tuple(inputs), tuple(outputs))


def _value(draw: Draw, shape: Shape, entry: st.SearchStrategy[float]) -> Any:
    if not shape:
        return draw(entry)
    return [_value(draw, shape[1:], entry) for _ in range(shape[0])]


@cache
def _names(count: int) -> st.SearchStrategy[list[str]]:
    """Names of statements, at most so many."""
    return st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=count, unique=True)


@st.composite
def programs(
    draw: Draw,
    rows: Iterable[str] = GROWN,
    shapes: Iterable[Shape] = tuple(INPUTS),
    outputs: Iterable[Shape] | None = None,
    statements: int = 4,
    budget: int = 8,
    entries: tuple[float, ...] = SMOOTH + ROUND,
) -> Made:
    """A program over rows and shapes of inputs, with values and a spelling; `outputs` are the shapes of its results."""
    shapes = list(shapes)
    grower = _Grower(draw, {shape: list(names) for shape, names in INPUTS.items() if shape in shapes}, frozenset(rows))
    wanted = st.sampled_from(shapes if outputs is None else list(outputs))
    grown: list[Statement] = []
    for name in draw(_names(statements)):
        shape = draw(wanted)
        grown.append(Statement(name, grower.tree(shape, draw(st.integers(0, budget)))))
        grower.known[shape] += [name] * 3
    bare = draw(st.booleans())
    if bare:
        taken = {n.name for s in grown for n in postorder(s.expression) if isinstance(n, Variable)}
        grown[-1] = Statement(next(name for name in BARE if name not in taken), grown[-1].expression)
    program = _resolved(grown)
    by_name = {name: shape for shape, names in INPUTS.items() for name in names}
    entry = st.sampled_from(entries)
    values = {name: _value(draw, by_name[name], entry) for name in program.inputs}
    return Made(_Speller(draw).program(program, bare), program, values)


# Spellings


@dataclass(frozen=True)
class Spelled:
    """A text, how tightly it binds (1 sum, 2 product, 3 sign, 4 power, 5 atom), and whether it begins with a number."""

    text: str
    level: int
    number: bool = False

    def at(self, level: int) -> str:
        """The text where at least this level is wanted."""
        return self.text if self.level >= level else f"({self.text})"


_SIGNS = {
    "+": ["＋"], "-": ["−", "–", "－"], "*": ["·", "×", "⋅", "＊"], "/": ["÷", "／"], "(": ["（"], ")": ["）"],
    "=": ["＝"], ";": ["；"], ",": ["，", "、"], " ": ["\t", "\u3000", "\xa0", "  "],
}  # fmt: skip
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ALIASES: dict[str, list[str]] = {
    row: [name for name, meaning in NAMES.items() if meaning == row] for row in OPERATIONS
}
_FUNCTIONAL = ("relu", "leaky_relu", "softplus", "gelu", "silu", "sigmoid", "tanh", "softmax")
_OPERATORS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "matmul": "@"}


@dataclass
class _Speller:
    """Writes a tree in one of the ways a person may type it."""

    draw: Draw
    functions: dict[str, str] = field(default_factory=dict)
    """The results that were written `f(x) = ...`, with their parameters."""

    def one_of(self, *ways: Any) -> Any:
        return self.draw(among(ways))

    def program(self, program: Program, bare: bool) -> str:
        """All statements; the last one without its name if it is bare."""
        text = ""
        for place, statement in enumerate(program.statements):
            last = place == len(program.statements) - 1
            separators = ("; ", ";", "\n", " ;\n ") if bare and last else ("; ", "\n", " ")
            text += self.one_of(*separators) if text else ""
            right = self.expression(statement.expression)
            text += right if bare and last else self._target(statement) + self.one_of("=", " = ") + right
        text += self.one_of("", "", ";", "\n", "  # done")
        return self._signs(text) if self.one_of(True, False) else text

    def _target(self, statement: Statement) -> str:
        names = dict.fromkeys(n.name for n in postorder(statement.expression) if isinstance(n, Variable))
        if not names or self.functions.keys() & names or self.one_of(True, True, False):
            return statement.name
        self.functions[statement.name] = f"({', '.join(names)})"
        return statement.name + self.functions[statement.name]

    def _signs(self, text: str) -> str:
        """Some signs replaced by others that mean the same."""
        return "".join(self.one_of(sign, *_SIGNS[sign]) if sign in _SIGNS else sign for sign in text)

    def expression(self, expression: Expression) -> str:
        return fold(expression, self._number, self._variable, self._call).text

    def _number(self, node: Number) -> Spelled:
        if node.symbol is not None:
            ways = {"π": ("π", "pi", "torch.pi", "math.pi"), "e": ("e", "torch.e", "math.e")}[node.symbol]
            return Spelled(self.one_of(*ways), 5)
        ways = (repr(node.value), repr(node.value).replace("e", "E"))
        if isinstance(node.value, float) and node.value < 1:
            ways += (repr(node.value).lstrip("0"),)
        return Spelled(self.one_of(*ways), 5, number=True)

    def _variable(self, node: Variable) -> Spelled:
        return Spelled(node.name, 5)

    def _call(self, node: Call, parts: tuple[Spelled, ...]) -> Spelled:
        row = OPERATIONS[node.operation]
        ways = ["as_function", "as_method"] if row.name != "transpose" else ["as_transpose"]
        if row.name in _OPERATORS:
            ways += ["as_operator"] * 5
        if row.name == "multiply" and not _ends_transposed(node.arguments[0]) and self._may_touch(*parts):
            ways += ["side_by_side"] * 5
        ways += {"negate": ["as_sign"] * 5, "power": ["as_power"] * 5, "abs": ["as_bars"] * 3}.get(row.name, [])
        spelled: Spelled = getattr(self, f"_{self.one_of(*ways)}")(node, parts)
        return Spelled(f"({spelled.text})", 5) if self.draw(st.integers(0, 11)) == 0 else spelled

    def _as_operator(self, node: Call, parts: tuple[Spelled, ...]) -> Spelled:
        level = 1 if node.operation in ("add", "subtract") else 2
        sign = self.one_of("{}", " {} ").format(_OPERATORS[node.operation])
        return Spelled(parts[0].at(level) + sign + parts[1].at(level + 1), level)

    def _may_touch(self, left: Spelled, right: Spelled) -> bool:
        """Whether the right one can follow the left one without a sign, and not be read as anything else."""
        ends_in_name = left.text[-1].isalnum() or left.text[-1] == "_"
        return right.level >= 4 and not right.number and not (ends_in_name and right.text[0] == "(")

    def _side_by_side(self, node: Call, parts: tuple[Spelled, ...]) -> Spelled:
        left, right = parts[0].at(2), parts[1].at(4)
        close = left[-1] == ")" or (parts[0].number and parts[0].level == 5 and right[0] not in "eE.")
        return Spelled(left + (self.one_of("", " ") if close else " ") + right, 2)

    def _as_sign(self, node: Call, parts: tuple[Spelled, ...]) -> Spelled:
        return Spelled("-" + parts[0].at(3), 3)

    def _as_power(self, node: Call, parts: tuple[Spelled, ...]) -> Spelled:
        base, exponent = parts[0].at(5), parts[1].at(3)
        digits = exponent.removeprefix("-").isdigit() and exponent[-1] in "0123456789"
        if digits and self.one_of(True, False):
            return Spelled(base + exponent.translate(_SUPERSCRIPT), 4, parts[0].number)
        return Spelled(base + self.one_of("^", "**", " ^ ") + exponent, 4, parts[0].number and parts[0].level == 5)

    def _as_bars(self, node: Call, parts: tuple[Spelled, ...]) -> Spelled:
        return Spelled(f"|{parts[0].text}|" if "|" not in parts[0].text else f"abs({parts[0].text})", 5)

    def _as_transpose(self, node: Call, parts: tuple[Spelled, ...]) -> Spelled:
        owner = self._owner(parts[0])
        return Spelled(self.one_of(f"{owner}.t()", f"torch.t({parts[0].text})"), 5)

    def _as_function(self, node: Call, parts: tuple[Spelled, ...]) -> Spelled:
        name = self.one_of(*_ALIASES[node.operation])
        prefix = self.one_of("", "", "torch.", "torch.nn.functional.", *(["F."] if name in _FUNCTIONAL else []))
        return Spelled(f"{prefix}{name}({', '.join([*(p.text for p in parts), *self._options(node)])})", 5)

    def _as_method(self, node: Call, parts: tuple[Spelled, ...]) -> Spelled:
        inside = [*(part.text for part in parts[1:]), *self._options(node)]
        return Spelled(f"{self._owner(parts[0])}.{self.one_of(*_ALIASES[node.operation])}({', '.join(inside)})", 5)

    def _owner(self, part: Spelled) -> str:
        return f"({part.text})" if part.number else part.at(5)

    def _options(self, node: Call) -> list[str]:
        """Keywords, in the order of the row; `dim` may stand without its name, and a default may be left out."""
        row, options = OPERATIONS[node.operation], dict(node.options)
        if options == dict(row.defaults) and self.one_of(True, False):
            return []
        bare = self.one_of("", "dim=") if row.options[:1] == ("dim",) else "dim="
        prefixes = {name: bare if name == "dim" else f"{name}=" for name in row.options if name in options}
        return [f"{prefix}{options[name]}" for name, prefix in prefixes.items()]


def _ends_transposed(node: Expression) -> bool:
    """Whether the last factor is a transposed one: what follows it without a sign is multiplied as a matrix."""
    while isinstance(node, Call) and node.operation == "multiply":
        node = node.arguments[1]
    return isinstance(node, Call) and node.operation == "transpose"


# Texts that are no programs

PIECES = (
    "__import__('os').system('true')", "().__class__.__bases__[0]", "lambda x: x", "x.__class__", "eval('1')",
    "{name}", "{0}", "%s", "(", ")", "((((((", "))))", "|", "||", "[", "]", "[[1,2],[3]]", "^", "**", "***", "=",
    "==", ":=", ";", ";;", "\n", "\r\n", "\t", "#", "'", '"', "\\", "\\N", "\x00", "\x1b[0m", "‮", "\ud800",
    "👩‍👩‍👧", "é", "\u03a2", "ς", "−", "．", "９", "²³", "⁻", "∞", "∑", "√", "<script>alert(1)</script>", "&lt;",
    "1e999", "1e-999", "9**9**9**9", "x**1e9", "0/0", "0**-1", "(-8)**(1/3)", "1" * 60, ".5.5", "1e", "1.e+", "0x1F",
    "1_000", "nan", "inf", "None", "True", "torch", "torch.", "torch.nn", "math.", "F.", "sin", "sin x", "sin(",
    "max(1,2,3)", "sum(x, dim=)", "sum(x, dim=1e99)", "dim=0", "softmax(x, dim=7)", ".pow(2)", ".T", ".t()",
    ".backward()", "x'", "f(x)=", "f(2)", "e = 1", "pi", "x y z", "import os", "if", "@", "$", "?", "~", "`", "!",
    "%", "<", ",", ",,", " ", "\u3000",
)  # fmt: skip
"""What half-typed, mistaken and hostile texts are made of."""


@st.composite
def mangled(draw: Draw, source: st.SearchStrategy[str]) -> str:
    """A text with some pieces cut out, doubled, or put in."""
    text = draw(source)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 6)))
        middle = draw(st.one_of(st.sampled_from(PIECES), st.just(text[start:end] * 2), st.just("")))
        text = text[:start] + middle + text[end:]
    return text


def repeated(limit: int) -> st.SearchStrategy[str]:
    """One or two pieces over and over, up to a length."""
    pieces = st.lists(
        st.sampled_from((*PIECES, "x", "2", "²", "-", "+x", ".T", "f(x)=", "(", "|")), min_size=1, max_size=2
    )
    return st.builds(lambda parts, end: ("".join(parts) * limit)[:end], pieces, st.integers(0, limit))


def texts() -> st.SearchStrategy[str]:
    """Any text at all, texts of the language's own signs, and programs that were broken."""
    signs = st.text("xyzabe0123456789.+-*/^@|()[]=;,# \n'_πθ²⁻FTtorchsinmax", max_size=60)
    pieces = st.lists(st.sampled_from((*PIECES, "x", "y", "2", "+", "*")), max_size=12).map("".join)
    broken = mangled(programs().map(lambda made: made.text))
    return st.one_of(st.text(max_size=80), signs, pieces, broken, repeated(limits.MAX_PROGRAM_CHARACTERS))
