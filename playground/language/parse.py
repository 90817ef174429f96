"""Text -> Program, or a ProgramError that says where and why. Nothing is ever evaluated as code."""

import keyword
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, v_args

from playground.language import limits
from playground.language.errors import ProgramError
from playground.language.operations import CONSTANTS, NAMES, OPERATIONS, OPERATORS, Operation
from playground.language.program import Call, Expression, Number, Program, Statement, Variable, fold, postorder

BARE_NAMES = ("y", "z", "f", "out")
"""What an expression without a name is called: the first of these that is free."""

_SIGNS = str.maketrans({
    "−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "∗": "*", "÷": "/", "，": ",", "；": ";", "。": ".", "、": ",",
    "\u3000": " ", "\xa0": " ", "\t": " ", "\r": "\n", "｜": "|", "＾": "^",
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
})  # fmt: skip
_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_DONE_FOR_YOU = {
    "backward", "grad", "autograd", "zero_grad", "step", "item", "numpy", "tensor", "Tensor", "requires_grad_", "print",
    "ones", "zeros", "randn", "SGD", "Adam", "derivative", "diff",
}  # fmt: skip
_LIBRARIES = {"np", "numpy", "math", "sympy", "jax", "tf"}
_ELSEWHERE = {"tg": "tan", "ctg": "cot", "sen": "sin", "arctg": "arctan", "lg": "log10", "sinus": "sin"}
"""How functions are called in other countries."""
_NOT_NAMES = {"nan", "inf", "infinity", "none", "true", "false"}
_DEFINITION = re.compile(
    r"(?:^|(?<=[;\n\s]))(?P<name>[^\W\d]\w*)\s*(?P<parameters>\(\s*[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*\s*\))\s*=(?!=)"
)
_COMMENT = re.compile(r"#[^\n]*")
_WORD = re.compile(r"[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|[^\W\d]\w*")
_CALLED = re.compile(r"[^\S\n]*\(")
_OPERAND_END = re.compile(r"[\w)\]⟫⁰¹²³⁴-⁹.]")
_DECIMAL_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9])")
_FOREIGN = {
    "'": "prime", "’": "prime", '"': "quote", "=": "equals", "_": "underscore", "[": "bracket", "]": "bracket",
    "%": "remainder", "<": "comparison", ">": "comparison", "!": "factorial", ":": "colon", "{": "brace", "}": "brace",
    "√": "root", ".": "dot",
}  # fmt: skip


@cache
def grammar() -> Lark:
    """The parser of grammar.lark, made once."""
    return Lark(
        files(__package__).joinpath("grammar.lark").read_text("utf-8"),
        start=["program", "value"],
        parser="lalr",
        maybe_placeholders=False,
        transformer=_Builder(),
    )


def parse(text: str) -> Program:
    """The program a text means. Raises ProgramError, with the column (from 1) and a sentence, where it means none."""
    limit = limits.MAX_PROGRAM_CHARACTERS
    if len(text) > limit:
        raise ProgramError("too_long", limit + 1, length=len(text), limit=limit)
    if not _one_sign_each(text).strip(" \n;"):
        raise ProgramError("empty", 1)
    statements = read(text, "program")
    _check_size(statements)
    return _resolve(statements)


def comment_at_the_end(text: str) -> str:
    """What a # keeps from being read up to the end of the text; empty where nothing is."""
    return text.translate(_SIGNS).rpartition("\n")[2].partition("#")[2].strip()


def without_comments(text: str) -> str:
    """The text without what a # keeps from being read, to the end of each line."""
    return _COMMENT.sub("", text.translate(_SIGNS))


def read(text: str, start: str) -> Any:
    """The tree of a text under a start rule of the grammar. Raises ProgramError where the text does not fit it."""
    normal = _normalise(text, _drop_parameters) if start == "program" else _normalise(text, _one_line)
    try:
        return grammar().parse(normal, start=start)
    except UnexpectedInput as problem:
        _refuse(problem, text, normal)


def plain(expression: Expression) -> int | float | None:
    """The number that plain arithmetic comes to; None where a variable or a function takes part.

    Raises ProgramError where the arithmetic has no result: it divides by zero, leaves the real numbers or overflows.
    """
    return fold(expression, lambda node: node.value, lambda _: None, plain_call)


def plain_call(node: Call, arguments: Sequence[int | float | None]) -> int | float | None:
    """One operation of plain arithmetic; None where the operation has no such, or an argument is None.

    Raises ProgramError as `plain` does.
    """
    row = OPERATIONS[node.operation]
    numbers = [number for number in arguments if number is not None]
    if row.name == "power" and arguments[1] is not None and abs(arguments[1]) > limits.MAX_EXPONENT:
        raise ProgramError("exponent", node.column, exponent=f"{arguments[1]:g}", limit=f"{limits.MAX_EXPONENT:g}")
    if row.plain is None or len(numbers) < len(arguments):
        return None
    try:
        return _finite(row.plain(*numbers), node.column)
    except ZeroDivisionError:
        raise ProgramError("zero_division", node.column) from None
    except ValueError:
        raise ProgramError("not_real", node.column) from None
    except OverflowError:
        raise ProgramError("number_too_large", node.column) from None


def _finite(value: int | float, column: int) -> int | float:
    """A number that a float holds; whole numbers beyond 2^53 become floats. Raises OverflowError for any other."""
    number = value if abs(value) <= 2**53 else float(value)
    if not math.isfinite(number):
        raise OverflowError
    return number


# From characters to characters


def _normalise(text: str, shape: Callable[[str], str]) -> str:
    """The text with one kind of each sign, in the shape its grammar reads, every character still in its place."""
    return _mark_bars(shape(_one_sign_each(text)))


def _one_line(text: str) -> str:
    return text.replace("\n", " ")


def _one_sign_each(text: str) -> str:
    return _COMMENT.sub(lambda comment: " " * len(comment[0]), text.translate(_SIGNS))


def _drop_parameters(text: str) -> str:
    """`f(x) = ...` and each later `f(x)` become `f`; ProgramError where f is called with something else."""
    for definition in _DEFINITION.finditer(text):
        name, parameters = definition["name"], _bare(definition["parameters"])
        for found in _WORD.finditer(text):
            if found[0] != name or not _CALLED.match(text, found.end()):
                continue
            close = text.find(")", found.end()) + 1 or len(text)
            if _bare(text[found.end() : close]) != parameters:
                raise ProgramError("called_elsewhere", found.start() + 1, name=name, parameters=parameters)
            text = text[: found.end()] + " " * (close - found.end()) + text[close:]
    return text


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _mark_bars(text: str) -> str:
    """Each | becomes ⟪ or ⟫, and every bracket has its partner; ProgramError otherwise."""
    closing = {")": "(", "]": "["}
    opened: list[tuple[str, int]] = []
    characters = list(text)
    previous = ""
    for place, character in enumerate(text):
        if character == "|":
            closes = bool(opened) and opened[-1][0] == "|" and bool(_OPERAND_END.fullmatch(previous))
            characters[place] = "⟫" if closes else "⟪"
            opened.pop() if closes else opened.append(("|", place))
        elif character in "([":
            opened.append((character, place))
        elif character in closing:
            if not opened or opened[-1][0] != closing[character]:
                raise ProgramError("unopened", place + 1, bracket=character)
            opened.pop()
        if not character.isspace():
            previous = characters[place]
    if opened:
        raise ProgramError("unclosed", opened[-1][1] + 1, bracket=opened[-1][0])
    return "".join(characters)


def _refuse(problem: UnexpectedInput, text: str, normal: str) -> NoReturn:
    """Turn what lark found into a sentence about what was typed."""
    token = getattr(problem, "token", None)
    if token is not None and token.type == "$END":
        raise ProgramError("unfinished", len(normal.rstrip()) + 1) from None
    place = problem.pos_in_stream if isinstance(problem, UnexpectedCharacters) else token.start_pos if token else 0
    place = min(place or 0, len(text) - 1)
    typed = str(token) if token is not None else text[place]
    if token is not None and token.type == "NUMBER":
        raise ProgramError("number_second", place + 1, number=typed) from None
    if token is not None and token.type == "_SEP":
        _refuse_end(normal[:place].rstrip(), place + len(typed) - len(typed.lstrip(" ")) + 1)
    key = "decimal_comma" if _DECIMAL_COMMA.match(normal, place) else _FOREIGN.get(normal[place])
    if key is not None:
        alone = key == "prime" and not _OPERAND_END.fullmatch(text[:place].rstrip()[-1:])
        raise ProgramError("quote" if alone else key, place + 1) from None
    known = token is not None or not re.match(r"[^\x00-\x7f]|[$&?\\~`]", normal[place])
    shown = _visible(text[place : place + len(typed)])
    raise ProgramError("unexpected" if known else "unknown_character", place + 1, typed=shown) from None


def _visible(text: str) -> str:
    """The text with a code in the place of what nobody sees."""
    return "".join(c if c.isprintable() else " " if c.isspace() else f"U+{ord(c):04X}" for c in text)


def _refuse_end(before: str, column: int) -> None:
    """ProgramError where a statement ends too early, or inside of brackets."""
    if not _OPERAND_END.fullmatch(before[-1:]):
        raise ProgramError("unfinished", len(before) + 1) from None
    if before.count("(") + before.count("⟪") > before.count(")") + before.count("⟫"):
        raise ProgramError("ends_inside", column) from None


# From tokens to a tree


def _column(token: Token) -> int:
    return (token.start_pos or 0) + 1


def _number(text: str, column: int) -> Number:
    """The number of a text of digits; ProgramError where a float cannot hold it."""
    try:
        return Number(_finite(float(text) if re.search(r"[.eE]", text) else int(text), 0), column)
    except (OverflowError, ValueError):  # Python reads no more than 4,300 digits
        raise ProgramError("number_too_large", column) from None


def _operation(name: str, column: int) -> Operation:
    """The row of a function's name; ProgramError names the nearest one there is."""
    if name in _DONE_FOR_YOU:
        raise ProgramError("done_for_you", column, name=name)
    if name not in NAMES:
        nearest = _nearest(name.lower())
        key = "unknown_function_near" if nearest else "unknown_function"
        raise ProgramError(key, column, name=name, nearest=nearest)
    return OPERATIONS[NAMES[name]]


def _nearest(typed: str) -> str:
    """The function that was most likely meant, by its letters or how it begins (`cosinus`); empty if none is near."""
    known = [name for name in NAMES if len(name) > 1]
    if typed in _ELSEWHERE:
        return _ELSEWHERE[typed]
    close = get_close_matches(typed, known, n=1, cutoff=0.8)
    begun = sorted((name for name in known if len(name) > 2 and typed.startswith(name)), key=len, reverse=True)
    return next(iter(close or begun or get_close_matches(typed, known, n=1, cutoff=0.6)), "")


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    """Builds the tree while lark reads; keeps no state, so that all sessions share it."""

    def number(self, token: Token) -> Number:
        return _number(token, _column(token))

    def name(self, token: Token) -> Number | Variable:
        name, column = str(token), _column(token)
        if name in CONSTANTS:
            return Number(CONSTANTS[name], column, "π" if name == "pi" else name)
        if name in NAMES and name not in ("t", "T"):
            raise ProgramError("function_alone", column, name=name)
        return Variable(_allowed(name, column), column)

    def constant(self, token: Token) -> Number:
        name = token.rsplit(".", 1)[1].strip()
        if name not in CONSTANTS:
            raise ProgramError("function_alone" if name in NAMES else "unknown_constant", _column(token), name=name)
        return self.name(token.update(value=name))  # type: ignore[return-value]

    def binary(self, left: Expression, sign: Token, right: Expression) -> Call:
        return Call(OPERATORS[sign], (left, right), column=_column(sign))

    def juxtaposed(self, left: Expression, right: Expression) -> Call:
        return Call("multiply", (left, right), column=right.column)

    def negated(self, sign: Token, operand: Expression) -> Call:
        return Call("negate", (operand,), column=_column(sign))

    def superscript(self, base: Expression, exponent: Token) -> Call:
        column = _column(exponent)
        digits = _number(exponent.translate(_SUPERSCRIPTS).lstrip("-"), column)
        negative = exponent.startswith("⁻")
        return Call("power", (base, Call("negate", (digits,), column=column) if negative else digits), column=column)

    def absolute(self, bar: Token, inside: Expression, _: Token) -> Call:
        return Call("abs", (inside,), column=_column(bar))

    def call(self, token: Token, arguments: list[Any]) -> Call:
        return _called(token.rsplit(".", 1)[-1].strip(), arguments, _column(token))

    def method(self, owner: Expression, token: Token, arguments: Sequence[Any] = ()) -> Call:
        if isinstance(owner, Variable) and owner.name in _LIBRARIES:
            raise ProgramError("library", owner.column, library=owner.name, name=token[1:].strip())
        return _called(token[1:].strip(), [owner, *arguments], _column(token) + 1)

    def attribute(self, owner: Expression, token: Token) -> Call:
        name = token[1:].strip()
        if name not in ("T", "mT"):
            raise ProgramError("attribute", _column(token) + 1, name=name)
        return Call("transpose", (owner,), column=_column(token) + 1)

    def keyword(self, token: Token, value: Expression | Token) -> tuple[Token, int | bool]:
        if isinstance(value, Token):
            return token, value == "True"
        number = plain(value)
        if not isinstance(number, int):
            raise ProgramError("option_value", _column(token), option=str(token))
        return token, number

    def arguments(self, *arguments: Any) -> list[Any]:
        return list(arguments)

    def bare(self, expression: Expression) -> Statement:
        return Statement("", expression, expression.column)

    def assignment(self, target: Token, expression: Expression) -> Statement:
        name, column = str(target), _column(target)
        if name in CONSTANTS or name in NAMES:
            raise ProgramError("taken", column, name=name)
        return Statement(_allowed(name, column), expression, column)

    def program(self, *statements: Statement) -> list[Statement]:
        return list(statements)

    def list(self, *entries: Any) -> Any:
        return [*entries]

    def value(self, entry: Any) -> Any:
        return entry

    def tensor(self, _: Token, entry: Any, *__: Any) -> Any:
        return entry


def _allowed(name: str, column: int) -> str:
    """The name, unless Python or the language keeps it; ProgramError then."""
    if keyword.iskeyword(name) or name in ("torch", "math", "print", "float"):
        raise ProgramError("reserved", column, name=name)
    if name.lower() in _NOT_NAMES:
        raise ProgramError("not_a_number", column, name=name)
    if len(name) > limits.MAX_NAME_CHARACTERS:
        raise ProgramError("name_too_long", column, length=len(name), limit=limits.MAX_NAME_CHARACTERS)
    if not name.isidentifier():  # U+03A2 stands between the Greek capitals and is no letter
        raise ProgramError("unknown_character", column, typed=name)
    return name


def _called(name: str, arguments: list[Any], column: int) -> Call:
    """A function on its arguments, its keywords checked against its row."""
    row = _operation(name, column)
    positional = [argument for argument in arguments if not isinstance(argument, tuple)]
    options: dict[str, int | bool] = {}
    for token, value in (argument for argument in arguments if isinstance(argument, tuple)):
        if token not in row.options or token in options:
            key = "option_twice" if token in options else "option"
            raise ProgramError(key, _column(token), name=name, option=str(token))
        options[str(token)] = value
    takes_dim = "dim" in row.options and "dim" not in options and len(positional) == row.arity + 1
    if takes_dim and isinstance(dim := plain(positional[-1]), int):
        positional, options["dim"] = positional[:-1], dim
    if len(positional) != row.arity:
        raise ProgramError("arity", column, name=name, wanted=row.arity, given=len(positional))
    return Call(row.name, tuple(positional), tuple(sorted((dict(row.defaults) | options).items())), column)


# From trees to a program


def _check_size(statements: list[Statement]) -> None:
    """Raise ProgramError above the limits, and where plain arithmetic has no result."""
    calls = [node for statement in statements for node in postorder(statement.expression) if isinstance(node, Call)]
    if len(calls) > limits.MAX_OPERATIONS:
        raise ProgramError(
            "too_many_operations", calls[limits.MAX_OPERATIONS].column, count=len(calls), limit=limits.MAX_OPERATIONS
        )
    for statement in statements:
        plain(statement.expression)


def _resolve(statements: list[Statement]) -> Program:
    """Name the bare expressions, tell inputs from earlier statements, find the outputs."""
    uses = [[n for n in postorder(s.expression) if isinstance(n, Variable)] for s in statements]
    taken = {s.name for s in statements} | {variable.name for used in uses for variable in used}
    free = iter(name for name in BARE_NAMES if name not in taken)
    named: list[Statement] = []
    inputs: dict[str, Variable] = {}
    for statement, used in zip(statements, uses, strict=True):
        defined = {earlier.name for earlier in named}
        for variable in used:
            if variable.name not in defined:
                inputs.setdefault(variable.name, variable)
        named.append(_named(statement, free, defined, inputs))
    if len(inputs) > limits.MAX_INPUTS:
        late = list(inputs.values())[limits.MAX_INPUTS]
        raise ProgramError("too_many_inputs", late.column, count=len(inputs), limit=limits.MAX_INPUTS)
    outputs = tuple(
        s.name for i, s in enumerate(named) if not any(v.name == s.name for used in uses[i + 1 :] for v in used)
    )
    return Program(tuple(named), tuple(inputs), outputs)


def _named(statement: Statement, free: Any, defined: set[str], inputs: dict[str, Variable]) -> Statement:
    """The statement under a name of its own; ProgramError where the name has another meaning already."""
    if not statement.name:
        name = next(free, None)
        if name is None:
            raise ProgramError("no_free_name", statement.column, names=", ".join(BARE_NAMES))
        return replace(statement, name=name)
    if statement.name in defined:
        raise ProgramError("defined_twice", statement.column, name=statement.name)
    if statement.name in inputs:
        raise ProgramError("used_before", inputs[statement.name].column, name=statement.name)
    return statement
