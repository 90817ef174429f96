"""The recorded graph as DOT: values travel to the right in blue, gradients back to the left in orange."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import graphviz
import torch

from playground.drawing.colours import Colour
from playground.drawing.labels import (
    SPACE,
    attributes,
    formula,
    grid,
    label,
    matrix,
    quoted,
    statement,
    text,
)
from playground.drawing.numbers import Value, brief, entries, is_scalar, shape_and_range, short, whole, written_out
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
MAX_WHOLE_ENTRIES = 100
"""A tooltip has every entry of a tensor with at most so many."""
MAX_UNSCROLLED_POINTS = 1200
"""A drawing that is wider is scrolled sideways and not made smaller."""
SCALAR_STEP_POINTS = 140
"""Each node on the longest path takes about so many points where all values are scalars."""
TENSOR_STEP_POINTS = 230
"""Each node on the longest path takes about so many points where some values are tensors."""

GRAPH = {"rankdir": "LR", "bgcolor": "transparent", "nodesep": "0.22", "ranksep": "0.5", "pad": "0.06"}
NODE = {
    "shape": "box",
    "style": "rounded,filled",
    "fontname": "Helvetica",
    "margin": "0.09,0.05",
    "height": "0",
    "width": "0",
}
EDGE = {"fontname": "Helvetica", "fontcolor": Colour.GRADIENT.light}
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
    body = [_opening(sizes, _is_long(graph), backward is not None)]
    body += _tracked(graph, backward, leaf_sign, sizes, marks)
    if constants and graph.untracked:
        body += [_plain_from_here(), *_untracked(graph, sizes, marks)]
    if len(body) == 1:
        words = say("drawing.empty")
        nothing = label([formula(words, sizes.number, Colour.QUIET)])
        body.append(statement("empty", "empty", nothing, quoted(words), attributes({"shape": "plaintext"})))
    return "".join([*body, "}\n"])


@cache
def _opening(sizes: Sizes, wide: bool, both_ways: bool) -> str:
    """How a drawing begins: the looks of all that is tracked."""
    lines = {"fontsize": str(sizes.number), "penwidth": str(sizes.pen)}
    drawing = graphviz.Digraph(
        graph_attr={**GRAPH, "class": "graph wide" if wide else "graph"},
        node_attr={**NODE, **lines, **OPERATION},
        edge_attr={**EDGE, **lines, "arrowsize": str(sizes.arrow), **(BOTH_WAYS if both_ways else ONE_WAY)},
    )
    return str(drawing.source).removesuffix("}\n")


@cache
def _plain_from_here() -> str:
    """The looks of what is not tracked, for all that comes after."""
    drawing = graphviz.Digraph()
    drawing.attr("node", **PLAIN)
    drawing.attr("edge", **PLAIN_EDGE)
    return "".join(drawing.body)


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


def _tracked(
    graph: AutogradGraph, backward: Backward | None, leaf_sign: str, sizes: Sizes, marks: Mapping[str, str]
) -> Iterator[str]:
    """What PyTorch holds: a box for each node, and for each edge an arrow from a value to the node that used it."""
    for place, (node, gradient) in enumerate(zip(graph.nodes, arriving(graph, backward), strict=True)):
        leaf = node.name == LEAF_NODE
        sign = leaf_sign if leaf else "grad"
        name, look = f"node{place}", LOOKS[leaf, bool(node.outputs)]
        rows, tooltip = _rows(node, gradient, sign, sizes), quoted(_in_words(node, gradient, sign))
        if name in marks:
            rows, look = _marked(rows, look, "op", marks[name], sizes)
        yield statement(name, name, label(rows), tooltip, attributes(look) if look else "")
    names = [shortened(called(node), ON_SCREEN.longest_small) for node in graph.nodes]
    used, passed_back = phrase("drawing.used"), phrase("drawing.passed")
    unused = attributes(ONE_WAY) if backward else ""
    for place, (edge, passed) in enumerate(zip(graph.edges, passed_along(graph, backward), strict=True)):
        arrow, tail, head = f"node{edge.target} -> node{edge.source}", names[edge.target], names[edge.source]
        if passed is None:
            yield statement(arrow, f"edge{place}", "", quoted(used(tail=tail, head=head)), unused)
        else:
            words = passed_back(tail=tail, head=head, gradient=_whole(passed))
            yield statement(arrow, f"edge{place}", _edge_label(passed, sizes), quoted(words))


def _untracked(graph: AutogradGraph, sizes: Sizes, marks: Mapping[str, str]) -> Iterator[str]:
    """What autograd does not track, and the arrows where such a value comes in, or where one leaves its sight."""
    for place, plain in enumerate(graph.untracked):
        name = f"plain{place}"
        rows, look = _plain_rows(plain, sizes), PLAIN_AND_OUTPUT if plain.outputs else {}
        if name in marks:
            rows, look = _marked(rows, look, "plain", marks[name], sizes)
        tooltip = quoted(_untracked_in_words(plain))
        yield statement(name, name, label(rows), tooltip, attributes(look))
    for place, edge in enumerate(graph.untracked_edges):
        tail, tail_name = _end(graph, edge.source, edge.source_tracked)
        head, head_name = _end(graph, edge.target, edge.target_tracked)
        tooltip = quoted(say("drawing.used", tail=tail_name, head=head_name))
        name = f"plainedge{place}"
        words, looks = _marked_edge(marks[name], sizes) if name in marks else ("", "")
        yield statement(f"{tail} -> {head}", name, words, tooltip, looks)


def _end(graph: AutogradGraph, place: int, tracked: bool) -> tuple[str, str]:
    """The id and the name of an untracked edge's end."""
    ends, kind = (graph.nodes, "node") if tracked else (graph.untracked, "plain")
    return f"{kind}{place}", shortened(called(ends[place]), ON_SCREEN.longest_small)


def _edge_label(passed: torch.Tensor, sizes: Sizes) -> str:
    if is_scalar(passed):
        return f'"{short(passed)}"'
    return label([_number(passed, sizes.entry, Colour.GRADIENT, sizes, bare=True)], 4)


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


def _rows(node: Node, gradient: Gradient, sign: str, sizes: Sizes) -> list[str]:
    """PyTorch's name, the mathematics, the numbers, and for a leaf that it is one."""
    names = _names(node.name, node.expression, node.outputs, sizes)
    rows = [*names, *_numbers(node.value, gradient, sign, sizes)]
    return [*rows, _small(say("drawing.leaf"), sizes)] if node.name == LEAF_NODE and not sizes.brief else rows


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


def _numbers(value: Value | None, gradient: Gradient, sign: str, sizes: Sizes) -> list[str]:
    """The value in blue, the gradient that arrived in orange behind its sign; a vector's below each other."""
    values = [] if value is None else [_number(value, sizes.number, Colour.VALUE, sizes)]
    if gradient is None:
        return values
    sign = text(sign, sizes.small, Colour.GRADIENT)
    signed = [sign, _number(gradient, sizes.number, Colour.GRADIENT, sizes, bare=bool(values))]
    if _written(value, 2):
        return [grid([values + signed])]
    if _written(value, 1) or _written(gradient, 1):
        return [grid([[text("", sizes.small, Colour.QUIET), *values], signed])]
    if sizes.brief or (isinstance(value, torch.Tensor) and not is_scalar(value)):
        return [*values, " ".join(signed)]
    return [SPACE.join([*values, " ".join(signed)])]


def _plain_rows(plain: Untracked, sizes: Sizes) -> list[str]:
    """A plain number alone; else the expression over its value."""
    heading = title(plain)
    rows = [formula(shortened(heading, sizes.longest), sizes.plain, Colour.QUIET)]
    if isinstance(plain.value, torch.Tensor) or not PLAIN_NUMBER.fullmatch(heading):
        rows.append(_number(plain.value, sizes.number, Colour.VALUE, sizes))
    return rows


def _number(value: Value | str, size: int, colour: Colour, sizes: Sizes, bare: bool = False) -> str:
    """A number, a small matrix in its brackets, or the range of a large one, with its shape unless it is bare."""
    if not isinstance(value, torch.Tensor) or is_scalar(value):
        return text(value if isinstance(value, str) else short(value), size, colour)
    if written_out(value):
        return matrix(entries(value), size, colour)
    return text(", ".join(shape_and_range(value)[bare:]), sizes.entry, colour)


def _written(value: Value | str | None, dimensions: int) -> bool:
    return isinstance(value, torch.Tensor) and value.dim() == dimensions and written_out(value)


def _heading(line: str, sizes: Sizes) -> str:
    return formula(shortened(line, sizes.longest), sizes.heading, Colour.INK)


def _small(line: str, sizes: Sizes) -> str:
    return formula(shortened(line, sizes.longest_small), sizes.small, Colour.QUIET)


# Texts that are whole


def _in_words(node: Node, gradient: Gradient, sign: str) -> str:
    """What the tooltip of a node says: everything that the drawing may have shortened."""
    heading = title(node)
    lines = [heading] if heading == node.name else [heading, node.name]
    if node.value is not None:
        lines.append(say("drawing.value", value=_whole(node.value)))
    if gradient is not None:
        lines.append(f"{sign}: {_whole(gradient)}")
    return "\n".join(lines)


def _untracked_in_words(plain: Untracked) -> str:
    return "\n".join([title(plain), say("drawing.untracked"), say("drawing.value", value=_whole(plain.value))])


def _whole(value: Value | str) -> str:
    """Every entry; of a tensor too long for that its shape and range."""
    long = isinstance(value, torch.Tensor) and value.numel() > MAX_WHOLE_ENTRIES
    return brief(value) if long and not isinstance(value, str) else whole(value, entire=True)


# How large


def _is_long(graph: AutogradGraph) -> bool:
    """Whether the longest path from an output to a leaf is too long to be drawn at a legible size on one screen."""
    below: list[list[int]] = [[] for _ in graph.nodes]
    for edge in graph.edges:
        below[edge.source].append(edge.target)
    nodes = [1] * len(graph.nodes)
    for place in sorted(range(len(nodes)), key=lambda place: graph.nodes[place].order):
        for target in below[place]:
            nodes[target] = max(nodes[target], nodes[place] + 1)
    scalars = all(node.value is None or is_scalar(node.value) for node in graph.nodes)
    return max(nodes, default=0) * (SCALAR_STEP_POINTS if scalars else TENSOR_STEP_POINTS) > MAX_UNSCROLLED_POINTS
