"""The texts that the inputs of a program start with on a page."""

from collections.abc import Mapping
from functools import lru_cache

from playground.engine.starts import starting_values
from playground.language.program import Program
from playground.language.values import read_value, write_value
from playground.web.feature import Feature


def starts(page: Feature, program: Program) -> Mapping[str, str]:
    """By input the text of the value that it has where nobody gave it another.

    It is that of the page, unless the program only runs on vectors or matrices.
    """
    return dict(_starts(program, tuple((name, page.value_at_start(name)) for name in program.inputs)))


@lru_cache(maxsize=256)
def _starts(program: Program, usual: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    texts = dict(usual)
    values = {name: read_value(text, name) for name, text in texts.items()}
    starts = starting_values(program, values)
    return tuple((name, text if starts[name] == values[name] else write_value(starts[name])) for name, text in usual)
