"""The parts of a component that are files of their own."""

from importlib.resources import files


def source(name: str) -> str:
    """The text of a style sheet or script beside this file."""
    return files(__package__).joinpath(name).read_text("utf-8")
