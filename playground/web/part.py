"""A component whose script is a file: a browser asks for it once, and no rerun sends it again."""

import json
from collections.abc import Callable, Collection, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import streamlit as st

from playground.web.session_parameters import remembered

TYPES = {".js": "text/javascript", ".ttf": "font/ttf"}
"""The files that browsers may ask for, by their endings."""

KNOWN = "still"
"""Where a session keeps the names of what its browser was sent, by the keys of components."""

PATH = "parts"
"""Where they are, from the app's top on; after it comes their digest."""

LOADER = """const file = (name) => import(new URL("{path}/" + name, document.baseURI))
export default (part) => {{
  const files = Promise.all([file("web/part.js"), file("{script}")])
  const made = files.then(([{{ show }}, own]) => show(part, own.default), console.warn)
  return () => made.then((stop) => stop?.())
}}
"""
"""What stands in the page instead of a script. Without a line break Streamlit would take it for a path."""


@cache
def part_files() -> Mapping[str, bytes]:
    """The scripts and fonts of the package, by their paths in it."""
    return dict(sorted(_under(files("playground"), "")))


def _under(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    assets: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            assets += _under(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(tuple(TYPES)):
            assets.append((path + entry.name, entry.read_bytes()))
    return assets


@cache
def digest() -> str:
    """What all these files come to: another one means another address."""
    return sha256(b"".join(name.encode() + text for name, text in part_files().items())).hexdigest()[:16]


def address_of(name: str) -> str:
    """The address of a file, from the app's top on; KeyError where there is none."""
    part_files()[name]
    return f"{PATH}/{digest()}/{name}"


def part(
    name: str, script: str, html: str | None = None, css: str | None = None, isolate_styles: bool = True
) -> Callable[..., Any]:
    """A component of Streamlit's second kind; its script is named from the package on (`web/share/share.js`).

    Its `data` goes as the bytes of JSON: Streamlit would look for a data frame in every value of a dictionary. What
    seldom changes of it, words for example, is named as `still`: a session is sent it once, and from then on its name.
    """
    part_files()[script]
    loader = LOADER.format(path=f"{PATH}/{digest()}", script=script)
    draw = st.components.v2.component(name, html=html, css=css, js=loader, isolate_styles=isolate_styles)

    def drawn(key: str, data: Mapping[str, Any], still: Collection[str] = (), **more: Any) -> Any:
        named = _named(key, {part: data[part] for part in still}) if still else {}
        return draw(key=key, data=packed({**without(data, still), **named}), **more)

    return drawn


def without(data: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Data without the parts of these names."""
    return {name: part for name, part in data.items() if name not in names}


def packed(data: Mapping[str, Any]) -> bytes:
    """Data as short JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _named(key: str, still: Mapping[str, Any]) -> dict[str, Any]:
    """The name under which a browser keeps what seldom changes; with it all of that, where it may not know it yet."""
    from playground.web import store  # a server that starts, and asks for files, imports none of this

    text = json.dumps(still)
    name = store.offer(("still", text), lambda: text, len(text))
    known: dict[str, str] = remembered(KNOWN, {})
    st.session_state[KNOWN] = {**known, key: name}
    return {"still": name} if known.get(key) == name else {"still": name, "stands": still}
