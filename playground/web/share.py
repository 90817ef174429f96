"""The QR code of a page's full address, as the browser has it."""

import re
import socket
from typing import TypeGuard
from urllib.parse import urlsplit

import segno
from segno.encoder import DataOverflowError

from playground.web.cache import kept
from playground.words import paragraph, say

QUIET_ZONE = 4
"""So many white modules stand around the code, as its standard asks."""
CROWDED = 97
"""From so many modules a side on, a phone in the last row cannot tell them apart."""
LONGEST = 16_000
"""So many characters of an address are looked at: more than any code holds."""
THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]", "0.0.0.0")
EVERYWHERE = (None, "", "0.0.0.0", "::")
"""Where a server listens that the whole network can reach."""
SOMEWHERE = ("192.0.2.1", 9)
"""An address of the documentation's own, on the way to which this computer has a number."""
_ADDRESS = re.compile(r"https?://(?P<host>\[[\w:.]++]|[\w.-]++)[!-~]*", re.ASCII)
"""What a browser calls the address of a page."""


def is_address(text: object) -> TypeGuard[str]:
    """Whether what a browser sent can be the address of a page."""
    return isinstance(text, str) and _ADDRESS.fullmatch(text) is not None


def in_network(address: str, listens: str | None, host: str) -> str:
    """The same address as others in the network can open it; empty where it is none of this computer, or not known.

    `listens` is where the server listens, None for everywhere; `host` is what the visitor's request names.
    """
    read = _ADDRESS.fullmatch(address)
    hostname = urlsplit(f"//{host}").hostname
    if not read or not {read["host"], hostname} <= {*THIS_MACHINE, "::1"} or listens not in EVERYWHERE:
        return ""
    number = own_number()
    return address[: read.start("host")] + number + address[read.end("host") :] if number else ""


def own_number() -> str:
    """The number of this computer in its network, empty without one; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(SOMEWHERE)
        except OSError:
            return ""
        number: str = probe.getsockname()[0]
    return "" if number.startswith("127.") else number


@kept
def code(address: str, language: str, network: str = "") -> dict[str, str]:
    """The QR code of an address as a picture and what it shows in words; no picture where there is too much.

    Of an address of this computer alone it is the code of the one in the network, where that is known.
    """
    read = _ADDRESS.fullmatch(address)
    notes = [say("share.this_machine")] if read and read["host"] in THIS_MACHINE else []
    if network:
        notes, address = [say("share.in_network", address=network)], network
    try:
        drawn = segno.make(address, error="l", boost_error=True, micro=False)
    except DataOverflowError:
        return {"note": paragraph([say("share.too_long"), *notes])}
    if drawn.symbol_size(border=0)[0] >= CROWDED:
        notes.append(say("share.crowded"))
    picture = drawn.svg_data_uri(border=QUIET_ZONE, light="#fff")
    return {"picture": picture, "alt": say("share.alt"), "note": paragraph(notes)}
