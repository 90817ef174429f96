"""The scripts and fonts of the package, as browsers ask for them: once, by the digest of them all."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

TYPES = {".js": "text/javascript", ".ttf": "font/ttf"}
"""The files that browsers may ask for, by their endings."""

PATH = "parts"
"""Where they are, from the app's top on; after it comes their digest."""


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
