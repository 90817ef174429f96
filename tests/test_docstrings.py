"""Docstrings are whole sentences, those of attributes too: what an editor shows of one stands alone."""

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(str(path.relative_to(ROOT)) for room in ("playground", "pages") for path in (ROOT / room).rglob("*.py"))
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def docstrings(tree: ast.AST) -> Iterator[str]:
    """Every docstring of a module: its own, and those of its classes, functions and attributes."""
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and (text := ast.get_docstring(node)):
            yield text
        body = getattr(node, "body", None)
        for before, statement in pairwise(body) if isinstance(body, list) else ():
            match before, statement:
                case ast.Assign() | ast.AnnAssign(), ast.Expr(value=ast.Constant(value=str(text))):
                    yield text


def is_whole(text: str) -> bool:
    """Whether a text begins as a sentence does and ends as one; a block of code may come last."""
    text = text.strip()
    return not text[:1].islower() and (text.endswith((".", "!", "?")) or ":\n\n" in text)


def torn(file: str) -> list[str]:
    """The docstrings of a file that are no sentences."""
    found = docstrings(ast.parse((ROOT / file).read_text("utf-8")))
    return [text for text in found if not is_whole(text)]


@pytest.mark.parametrize("file", FILES)
def test_docstrings_are_whole_sentences(file: str) -> None:
    assert torn(file) == []


@pytest.mark.parametrize(
    "source",
    [
        '"""of a program."""',
        'LIMIT = 1\n"""of a program."""',
        'LIMIT: int = 1\n"""No full stop"""',
        'class A:\n    x: int\n    """One half,"""\n    y: int\n    """The other half."""',
        'def f():\n    """What it gives,"""',
        'if True:\n    LIMIT = 1\n    """characters."""',
    ],
)
def test_a_torn_docstring_is_found_wherever_it_stands(source: str) -> None:
    assert not all(is_whole(text) for text in docstrings(ast.parse(source)))


def test_a_sentence_may_begin_with_code_and_end_with_a_block_of_it() -> None:
    assert is_whole("`f(x)` and its derivative.")
    assert is_whole("Run it:\n\n    python -m playground")
