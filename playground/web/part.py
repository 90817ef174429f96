"""A component whose script is a file: a browser asks for it once, and no rerun sends it again."""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

import streamlit as st

from playground.web import recording, store
from playground.web.part_files import part_files
from playground.web.served import SCRIPT, address_of
from playground.web.session_parameters import remembered

KNOWN = "still"
"""Where a session keeps the names of what its browser was sent, by the keys of components."""

QUIET = {"on_typed_change"}
"""What a part only tells: the address says it too."""

LOADER = """export default (part) => {{
const all = import(new URL("{address}", document.baseURI))
const made = all.then(({{ files }}) => files["web/part.js"].show(part, files["{script}"].default), console.warn)
return () => made.then((stop) => stop?.())
}}"""
"""What stands in the page instead of a script. Without a line break Streamlit would take it for a path.

It travels with every rerun, once for each component.
"""


def part(
    name: str, script: str, html: str | None = None, css: str | None = None, isolate_styles: bool = True
) -> Callable[..., Any]:
    """A component of Streamlit's second kind; its script is named from the package on (`web/share/share.js`).

    Its `data` goes as the bytes of JSON: Streamlit would look for a data frame in every value of a dictionary. What
    seldom changes of it, words for example, is named as `still`: a session is sent it once, and from then on its name.
    """
    part_files()[script]
    loader = LOADER.format(address=address_of(SCRIPT), script=script)
    draw = st.components.v2.component(name, html=html, css=css, js=loader, isolate_styles=isolate_styles)

    def drawn(key: str, data: Mapping[str, Any], still: Collection[str] = (), **more: Any) -> Any:
        name = _name_of({part: data[part] for part in still}) if still else None
        rest = packed({**without(data, still), **({"still": name} if name else {})})
        more = {name: given if name in QUIET else _heard(given) for name, given in more.items()}
        return recording.draw(_send, component=draw, key=key, data=rest, still=name, more=more)

    return drawn


def _heard(given: Any) -> Any:
    """A callback after which the run answers what its part asked for."""
    if not callable(given):
        return given

    def heard() -> None:
        recording.live()
        given()

    return heard


def _send(component: Callable[..., Any], key: str, data: bytes, still: str | None, more: Mapping[str, Any]) -> Any:
    """Draw a component; with what seldom changes of its data where its browser may not know it yet."""
    if still and remembered(KNOWN, {}).get(key) != still:
        st.session_state[KNOWN] = {**remembered(KNOWN, {}), key: still}
        data = b'%b,"stands":%b}' % (data[:-1], store.text(still).encode())
    return component(key=key, data=data, **more)


def without(data: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Data without the parts of these names."""
    return {name: part for name, part in data.items() if name not in names}


def packed(data: Mapping[str, Any]) -> bytes:
    """Data as short JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _name_of(still: Mapping[str, Any]) -> str:
    """The name under which a browser keeps what seldom changes."""
    text = packed(still).decode()
    return store.offer(("still", text), lambda: text, len(text))
