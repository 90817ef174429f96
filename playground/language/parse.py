"""Text -> Program, or a ProgramError that says where and why. Nothing is ever evaluated as code."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from lark import Lark, UnexpectedCharacters, UnexpectedInput

from playground.language import limits, signs
from playground.language.arithmetic import plain
from playground.language.builder import Builder
from playground.language.errors import ProgramError
from playground.language.operations import NEED_NO_PARENTHESES, TAKEN_NAMES, WORDS
from playground.language.own_functions import as_typed, put_in_place
from playground.language.program import Call, Expression, Number, Program, Statement, Variable, fold, postorder

BARE_NAMES = ("y", "z", "f", "out")
"""What an expression without a name is called: the first of these that is free."""

_OPERAND_END = signs.OPERAND_END
_DECIMAL_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9])")
_FOREIGN = {
    "'": "prime", "’": "prime", '"': "quote", "=": "equals", ",": "comma", "_": "underscore", "[": "bracket",
    "]": "bracket", "%": "remainder", "<": "comparison", ">": "comparison", "!": "factorial", ":": "colon",
    "{": "brace", "}": "brace", "√": "root", ".": "dot", "∂": "derivative", "∇": "derivative", "∫": "integral",
    "∑": "sum", "∏": "product", "↦": "arrow",
}  # fmt: skip


@cache
def grammar() -> Lark:
    """The parser of grammar.lark, made once."""
    text = files(__package__).joinpath("grammar.lark").read_text("utf-8")
    return Lark(
        text.replace("(FUNCTIONS)", f"({'|'.join(NEED_NO_PARENTHESES)})"),
        start=["program", "value"],
        parser="lalr",
        maybe_placeholders=False,
        transformer=Builder(),
    )


def parse(text: str) -> Program:
    """The program a text means. Raises ProgramError, with the column (from 1) and a sentence, where it means none."""
    limit = limits.MAX_PROGRAM_CHARACTERS
    if len(text) > limit:
        raise ProgramError("too_long", limit + 1, length=len(text), limit=limit)
    if not signs.one_sign_each(text).strip(" \n;"):
        raise ProgramError("empty", 1)
    typed = read(text, "program")
    placed = put_in_place(typed)
    _check_size(placed)
    return _resolve(placed, as_typed(typed))


def read(text: str, start: str) -> Any:
    """The tree of a text under a start rule of the grammar. Raises ProgramError where the text does not fit it."""
    normal = signs.normal(text, one_line=start == "value")
    try:
        tree: Any = grammar().parse(normal.text, start=start)
    except UnexpectedInput as problem:
        _refuse(problem, text, normal)
    except ProgramError as problem:
        raise ProgramError(problem.key, normal.column(problem.column), **problem.values) from None
    if start == "value":
        return tree
    named = _with_own_e(tree, normal.text)
    return named if isinstance(normal.places, range) else _moved(named, normal)


def _with_own_e(statements: Sequence[Statement], text: str) -> Sequence[Statement]:
    """The statements with `e` as the name that one of them gives it (`e = c*d`), no longer Euler's number.

    `math.e` stays that. Raises ProgramError where `e` means the number first and a name later.
    """

    def constant(node: Number) -> Expression:
        own = node.symbol == "e" and text.startswith("e", node.column - 1)
        return Variable("e", node.column) if own else node

    own, renamed = False, []
    for statement in statements:
        if own or "e" in statement.parameters:
            expression = fold(statement.expression, constant, lambda node: node, _again)
            statement = replace(statement, expression=expression)
        elif any(isinstance(node, Number) and constant(node) != node for node in postorder(statement.expression)):
            late = next((later for later in statements if later.name == "e"), None)
            if late is not None:
                raise ProgramError("taken", late.column, name="e")
        own = own or statement.name == "e"
        renamed.append(statement)
    return renamed


def _again(node: Call, parts: tuple[Expression, ...]) -> Expression:
    return replace(node, arguments=parts)


def _moved(statements: Sequence[Statement], normal: signs.Normal) -> tuple[Statement, ...]:
    """The statements with the columns of what was typed."""

    def leaf(node: Expression) -> Expression:
        return replace(node, column=normal.column(node.column))

    def call(node: Call, parts: tuple[Expression, ...]) -> Expression:
        return Call(node.operation, parts, node.options, normal.column(node.column))

    return tuple(
        replace(s, expression=fold(s.expression, leaf, leaf, call), column=normal.column(s.column)) for s in statements
    )


def _refuse(problem: UnexpectedInput, text: str, normal: signs.Normal) -> NoReturn:
    """Turn what lark found into a sentence about what was typed."""
    token = getattr(problem, "token", None)
    if token is not None and token.type == "$END":
        _refuse_function(normal, len(normal.text))
        raise ProgramError("unfinished", normal.column(len(normal.text.rstrip()) + 1)) from None
    place = problem.pos_in_stream if isinstance(problem, UnexpectedCharacters) else token.start_pos if token else 0
    place = min(place or 0, len(normal.text) - 1)
    typed = str(token) if token is not None else normal.text[place]
    at = normal.column(place + 1) - 1
    if token is not None and token.type in ("NUMBER", "VULGAR"):
        raise ProgramError("number_second", at + 1, number=typed) from None
    if token is not None and token.type == "_SEP":
        _refuse_end(normal.text[:place].rstrip(), place + len(typed) - len(typed.lstrip(" ")) + 1, normal)
    _refuse_function(normal, place)
    key = _sentence_of_two_signs(normal.text, place) or _FOREIGN.get(normal.text[place])
    if key is not None:
        alone = key == "prime" and not _OPERAND_END.fullmatch(text[:at].rstrip()[-1:])
        raise ProgramError("quote" if alone else key, at + 1) from None
    if unicodedata.category(normal.text[place])[0] in "LM":
        raise ProgramError("letter", at + 1, typed=_visible(text[at])) from None
    known = token is not None or not re.match(r"[^\x00-\x7f]|[$&?\\~`]", normal.text[place])
    shown = _COMMAND.match(text, at)
    typed = _visible(shown[0] if shown else text[at : at + len(typed)])
    raise ProgramError("unexpected" if known else "unknown_character", at + 1, typed=typed) from None


_COMMAND = re.compile(r"\\[A-Za-z]+")


def _sentence_of_two_signs(text: str, place: int) -> str:
    """The key of the sentence about a sign and the one before it; empty where there is none."""
    two = text[max(0, place - 1) : place + 1]
    if _DECIMAL_COMMA.match(text, place):
        return "decimal_comma"
    if two == "->" or (two[-1:] == ":" and re.search(r"->|↦", text[place:])):
        return "arrow"
    return "floor_division" if two == "//" else "augmented" if re.fullmatch(r"[-+*/@%]=", two) else ""


_ALONE = re.compile(
    rf"(?<!\w)({'|'.join(map(re.escape, NEED_NO_PARENTHESES))})\s*(?:\^\s*-?\d*|\*\*\s*-?\d*|[⁻⁰¹²³⁴-⁹]*)\s*$"
)


def _refuse_function(normal: signs.Normal, place: int) -> None:
    """ProgramError where a function of mathematics stands before a place, with nothing that it is of."""
    alone = _ALONE.search(normal.text[max(0, place - 30) : place])
    if alone is not None:
        start = max(0, place - 30) + alone.start(1)
        raise ProgramError("function_alone", normal.column(start + 1), name=alone[1]) from None


def _visible(text: str) -> str:
    """The text with a code in the place of what nobody sees."""
    return "".join(c if c.isprintable() else " " if c.isspace() else f"U+{ord(c):04X}" for c in text)


def _refuse_end(before: str, column: int, normal: signs.Normal) -> None:
    """ProgramError where a statement ends too early, or inside of brackets."""
    if not _OPERAND_END.fullmatch(before[-1:]):
        raise ProgramError("unfinished", normal.column(len(before) + 1)) from None
    if sum(before.count(sign) for sign in "([⟪⟦") > sum(before.count(sign) for sign in ")]⟫⟧"):
        raise ProgramError("ends_inside", normal.column(column)) from None


# From trees to a program


def _check_size(statements: Sequence[Statement]) -> None:
    """Raise ProgramError above the limits, and where plain arithmetic has no result."""
    calls = [node for statement in statements for node in postorder(statement.expression) if isinstance(node, Call)]
    if len(calls) > limits.MAX_OPERATIONS:
        raise ProgramError(
            "too_many_operations", calls[limits.MAX_OPERATIONS].column, count=len(calls), limit=limits.MAX_OPERATIONS
        )
    for statement in statements:
        plain(statement.expression)


def _resolve(statements: Sequence[Statement], typed: tuple[Statement, ...]) -> Program:
    """Name the bare expressions, tell inputs from earlier statements, find the outputs."""
    uses = [[n for n in postorder(s.expression) if isinstance(n, Variable)] for s in statements]
    taken = {s.name for s in (*statements, *typed)} | {variable.name for used in uses for variable in used}
    free = iter(name for name in BARE_NAMES if name not in taken)
    named: list[Statement] = []
    inputs: dict[str, Variable] = {}
    last: dict[str, bool] = {}
    """By the names of statements whether the last result of a name is used."""
    for statement, used in zip(statements, uses, strict=True):
        for variable in used:
            if variable.name in last:
                last[variable.name] = True
            else:
                inputs.setdefault(variable.name, variable)
        named.append(_named(statement, free, inputs))
        last.pop(named[-1].name, None)
        last[named[-1].name] = False
    _check_inputs(inputs)
    outputs = tuple(name for name, used in last.items() if not used)
    if not outputs:
        raise ProgramError("no_output", 1)
    return Program(tuple(named), tuple(inputs), outputs, _bare_named(typed, named))


def _bare_named(typed: Sequence[Statement], named: Sequence[Statement]) -> tuple[Statement, ...]:
    """The statements as typed, the bare ones with the names that they were given."""
    names = iter([statement.name for statement in named if statement.column in {s.column for s in typed if not s.name}])
    return tuple(statement if statement.name else replace(statement, name=next(names)) for statement in typed)


def _check_inputs(inputs: Mapping[str, Variable]) -> None:
    """Raise ProgramError where there are too many inputs, or one has the name of a function."""
    if len(inputs) > limits.MAX_INPUTS:
        late = list(inputs.values())[limits.MAX_INPUTS]
        raise ProgramError("too_many_inputs", late.column, count=len(inputs), limit=limits.MAX_INPUTS)
    for name, variable in inputs.items():
        if name in WORDS and (len(name) > 2 or name in TAKEN_NAMES):
            raise ProgramError("function_alone", variable.column, name=name)


def _named(statement: Statement, free: Iterator[str], inputs: Mapping[str, Variable]) -> Statement:
    """The statement under a name of its own; ProgramError where the name is an input's."""
    if not statement.name:
        name = next(free, None)
        if name is None:
            raise ProgramError("no_free_name", statement.column, names=", ".join(BARE_NAMES))
        return replace(statement, name=name)
    if statement.name in inputs:
        if isinstance(statement.expression, Number):
            raise ProgramError("value_in_program", statement.column, name=statement.name)
        raise ProgramError("used_before", inputs[statement.name].column, name=statement.name)
    return statement
