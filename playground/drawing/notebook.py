"""A script as a notebook: its parts in cells, the explanations between them."""

from collections.abc import Iterable
from typing import Any

import nbformat

from playground.drawing.script import Part
from playground.words import say


def to_notebook(title: str, parts: Iterable[Part]) -> str:
    """The notebook of a script, as the JSON text of an .ipynb file; title and explanations are Markdown made by us."""
    cells = [_cell("markdown", "title", f"# {title}")]
    for place, part in enumerate(parts):
        cells.append(_cell("markdown", f"words{place}", say(f"script.{part.key}", **part.values)))
        cells.append(_cell("code", f"code{place}", part.code) | {"execution_count": None, "outputs": []})
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    # Written all at once, it is checked once: nbformat's own functions check each cell as well.
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}
    return str(nbformat.writes(nbformat.from_dict(whole)))


def _cell(kind: str, name: str, source: str) -> dict[str, Any]:
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source}
