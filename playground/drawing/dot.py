"""The recorded graph as DOT: values travel to the right in blue, gradients back to the left in orange.

A *stage* is the same drawing without its numbers: room for each, and beside it what stands there. It depends on the
program, its shapes and what is tracked, so that it is laid out once and other numbers are poured into it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import torch

from playground.drawing.colours import Colour
from playground.drawing.labels import (
    ENTRY_ROOM,
    NUMBER_ROOM,
    RANGE_ROOM,
    attributes,
    formula,
    grid,
    label,
    matrix,
    number,
    numbers_in,
    quoted,
    statement,
    text,
    with_numbers,
    with_room,
)
from playground.drawing.numbers import Value, brief, entries, is_scalar, shape_and_range, short, whole, written_out
from playground.drawing.svg import FONT
from playground.engine.backward import Backward
from playground.engine.graph import AutogradGraph, Node, Untracked
from playground.language.notation import shortened
from playground.words import phrase, say

Gradient = torch.Tensor | str | None
"""A gradient is the word "None" where `.grad` stayed None, and None where no backward pass came by."""


@dataclass(frozen=True, eq=False)
class Sizes:
    """How large a drawing is written: its texts in points, its lines in characters and points."""

    heading: int = 17
    """The points of a sub-expression."""
    plain: int = 14
    """The points of a sub-expression that is not tracked."""
    number: int = 12
    """The points of a number in a node."""
    entry: int = 10
    """The points of a tensor on an edge, and of a tensor's range."""
    small: int = 9
    """The points of PyTorch's name."""
    longest: int = 18
    """A heading has at most so many characters; the tooltip has all of a longer one."""
    longest_small: int = 28
    """A small line has at most so many characters; the tooltip has all of a longer one."""
    pen: float = 1.3
    """The width of a line in points."""
    arrow: float = 0.7
    """The size of an arrow's head, as a part of graphviz's own."""
    brief: bool = False
    """Whether PyTorch's names stand in the tooltips alone, and numbers below each other."""


ON_SCREEN = Sizes()
PROJECTED = Sizes(24, 22, 20, 20, 20, longest=12, longest_small=16, pen=2.6, arrow=1.0, brief=True)
"""Nothing is smaller than 20 points, for the last row of a lecture hall."""
NARROW = Sizes(longest=16, brief=True)
"""For a phone: PyTorch's names are told of the node that is selected."""
MAX_WHOLE_ENTRIES = 100
"""A tooltip has every entry of a tensor with at most so many."""

GRAPH = {"bgcolor": "transparent", "nodesep": "0.22", "ranksep": "0.45", "pad": "0.06"}
TALL = {"ranksep": "0.26"}
"""What goes down has no texts between its rows."""
NODE = {"shape": "box", "style": "rounded,filled", "fontname": FONT, "margin": "0.09,0.05", "height": "0", "width": "0"}
EDGE = {"fontname": FONT, "fontcolor": Colour.GRADIENT.light}
BOTH_WAYS = {"color": f"{Colour.VALUE.light}:{Colour.GRADIENT.light}", "dir": "both"}
ONE_WAY = {"color": Colour.VALUE.light, "dir": "forward"}
OPERATION = {"class": "op", "color": Colour.OPERATION.light, "fillcolor": Colour.OPERATION_FILL.light}
OUTPUT = {"class": "op output", "color": Colour.OUTPUT.light, "fillcolor": Colour.OUTPUT_FILL.light}
LEAF = {"class": "leaf", "color": Colour.LEAF.light, "fillcolor": Colour.LEAF_FILL.light}
LEAF_AND_OUTPUT = {**LEAF, "class": "leaf output"}
LOOKS: Mapping[tuple[bool, bool], Mapping[str, str]] = {
    (False, False): {},
    (False, True): OUTPUT,
    (True, False): LEAF,
    (True, True): LEAF_AND_OUTPUT,
}
"""The look of a node that PyTorch recorded, by whether it is a leaf, and whether an output."""
PLAIN = {
    "class": "plain",
    "color": Colour.UNTRACKED.light,
    "fillcolor": Colour.UNTRACKED_FILL.light,
    "style": "rounded,filled,dashed",
}
PLAIN_AND_OUTPUT = {"class": "plain output"}
PLAIN_EDGE = {"class": "plain", "color": Colour.UNTRACKED.light, "dir": "forward", "style": "dashed"}
LEAF_NODE = "AccumulateGrad"
NO_MARKS: Mapping[str, str] = {}
PLAIN_NUMBER = re.compile(r"−?[0-9.]+(e[−+]?[0-9]+)?")


@dataclass(frozen=True)
class Stage:
    """A drawing without its numbers, and the numbers."""

    dot: str
    """The DOT text, with figure spaces where numbers stand."""
    texts: Mapping[str, tuple[str, ...]]
    """By the ids of nodes and edges what stands in their rooms, in order; empty texts where it is not known yet."""


def to_dot(
    graph: AutogradGraph,
    backward: Backward | None = None,
    *,
    constants: bool = True,
    leaf_sign: str = ".grad",
    sizes: Sizes = ON_SCREEN,
    marks: Mapping[str, str] = NO_MARKS,
) -> str:
    """The DOT text of a graph, with the gradients of a backward pass, with or without what autograd does not track.

    `leaf_sign` stands before the gradient of a leaf: a pass that only returns gradients fills in no `.grad`.
    `marks` are words at nodes, and at arrows of what is not tracked, by their ids. Words are in the language that is
    spoken, and every text is escaped.
    """
    drawing = _Drawing(graph, backward, graph, backward, leaf_sign, sizes, marks)
    return "".join(with_numbers(line) for _, line in _lines(drawing, constants))


def to_stage(
    graph: AutogradGraph,
    backward: Backward | None = None,
    known: tuple[AutogradGraph, Backward | None] | None = None,
    *,
    constants: bool = True,
    leaf_sign: str = ".grad",
    sizes: Sizes = ON_SCREEN,
    marks: Mapping[str, str] = NO_MARKS,
    tall: bool = False,
) -> Stage:
    """The drawing of `to_dot` without its numbers; tooltips have none either. A tall one goes down, not to the right.

    `known` is as much of graph and backward pass as may be told: the rest has its room, made by shape alone.
    """
    drawing = _Drawing(graph, backward, *(known or (graph, backward)), leaf_sign, sizes, marks, bare=True, tall=tall)
    lines, texts = [], {}
    for name, line in _lines(drawing, constants):
        lines.append(with_room(line))
        if numbers := numbers_in(line):
            texts[name] = numbers
    return Stage("".join(lines), texts)


@dataclass(frozen=True)
class _Drawing:
    """What is to be drawn, and how."""

    graph: AutogradGraph
    backward: Backward | None
    known_graph: AutogradGraph
    known_backward: Backward | None
    leaf_sign: str
    sizes: Sizes
    marks: Mapping[str, str]
    bare: bool = False
    """Whether tooltips are without numbers."""
    tall: bool = False


def _lines(drawing: _Drawing, constants: bool) -> Iterator[tuple[str, str]]:
    """The whole DOT text in lines, each with the id of its node or edge; its numbers are marked."""
    yield "", _opening(drawing.sizes, drawing.backward is not None, drawing.tall)
    untracked_alone = not drawing.graph.nodes
    yield from _tracked(drawing)
    if constants and drawing.graph.untracked:
        yield "", _defaults("node", PLAIN) + _defaults("edge", PLAIN_EDGE)
        yield from _untracked(drawing)
        untracked_alone = False
    if untracked_alone:
        words = say("drawing.empty")
        shown = label([formula(words, drawing.sizes.number, Colour.QUIET)])
        yield "empty", statement("empty", "empty", shown, quoted(words), attributes({"shape": "plaintext"}))
    yield "", "}\n"


def _opening(sizes: Sizes, both_ways: bool, tall: bool) -> str:
    """How a drawing begins: the looks of all that is tracked."""
    lines = {"fontsize": str(sizes.number), "penwidth": str(sizes.pen)}
    edges = {**EDGE, **lines, "arrowsize": str(sizes.arrow), **(BOTH_WAYS if both_ways else ONE_WAY)}
    looks = {
        "graph": {**GRAPH, "class": "graph", "rankdir": "TB" if tall else "LR", **(TALL if tall else {})},
        "node": {**NODE, **lines, **OPERATION},
        "edge": edges,
    }
    return "digraph {\n" + "".join(_defaults(kind, look) for kind, look in looks.items())


def _defaults(kind: str, look: Mapping[str, str]) -> str:
    """The looks of all nodes or edges that come after."""
    return f"\t{kind} [{attributes(look).lstrip()}]\n"


def arriving(graph: AutogradGraph, backward: Backward | None) -> list[Gradient]:
    """For each node the gradient that arrived; for a leaf what its `.grad` holds."""
    if backward is None:
        return [None] * len(graph.nodes)
    upstream = {step.node: step.upstream for step in backward.steps}
    grads = {name: "None" if grad is None else grad for name, grad in backward.grads.items()}
    return [grads.get(node.input or "", upstream.get(place)) for place, node in enumerate(graph.nodes)]


def passed_along(graph: AutogradGraph, backward: Backward | None) -> list[torch.Tensor | None]:
    """For each edge the gradient that travelled back along it."""
    passed = {step.node: step.passed for step in backward.steps} if backward else {}
    return [passed[edge.source][edge.index] if edge.source in passed else None for edge in graph.edges]


def title(node: Node | Untracked) -> str:
    """What a node computes, `y = x·x`, or PyTorch's name where that is not known."""
    name, expression = _named(node.expression, node.outputs)
    if name and expression:
        return f"{name} = {expression}"
    return name or expression or (node.name if isinstance(node, Node) else "")


def called(node: Node | Untracked) -> str:
    """The shortest name of what a node computes: `y`, else `x·x`, else PyTorch's name."""
    name, expression = _named(node.expression, node.outputs)
    return name or expression or title(node)


# Nodes and edges


def _tracked(drawing: _Drawing) -> Iterator[tuple[str, str]]:
    """What PyTorch holds: a box for each node, and for each edge an arrow from a value to the node that used it."""
    graph, sizes, marks = drawing.graph, drawing.sizes, drawing.marks
    nodes_and_gradients = zip(graph.nodes, arriving(graph, drawing.backward), _known_nodes(drawing), strict=True)
    for place, (node, gradient, (value_known, gradient_known)) in enumerate(nodes_and_gradients):
        leaf = node.name == LEAF_NODE
        sign = drawing.leaf_sign if leaf else "grad"
        name, look = f"node{place}", LOOKS[leaf, bool(node.outputs)]
        arrived = gradient if gradient_known or drawing.backward is None else _like(node.value)
        rows = _names(node.name, node.expression, node.outputs, sizes)
        rows = [*rows, *_numbers(node.value, arrived, sign, sizes, value_known, gradient_known), *_leaf(node, sizes)]
        if name in marks:
            rows, look = _marked(rows, look, "op", marks[name], sizes)
        tooltip = quoted(_called_fully(node) if drawing.bare else _in_words(node, gradient, sign))
        yield name, statement(name, name, label(rows), tooltip, attributes(look) if look else "")
    yield from _tracked_edges(drawing)


def _tracked_edges(drawing: _Drawing) -> Iterator[tuple[str, str]]:
    graph = drawing.graph
    names = [shortened(called(node), ON_SCREEN.longest_small) for node in graph.nodes]
    used, passed_back = phrase("drawing.used"), phrase("drawing.passed")
    unused = attributes(ONE_WAY) if drawing.backward else ""
    both = zip(
        passed_along(graph, drawing.backward), passed_along(drawing.known_graph, drawing.known_backward), strict=True
    )
    for place, (edge, (passed, known)) in enumerate(zip(graph.edges, both, strict=True)):
        name, arrow = f"edge{place}", f"node{edge.target} -> node{edge.source}"
        words = {"tail": names[edge.target], "head": names[edge.source]}
        if known is None and drawing.bare and drawing.backward:
            passed = _like(graph.nodes[edge.target].value) if drawing.known_backward is not drawing.backward else passed
        if passed is None:
            yield name, statement(arrow, name, "", quoted(used(**words)), unused)
            continue
        tooltip = used(**words) if drawing.bare else passed_back(**words, gradient=_whole(passed))
        yield name, statement(arrow, name, _edge_label(passed, drawing.sizes, known is not None), quoted(tooltip))


def _known_nodes(drawing: _Drawing) -> Iterator[tuple[bool, bool]]:
    """For each node whether its value and its gradient may be told."""
    if drawing.known_graph is drawing.graph:
        yield from [(True, True)] * len(drawing.graph.nodes)
        return
    arrived = arriving(drawing.known_graph, drawing.known_backward)
    for node, gradient in zip(drawing.known_graph.nodes, arrived, strict=True):
        yield node.value is not None, gradient is not None


def _like(value: Value | None) -> torch.Tensor:
    """A number that is not told yet has the room of one of the same shape."""
    return torch.zeros_like(value) if isinstance(value, torch.Tensor) else torch.zeros(())


def _untracked(drawing: _Drawing) -> Iterator[tuple[str, str]]:
    """What autograd does not track, and the arrows where such a value comes in, or where one leaves its sight."""
    graph, sizes, marks = drawing.graph, drawing.sizes, drawing.marks
    for place, plain in enumerate(graph.untracked):
        name = f"plain{place}"
        rows, look = _plain_rows(plain, sizes), PLAIN_AND_OUTPUT if plain.outputs else {}
        if name in marks:
            rows, look = _marked(rows, look, "plain", marks[name], sizes)
        lines = [title(plain), say("drawing.untracked"), *([] if drawing.bare else [_value_in_words(plain.value)])]
        yield name, statement(name, name, label(rows), quoted("\n".join(lines)), attributes(look))
    for place, edge in enumerate(graph.untracked_edges):
        tail, tail_name = _end(graph, edge.source, edge.source_tracked)
        head, head_name = _end(graph, edge.target, edge.target_tracked)
        tooltip = quoted(say("drawing.used", tail=tail_name, head=head_name))
        name = f"plainedge{place}"
        words, looks = _marked_edge(marks[name], sizes) if name in marks else ("", "")
        yield name, statement(f"{tail} -> {head}", name, words, tooltip, looks)


def _end(graph: AutogradGraph, place: int, tracked: bool) -> tuple[str, str]:
    """The id and the name of an untracked edge's end."""
    ends, kind = (graph.nodes, "node") if tracked else (graph.untracked, "plain")
    return f"{kind}{place}", shortened(called(ends[place]), ON_SCREEN.longest_small)


def _edge_label(passed: torch.Tensor, sizes: Sizes, known: bool) -> str:
    if is_scalar(passed):
        return f'"{number(short(passed) if known else "", NUMBER_ROOM)}"'
    return label([_number(passed, sizes.entry, Colour.GRADIENT, sizes, known, bare=True)], 4)


def _marked(
    rows: list[str], look: Mapping[str, str], kind: str, mark: str, sizes: Sizes
) -> tuple[list[str], dict[str, str]]:
    """A node's label with words below it, and its look with a thicker line."""
    return [*rows, _mark(mark, sizes)], {
        **look,
        "class": f"{look.get('class', kind)} marked",
        "color": Colour.MARK.light,
        "penwidth": str(2 * sizes.pen),
    }


def _marked_edge(mark: str, sizes: Sizes) -> tuple[str, str]:
    """The words at an arrow, and its look."""
    look = {"class": "plain marked", "color": Colour.MARK.light}
    return label([_mark(mark, sizes)], 4), attributes(look)


def _mark(mark: str, sizes: Sizes) -> str:
    return formula(mark, sizes.number, Colour.MARK)


# What stands in a node


def _leaf(node: Node, sizes: Sizes) -> list[str]:
    """That a node is a leaf, where there is room to say so."""
    return [_small(say("drawing.leaf"), sizes)] if node.name == LEAF_NODE and not sizes.brief else []


@lru_cache(maxsize=4096)
def _names(name: str, expression: str | None, outputs: tuple[str, ...], sizes: Sizes) -> list[str]:
    """PyTorch's name, where there is room, and the mathematics."""
    headings = _headings(*_named(expression, outputs), sizes)
    return headings if headings and sizes.brief else [_small(name, sizes), *headings]


def _headings(name: str, expression: str, sizes: Sizes) -> list[str]:
    """A named result as `y = x·x`, or below each other if that is long; else the sub-expression, if there is one."""
    if not name or not expression or len(name) + len(expression) + 3 <= sizes.longest:
        line = " = ".join(filter(None, [name, expression]))
        return [_heading(line, sizes)] if line else []
    small = shortened(expression, sizes.longest_small)
    return [_heading(name, sizes), formula(small, sizes.number, Colour.QUIET)]


@lru_cache(maxsize=4096)
def _named(expression: str | None, outputs: tuple[str, ...]) -> tuple[str, str]:
    """The names of a node's result, the outputs first of all, and the expression that they stand for."""
    name, _, rest = (expression or "").rpartition(" = ")
    names = ", ".join(outputs) or name
    return names, "" if rest == names else rest


def _numbers(
    value: Value | None, gradient: Gradient, sign: str, sizes: Sizes, value_known: bool, gradient_known: bool
) -> list[str]:
    """The value in blue, below it the gradient that arrived in orange behind its sign; two matrices side by side."""
    values = [] if value is None else [_number(value, sizes.number, Colour.VALUE, sizes, value_known)]
    if gradient is None:
        return values
    shown = _number(gradient, sizes.number, Colour.GRADIENT, sizes, gradient_known, bare=bool(values))
    signed = [text(sign, sizes.small, Colour.GRADIENT), shown]
    if _written(value, 2):
        return [grid([values + signed])]
    if _written(value, 1) or _written(gradient, 1):
        return [grid([[text("", sizes.small, Colour.QUIET), *values], signed])]
    return [*values, " ".join(signed)]


def _plain_rows(plain: Untracked, sizes: Sizes) -> list[str]:
    """A plain number alone; else the expression over its value."""
    heading = title(plain)
    rows = [formula(shortened(heading, sizes.longest), sizes.plain, Colour.QUIET)]
    if isinstance(plain.value, torch.Tensor) or not PLAIN_NUMBER.fullmatch(heading):
        rows.append(_number(plain.value, sizes.number, Colour.VALUE, sizes, known=True))
    return rows


def _number(value: Value | str, size: int, colour: Colour, sizes: Sizes, known: bool, bare: bool = False) -> str:
    """A number, a small matrix in its brackets, or the range of a large one, with its shape unless it is bare."""
    if not isinstance(value, torch.Tensor) or is_scalar(value):
        shown = value if isinstance(value, str) else short(value)
        return text(number(shown if known else "", NUMBER_ROOM), size, colour, marked=True)
    if written_out(value):
        rows = [[number(entry if known else "", ENTRY_ROOM) for entry in row] for row in entries(value)]
        return matrix(rows, size, colour)
    shape, between = shape_and_range(value)
    shape = text(shape, sizes.entry, colour) + " " if not bare else ""
    return shape + text(number(between if known else "", RANGE_ROOM), sizes.entry, colour, marked=True)


def _written(value: Value | str | None, dimensions: int) -> bool:
    return isinstance(value, torch.Tensor) and value.dim() == dimensions and written_out(value)


def _heading(line: str, sizes: Sizes) -> str:
    return formula(shortened(line, sizes.longest), sizes.heading, Colour.INK)


def _small(line: str, sizes: Sizes) -> str:
    return formula(shortened(line, sizes.longest_small), sizes.small, Colour.QUIET)


# Texts that are whole


def _in_words(node: Node, gradient: Gradient, sign: str) -> str:
    """What the tooltip of a node says: everything that the drawing may have shortened."""
    lines = [_called_fully(node)]
    if node.value is not None:
        lines.append(_value_in_words(node.value))
    if gradient is not None:
        lines.append(f"{sign}: {_whole(gradient)}")
    return "\n".join(lines)


def _called_fully(node: Node) -> str:
    """What a node computes, and PyTorch's name for it."""
    heading = title(node)
    return heading if heading == node.name else f"{heading}\n{node.name}"


def _value_in_words(value: Value) -> str:
    return say("drawing.value", value=_whole(value))


def _whole(value: Value | str) -> str:
    """Every entry; of a tensor too long for that its shape and range."""
    long = isinstance(value, torch.Tensor) and value.numel() > MAX_WHOLE_ENTRIES
    return brief(value) if long and not isinstance(value, str) else whole(value, entire=True)
