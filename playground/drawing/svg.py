"""DOT -> SVG, laid out by Graphviz in the process that calls, with the app's own font: the same on every host."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from threading import Lock

FONT = "DejaVu Sans Condensed"
"""The family that drawings name: its glyphs lie beside the app, and its widths are what Graphviz reckons with."""
FONT_FILE = "drawing/font/DejaVuSansCondensed.ttf"
"""Where the font lies, from the package on."""
_CONFIG = "FONTCONFIG_FILE"
_ONE_AT_A_TIME = Lock()


def to_svg(dot: str) -> str:
    """The drawing of a DOT text as SVG text, an `<svg>` element with its size in points.

    Graphviz cannot be stopped while it works, and holds the interpreter: what a page draws is laid out by
    `playground.drawing.layout`. Raises ValueError on a text that is no DOT.
    """
    with _ONE_AT_A_TIME, _own_font():  # two threads at once would end the process
        return laid_out(dot)


def laid_out(dot: str) -> str:
    """The same, with the fonts that this process has."""
    begin()
    return _drawn(dot)


@cache
def begin() -> None:
    """Start Graphviz: in a process's first drawing nodes without a label of their own would have none at all."""
    _drawn("digraph { a -> b }")


def _drawn(dot: str) -> str:
    from pygraphviz import AGraph, DotError

    try:
        graph = AGraph(string=dot)
    except DotError as problem:
        raise ValueError("this is no DOT") from problem
    try:
        text: str = graph.draw(format="svg", prog="dot").decode()
    finally:
        graph.close()
    return text[text.index("<svg") :]


@cache
def font_config() -> str:
    """A file that tells fontconfig of the app's own font and of no other.

    Fontconfig writes beside the fonts, and reads relative paths from where a process was started: it gets a folder of
    its own for as long as this process lives.
    """
    folder = _folder().name
    with as_file(files("playground").joinpath(FONT_FILE)) as font:
        copy(font, folder)
    config = Path(folder, "fonts.conf")
    config.write_text(f"<fontconfig><dir>{folder}</dir><cachedir>{folder}</cachedir></fontconfig>", "utf-8")
    return str(config)


@cache
def _folder() -> TemporaryDirectory[str]:
    """Kept until the process ends, and removed then."""
    return TemporaryDirectory(prefix="autodiff-playground-", ignore_cleanup_errors=True)


@contextmanager
def _own_font() -> Iterator[None]:
    """Fontconfig looks at its variable once, at the first text; whoever calls keeps a variable of his own."""
    before = os.environ.get(_CONFIG)
    os.environ.update(environment())
    try:
        yield
    finally:
        if before is None:
            del os.environ[_CONFIG]
        else:
            os.environ[_CONFIG] = before


def environment() -> dict[str, str]:
    """What a process that lays out must find in its environment."""
    return {_CONFIG: font_config()}


@cache
def made_by() -> str:
    """What decides a drawing besides its DOT text: the Graphviz, and the font."""
    font = files("playground").joinpath(FONT_FILE).read_bytes()
    return f"{version('pygraphviz')} {sha256(font).hexdigest()}"
