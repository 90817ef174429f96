"""What a function names says what it holds: no pronoun stands for it, and no participle alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VAGUE = frozenset(
    ("told", "asked", "said", "seen", "found", "one", "other", "others", "it", "them", "they", "this", "what", "some")
)
"""Names that could be anything's."""
OF_TESTS = VAGUE - {"found", "other", "others"}
"""A test holds what it found against what it wanted, and a value against another one."""
FILES = {
    file: vague
    for folder, vague in (("playground", VAGUE), ("tests", OF_TESTS))
    for file in sorted((ROOT / folder).rglob("*.py"))
}


def names(function: ast.FunctionDef) -> Iterator[str]:
    """The names that a function gives to its arguments and to what it works with."""
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_is_called_by_a_pronoun(file: Path) -> None:
    functions = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]
    # Python itself calls what is compared with `other`
    named = {(node.name, name) for node in functions if node.name != "__eq__" for name in names(node)}
    assert not {(function, name) for function, name in named if name in FILES[file]}
