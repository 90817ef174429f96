"""What the graph says about a gradient, in a sentence with the numbers of the case."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import torch

from playground.drawing.numbers import TEXT_DIGITS, digits_of, whole
from playground.engine.graph import AutogradGraph
from playground.engine.not_finite import NotFinite
from playground.words import say

MOVE = 0.1
"""An input is moved so far to compare the tangent with the curve."""
STEPS_OF_A_MOVE = 256
"""A move goes over at least so many floats, so that what y changes by has two digits or more."""

MAX_WRITTEN_PATHS = 4
"""At most so many paths are written out."""
MAX_EXACT_COUNT = 10**12
"""Every digit is written of a count of paths that is no larger."""

Mark = Callable[[str], str]
Local = Sequence[torch.Tensor | None]
Started = Mapping[str, torch.Tensor]


def number(value: float | None) -> str:
    """A number inside a sentence: six digits, `7` for 7.0; a question mark for one that is not known yet."""
    return "?" if value is None else f"{value:.{digits_of(TEXT_DIGITS)}g}"


def listing(names: Sequence[str]) -> str:
    """`x`, `x and y`, `x, y and z`."""
    *first, last = names
    return say("frame.and", first=say("frame.names").join(first), last=last) if first else last


def paths_to(
    name: str, grad: torch.Tensor | None, graph: AutogradGraph, local: Local, started: Started, mark: Mark = str
) -> str:
    """How an input's gradient comes together from the paths that lead to it; `mark` marks what is a gradient."""
    outputs = listing(list(started))
    leaf = next((place for place, node in enumerate(graph.nodes) if node.input == name), None)
    if leaf is None or grad is None:
        return say("graph.unreached", outputs=outputs, name=name)
    count = count_paths(graph, started)[leaf]
    reaches = say("graph.reaches" if len(started) == 1 else "graph.reach", outputs=outputs, name=name)
    ways = list(walk(leaf, graph, local, started)) if count <= MAX_WRITTEN_PATHS else []
    if grad.dim() or any(factor is None for way in ways for factor in way):
        key = "path_tensor" if count == 1 else "paths_tensor" if ways else "paths_many_tensor"
        return say(f"graph.{key}", reaches=reaches, count=large(count), nodes=len(graph.nodes))
    total = mark(number(grad.item()))
    if not ways:
        return say("graph.paths_many", reaches=reaches, count=large(count), nodes=len(graph.nodes), total=total)
    terms = [[number(factor.item()) for factor in way if factor is not None and factor.item() != 1] for way in ways]
    key = "paths" if count > 1 else "path" if len(terms[0]) > 1 else "path_plain"
    return say(f"graph.{key}", reaches=reaches, count=count, terms=_sum(terms, mark), total=total)


def small_move(at: float, dtype: torch.dtype) -> float:
    """A move of an input from a value: `MOVE`, or the power of ten in which a float that large has `STEPS_OF_A_MOVE`.

    Nearer to it lie too few floats: at 1e9 the next float32 is 64 away, and nothing happens for a move by 0.1.
    """
    least = STEPS_OF_A_MOVE * torch.finfo(dtype).eps * abs(at)
    return MOVE if least <= MOVE else 10.0 ** math.ceil(math.log10(least))


def slope_at(
    name: str,
    output: str,
    point: tuple[float, float],
    slope: float,
    moved: float | None,
    mark: Mark = str,
    move: float = MOVE,
) -> str:
    """What the tangent predicts for a small move of an input, and what comes of it: `moved` is the height then."""
    x, y = point
    placeholders = {
        "name": name,
        "value": number(x),
        "output": output,
        "slope": mark(number(slope)),
        "move": number(move),
    }
    if not math.isfinite(y):
        return say("scalar.no_height", height=number(y), **placeholders)
    if not math.isfinite(slope):
        return say("scalar.no_slope", **placeholders)
    if moved is None:
        return say("scalar.no_change", **placeholders)
    return say("scalar.sentence", predicted=mark(number(slope * move)), change=number(moved - y), **placeholders)


def count_paths(graph: AutogradGraph, started: Started) -> list[int]:
    """For each node the number of paths from the outputs that were started: added up node by node, not walked."""
    counts = [sum(output in started for output in node.outputs) for node in graph.nodes]
    for place in sorted(graph.leaving, key=lambda place: graph.nodes[place].order):
        for edge in graph.leaving[place]:
            counts[graph.edges[edge].target] += counts[place]
    return counts


def walk(leaf: int, graph: AutogradGraph, local: Local, started: Started) -> Iterator[tuple[torch.Tensor | None, ...]]:
    """Every path from a started output to a leaf, as its factors: what the output starts with, then local derivatives.

    None stands for a factor that is no scalar. There may be very many paths: count them first.
    """
    waiting: list[tuple[int, tuple[torch.Tensor | None, ...]]] = [(leaf, ())]
    while waiting:
        node, factors = waiting.pop()
        for output in graph.nodes[node].outputs:
            if output in started:
                start = started[output]
                yield (None if start.dim() else start, *factors)
        waiting += [(graph.edges[e].source, (local[e], *factors)) for e in reversed(graph.entering[node])]


def large(count: int) -> str:
    """A count with its thousands apart; an enormous one as a power of ten."""
    return f"{count:,}" if count <= MAX_EXACT_COUNT else say("graph.about", exponent=len(str(count)) - 1)


def _sum(terms: Sequence[Sequence[str]], mark: Mark) -> str:
    """`2·6 + (-5)`: a product of each path's factors."""
    products = ["·".join(_guarded(factor, place > 0) for place, factor in enumerate(term)) or "1" for term in terms]
    return " + ".join(mark(_guarded(product, place > 0)) for place, product in enumerate(products))


def _guarded(text: str, inside: bool) -> str:
    """A negative number or product in parentheses, unless it stands first."""
    return f"({text})" if inside and text.startswith("-") else text


def oddities(value: NotFinite | None, gradient: NotFinite | None) -> list[str]:
    """Which entries are NaN or infinite, and which operations they come from: forward, and on the way back."""
    not_finite = {"matrix.value_not_finite": value, "matrix.gradient_not_finite": gradient}
    return [_odd(key, odd) for key, odd in not_finite.items() if odd is not None]


def assigned(name: str, tensor: torch.Tensor | None, mark: Mark = str) -> str:
    """`x.grad = tensor(...)`, the rows of the tensor one under another."""
    before = f"{name} = "
    return before + mark(whole("None" if tensor is None else tensor).replace("\n", "\n" + " " * len(before)))


def _odd(key: str, odd: NotFinite) -> str:
    place = say("matrix.at", entry=odd.entry) if odd.entry else ""
    return say(key, operation=odd.operation, number=number(odd.number), place=place)
