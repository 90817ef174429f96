"""What browsers fetch by its name and keep: drawings, and what is told of their nodes.

A page only *offers* a thing, under the digest of all that it is made of. It is made when the first browser asks for it,
once for all of them, and packed; a page that is seen again costs nothing here.
"""

import gzip
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from operator import itemgetter

from cachetools import LRUCache, cached

from playground.engine.budget import allowed
from playground.engine.turnstile import TURNS, Waiting
from playground.language import limits
from playground.words import speak, spoken

MAX_OFFERED_CHARACTERS = 16_000_000
"""What is known by name is made of at most so many characters."""
NAME_BYTES = 9
"""So much of a digest is a name, in 12 letters: a rerun sends fifteen of them."""
LEAST_CHARACTERS = 2000
"""An offer counts as so many, however little it is made of."""
MAX_PACKED_BYTES = 16_000_000
"""All that is kept packed has at most so many bytes."""

WITHIN = "within"
"""Whether a session is sent what it cannot fetch: its browser asked a process that does not know it."""

_offers: LRUCache[str, tuple[Callable[[], str], int]] = LRUCache(MAX_OFFERED_CHARACTERS, getsizeof=itemgetter(1))
_packed: LRUCache[tuple[str], bytes] = LRUCache(MAX_PACKED_BYTES, getsizeof=len)
_waiting = Waiting()
_offering = ContextVar[set[str] | None]("offering", default=None)
"""Where the names that are offered are written down."""


def offer(of: object, make: Callable[[], str], characters: int = 0) -> str:
    """The name under which a text can be fetched; `of` is all that decides what it is, by its `repr`.

    `make` is made of so many characters; it is called in another thread, with a turn and in the language spoken now.
    """
    language = spoken()
    name = urlsafe_b64encode(sha256(repr((language, of)).encode()).digest()[:NAME_BYTES]).decode()

    def made() -> str:
        speak(language)
        with TURNS.turn(), allowed(limits.PAGE_CPU_SECONDS):
            return make()

    with _waiting:
        _offers[name] = made, LEAST_CHARACTERS + characters
    offering = _offering.get()
    if offering is not None:
        offering.add(name)
    return name


@contextmanager
def offering(names: set[str]) -> Iterator[None]:
    """Add to these whatever name is offered in the block."""
    token = _offering.set(names)
    try:
        yield
    finally:
        _offering.reset(token)


def renewed(names: Iterable[str]) -> bool:
    """Whether all of these are still offered; each of them is from now on, as if it had been offered now."""
    with _waiting:
        return all(_offers.get(name) is not None for name in names)


def kept(name: str) -> bytes | None:
    """A thing that is there already, packed."""
    with _waiting:
        return _packed.get((name,))


def packed(name: str) -> bytes:
    """A thing, packed by gzip; made now if need be. KeyError where nothing of that name was offered."""
    return _made(name)


def text(name: str) -> str:
    """The same as it is read."""
    return gzip.decompress(packed(name)).decode()


@cached(_packed, condition=_waiting)
def _made(name: str) -> bytes:
    with _waiting:
        make, _ = _offers[name]
    return gzip.compress(make().encode(), mtime=0)


def send_within() -> None:
    """From now on this session is sent what its browser found missing."""
    import streamlit as st  # a server that starts, and answers for this, has no session

    st.session_state[WITHIN] = True
