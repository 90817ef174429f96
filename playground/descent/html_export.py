"""A figure with its film as one HTML file that plays without a network: Plotly, the player and all numbers."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from playground.descent.figures import library
from playground.drawing.colours import Colour
from playground.drawing.film import Film, bound
from playground.web.files import source
from playground.web.player import HTML, player_data
from playground.words import say, speak

SHELL = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
<h1>{title}</h1>
<div class="st-key-film"><div id="figure"></div></div>
<div id="player">{player}</div>
<script>{plotly}</script>
<script type="module">
{script}
const figure = {figure}
const config = {{ responsive: true, displaylogo: false, modeBarButtons: [["toImage"]] }}
Plotly.newPlot("figure", figure.data, figure.layout, config).then(() =>
  makePlayer({{ parentElement: document.getElementById("player") }}).load({{ data: {data} }}),
)
</script>
</html>
"""
STYLE = """
:root { --paper: #ffffff; --line: #d5dae3; --panel: #f4f6fb; COLOURS }
body { max-width: 72rem; margin: 1rem auto; padding: 0 1rem; font-family: system-ui, sans-serif; }
h1 { font-size: 1.1rem; }
"""
OFFLINE = {
    'import { unpacked } from "./columns.js"': "",
    "export const unpacked": "const unpacked",
    'import { fetched } from "../fetched.js"': "",
    "export default function (": "function makePlayer(",
}
"""What makes one script of both files: what they import and export of each other, and their own name for it."""


def page_of(title: str, figure: Mapping[str, Any], film: Film, language: str) -> str:
    """The file's text; it is written when a browser asks for it, in a thread that speaks no language yet."""
    speak(language)
    figure, film = bound(figure, film)
    colours = " ".join(f"--{colour.name.lower().replace('_', '-')}: {colour.light};" for colour in Colour)
    return SHELL.format(
        language=say("frame.language_tag"),
        title=escape(title),
        style=STYLE.replace("COLOURS", colours) + source("web/player/player.css"),
        player=HTML,
        plotly=library(),
        script=script(),
        figure=_json(figure),
        data=_json({**player_data(film, "film", None), "opening": 0, "note": None}),
    )


def script() -> str:
    """The player's script, and before it what writes out the columns of a reel, as one that imports nothing."""
    text = source("web/player/columns.js") + source("web/player/player.js")
    for module, offline in OFFLINE.items():
        assert module in text
        text = text.replace(module, offline)
    return text


def _json(value: Any) -> str:
    """A value as JavaScript inside of a page: no text in it can end the script."""
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")
