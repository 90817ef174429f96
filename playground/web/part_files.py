"""The scripts, style sheets, fonts and the icon of the package, as they are written."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

PATH = "parts"
"""Where browsers ask for what is made of them, from the app's top on; after it comes a digest."""
TYPES = {".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf", ".svg": "image/svg+xml"}
"""The types of content, by the endings of names."""


@cache
def part_files() -> Mapping[str, bytes]:
    """Their contents, by their paths in the package."""
    return dict(sorted(_under(files("playground"), "")))


def _under(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    assets: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            assets += _under(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(tuple(TYPES)):
            assets.append((path + entry.name, entry.read_bytes()))
    return assets
