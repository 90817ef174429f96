"""The step player: it plays a film over a drawing that is on the page already, in the browser and without the server.

    player(graph_film(graph, backward, local), "graph")      # over the graph in the container of that key
    player(film_of(columns, told), "descent")                # over the Plotly figure in that container

Call it on every rerun, after the drawing. It keeps its place while the film changes, and stays at the end if it was
there. Elements of class `play-NAME` anywhere on the page follow it too (`Scene.texts`, `Scene.lit`). Of several players
on a page one has the address's `step`; the others get `parameter=None`.
"""

import json
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from playground.drawing.film import Film, opening, packed
from playground.web import markup, store
from playground.web.part import part
from playground.web.reveal import reached
from playground.web.session import opened_with
from playground.web.session_parameters import remembered
from playground.web.store import WITHIN, send_within
from playground.words import say

WORDS = ("name", "play", "pause", "previous", "next", "step", "place", "shorter", "speed")
"""What the player itself says."""
STILL = ("container", "parameter", "words")
"""What is the same whatever the film."""
KEPT_FILMS = 64
"""So many films are kept as they are sent."""
LONG_CHARACTERS = 1500
"""A film of at least so many is fetched by its name."""

HTML = '<div class="player" role="group"></div>'
"""What the script fills: it travels with every rerun."""


_PLAYER = part("player", "web/player/player.js", HTML, isolate_styles=False)


def player(film: Film, key: str, parameter: str | None = "step") -> None:
    """The player of the drawing in the container of this key; `parameter` holds its place in the address."""
    shown = reached(film)
    if shown is not film:
        film, parameter = shown, None  # it ends where one has come to: no address asks for another place
    place, note = opening(opened_with(parameter) if parameter else None, film.last)
    film_data = packed(film) if remembered(WITHIN) else fetched(film)
    sent = {**film_data, **_beside(key, parameter), "opening": place, "note": note}
    with markup.apart():
        _PLAYER(key=f"player-{key}", data=sent, still=(STILL,), on_missing_change=send_within)


def fetched(film: Film) -> dict[str, Any]:
    """What is sent of a film; a long one is fetched by its name: it is sent once, and not with every rerun."""
    _, text = _texts(film)
    if len(text) < LONG_CHARACTERS:
        return packed(film)
    return {"film": store.offer(("film", text), lambda: text, len(text))}


_kept: LRUCache[tuple[int], tuple[Film, str]] = LRUCache(KEPT_FILMS)


@cached(_kept, key=lambda film: (id(film),), lock=Lock())
def _texts(film: Film) -> tuple[Film, str]:
    """A film, which keeps its place in memory to itself, and what it is as JSON."""
    return film, json.dumps(packed(film))


def player_data(film: Film, key: str, parameter: str | None) -> dict[str, Any]:
    """What the player in the browser is given of a film."""
    return {**packed(film), **_beside(key, parameter)}


def _beside(key: str, parameter: str | None) -> dict[str, Any]:
    """What a player is told that is no part of its film."""
    return {
        "container": f"st-key-{key}",
        "parameter": parameter,
        "words": {word: say(f"player.{word}", step="{step}", last="{last}") for word in WORDS},
    }
