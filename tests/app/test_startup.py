"""A server answers before anything of the app is imported; what fails behind that is a line in the log and no more."""

import asyncio
import gc
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from playground.app import startup as serving
from tests.browser.serving import ROOT, STREAMLIT, free_port, run, wait_until, where
from tests.visitors import Answer, visit

HEAVY = {"contourpy", "lark", "nbformat", "numpy", "pandas", "segno", "sympy", "torch"}
"""What takes long to import; Plotly does too, but Streamlit imports it by itself where it is installed."""
ABOVE = ("playground.engine", "playground.web.case", "playground.drawing", "playground.language")
ENTRY = """
from pathlib import Path
import streamlit as st
from playground.app import startup as serving
from playground.app.error_log import log_fault
serving.PAGES = Path(__file__).with_name("pages")
print("This is", serving.__file__, flush=True)
app = st.App("visited.py", lifespan=serving.started, on_script_error=log_fault)
"""
VISITED = """
from threading import Event
import streamlit as st

def first():
    raise ValueError("a secret")

def second():
    print("It hangs.", flush=True)
    Event().wait()

def third():
    st.write("It works.")

st.navigation([st.Page(third, default=True), st.Page(first), st.Page(second)]).run()
"""

LATE = """
import sys
from streamlit.testing.v1 import AppTest
from playground.web.files import PAGES
from tests.reading import ENTRY

app = AppTest.from_file(str(ENTRY), default_timeout=100).run()
for page in PAGES.glob("*.py"):
    before = set(sys.modules)
    assert not app.switch_page(f"../pages/{page.name}").run().exception
    print(page.stem, sorted(name for name in sys.modules.keys() - before if name.startswith("torch")))
"""
"""Prints what of PyTorch each page imports after the first, which is the start page."""


def test_what_answers_for_the_server_imports_nothing_heavy() -> None:
    asking = [sys.executable, "-c", "import playground.streamlit_app, sys; print(*sys.modules)"]
    loaded = subprocess.run(asking, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "playground.app.startup" in loaded
    assert HEAVY.intersection(loaded) == set()
    assert [name for name in loaded if name.startswith(ABOVE)] == []


def test_after_the_first_turn_a_page_imports_no_two_modules_of_pytorch() -> None:
    """Threads may then import beside each other, and modules that import each other break when two do."""
    printed = subprocess.run([sys.executable, "-c", LATE], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    late = dict(line.split(" ", 1) for line in printed.splitlines())
    assert len(late) == len(list(serving.PAGES.glob("*.py")))
    assert {page: names for page, names in late.items() if names.count("'") > 2} == {}


def test_a_warm_up_that_raises_or_hangs_holds_up_neither_start_nor_visitors_nor_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is this checkout's, whichever is installed."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    (tmp_path / "entry.py").write_text(ENTRY)
    (tmp_path / "visited.py").write_text(VISITED)
    (tmp_path / "pages").mkdir()
    for page in ("first", "second", "third"):
        (tmp_path / "pages" / f"{page}.py").write_text('print("A page of a menu that nobody wrote.", flush=True)')
    port = free_port()
    command = [str(STREAMLIT), "run", str(tmp_path / "entry.py"), *where(port)]
    with run(command, port, tmp_path / "log") as server:
        wait_until(server, lambda: "It hangs." in server.log)
        answer = asyncio.run(visited(server.url))
        assert answer.finished
        assert answer.exceptions == []
        assert server.healthy
    assert f"This is {serving.__file__}" in server.log
    assert "Uncaught: ValueError at no place of the project" in server.log
    assert "a secret" not in server.log
    assert "nobody wrote" not in server.log
    assert serving.WARM not in server.log
    assert server.process.returncode == -signal.SIGTERM


async def visited(url: str) -> Answer:
    """What a visitor of the first page gets."""
    async with visit(url) as visitor:
        return await visitor.open("")


def test_each_page_is_visited_whatever_became_of_the_others_and_then_nothing_is_looked_through_again(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    done: list[str] = []

    async def visit(page: str) -> None:
        done.append(page)
        if page != "third":
            raise {"first": TimeoutError, "second": LookupError}[page]("a secret")

    for page in ("second", "first", "third"):
        (tmp_path / f"{page}.py").touch()
    monkeypatch.setattr(serving, "PAGES", tmp_path)
    monkeypatch.setattr(serving, "visit", visit)
    monkeypatch.setattr(gc, "collect", lambda: done.append("collect"))
    monkeypatch.setattr(gc, "freeze", lambda: done.append("freeze"))
    asyncio.run(serving.warm_up())
    assert done == ["first", "second", "third", "collect", "freeze"]
    logged = [record.getMessage() for record in caplog.records]
    assert logged == [
        "Warm-up failed: TimeoutError at no place of the project; page first",
        "Warm-up failed: LookupError at no place of the project; page second",
    ]
    assert serving.WARM in capsys.readouterr().out


class Runtime:
    """Streamlit's, where no page ever ends."""

    def __init__(self) -> None:
        self.open: list[str] = []

    def connect_session(self, client: object, user: dict[str, str]) -> str:
        self.open.append("session")
        return "session"

    def handle_backmsg(self, session: str, message: object) -> None:
        assert session in self.open

    def close_session(self, session: str) -> None:
        self.open.remove(session)


def test_a_page_that_never_ends_is_given_up_and_its_session_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Runtime()
    monkeypatch.setattr(serving, "get_instance", lambda: runtime)
    monkeypatch.setattr(serving, "PAGE_TIMEOUT_SECONDS", 0)
    with pytest.raises(TimeoutError):
        asyncio.run(serving.visit("graph"))
    assert runtime.open == []
