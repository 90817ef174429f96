"""The PyTorch script of a page, and all that a page gives away as files."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from playground.web import markup, store
from playground.web.case import Export
from playground.web.export import Drawing, drawn_rows
from playground.web.part import part
from playground.web.session_parameters import remembered
from playground.web.store import WITHIN, send_within
from playground.words import say

WORDS = ("script", "copy", "copied", "download", "download_notebook")
"""What stands on it."""

NOTEBOOK_FACTOR = 5
"""A notebook is about so many times as long as its script."""
STILL = ("files", "words", "drawings")
"""What a page's panel is the same in, whatever the script."""

_CODE = part("code", "web/code/code.js", isolate_styles=False)


def script_panel(export: Export, file_name: str, drawings: Sequence[Drawing] = ()) -> None:
    """The PyTorch script that prints the same numbers, to copy and to take away, also as a notebook.

    Above it is a row of buttons for each figure of the page, which save it as it stands.
    """
    of = ("notebook", export.title, export.parts)
    name = store.offer(of, lambda: export.notebook, NOTEBOOK_FACTOR * len(export.script))
    data = {
        "notebook": name,
        "within": store.text(name) if remembered(WITHIN) else None,
        "files": [file_name, Path(file_name).with_suffix(".ipynb").name],
        "words": {word: say(f"frame.{word}") for word in WORDS},
        "drawings": drawn_rows(drawings),
    }
    with markup.apart():
        _CODE(key="files", data=data, still=(STILL,), on_missing_change=send_within)
        script = f'<pre class="script" tabindex="0"><code>{escape(export.script, quote=False)}</code></pre>'
        markup.show(f'<div class="st-key-code">{script}</div>')
