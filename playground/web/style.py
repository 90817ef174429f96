"""The style sheet of the frame and of what pages share, with the drawings' colours in it."""

from functools import cache

from playground.drawing.colours import Colour
from playground.web.files import source
from playground.web.graph_view import graph_style
from playground.web.player import player_style

SHEETS = (
    "web/frame.css",
    "web/head/head.css",
    "web/choices/choices.css",
    "web/code/code.css",
    "web/answers/answers.css",
    "web/heat/heat.css",
    "web/sweep/sweep.css",
)
"""The style sheets of the frame and of its parts."""


@cache
def frame_style() -> str:
    """The style as a `<style>` element for `st.html`; `--value`, `--gradient` and so on are the drawings' colours.

    Streamlit sends it once: of what it has sent it repeats nothing that is longer than 10 KB.
    """
    colours = "".join(f"--{_name(colour)}: light-dark({colour.light}, {colour.dark});" for colour in Colour)
    figures = "".join(map(_figure_rules, Colour))
    parts = "".join(map(source, SHEETS)) + player_style() + graph_style()
    return f"<style>.stApp {{ {colours} }}\n{figures}{parts}</style>"


def _name(colour: Colour) -> str:
    return colour.name.lower().replace("_", "-")


def _figure_rules(colour: Colour) -> str:
    """Plotly writes the light theme's colour on each element; the sheet puts the theme's own in its place."""
    red, green, blue = (int(colour.light[place : place + 2], 16) for place in (1, 3, 5))
    written = f"rgb({red}, {green}, {blue})"
    return "".join(
        f'.stPlotlyChart svg [style*="{part}: {written}"] {{ {part}: var(--{_name(colour)}) !important; }}\n'
        for part in ("fill", "stroke")
    )
