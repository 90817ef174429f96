"""The scripts, style sheets and fonts of the package, as they are written."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

ENDINGS = (".js", ".css", ".ttf")
"""The endings of the files that browsers need."""


@cache
def part_files() -> Mapping[str, bytes]:
    """Their contents, by their paths in the package."""
    return dict(sorted(_under(files("playground"), "")))


def _under(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    assets: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            assets += _under(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(ENDINGS):
            assets.append((path + entry.name, entry.read_bytes()))
    return assets
