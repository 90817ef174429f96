"""Files that are not imported: the pages, and the parts of a component."""

from functools import cache
from importlib.resources import files
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
PAGES = next(filter(Path.is_dir, (_PACKAGE / "pages", _PACKAGE.parent / "pages")))
"""The folder of the pages' scripts: a wheel has it inside the package, the repository beside it."""


@cache
def source(name: str) -> str:
    """The text of a style sheet, script or piece of HTML, named from the package on (`web/share/share.css`)."""
    return files("playground").joinpath(name).read_text("utf-8")
