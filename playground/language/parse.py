"""Text -> Program, or a ProgramError that says where and why. Nothing is ever evaluated as code."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from lark import Lark, UnexpectedCharacters, UnexpectedInput

from playground.language import limits
from playground.language.arithmetic import plain
from playground.language.builder import Builder
from playground.language.errors import ProgramError
from playground.language.operations import WORDS
from playground.language.program import Call, Program, Statement, Variable, postorder

BARE_NAMES = ("y", "z", "f", "out")
"""What an expression without a name is called: the first of these that is free."""

_SIGNS = str.maketrans({
    "−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "∗": "*", "÷": "/", "，": ",", "；": ";", "。": ".", "、": ",",
    "\u3000": " ", "\xa0": " ", "\t": " ", "\r": "\n", "｜": "|", "＾": "^",
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
})  # fmt: skip
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
        transformer=Builder(),
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


def _resolve(statements: Sequence[Statement]) -> Program:
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
    for name, variable in inputs.items():
        if name in WORDS and name not in ("t", "T"):
            raise ProgramError("function_alone", variable.column, name=name)
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
