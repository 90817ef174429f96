"""The style sheet of drawings."""

from functools import cache

from playground.drawing.colours import Colour
from playground.web.files import source


@cache
def graph_style() -> str:
    """The style of graphs as a `<style>` element for `st.html`: fonts, sizes, and every colour for both themes."""
    sheet = source("web/graph_style/graph.css")
    return f"<style>{sheet}{''.join(map(_rule, Colour))}</style>"


def _rule(colour: Colour) -> str:
    """A colour that the drawing names is the light theme's; in the dark theme its partner takes its place."""
    follow = f"light-dark({colour.light}, {colour.dark})"
    return "\n".join(
        f'.stGraphVizChart svg [{part}="{colour.light}"] {{ {part}: {follow}; }}' for part in ("fill", "stroke")
    )
