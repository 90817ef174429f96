"""One blue means values and one orange means gradients, in the drawings, in the theme and in the icon."""

import tomllib
from pathlib import Path

from playground.drawing.colours import Colour

ROOT = Path(__file__).parents[2]


def test_the_theme_has_the_drawings_colours() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    for scheme in ("light", "dark"):
        assert theme[scheme]["blueTextColor"] == getattr(Colour.VALUE, scheme)
        assert theme[scheme]["orangeTextColor"] == getattr(Colour.GRADIENT, scheme)
    icon = (ROOT / "playground" / "app" / "icon.svg").read_text("utf-8")
    assert Colour.VALUE.light in icon
    assert Colour.GRADIENT.light in icon
