"""Lay drawings out in processes that can be killed: what is small never waits behind what is large."""

import re
from collections import defaultdict
from graphlib import TopologicalSorter

from playground.drawing.svg import environment
from playground.engine.process import ANSWERED, Patience, Process, python

SMALL_PLACES = 250
"""A drawing of at most so many places takes less than a tenth of a second."""
FULL_PLACES = 1500
"""A drawing of more places gets the cheap layout at once."""
CHEAP = "splines=line; nslimit=1; nslimit1=1; mclimit=0.1;"
"""What makes a layout several times as fast: straight lines, which run across nodes, and fewer trials."""

_EDGE = re.compile(r"^\s*(\w+) -> (\w+)", re.MULTILINE)
_PATIENCE = Patience(answer_seconds=20.0, turn_seconds=20.0, start_seconds=60.0)
"""What a drawing may compute is limited by the process itself; these are for a machine that does nothing else."""


def _process() -> Process:
    # Graphviz writes what it thinks of our cells to standard error, by thousands of lines.
    return Process(lambda: python("playground.drawing.layout_process"), lambda: _PATIENCE, environment, quiet=True)


SMALL, LARGE = _process(), _process()
"""The two processes that all sessions share."""


class TooLarge(Exception):
    """A drawing was not laid out in the time it may take."""


def lay_out(dot: str) -> str:
    """The drawing of a DOT text as SVG text; of a large one with straight lines.

    Raises TooLarge where that takes too long too, and `process.Busy` where too many others wait.
    """
    size = places(dot)
    ways = [dot, cheaply(dot)] if size <= FULL_PLACES else [cheaply(dot)]
    for way in ways:
        answer = (SMALL if size <= SMALL_PLACES else LARGE).ask(way)
        if answer.ended == ANSWERED:
            svg: str = answer.parts[0]
            return svg
    raise TooLarge


def cheaply(dot: str) -> str:
    """The same graph, to be laid out fast."""
    return dot.replace("{", "{ " + CHEAP, 1)


def places(dot: str) -> int:
    """What a layout takes: over all edges the sum of the ranks that each spans.

    Graphviz puts a node of its own on each rank that an edge passes; ranks are longest paths.
    """
    edges = [(tail, head) for tail, head in _EDGE.findall(dot) if tail != head]
    rank = ranks(edges)
    return sum(abs(rank[head] - rank[tail]) for tail, head in edges)


def ranks(edges: list[tuple[str, str]]) -> dict[str, int]:
    """The longest path to each node of a graph without circles."""
    before: dict[str, list[str]] = defaultdict(list)
    for tail, head in edges:
        before[head].append(tail)
    rank: dict[str, int] = {}
    for node in TopologicalSorter(before).static_order():
        rank[node] = max((rank[tail] + 1 for tail in before[node]), default=0)
    return rank
