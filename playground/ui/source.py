"""Files that are not imported: the pages, and the parts of a component."""

from functools import cache
from importlib.resources import files
from pathlib import Path

PAGES = Path(__file__).parents[2] / "pages"
"""The folder of the pages' scripts."""

ICON = Path(__file__).with_name("icon.svg")


@cache
def source(name: str) -> str:
    """The text of a style sheet or script beside this file."""
    return files(__package__).joinpath(name).read_text("utf-8")
