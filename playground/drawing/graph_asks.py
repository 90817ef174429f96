"""A question about a number of a backward pass."""

from dataclasses import replace
from typing import Any

from playground.autodiff.experiments import Observation
from playground.autodiff.predict import MEETS, Turn
from playground.drawing.asks import Ask, ask
from playground.drawing.dot import called
from playground.drawing.numbers import brief


def of_turn(turn: Turn, seen: Observation) -> Ask | None:
    """A question about a number of a backward pass."""
    nodes = seen.graph.nodes
    parts = [brief(part) for part in turn.parts]
    told: dict[str, Any] = {"node": called(nodes[turn.node]), "target": called(nodes[turn.target])}
    key = turn.kind
    if turn.kind == MEETS:
        told |= {"sum": " + ".join(map(_guarded, parts)), "product": " x ".join(map(_guarded, parts))}
    elif parts:
        key = turn.kind if len(parts) > 1 else "passes_rule"
        told |= {"upstream": parts[0], "local": parts[-1]}
    place = len(nodes) + turn.step
    found = ask(key, turn.right, turn.wrong, place, **told)
    last = seen.backward is None or turn.step == len(seen.backward.steps) - 1
    return replace(found, after=None if last else place + 1) if found else None


def _guarded(text: str) -> str:
    return f"({text})" if text.startswith("-") else text
