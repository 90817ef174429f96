"""Graphs to draw: programs that were really run, and one made by hand whose texts are as bad as texts can be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch

import playground as pg
from playground.engine.backward import Backward, Step
from playground.engine.graph import AutogradGraph, Edge, Node, Saved, Untracked, UntrackedEdge


class Case(NamedTuple):
    """A program with its inputs' values, what requires a gradient, and the gradient arguments."""

    program: str
    values: Mapping[str, Any]
    requires_grad: tuple[str, ...] | None = None
    gradient: Mapping[str, Any] | None = None

    def drawn(self) -> tuple[AutogradGraph, Backward, tuple[torch.Tensor | None, ...]]:
        """The graph, what the engine did, and the local derivatives."""
        run = pg.forward(pg.parse(self.program), self.values, self.requires_grad)
        return pg.read_graph(run), pg.backward(run, self.gradient), pg.local_derivatives(run)


@dataclass(frozen=True)
class Seen:
    """A graph with what went back through it, as pages hold it."""

    graph: AutogradGraph
    backward: Backward | None
    local: tuple[torch.Tensor | None, ...]


MATRIX = [[0, 0], [1, 2]]
ONES = {"y": [[1, 1], [1, 1]]}
CASES = {
    "polynomial": Case("y = a*x^2 + b*x + c", {"a": 2, "b": -5, "c": 1, "x": 3}),
    "square": Case("x*x", {"x": 3}),
    "matrix": Case("y = a*x^2 + b*x + c", {"a": 1, "b": -2, "c": 1, "x": MATRIX}, gradient=ONES),
    "product": Case("y = x @ w", {"x": [[1, 2], [3, 4]], "w": [[1, 0.5], [-1, 1 / 3]]}, gradient=ONES),
    "large": Case("y = sum(sigmoid(x @ w))", {"x": [[i / 8] * 6 for i in range(5)], "w": [[0.5, -1, 2]] * 6}),
    "vector": Case("y = sum(w*x^2)", {"x": [0.1, -2.5, 3], "w": [1, 2, 3]}),
    "two": Case("y1 = x1*x2; y2 = x1 + x2", {"x1": 1, "x2": 2}),
    "shared": Case("u = x^2; y = u*u + u", {"x": 1 / 3}),
    "cut": Case("y = x*detach(x) + (a + b)*x*2", {"x": 3, "a": 1, "b": 2}),
    "identity": Case("y = x", {"x": 3}),
    "unreached": Case("y = x1^2; z = x2^2", {"x1": 3, "x2": 4}, gradient={"y": 1}),
    "not_finite": Case("y = log(x)*1e-9", {"x": 0}),
    "λ": Case("y = λ*x", {"λ": 2, "x": 3}, ("λ", "x")),
}

HOSTILE = (
    "\"quoted\" 'single' `tick`",
    "back\\slash \\N \\G \\E \\L \\\\ \\",
    "<script>alert(1)</script>",
    "<B>bold</B> <TABLE><TR><TD>cell",
    "</FONT></TD></TR></TABLE>>] injected [label=<",
    "&amp; & &copy; &#0; &#x0; &nosuch;",
    "line\nbreak\r\nand\ttab",
    "\x00\x01\x08\x1b\x7f\ufffe\uffff",
    "",
    " ",
    "\n",
    "<>",
    "<<>>",
    "{record|<port>field}",
    "node [shape=none]; } digraph {",
    "-> -- ; # comment /* comment */ // comment",
    "😀 日本語 ‮right to left‬ e\u0301",
    "x" * 500,
    "²·−√" * 100,
)
"""Texts that would break a drawing that does not escape them."""


def hostile_graph() -> tuple[AutogradGraph, Backward, tuple[torch.Tensor | None, ...]]:
    """A chain with every hostile text in every place where a text may stand."""
    number = torch.tensor(1.5)
    nodes = [
        Node(text, None, text, number, (Saved(text, text, text),), place, place, (text,) if place % 2 else ())
        for place, text in enumerate(HOSTILE)
    ]
    nodes += [Node("AccumulateGrad", text, text, number, (), place, place, ()) for place, text in enumerate(HOSTILE)]
    edges = tuple(Edge(place, place + 1, 0, HOSTILE[place % len(HOSTILE)]) for place in range(len(nodes) - 1))
    untracked = tuple(Untracked(text, text, 2, (text,)) for text in HOSTILE)
    untracked_edges = tuple(UntrackedEdge(place, False, place, True) for place in range(len(HOSTILE)))
    steps = tuple(Step(place, number, (number,)) for place in range(len(nodes)))
    graph = AutogradGraph(tuple(nodes), edges, untracked, untracked_edges)
    return graph, Backward(dict.fromkeys(HOSTILE, number), steps), (number,) * len(edges)
