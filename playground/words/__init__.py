"""Every sentence a person reads, one TOML file a language."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

DEFAULT = "en"


@cache
def sentences(language: str = DEFAULT) -> dict[str, str]:
    """All sentences of a language by dotted key (`error.empty`); KeyError for a language there is not."""
    source = files(__package__) / f"{language}.toml"
    if not source.is_file():
        raise KeyError(language)
    return dict(_flat(tomllib.loads(source.read_text("utf-8")), ""))


def say(key: str, language: str = DEFAULT, **values: Any) -> str:
    """The sentence of a key with its placeholders filled; KeyError for a key or placeholder there is not."""
    return sentences(language)[key].format(**values)


def _flat(table: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    """Nested tables as (dotted key, text) pairs."""
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
    return pairs
