"""The QR code of a page's full address, as the browser has it."""

import re
from typing import TypeGuard

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
_ADDRESS = re.compile(r"https?://(?P<host>\[[\w:.]++]|[\w.-]++)[!-~]*", re.ASCII)
"""What a browser calls the address of a page."""


def is_address(asked: object) -> TypeGuard[str]:
    """Whether what a browser sent can be the address of a page."""
    return isinstance(asked, str) and _ADDRESS.fullmatch(asked) is not None


@kept
def code(address: str, language: str) -> dict[str, str]:
    """The QR code of an address as a picture and what it shows in words; no picture where there is too much."""
    read = _ADDRESS.fullmatch(address)
    notes = [say("share.this_machine")] if read and read["host"] in THIS_MACHINE else []
    try:
        drawn = segno.make(address, error="l", boost_error=True, micro=False)
    except DataOverflowError:
        return {"note": paragraph([say("share.too_long"), *notes])}
    if drawn.symbol_size(border=0)[0] >= CROWDED:
        notes.append(say("share.crowded"))
    picture = drawn.svg_data_uri(border=QUIET_ZONE, light="#fff")
    return {"picture": picture, "alt": say("share.alt"), "note": paragraph(notes)}
