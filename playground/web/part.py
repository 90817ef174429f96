"""A component whose script is a file: a browser asks for it once, and no rerun sends it again."""

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import streamlit as st

TYPES = {".js": "text/javascript", ".ttf": "font/ttf"}
"""The files that browsers may ask for, by their endings."""

PATH = "parts"
"""Where they are, from the app's top on; after it comes their digest."""

LOADER = """const at = new URL("{path}", document.baseURI)
const file = () => import(at).catch((problem) => console.warn(problem))
export default (part) => {{
  const made = file().then((loaded) => loaded?.default(part))
  return () => made.then((stop) => stop?.())
}}
"""
"""What stands in the page instead of a script: where the file does not come there is no red box, and the next data asks
for it anew. Without a line break Streamlit would take it for a path."""


@cache
def part_files() -> Mapping[str, bytes]:
    """The scripts and fonts of the package, by their paths in it."""
    return dict(sorted(_under(files("playground"), "")))


def _under(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _under(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(tuple(TYPES)):
            found.append((path + entry.name, entry.read_bytes()))
    return found


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
    """A component of Streamlit's second kind; its script is named from the package on (`web/share/share.js`)."""
    loader = LOADER.format(path=address_of(script))
    return st.components.v2.component(name, html=html, css=css, js=loader, isolate_styles=isolate_styles)
