"""One text through the reader of scripts, as anybody may paste it."""

import ast
import re
from collections.abc import Iterator

import playground as pg
from tests.pasted.others import SCRIPTS
from tests.pasted.scripts import TUTORIAL, case_of
from tests.pasted.test_hostile import LEFT_OUT, REFUSED

SOURCES = (*(text for _, text in TUTORIAL.values()), *(text for _, text in SCRIPTS.values()))
"""Scripts that open a page."""
WORDS = sorted({word for text in SOURCES for word in re.findall(r"[A-Za-z_.]{2,}|[^\w\s]{1,2}|\n *", text)})
"""What scripts are made of."""


def seeds() -> Iterator[str]:
    """Where a search may begin."""
    yield from SOURCES
    yield from (text for text, _ in (*LEFT_OUT.values(), *REFUSED.values()) if len(text) < 4000)


def once(text: str) -> str:
    """The page that a script opens, or `refused`. Whatever else happens than a refusal in words is raised.

    The page's address is one that the page takes as it is, and its program is harmless.
    """
    lines = len(re.split("\r\n|\r|\n|\f", text))
    try:
        script = pg.read_script(text)
    except pg.ProgramError as problem:
        assert problem.message
        assert problem.line is not None
        assert 1 <= problem.line <= lines or text.lstrip().startswith("{")
        return "refused"
    case_of(script)
    assert all(1 <= line <= lines or text.lstrip().startswith("{") for line, _ in script.lines)
    assert ast.parse(script.parameters["f"].replace("^", "**").replace("; ", "\n"))
    return script.page
