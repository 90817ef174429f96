"""What the scripts of the pitfalls come to, run once for everybody who asks."""

from typing import Any

from playground.drawing.node_details import node_details
from playground.pitfalls.drawing import pitfall_dot, pitfall_parts
from playground.pitfalls.script_run import Provoked, provoke
from playground.pitfalls.table import PITFALLS
from playground.web.cache import kept, kept_in_words
from playground.web.case import Export, export_of
from playground.words import say


@kept
def provoked(key: str, mended: bool) -> Provoked:
    """What came of the script of a pitfall, or of its mended one."""
    return provoke(PITFALLS[key].mended if mended else PITFALLS[key].code)


@kept_in_words
def pitfall_drawn(key: str, mended: bool) -> str:
    """The graph of either script as DOT."""
    return pitfall_dot(PITFALLS[key], provoked(key, mended), not mended)


@kept_in_words
def told_of_pitfall(key: str, mended: bool) -> dict[str, dict[str, Any]]:
    """What there is to say of each node."""
    seen = provoked(key, mended)
    return node_details(seen.graph, seen.backward, (None,) * len(seen.graph.edges))


@kept_in_words
def pitfall_exported(key: str) -> Export:
    """The pitfall and its mending as a script, and as a notebook in a language."""
    parts = pitfall_parts(PITFALLS[key], provoked(key, False))
    return export_of(say(f"pitfalls.{key}.title"), parts)
