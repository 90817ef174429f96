"""A drawing on a page without a server: its scripts and what it fetches come from this process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Route

from playground.app.routes import OFFERED
from playground.drawing.dot import to_dot
from playground.drawing.graph_text import describe
from playground.drawing.node_details import node_details
from playground.web import store
from playground.web.graph_view import HTML, Picture, view_data
from playground.web.part_files import PATH, TYPES, part_files
from playground.web.served import SHEET, digest, linked, served
from tests.drawing.cases import Case, Seen, hostile_graph

TOP = "http://127.0.0.1/drawn/"
PAGE = """<!doctype html>
<html lang="en" style="color-scheme: light dark"><title>Drawn</title><meta name="viewport" content="width=device-width">
{style}<body class="stApp" style="background: var(--paper)">
<main class="stMain"><div class="st-key-graph"><div id="part">{html}</div></div>
<p id="graph-in-words"></p><p>Below the drawing</p></main><script type="module">
import makeDrawing from "{script}"
window.told = []
const drawing = makeDrawing({{ parentElement: document.getElementById("part") }})
const tell = (...what) => told.push(what)
window.load = (data) => drawing.load({{ data, setTriggerValue: tell, setStateValue: tell }})
window.stop = () => drawing.stop()
</script></body></html>"""
CHANGES_NOTHING: Mapping[str, Any] = {}


@dataclass
class Stage:
    """A page with one drawing."""

    page: Page
    asked: list[str] = field(default_factory=list)
    """What it fetched, in order."""
    refuses: set[str] = field(default_factory=set)
    """Kinds of what the server does not know at the moment."""

    def __post_init__(self) -> None:
        self.page.route(f"{TOP}**", self._answer)
        self.page.goto(TOP)

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path.removeprefix(urlsplit(TOP).path)
        kind, _, name = path.partition("/")
        if not path:
            page = PAGE.format(
                style=linked(SHEET), html=HTML, script=f"./{PATH}/{digest()}/web/graph_view/graph_view.js"
            )
            route.fulfill(content_type="text/html", body=page)
        elif kind == PATH:
            file = name.partition("/")[2]
            route.fulfill(content_type=TYPES[file[file.rindex(".") :]], body={**served(), **part_files()}[file])
        elif kind in self.refuses:
            self.asked.append(kind)
            route.fulfill(status=404)
        else:
            self.asked.append(kind)
            route.fulfill(content_type=OFFERED[kind], body=store.text(name))

    def show(self, case: Case, large: bool = False, **more: Any) -> None:
        """Draw a case, or draw it anew."""
        self.draw(Seen(*case.drawn()), large, **more)

    def show_hostile(self) -> None:
        """Draw the worst texts."""
        self.draw(Seen(*hostile_graph()))

    def draw(self, drawn: Seen, large: bool = False, **more: Any) -> None:
        """Draw a graph with its passes."""
        tell = partial(node_details, drawn.graph, drawn.backward, drawn.local)
        of = (repr(drawn.graph), repr(drawn.backward), repr(more))
        picture = Picture(of, drawn, drawn, tell, partial(to_dot, drawn.graph, drawn.backward), **more)
        self.page.evaluate("words => (document.getElementById('graph-in-words').textContent = words)",
                           describe(drawn.graph, drawn.backward))  # fmt: skip
        self.page.wait_for_function("Boolean(window.load)")
        self.page.evaluate("data => void load(data)", view_data(picture, "graph", "graph", large))

    @property
    def told(self) -> list[list[str]]:
        """What the drawing told the server."""
        found: list[list[str]] = self.page.evaluate("told")
        return found

    @property
    def svg(self) -> Locator:
        return self.page.locator(".st-key-graph svg:has(g.node)")

    @property
    def card(self) -> Locator:
        return self.page.locator(".node-card")

    @property
    def frame(self) -> Locator:
        return self.page.locator(".graph-view .stage")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def box(self) -> list[float]:
        """What part of the drawing is seen: x, y, width, height in points."""
        found: list[float] = self.svg.evaluate("({viewBox: {baseVal: b}}) => [b.x, b.y, b.width, b.height]")
        return found
