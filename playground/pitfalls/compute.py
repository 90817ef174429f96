"""What the scripts of the pitfalls come to, run once for everybody who asks."""

from playground.drawing.dot import ON_SCREEN, PROJECTED
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
def pitfall_drawn(key: str, mended: bool, large: bool) -> str:
    """The graph of either script as DOT, in a language, large for a projector."""
    return pitfall_dot(PITFALLS[key], provoked(key, mended), not mended, PROJECTED if large else ON_SCREEN)


@kept_in_words
def pitfall_exported(key: str) -> Export:
    """The pitfall and its mending as a script, and as a notebook in a language."""
    parts = pitfall_parts(PITFALLS[key], provoked(key, False))
    return export_of(say(f"pitfalls.{key}.title"), parts)
