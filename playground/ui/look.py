"""The style sheet of drawings."""

from functools import cache
from importlib.resources import files

from playground.drawing.colours import Colour


@cache
def graph_style() -> str:
    """The style of graphs as a `<style>` element for `st.html`: fonts, sizes, and every colour for both themes."""
    sheet = files(__package__).joinpath("graph.css").read_text("utf-8")
    return f"<style>{sheet}{''.join(map(_rule, Colour))}</style>"


def _rule(colour: Colour) -> str:
    """A colour that the drawing names is the light theme's; in the dark theme its partner takes its place."""
    follow = f"light-dark({colour.light}, {colour.dark})"
    return "\n".join(
        f'.stGraphVizChart svg [{part}="{colour.light}"] {{ {part}: {follow}; }}' for part in ("fill", "stroke")
    )
