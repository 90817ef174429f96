"""Nothing depends on what the machine's clock says: it may be set while the app runs."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OF_THE_WALL = {"time", "time_ns", "localtime", "gmtime", "ctime", "now", "utcnow", "today", "fromtimestamp"}
MODULES = {"time", "datetime", "date"}
SCRIPTS = {"Date.now", "new Date"}


def reads_the_wall_clock(tree: ast.AST) -> list[str]:
    """Every name by which a source would read the time of day."""
    imported = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in MODULES
        for alias in node.names
    }
    attributes = [
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        and node.attr in OF_THE_WALL and imported.get(node.value.id, node.value.id) in MODULES
    ]  # fmt: skip
    return attributes + [name for name in imported.values() if name in OF_THE_WALL]


@pytest.mark.parametrize(
    "text", ["import time\ntime.time()", "from time import time", "from datetime import datetime as d\nd.now()"]
)
def test_a_look_at_the_wall_clock_is_found(text: str) -> None:
    assert reads_the_wall_clock(ast.parse(text))


@pytest.mark.parametrize("text", ["import time\ntime.sleep(1)", "from time import monotonic, thread_time"])
def test_other_clocks_are_not_meant(text: str) -> None:
    assert not reads_the_wall_clock(ast.parse(text))


def test_nothing_reads_the_wall_clock() -> None:
    sources = [*ROOT.glob("playground/**/*.py"), *ROOT.glob("pages/*.py")]
    assert len(sources) > 20
    assert not [path for path in sources if reads_the_wall_clock(ast.parse(path.read_text("utf-8")))]
    scripts = [*ROOT.glob("playground/**/*.js")]
    assert scripts
    assert not [path for path in scripts if any(sign in path.read_text("utf-8") for sign in SCRIPTS)]
