"""Classes on one process, on two behind nginx, and on a blank Streamlit page: what everybody waits, in one run."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.benchmarks.server import cpu, memory
from tests.browser.serving import ROOT, Server, serve
from tests.deploy.cluster import cluster
from tests.load import Seen, percentiles

BLANK = """import streamlit as st

a = st.slider("a", 0.0, 10.0, 1.0)
b = st.slider("b", 0.0, 10.0, 1.0)
st.write(a * b)
"""


@dataclass(frozen=True)
class Class:
    """How many visitors, whether each has numbers of their own, on how many processes; and what must hold."""

    sessions: int
    own: bool = False
    processes: int = 1
    every: bool = False
    """Whether they open all steps of all lessons, and not one link to each page."""
    within: float | None = None
    """Seconds that 95 of 100 answers may take, with no error and `MEGABYTES` at most."""


CLASSES = {
    "200 shared": Class(200, within=0.3),
    "200 shared, all lessons": Class(200, every=True),
    "100 own": Class(100, own=True, within=1.5),
    "200 own": Class(200, own=True),
    "500 shared": Class(500),
    "1000 shared": Class(1000),
    "200 own, two processes": Class(200, own=True, processes=2, within=1.5),
    "500 shared, two processes": Class(500, processes=2),
    "1000 shared, two processes": Class(1000, processes=2),
}
MEGABYTES = 600
"""of memory for one process."""
CROWD = 700
"""So many visitors are more than a processor has time for, on a blank page too."""
KNEE = 0.4
"""Of a blank page's reruns a second, so many are answered at least where the processor is full."""
HEAD = "| class | runs/s | opened p50 / p95 / p99, s | answered p50 / p95 / p99, s | errors | CPU ms a run | RSS, MB |"
SECONDS = float(os.environ.get("LOAD_SECONDS", "60"))


def held(url: str, **plan: object) -> Seen:
    """What a class saw, from a process of its own."""
    command = [sys.executable, "-m", "tests.load", url, json.dumps({"during": SECONDS, **plan})]
    return Seen(**json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout))


@contextmanager
def serving(app: str | Path, processes: int, folder: Path) -> Iterator[tuple[str, tuple[Server, ...]]]:
    """An address, and the processes that answer there."""
    if processes == 1:
        with serve(app, folder / f"{Path(app).stem}.log") as server:
            yield server.url, (server,)
    else:
        with cluster(folder) as running:
            assert len(running.apps) == processes
            yield running.proxy.url, running.apps


def row(name: str, load: Seen, spent: float, megabytes: int) -> str:
    """A line of the table."""
    runs = load.opened + load.acted
    cells = [f"{len(runs) / (SECONDS + 10):.1f}"]
    for times in (load.opened, load.acted):
        cells.append(" / ".join(f"{cut:.3f}" for cut in percentiles(times)))
    return f"| {name} | {' | '.join(cells)} | {len(load.errors)} | {1000 * spent / len(runs):.1f} | {megabytes} |"


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_is_answered(name: str, tmp_path: Path) -> None:
    wanted = CLASSES[name]
    blank = tmp_path / "blank.py"
    blank.write_text(BLANK)
    spent: list[float] = []
    print(f"\n{HEAD}")
    print("|---|---|---|---|---|---|---|")
    for app, heading in (("playground", name), (blank, f"{wanted.sessions}, blank page")):
        with serving(app, wanted.processes if app is not blank else 1, tmp_path) as (url, servers):
            before = cpu(servers)
            answers = held(url, sessions=wanted.sessions, own=wanted.own, every=wanted.every, blank=app is blank)
            taken, megabytes = cpu(servers) - before, memory(servers)
        print(row(heading, answers, taken, megabytes), flush=True)
        spent.append(taken / len(answers.opened + answers.acted))
        if app is not blank and wanted.within is not None:
            assert answers.errors == []
            assert percentiles(answers.opened + answers.acted)[1] < wanted.within
            assert megabytes < MEGABYTES * wanted.processes
    print(f"a run costs {spent[0] / spent[1]:.1f} times a blank page's")


def test_a_full_processor_answers_a_good_part_of_a_blank_pages_reruns(tmp_path: Path) -> None:
    blank = tmp_path / "blank.py"
    blank.write_text(BLANK)
    rates: list[float] = []
    for app in ("playground", blank):
        with serving(app, 1, tmp_path) as (url, _):
            begin = time.monotonic()
            answers = held(url, sessions=CROWD, own=False, every=False, blank=app is blank)
            rates.append(len(answers.opened + answers.acted) / (time.monotonic() - begin))
    print(f"\n{rates[0]:.0f} reruns a second, a blank page {rates[1]:.0f}: {rates[0] / rates[1]:.2f}")
    assert rates[0] >= KNEE * rates[1]
