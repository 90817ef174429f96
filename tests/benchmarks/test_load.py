"""A class of 200 on one process, beside the same class on a blank Streamlit page: what everybody waits, in one run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.serving import ROOT, Server, serve
from tests.load import Seen, percentiles

BLANK = """import streamlit as st

a = st.slider("a", 0.0, 10.0, 1.0)
b = st.slider("b", 0.0, 10.0, 1.0)
st.write(a * b)
"""
CLASSES = {"200 shared": (200, False), "100 own": (100, True), "500 shared": (500, False), "1000 shared": (1000, False)}
"""Visitors, and whether each has numbers of their own."""
WITHIN = {"200 shared": 0.3, "100 own": 1.5}
"""Seconds that 95 of 100 answers may take."""
MEGABYTES = 600
"""of memory with 200 visitors."""
HEAD = "| class | runs/s | opened p50 / p95 / p99, s | answered p50 / p95 / p99, s | errors | CPU ms a run | RSS, MB |"
SECONDS = float(os.environ.get("LOAD_SECONDS", "60"))


def held(url: str, **plan: object) -> Seen:
    """What a class saw, from a process of its own."""
    command = [sys.executable, "-m", "tests.load", url, json.dumps({"during": SECONDS, **plan})]
    return Seen(**json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout))


def status(server: Server) -> tuple[float, int]:
    """Processor seconds of a server so far, and its megabytes."""
    parts = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    memory = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK"), memory // 1024


def row(name: str, server: Server, seen: Seen, spent: float) -> str:
    """A line of the table."""
    runs = seen.opened + seen.acted
    cells = [f"{len(runs) / (SECONDS + 10):.1f}"]
    for times in (seen.opened, seen.acted):
        cells.append(" / ".join(f"{cut:.3f}" for cut in percentiles(times)))
    return (
        f"| {name} | {' | '.join(cells)} | {len(seen.errors)} | {1000 * spent / len(runs):.1f} | {status(server)[1]} |"
    )


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_is_answered(name: str, tmp_path: Path) -> None:
    sessions, own = CLASSES[name]
    blank = tmp_path / "blank.py"
    blank.write_text(BLANK)
    spent: dict[str, float] = {}
    print(f"\n{HEAD}")
    print("|---|---|---|---|---|---|---|")
    for app, told in (("playground", name), (blank, f"{name}, blank page")):
        with serve(app, tmp_path / f"{Path(app).stem}.log") as server:
            before, _ = status(server)
            seen = held(server.url, sessions=sessions, own=own, blank=app is blank)
            taken = status(server)[0] - before
            print(row(told, server, seen, taken), flush=True)
            memory = status(server)[1]
        if app is not blank and name in WITHIN:
            assert seen.errors == []
            assert percentiles(seen.opened + seen.acted)[1] < WITHIN[name]
            assert memory < MEGABYTES
        spent[told] = taken / len(seen.opened + seen.acted)
    ours, theirs = spent.values()
    print(f"a run costs {ours / theirs:.1f} times a blank page's")
