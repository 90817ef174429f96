"""The scripts of all parts as one: a browser that was never here asks once, and not for each of thirty."""

import posixpath
import re
from graphlib import TopologicalSorter

from playground.web.part_files import part_files

IMPORT = re.compile(r'^import (\{[^}]+\}) from "([^"]+)"$', re.MULTILINE)
"""A line that takes names from another script."""
EXPORT = re.compile(r"^export (default )?((?:async )?(?:function|const|class)) ?(\w*)", re.MULTILINE)
"""The beginning of what a script gives; its default has no name."""
WHOLE = "whole"
"""What the default is called here."""


def one_script() -> str:
    """A module that gives `files`: by the name of each script, what it gives; those that others need come first.

    Raises graphlib.CycleError where scripts need each other.
    """
    scripts = {name: text.decode() for name, text in part_files().items() if name.endswith(".js")}
    needs = {name: [_meant(name, path) for _, path in IMPORT.findall(text)] for name, text in scripts.items()}
    parts = (_enclosed(name, scripts[name]) for name in TopologicalSorter(needs).static_order())
    return "export const files = {}\n" + "".join(parts)


def _meant(name: str, path: str) -> str:
    """The script that another one of this name means by a path."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _enclosed(name: str, text: str) -> str:
    """A script with names of its own: what it takes from others are constants, what it gives is returned."""
    gives = [f"default: {WHOLE}" if default else given for default, _, given in EXPORT.findall(text)]
    taken = IMPORT.sub(lambda line: f'const {line[1]} = files["{_meant(name, line[2])}"]', text)
    own = EXPORT.sub(lambda start: f"{start[2]} {WHOLE if start[1] else start[3]}", taken)
    return f'files["{name}"] = (() => {{\n{own}return {{ {", ".join(gives)} }}\n}})()\n'
