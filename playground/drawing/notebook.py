"""A script as a notebook: its parts in cells, the explanations between them."""

from collections.abc import Iterable

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from playground.drawing.script import Part
from playground.words import say


def to_notebook(title: str, parts: Iterable[Part]) -> str:
    """The notebook of a script, as the JSON text of an .ipynb file; title and explanations are Markdown made by us."""
    cells = [new_markdown_cell(f"# {title}", id="title")]
    for place, part in enumerate(parts):
        cells.append(new_markdown_cell(say(f"script.{part.key}", **part.values), id=f"words{place}"))
        cells.append(new_code_cell(part.code, id=f"code{place}"))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return str(nbformat.writes(new_notebook(cells=cells, metadata=kernel)))
