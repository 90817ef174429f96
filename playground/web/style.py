"""The one style sheet of all pages: a file that a browser asks for once, and that no page sends again."""

from playground.drawing.colours import Colour
from playground.drawing.svg import FONT, FONT_FILE
from playground.web.part_files import part_files

FRAME, SHARED = "web/frame.css", "web/"
"""The frame's sheet stands first, then those of the parts that pages share; a page's own come after them."""
PROJECTOR_SHEET = "web/projector.css"
APART = ("app/first_paint.css", PROJECTOR_SHEET)
"""What is no part of it: the one is in the document itself, the other is only for a room that looks."""


def one_sheet() -> str:
    """The text of the sheet; `--value`, `--gradient` and so on are the drawings' colours."""
    names = sorted(name for name in part_files() if name.endswith(".css") and name not in APART)
    colours = "".join(f"--{_name(colour)}: light-dark({colour.light}, {colour.dark});" for colour in Colour)
    made = [f".stApp {{ {colours} }}\n", *map(_figure_rules, Colour)]
    shared = [name for name in names if name.startswith(SHARED) and name != FRAME]
    own = [name for name in names if not name.startswith(SHARED)]
    texts = [*map(_text, (FRAME, *shared)), _player_rules(), _graph_rules(), *map(_text, own)]
    return "".join((*made, *texts))


def _text(name: str) -> str:
    return part_files()[name].decode()


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


def _player_rules() -> str:
    """The rules that name colours: what a drawing shows in those of values and gradients is hidden until it is lit."""
    value, gradient = (_of(colour) for colour in (Colour.VALUE, Colour.GRADIENT))
    return f"""
svg.played g.node:not(.lit) {value}, svg.played g:is(.node, .edge):not(.lit-back) {gradient} {{ visibility: hidden; }}
svg.played g.edge.current:not(.back) {value}, svg.played g.edge.current.back {gradient} {{ stroke-width: 2.6; }}
"""


def _of(colour: Colour) -> str:
    return f':is([fill="{colour.light}"]:not([stroke]), [stroke="{colour.light}"])'


def _graph_rules() -> str:
    """The font of drawings, named from the sheet on that has these rules, and every colour for both themes."""
    face = f'@font-face {{ font-family: "{FONT}"; src: url("{FONT_FILE}"); font-display: swap; }}\n'
    return face + "".join(map(_rule, Colour))


def _rule(colour: Colour) -> str:
    """A colour that the drawing names is the light theme's; in the dark theme its partner takes its place."""
    follow = f"light-dark({colour.light}, {colour.dark})"
    return "\n".join(
        f'.graph-view svg [{part}="{colour.light}"] {{ {part}: {follow}; }}' for part in ("fill", "stroke")
    )
