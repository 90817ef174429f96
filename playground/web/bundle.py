"""The scripts of all parts as one: a browser that was never here asks once, and not for each of thirty."""

import posixpath
import re

from playground.web.part_files import part_files

IMPORT = re.compile(r'^import (\{[^}]+\}) from "([^"]+)"$', re.MULTILINE)
"""A line that takes names from another script."""
EXPORT = re.compile(r"^export (default )?((?:async )?(?:function|const|class)) ?(\w*)", re.MULTILINE)
"""The beginning of what a script gives; its default has no name."""
WHOLE = "whole"
"""What the default is called here."""
DRAW = """export const draw = (name, part) => files["web/part.js"].show(part, files[name].default)
"""
"""How a component is drawn: by its script, in the way of all components."""


def one_script() -> str:
    """A module that gives `draw`, and as `files` by the name of each script what it gives.

    Each runs when it is first needed: one that cannot start takes no other with it.
    """
    scripts = {name: text.decode() for name, text in part_files().items() if name.endswith(".js")}
    parts = (_enclosed(name, text) for name, text in scripts.items())
    return "".join(("const run = {}\nexport const files = {\n", *parts, "}\n", DRAW))


def _meant(name: str, path: str) -> str:
    """The script that another one of this name means by a path."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _enclosed(name: str, text: str) -> str:
    """A script with names of its own: what it takes from others are constants, what it gives is returned."""
    gives = [f"default: {WHOLE}" if default else given for default, _, given in EXPORT.findall(text)]
    taken = IMPORT.sub(lambda line: f'const {line[1]} = files["{_meant(name, line[2])}"]', text)
    own = EXPORT.sub(lambda start: f"{start[2]} {WHOLE if start[1] else start[3]}", taken)
    return f'get "{name}"() {{ return (run["{name}"] ??= (() => {{\n{own}return {{ {", ".join(gives)} }}\n}})()) }},\n'
