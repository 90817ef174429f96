"""A component whose script is a file: a browser asks for it once, and no rerun sends it again."""

import json
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
const decoder = new TextDecoder()
const shown = new WeakMap()
const tell = async (part, text) => {{
  const {{ default: show }} = await import(at)
  return show({{ ...part, data: JSON.parse(text) }})
}}
export default (part) => {{
  const {{ parentElement, data }} = part
  const text = decoder.decode(data)
  const before = shown.get(parentElement)
  if (before?.text === text) return before.stop
  const made = tell(part, text).catch((problem) => {{
    shown.delete(parentElement)
    console.warn(problem)
  }})
  const stop = () => {{
    shown.delete(parentElement)
    made.then((end) => end?.())
  }}
  shown.set(parentElement, {{ text, stop }})
  return stop
}}
"""
"""What stands in the page instead of a script: it hands on data that are others than before.

Where the file does not come there is no red box, and the next data asks for it anew. Without a line break Streamlit
would take it for a path.
"""


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
    """A component of Streamlit's second kind; its script is named from the package on (`web/share/share.js`).

    Its `data` goes as the bytes of JSON: Streamlit would look for a data frame in every value of a dictionary.
    """
    loader = LOADER.format(path=address_of(script))
    draw = st.components.v2.component(name, html=html, css=css, js=loader, isolate_styles=isolate_styles)

    def drawn(data: Mapping[str, Any], **more: Any) -> Any:
        return draw(data=packed(data), **more)

    return drawn


def packed(data: Mapping[str, Any]) -> bytes:
    """Data as short JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
