"""The drawing of a graph: laid out on the server, fetched by its content, and everything that can be done in it.

Its layout belongs to the program and its shapes, the numbers are poured into it in the browser. Another value sends a
column of texts; the SVG stays.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, Protocol

import streamlit as st

from playground.drawing.colours import Colour
from playground.drawing.dot import NARROW, ON_SCREEN, PROJECTED, Stage, to_stage
from playground.drawing.graph_text import describe, legend, node_table
from playground.drawing.layout import TooLarge, lay_out
from playground.drawing.svg import made_by
from playground.engine.backward import Backward
from playground.engine.graph import AutogradGraph
from playground.web import markup, store
from playground.web.cache import kept_by
from playground.web.part import part
from playground.web.reveal import choose
from playground.web.session_parameters import remembered
from playground.web.store import WITHIN, send_within
from playground.web.view import projected
from playground.web.widgets import table
from playground.words import say

WORDS = ("zoom_in", "zoom_out", "fit", "save", "close", "hint", "failed", "from", "to", "value", "stale", "ask")
"""What the drawing itself says."""

NODE = re.compile(r"node(\d{1,6})")
"""The id of a node in its drawing."""

STILL = ("file", "name", "words_at", "legible", "colours", "words")
"""What is the same whatever the graph."""

REFUSED = "refused"
"""Where a session keeps the names of drawings that its browser found to be too large."""

PIXELS, PROJECTED_PIXELS = 10, 15
"""A drawing whose numbers would have to be smaller is not shown whole at first."""

HTML = '<div class="graph-view" role="figure"><div class="stage"></div></div>'
_VIEW = part("graph_view", "web/graph_view/graph_view.js", html=HTML, isolate_styles=False)


class Drawn(Protocol):
    """A graph with what went back through it."""

    @property
    def graph(self) -> AutogradGraph: ...
    @property
    def backward(self) -> Backward | None: ...


@dataclass(frozen=True)
class Picture:
    """A graph to be drawn."""

    of: tuple[object, ...]
    """All that decides what is told of it, as texts and numbers."""
    whole: Drawn
    """The graph and its passes."""
    known: Drawn
    """As much of them as may be told."""
    tell: Callable[[], Mapping[str, Any]]
    """What there is to say of its nodes, by their ids; called when the first one is selected."""
    dot: Callable[[], str]
    """Its DOT text with what is known; called when somebody saves it."""
    constants: bool = True
    """Whether what autograd does not track is drawn too."""
    leaf_sign: str = ".grad"
    """What stands before the gradient of a leaf."""
    marks: Mapping[str, str] | None = None
    """Words at nodes and arrows, by their ids."""


@kept_by(lambda picture, large, tall: (picture.of, large, tall))
def stage_of(picture: Picture, large: bool, tall: bool) -> Stage:
    """A drawing without its numbers, for a wide or for a narrow place."""
    return to_stage(
        picture.whole.graph,
        picture.whole.backward,
        (picture.known.graph, picture.known.backward) if picture.known is not picture.whole else None,
        constants=picture.constants,
        leaf_sign=picture.leaf_sign,
        sizes=PROJECTED if large else NARROW if tall else ON_SCREEN,
        marks=picture.marks or {},
        tall=tall,
    )


def graph_view(picture: Picture, key: str = "graph", file: str = "graph", asks: Collection[int] = ()) -> None:
    """Draw a graph under this key; `file` is what it is saved as. What stands below it in words is `in_words`.

    `asks` are the nodes that one may choose to be asked about.
    """
    data = view_data(picture, key, file, projected(), bool(remembered(WITHIN)))
    data |= {"asks": [f"node{node}" for node in asks]} if asks else {}

    def chosen() -> None:
        node = NODE.fullmatch(str(st.session_state[key].chosen))
        if node:
            choose(int(node[1]))

    def refused() -> None:
        names = {*remembered(REFUSED, ()), st.session_state[key].refused}
        st.session_state[REFUSED] = frozenset(names)

    with markup.apart():
        _VIEW(
            key=key,
            data=data,
            still=(STILL,),
            along=(data["wide"],),
            on_missing_change=send_within,
            on_refused_change=refused,
            on_chosen_change=chosen,
        )
    if not {data["wide"], data["tall"]}.isdisjoint(remembered(REFUSED, ())):
        table(node_table(picture.known.graph, picture.known.backward))


def in_words(known: Drawn, key: str = "graph", explained: bool = True) -> None:
    """What is said of a graph drawn under this key for those who do not see it, and what its colours mean."""
    words = escape(describe(known.graph, known.backward), quote=False)
    markup.show(f'<p class="in-words" id="{_words_at(key)}">{words}</p>{legend() if explained else ""}')


def _words_at(key: str) -> str:
    return f"{key}-in-words"


def view_data(picture: Picture, key: str, file: str, large: bool = False, within: bool = False) -> dict[str, Any]:
    """What the drawing in the browser is given: names of what it fetches, and the numbers; large for a projector.

    `within` brings the drawings themselves along, for a browser that cannot fetch them from this process.
    """
    wide, tall = (stage_of(picture, large, tall) for tall in (False, True))
    names = {"wide": _drawing(wide), "tall": _drawing(tall)}
    return {
        **names,
        "texts": wide.texts,
        "nodes": store.offer(("nodes", *picture.of), partial(_nodes, picture.tell)),
        "dot": store.offer(("dot", *picture.of), picture.dot),
        "file": file,
        "name": say("export.graph"),
        "words_at": _words_at(key),
        "legible": PROJECTED_PIXELS / PROJECTED.number if large else PIXELS / ON_SCREEN.number,
        "colours": {"gradient": Colour.GRADIENT.light},
        "words": {word: say(f"drawing.{word}", names="{names}", value="{value}") for word in WORDS},
        "within": {name: store.text(name) for name in names.values()} if within else {},
    }


def _drawing(stage: Stage) -> str:
    return store.offer(("svg", made_by(), stage.dot), partial(_laid_out, stage.dot), len(stage.dot))


def _laid_out(dot: str) -> str:
    """The SVG text, an empty one where that takes too long."""
    try:
        return lay_out(dot)
    except TooLarge:
        return ""


def _nodes(tell: Callable[[], Mapping[str, Any]]) -> str:
    return json.dumps(tell())
