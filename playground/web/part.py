"""A component whose script is a file: a browser asks for it once, and no rerun sends it again."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import chain
from typing import Any

import streamlit as st

from playground.web import recording, store
from playground.web.part_files import part_files
from playground.web.served import SCRIPT, address_of
from playground.web.session_parameters import remembered

KNOWN = "still"
"""Where a session keeps the names of what its browser was sent, by the keys of components."""

MAX_ALONG_BYTES = 6000
"""What is longer, packed, is fetched: messages are not packed."""

QUIET = {"on_typed_change"}
"""What a part only tells: the address says it too."""

LOADER = """export default p=>{{
let e=import(new URL("{address}",document.baseURI)).then(a=>a.draw("{script}",p)).catch(console.warn)
return()=>e.then(s=>s?.())}}"""
"""What stands in the page instead of a script. Without a line break Streamlit would take it for a path.

It travels with every rerun, once for each component, hence its short names: the part, how it ends, all scripts, what
stops it.
"""


def part(
    name: str, script: str, html: str | None = None, css: str | None = None, isolate_styles: bool = True
) -> Callable[..., Any]:
    """A component of Streamlit's second kind; its script is named from the package on (`web/share/share.js`).

    Its `data` goes as the bytes of JSON: Streamlit would look for a data frame in every value of a dictionary. What
    seldom changes of it, words for example, is named as `still`, in groups of what changes together: a session is sent
    each once, and from then on its name. A session's first data bring `along` what the browser would fetch by names.
    """
    part_files()[script]
    loader = LOADER.format(address=address_of(SCRIPT), script=script)
    draw = st.components.v2.component(name, html=html, css=css, js=loader, isolate_styles=isolate_styles)

    def drawn(
        key: str, data: Mapping[str, Any], still: Iterable[Collection[str]] = (), along: Iterable[str] = (), **more: Any
    ) -> Any:
        groups = [{part: data[part] for part in group} for group in still if group]
        names = tuple(map(_name_of, groups))
        rest = packed({**without(data, {*chain(*groups)}), **({"still": names} if names else {})})
        more = {name: given if name in QUIET else _heard(given) for name, given in more.items()}
        return recording.draw(_send, component=draw, key=key, data=rest, still=names, along=along, more=more)

    return drawn


def _heard(given: Any) -> Any:
    """A callback after which the run answers what its part asked for."""
    if not callable(given):
        return given

    def heard() -> None:
        recording.live()
        given()

    return heard


def _send(
    component: Callable[..., Any],
    key: str,
    data: bytes,
    still: tuple[str, ...],
    along: Iterable[str],
    more: Mapping[str, Any],
) -> Any:
    """Draw a component; with what seldom changes of its data where its browser may not know it yet."""
    known = remembered(KNOWN, {}).get(key)
    if new := [name for name in still if known is None or name not in known]:
        st.session_state[KNOWN] = {**remembered(KNOWN, {}), key: still}
        stands = b",".join(b'"%b":%b' % (name.encode(), store.text(name).encode()) for name in new)
        data = b'%b,"stands":{%b}}' % (data[:-1], stands)
    if known is None and (texts := _there(along)):
        data = b'%b,"along":%b}' % (data[:-1], packed(texts))
    return component(key=key, data=data, **more)


def _there(names: Iterable[str]) -> dict[str, str]:
    """The texts of these names that are short and made already: a page waits for none of them."""
    made = {name: store.kept(name) for name in names}
    return {name: store.text(name) for name, short in made.items() if short and len(short) <= MAX_ALONG_BYTES}


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
