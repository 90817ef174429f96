"""The drawing in words and in a table: the same names, values and gradients, for those whom a drawing does not help."""

from collections.abc import Iterator
from html import escape

from playground.drawing.dot import LEAF_NODE, Gradient, arriving, passed_along, title
from playground.drawing.numbers import Value, brief
from playground.engine.backward import Backward
from playground.engine.graph import AutogradGraph, Node
from playground.words import paragraph, say

LEGEND = ("value", "gradient", "untracked")
COLUMNS = ("computes", "name", "value", "gradient", "passes")


def describe(graph: AutogradGraph, backward: Backward | None, reached: int | None = None) -> str:
    """What the drawing shows, in a few sentences; of values those of the first nodes, where not all are `reached`."""
    names = [node.outputs for node in graph.nodes] + [plain.outputs for plain in graph.untracked]
    outputs = ", ".join(name for outputs in names for name in outputs)
    sentences = [say("drawing.describe", outputs=outputs, nodes=len(graph.nodes), edges=len(graph.edges))]
    for node, gradient in zip(graph.nodes, arriving(graph, backward), strict=True):
        if (node.name == LEAF_NODE or node.outputs) and (reached is None or node.computed < reached):
            sentences += _end_in_words(node, gradient)
    plain = ", ".join(plain.expression for plain in graph.untracked if plain.input)
    return paragraph([*sentences, say("drawing.describe_untracked", names=plain)] if plain else sentences)


def legend() -> str:
    """What blue, orange and grey mean, as HTML."""
    kinds = "".join(f'<span class="{kind}">{escape(say(f"drawing.legend_{kind}"))}</span>' for kind in LEGEND)
    return f'<p class="graph-legend">{kinds}</p>'


def node_table(graph: AutogradGraph, backward: Backward | None) -> list[dict[str, str]]:
    """A row for each node, in the order they were computed, then one for each value that is not tracked."""
    gradients, back = arriving(graph, backward), _passed_in_words(graph, backward)
    rows = [
        (title(node), node.name, _brief(node.value), _brief(gradients[place]), back[place])
        for place, node in sorted(enumerate(graph.nodes), key=lambda item: item[1].computed)
    ]
    rows += [(title(plain), say("drawing.untracked"), _brief(plain.value), "", "") for plain in graph.untracked]
    columns = [say(f"drawing.table_{column}") for column in COLUMNS]
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _passed_in_words(graph: AutogradGraph, backward: Backward | None) -> list[str]:
    """For each node what it passes to which others."""
    words: list[list[str]] = [[] for _ in graph.nodes]
    for edge, passed in zip(graph.edges, passed_along(graph, backward), strict=True):
        if passed is not None:
            target = title(graph.nodes[edge.target])
            words[edge.source].append(say("drawing.table_passed", gradient=brief(passed), target=target))
    return [say("frame.parts").join(passed) for passed in words]


def _end_in_words(node: Node, gradient: Gradient) -> Iterator[str]:
    """The value of a leaf or an output, and what a leaf's `.grad` holds."""
    if node.value is not None:
        yield say("drawing.describe_value", name=title(node), value=_brief(node.value))
    if node.input is not None and gradient is not None:
        yield say("drawing.describe_grad", name=node.input, gradient=_brief(gradient))


def _brief(value: Value | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else brief(value)
