"""A small class on a server of its own: everybody's links open and everybody's changes are answered."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from playground.app.startup import WARM
from tests.browser.serving import ROOT, STREAMLIT, Server, assert_no_trouble, free_port, run, serve, wait_until, where
from tests.load import Seen

PAGES = 8
BROWSER = '#!/bin/sh\nprintf %s "$1" > "$(dirname "$0")/opened"\n'


def held(server: Server, plan: dict[str, object]) -> Seen:
    """What a class saw; it is in a process of its own, beside the event loop of a browser's driver."""
    command = [sys.executable, "-m", "tests.load", server.url, json.dumps(plan)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return Seen(**json.loads(result.stdout))


SAME = pytest.param(False, marks=pytest.mark.slow, id="on the same numbers")


@pytest.mark.parametrize("own", [SAME, pytest.param(True, id="on their own numbers")])
def test_every_visitor_of_a_class_is_answered(server: Server, own: bool) -> None:
    before = len(server.log)
    answers = held(server, {"sessions": 20, "own": own, "open_within": 2, "act_every": 1, "during": 0, "acts": 2})
    assert answers.errors == []
    assert len(answers.opened) == 20
    assert len(answers.acted) == 40
    assert_no_trouble(server.log[before:])


@pytest.mark.slow
def test_the_first_visitor_of_a_server_waits_for_no_import(tmp_path: Path) -> None:
    """Python writes each import into the log; after the server says that it is warm there are none."""
    with serve("playground", tmp_path / "log", PYTHONPROFILEIMPORTTIME="1") as server:
        before = len(server.log)
        assert "import time:" in server.log
        answers = held(server, {"sessions": PAGES * 4, "own": False, "open_within": 4, "during": 0})
        assert answers.errors == []
        late = [line.rpartition("|")[2].strip() for line in server.log[before:].splitlines() if "import time:" in line]
        assert [name for name in late if name.partition(".")[0] in ("playground", "torch", "plotly", "sympy")] == []


def test_a_class_that_comes_with_the_servers_first_answer_is_served(tmp_path: Path) -> None:
    """They and the warm-up import PyTorch and everything else at the same time."""
    port = free_port()
    command = [str(STREAMLIT), "run", "playground", *where(port)]
    with run(command, port, tmp_path / "log") as server:
        assert WARM not in server.log
        answers = held(server, {"sessions": PAGES * 2, "own": False, "open_within": 0, "during": 0})
        assert answers.errors == []
        assert len(answers.opened) == PAGES * 2
        wait_until(server, lambda: WARM in server.log)
    assert_no_trouble(server.log)


@pytest.mark.slow
def test_whoever_starts_a_server_is_shown_its_first_page(tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(BROWSER)
    browser.chmod(0o755)
    with serve("playground", tmp_path / "log", "--server.headless=false", BROWSER=f"{browser} %s") as server:
        assert (tmp_path / "opened").read_text() == server.url
