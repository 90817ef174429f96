"""What the scripts of the pitfalls come to, run once for everybody who asks."""

from typing import Any

from playground.drawing.node_details import node_details
from playground.pitfalls.drawing import asked_parts, pitfall_dot, pitfall_parts
from playground.pitfalls.script_run import ScriptResult, run_script
from playground.pitfalls.table import PITFALLS
from playground.web.cache import kept, kept_in_words
from playground.web.case import Export, export_of
from playground.words import say

Numbers = tuple[tuple[str, float], ...]
"""What the numbers of a script are that can be changed."""


def at_first(key: str) -> Numbers:
    """The numbers that a pitfall is first shown with."""
    return tuple(PITFALLS[key].values.items())


@kept
def script_result(key: str, mended: bool, values: Numbers) -> ScriptResult:
    """What came of the script of a pitfall, or of its mended one."""
    return run_script(PITFALLS[key].runnable(mended), {f"given_{name}": number for name, number in values})


@kept_in_words
def pitfall_drawn(key: str, mended: bool, values: Numbers) -> str:
    """The graph of either script as DOT."""
    return pitfall_dot(PITFALLS[key], script_result(key, mended, values), not mended)


@kept_in_words
def told_of_pitfall(key: str, mended: bool, values: Numbers) -> dict[str, dict[str, Any]]:
    """What there is to say of each node."""
    result = script_result(key, mended, values)
    return node_details(result.graph, result.backward, (None,) * len(result.graph.edges))


@kept_in_words
def pitfall_exported(key: str, values: Numbers, answered: bool) -> Export:
    """The pitfall as a script, and as a notebook in a language; with its mending when its question is answered."""
    pitfall, numbers = PITFALLS[key], dict(values)
    parts = (
        pitfall_parts(pitfall, numbers, script_result(key, False, values))
        if answered
        else asked_parts(pitfall, numbers)
    )
    return export_of(say(f"pitfalls.{key}.title"), parts)
