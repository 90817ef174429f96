"""Every sentence that the code asks for is there, takes what it is given, and is asked for."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import playground
from playground.language.errors import EvaluationError, ProgramError
from playground.words import languages, say, sentences

FOLDERS = (Path(playground.__file__).parent, Path(playground.__file__).parents[1] / "pages")
ERRORS = ("ProgramError", "EvaluationError")


@cache
def code() -> tuple[ast.AST, ...]:
    """Every node of every module's syntax tree."""
    modules = [path for folder in FOLDERS for path in sorted(folder.rglob("*.py"))]
    return tuple(node for path in modules for node in ast.walk(ast.parse(path.read_text("utf-8"))))


@cache
def constants() -> frozenset[str]:
    """Every text that stands in the code."""
    return frozenset(node.value for node in code() if isinstance(node, ast.Constant) and isinstance(node.value, str))


def parts(text: ast.JoinedStr) -> str:
    """An f-string as a pattern, each of its holes a group."""
    return "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else "(.+)" for p in text.values)


def keys_asked_for() -> Iterator[tuple[str, ast.Call]]:
    """The keys that calls of `say` and of the errors are given as plain texts, with the calls."""
    for node in code():
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("say", *ERRORS)
            and node.args
        ):
            first = node.args[0]
            choices = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            prefix = "" if node.func.id == "say" else "error."
            yield from (
                (prefix + c.value, node) for c in choices if isinstance(c, ast.Constant) and isinstance(c.value, str)
            )


def holes(sentence: str) -> set[str]:
    """The names of a sentence's placeholders."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_every_key_in_the_code_has_a_sentence() -> None:
    keys = [key for key, _ in keys_asked_for()]
    assert len(keys) > 50
    assert sorted(set(keys) - sentences().keys()) == []


def test_every_composed_key_in_the_code_fits_a_sentence() -> None:
    for node in code():
        composed = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"
        if composed and isinstance(node.args[0], ast.JoinedStr):
            assert any(re.fullmatch(parts(node.args[0]), key) for key in sentences()), ast.unparse(node)


def test_every_call_gives_what_its_sentence_needs() -> None:
    for key, call in keys_asked_for():
        given = {keyword.arg for keyword in call.keywords}
        if None not in given:
            assert holes(sentences().get(key, "")) <= given, ast.unparse(call)


@cache
def composed() -> tuple[re.Pattern[str], ...]:
    """Every f-string with a text of its own, as a pattern."""
    patterns = {parts(node) for node in code() if isinstance(node, ast.JoinedStr)}
    return tuple(map(re.compile, sorted(patterns - {"(.+)", "(.+)(.+)"})))


def is_asked_for(key: str) -> bool:
    """Whether the code holds the key, whole or as errors and scripts give it, or an f-string that it fits."""
    names = {key, key.removeprefix("error."), key.removeprefix("script.")}
    if names & constants():
        return True
    found = (pattern.fullmatch(name) for name in names for pattern in composed())
    return any(match is not None and constants().issuperset(match.groups()) for match in found)


def test_every_sentence_is_asked_for() -> None:
    assert not (unused := [key for key in sentences() if not is_asked_for(key)]), unused


@pytest.mark.parametrize("language", languages())
def test_every_sentence_is_a_text_that_can_be_filled(language: str) -> None:
    for key, sentence in sentences(language).items():
        assert sentence.strip(), key
        assert all(name.isidentifier() for name in holes(sentence)), key
        assert not holes(sentence) & {"key", "language", "column", "self"}, key
        assert not re.search(r"\s\s|TODO|\t", sentence), key
        filled = sentence.format(**dict.fromkeys(holes(sentence), "<{x}>"))
        assert "{" not in filled.replace("<{x}>", ""), key


@pytest.mark.parametrize("language", languages())
def test_every_error_is_one_sentence_or_more_with_an_end(language: str) -> None:
    errors = {key: text for key, text in sentences(language).items() if key.startswith("error.")}
    assert len(errors) > 50
    for key, text in errors.items():
        assert text.endswith((".", ".)", "。", "。）", "}")), key
        assert not text[0].islower(), key


def test_a_key_or_value_that_is_missing_raises() -> None:
    with pytest.raises(KeyError):
        say("error.no_such_key")
    with pytest.raises(KeyError):
        say("error.arity", name="max")
    with pytest.raises(KeyError):
        sentences("xx")


def test_an_error_carries_its_key_its_values_and_its_column() -> None:
    problem = ProgramError("arity", 3, name="max", wanted=2, given=1)
    assert (problem.key, problem.column, problem.values["wanted"]) == ("arity", 3, 2)
    assert str(problem) == "max has another number of arguments: it takes 2, and 1 stand here. (column 3)"
    assert str(EvaluationError("missing", name="x")) == "x has no value."


def test_braces_in_a_value_stay_as_they_are() -> None:
    assert "{name}" in ProgramError("unexpected", 1, typed="{name}").message
