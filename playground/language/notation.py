"""Program -> LaTeX, Program -> Python, sub-expression -> label of a drawing: three readings of one tree."""

import math
import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from playground.language.arithmetic import plain as evaluate_plain
from playground.language.latex import GREEK
from playground.language.operations import ARGUMENT_NAMES, OPERATIONS, Operation
from playground.language.parse import read
from playground.language.program import (
    OWN,
    Call,
    Expression,
    IndexOperand,
    Number,
    Option,
    Program,
    Slice,
    Statement,
    fold,
    substitute,
)

_GREEK = {sign: name for name, sign in GREEK.items() if name != "pi" and not name.startswith("var")}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
STATEMENTS_APART = r" \qquad "
"""What stands between two statements in LaTeX."""
MAX_LABEL_CHARACTERS = 160
"""A longer label has … in its middle, and so has what it stands in: each is written in a bounded time."""


Options = tuple[tuple[str, Option], ...]


class Written(NamedTuple):
    """A piece of text and how tightly it binds."""

    text: str
    level: int
    plain: bool = False
    """Whether only plain numbers take part."""

    def within(self, level: int, left: str = "(", right: str = ")") -> str:
        """The text as an argument that must bind at least so tightly: between `left` and `right` where it does not."""
        return self.text if self.level >= level else f"{left}{self.text}{right}"


def to_latex(program: Program) -> str:
    """The program typeset: its statements, one after another."""
    return STATEMENTS_APART.join(map(_latex_statement, program.written))


def to_python(program: Program) -> str:
    """The program as lines of Python that record the same graph."""
    statements = program.written
    sizes = (fold(s.expression, lambda _: 1, lambda _: 1, lambda _, parts: 1 + sum(parts)) for s in program.statements)
    if _calls_on_numbers(program.typed) and sum(sizes) <= MAX_WRITTEN_NODES:
        statements = program.statements  # where Python calls its function with numbers, PyTorch's own take none
    return "\n".join(map(_python_statement, statements))


MAX_WRITTEN_NODES = 400
"""Calls of functions are written in their place where that makes no more than so many nodes."""


def _latex_statement(statement: Statement) -> str:
    parameters = ", ".join(map(_latex_name, statement.parameters))
    of = rf"\left({parameters}\right)" if parameters else ""
    return f"{_latex_name(statement.name)}{of} = {latex(statement.expression)}"


def _python_statement(statement: Statement) -> str:
    if not statement.parameters:
        return f"{statement.name} = {python(statement.expression)}"
    return f"def {statement.name}({', '.join(statement.parameters)}):\n    return {python(statement.expression)}\n"


def _calls_on_numbers(statements: Sequence[Statement]) -> bool:
    """Whether a function of one's own is called with an argument that no name takes part in."""

    def call(node: Call, named: tuple[bool, ...]) -> bool:
        on_numbers.append(node.operation.endswith(OWN) and not all(named))
        return any(named) or node.operation.endswith(OWN)

    on_numbers: list[bool] = []
    for statement in statements:
        fold(statement.expression, lambda _: False, lambda _: True, call)
    return any(on_numbers)


@cache
def _row(operation: str) -> Operation:
    """The row of an operation; for a function of one's own one that writes its call."""
    if not operation.endswith(OWN):
        return OPERATIONS[operation]
    name = operation.removesuffix(OWN)
    called = _latex_name(name).replace("{", "{{").replace("}", "}}")
    return Operation(name, name, (), latex=rf"{called}\left({{arguments}}\right)")


def latex(expression: Expression) -> str:
    """The expression as LaTeX."""
    return fold(expression, _latex_number, lambda node: Written(_latex_name(node.name), 5), _latex_call).text


def python(expression: Expression) -> str:
    """The expression as Python, over tensors of the same names and `torch`."""
    return fold(expression, _python_number, lambda node: Written(node.name, 5), _python_call).text


def label(expression: Expression, known: dict[int, Written] | None = None) -> str:
    """The expression as a line of Unicode maths, for drawings: `a·x² + b·x`. `known` is the `done` of `fold`."""
    return _label(expression, known).text


def _label(expression: Expression, known: dict[int, Written] | None = None) -> Written:
    if known and id(expression) in known:
        return known[id(expression)]
    return fold(expression, _label_number, lambda node: Written(node.name, 5), _label_call, known)


@cache
def formula(text: str) -> Expression:
    """The tree of a formula that a row of the tables holds."""
    statement: Statement = read(text, "program")[0]
    return statement.expression


class Operand(NamedTuple):
    """An argument of an operation: how it is written, and the plain number where it is one."""

    text: Written
    number: Number | None


class Wording(NamedTuple):
    """What a drawing writes of a sub-expression and of its arguments."""

    expression: str
    """The sub-expression as it was typed."""
    label: str
    """The same behind the name that a statement gave it."""
    operands: tuple[Operand, ...]


def wording(typed: Expression, ran: Expression, name: str | None, known: dict[int, Written]) -> Wording:
    """The words for an expression that was typed, and its operation that ran. `known` is that of `label`.

    Where the operation is an argument of another one, it is written as it was typed: what ran for it may hold its own
    argument twice, and one that holds another doubles with every level.
    """
    text = known[id(ran)] = _label(typed, known)
    arguments = ran.arguments if isinstance(ran, Call) else ()
    operands = tuple(
        Operand(_label(argument, known), argument if isinstance(argument, Number) else None) for argument in arguments
    )
    return Wording(text.text, f"{name} = {text.text}" if name else text.text, operands)


@lru_cache(maxsize=4096)
def rule(
    operation: str, position: int, operands: tuple[Operand, ...], scalar: bool, options: Options = ()
) -> str | None:
    """What an operation does to a gradient on its way to the argument at a position, as maths over the operands.

    For scalars it is the local derivative (`2·x`), for tensors what becomes of the upstream gradient G (`G @ Bᵀ`); None
    where the row does not say, or says it for other options.
    """
    row = OPERATIONS[operation]
    if position < len(row.rule):
        texts = {name: _option_text(row, name, value, _texts(operands)) for name, value in options}
        return row.rule[position].format(*_texts(operands), **texts)
    if not row.local or not speaks_for(row, options):
        return None
    written = dict(zip(ARGUMENT_NAMES, (argument.text for argument in operands), strict=False))
    derivative = _local(operation, position, tuple(argument.number for argument in operands), options)
    local = fold(derivative, _label_number, lambda node: written[node.name], _label_call)
    if scalar:
        return local.text
    return {"1": "G", "−1": "−G"}.get(local.text, f"G · {local.within(2)}")


@lru_cache(maxsize=1024)
def _local(name: str, position: int, numbers: tuple[Number | None, ...], options: Options) -> Expression:
    """A row's local derivative over u and v, with the arguments that are plain numbers put in."""
    row = OPERATIONS[name]
    plain = {letter: number for letter, number in zip(ARGUMENT_NAMES, numbers, strict=False) if number is not None}
    return _tidy(substitute(formula(row.local[position]), option_numbers(row, options) | plain, 0))


def _texts(operands: tuple[Operand, ...]) -> list[str]:
    return [operand.text.within(5) for operand in operands]


def speaks_for(row: Operation, options: Options) -> bool:
    """Whether a row's formulas hold with these options: they name all of them."""
    return {name for name, _ in options if (name, _) not in row.defaults} <= {name for name, _ in row.usual}


def option_numbers(row: Operation, options: Options) -> dict[str, Number]:
    """The numbers in the place of the options that a row's formulas name."""
    return {name: Number(value) for name, value in (*row.usual, *options) if isinstance(value, (int, float))}


def _tidy(expression: Expression) -> Expression:
    """The same with its plain numbers worked out, `1·u`, `u·1`, `u^1` and `u^0` written shortly: for reading only."""
    return fold(expression, lambda node: node, lambda node: node, _tidy_call)


def _tidy_call(node: Call, parts: tuple[Expression, ...]) -> Expression:
    row = OPERATIONS[node.operation]
    numbers = [part.value for part in parts if isinstance(part, Number) and part.symbol is None]
    if row.plain is not None and len(numbers) == len(parts) and row.name not in ("divide", "power"):
        return Number(row.plain(*numbers))
    match node.operation, parts:
        case "multiply", (Number(value=1), other) | (other, Number(value=1)):
            return other
        case "power", (base, Number(value=1)):
            return base
        case "power", (_, Number(value=0)):
            return Number(1)
    return Call(node.operation, parts, node.options)


# Python


def _python_number(node: Number) -> Written:
    text = _number_text(node.value) if node.symbol is None else f"torch.{'pi' if node.symbol == 'π' else 'e'}"
    return Written(text, 5, plain=True)


def _python_call(node: Call, parts: tuple[Written, ...]) -> Written:
    row = _row(node.operation)
    plain = all(part.plain for part in parts)
    if plain and row.plain is not None and abs(value := evaluate_plain(node) or 0) > 2**53:
        return Written(_number_text(value), 5, plain=True)
    plain = plain and not row.maker
    own = node.operation.endswith(OWN)
    if row.tensors or (plain and row.plain is None and not own):
        dtype = ", dtype=torch.float64" if plain else ""
        parts = tuple(
            Written(f"torch.tensor({_float(argument, part.text)}{dtype})", 5) if part.plain else part
            for argument, part in zip(node.arguments, parts, strict=True)
        )
    texts = [part.within(level) for part, level in zip(parts, row.argument_levels(len(parts)), strict=True)]
    text = _python_text(row, texts, dict(node.options))
    if plain and row.plain is None and not own:
        return Written(text + ".item()", 5, plain=True)
    return Written(text, row.level, plain and not own)


def _python_text(row: Operation, texts: Sequence[str], options: dict[str, Option]) -> str:
    """A call of PyTorch's function; options that the row's template does not name follow as keywords."""
    field = options.pop("field", row.fields[0]) if row.several(options) else None
    written = {name: _python_option(row, name, value, texts) for name, value in options.items()}
    first = next((place for place, parameter in enumerate(row.parameters) if not parameter.is_operand), None)
    alone = len(texts) if first is None else first  # operands that follow an option are given by their names
    named = [f"{p.name}={text}" for p, text in zip(row.operands[alone:], texts[alone:], strict=False)]
    operands = [f"[{', '.join(texts)}]"] if row.takes_list else [*texts[:alone], *named]
    template = row.python or f"{row.run}({{arguments}})"
    rest = [f"{name}={text}" for name, text in written.items() if f"{{{name}}}" not in template]
    if "{arguments}" not in template and rest:
        template = template[:-1] + "".join(f", {extra}" for extra in rest).replace("{", "{{").replace("}", "}}") + ")"
    text = template.format(*texts, arguments=", ".join([*operands, *rest]), **written)
    return text if field is None else f"{text}.{field}"


def _python_option(row: Operation, name: str, value: Option, texts: Sequence[str]) -> str:
    """An option as Python writes it."""
    kind = next(parameter.kind for parameter in row.parameters if parameter.name == name)
    if kind == "dtype":
        return f"torch.{value}"
    if kind == "index" or f"{{{name}}}" in row.python:
        return _option_text(row, name, value, texts)
    return _number_text(value)


def _number_text(value: Option) -> str:
    return f'float("{value}")' if isinstance(value, float) and not math.isfinite(value) else repr(value)


def _option_text(row: Operation, name: str, value: Option, texts: Sequence[str]) -> str:
    """An option as it is read: an index, sizes without brackets, numbers in them."""
    kind = next((parameter.kind for parameter in row.parameters if parameter.name == name), "")
    if kind == "data":
        return _data_text(value)
    if isinstance(value, tuple) and kind in BARE_KINDS:
        return ", ".join(_item_text(item, texts) for item in value)
    return f"({', '.join(map(str, value))})" if isinstance(value, tuple) else str(value)


BARE_KINDS = ("index", "size", "numbers")
"""The kinds of options that stand without brackets and without their name."""


def _data_text(data: Option) -> str:
    return f"[{', '.join(map(_data_text, data))}]" if isinstance(data, tuple) else repr(data)


def _item_text(item: Option, texts: Sequence[str]) -> str:
    """One part of an index."""
    match item:
        case IndexOperand(argument):
            return texts[argument]
        case Slice(start, stop, step):
            ends = ["" if end is None else str(end) for end in (start, stop)]
            return ":".join(ends if step is None else [*ends, str(step)])
    return str(item)


def _float(expression: Expression, text: str) -> str:
    """Python's text of a plain number as a float: a tensor made from it takes part in floating point."""
    number = evaluate_plain(expression)
    return f"float({text})" if number is None else repr(float(number))


# LaTeX


def _latex_name(name: str) -> str:
    """A name in LaTeX: `x_{1}` for x1, Greek letters by name, longer names upright."""
    letters, digits = re.fullmatch(r"(.*?)_?([0-9]*)", name).groups()  # type: ignore[union-attr]
    if letters in _GREEK:
        body = "\\" + _GREEK[letters]
    elif letters in _GREEK.values():
        body = "\\" + letters
    else:
        plain = "".join("\\" + _GREEK[c] + " " if c in _GREEK else c.replace("_", r"\_") for c in letters)
        body = plain if len(letters) == 1 else rf"\mathrm{{{plain}}}"
    return f"{body}_{{{digits}}}" if digits else body


def _latex_number(node: Number) -> Written:
    if node.symbol is not None:
        return Written({"π": r"\pi", "e": "e"}[node.symbol], 5)
    if math.isinf(node.value):
        return Written(r"\infty" if node.value > 0 else r"-\infty", 5 if node.value > 0 else 3)
    mantissa, _, exponent = repr(node.value).partition("e")
    return Written(rf"{mantissa} \cdot 10^{{{int(exponent)}}}", 2) if exponent else Written(mantissa, 5)


def _latex_call(node: Call, parts: tuple[Written, ...]) -> Written:
    row = _row(node.operation)
    levels = {"divide": (0, 0), "power": (5, 0)}.get(row.name, row.argument_levels(len(parts)))
    texts = [part.within(level, r"\left(", r"\right)") for part, level in zip(parts, levels, strict=True)]
    template = row.latex
    if row.name == "multiply":
        words = _LAST_WORD.search(texts[0]) and texts[1].startswith((r"\mathrm", r"\operatorname"))
        template = r"{0} \cdot {1}" if words or texts[1][0].isdigit() else template
    call = rf"\operatorname{{{{{_in_latex(row.name)}}}}}\left({{arguments}}\right)"
    text = _filled(node, template or call, call, texts, r"\mathrm{{{name}}}={value}", _in_latex)
    return Written(text, 5 if row.name == "divide" else row.level)


_LAST_WORD = re.compile(r"\\mathrm\{[^{}]*\}(_\{[^{}]*\})?$")
"""A name of several letters: another one behind it would look as one with it."""


def _in_latex(text: str) -> str:
    return text.replace("_", r"\_")


def _filled(
    node: Call, template: str, call: str, texts: Sequence[str], keyword: str, write: Callable[[str], str]
) -> str:
    """A row's template over its arguments; where it has no room for an option that is not usual, the call instead."""
    row = _row(node.operation)
    options = {name: write(text) for name, text in _unusual_options(node, texts)}
    field = f".{write(options.pop('field'))}" if "field" in options else ""
    rest = [name for name in options if f"{{{name}}}" not in template]
    chosen = template if "{arguments}" in template or not rest else call
    bare = {parameter.name for parameter in row.parameters if parameter.kind in BARE_KINDS}
    keywords = [
        value if name in bare else keyword.format(name=write(name), value=value)
        for name, value in options.items()
        if f"{{{name}}}" not in chosen
    ]
    return chosen.format(*texts, arguments=", ".join([*texts, *keywords]), **options) + field


# Labels


def _label_number(node: Number) -> Written:
    text = node.symbol or ("∞" if node.value > 0 else "-∞") * math.isinf(node.value)
    text = text or (f"{node.value:g}" if isinstance(node.value, float) else str(node.value))
    return Written(text.replace("-", "−"), 5 if node.value >= 0 else 3)


def _label_call(node: Call, parts: tuple[Written, ...]) -> Written:
    row = _row(node.operation)
    if row.name == "power" and re.fullmatch(r"-?[0-9]+", parts[1].text.replace("−", "-")):
        return Written(parts[0].within(5) + parts[1].text.replace("−", "-").translate(_RAISED), 4)
    texts = [part.within(level) for part, level in zip(parts, row.argument_levels(len(parts)), strict=True)]
    call = f"{row.name}({{arguments}})"
    text = _filled(node, row.label or call, call, texts, "{name}={value}", lambda text: text.replace("-", "−"))
    return Written(shortened(text, MAX_LABEL_CHARACTERS), row.level)


def shortened(line: str, max_characters: int) -> str:
    """The text, its middle replaced by … where it has more than so many characters."""
    if len(line) <= max_characters:
        return line
    end = max_characters // 3
    return f"{line[: max_characters - 1 - end].rstrip()}…{line[-end:].lstrip()}"


def _unusual_options(node: Call, texts: Sequence[str]) -> list[tuple[str, str]]:
    """The keywords that are not what PyTorch would do anyway, and how they are read."""
    row = _row(node.operation)
    return [(name, _option_text(row, name, value, texts)) for name, value in node.options
            if (name, value) not in (*row.defaults, ("field", row.fields[:1] and row.fields[0]))]  # fmt: skip
