"""Every sentence a person reads, one TOML file a language."""

import tomllib
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import cache, reduce
from importlib.resources import files
from typing import Any

DEFAULT = "en"

_spoken = ContextVar("spoken", default=DEFAULT)


@cache
def languages() -> tuple[str, ...]:
    """The languages there is a file for, the default first."""
    names = {file.name.removesuffix(".toml") for file in files(__package__).iterdir() if file.name.endswith(".toml")}
    return (DEFAULT, *sorted(names - {DEFAULT}))


@cache
def sentences(language: str = DEFAULT) -> dict[str, str]:
    """All sentences of a language by dotted key (`error.empty`); KeyError for a language there is not."""
    if language not in languages():
        raise KeyError(language)
    return dict(_flat(tomllib.loads((files(__package__) / f"{language}.toml").read_text("utf-8")), ""))


def speak(language: str) -> None:
    """From here on this thread speaks a language; KeyError for one there is not."""
    sentences(language)
    _spoken.set(language)


def spoken() -> str:
    """The language that this thread speaks."""
    return _spoken.get()


def say(key: str, **values: Any) -> str:
    """The sentence of a key with its placeholders filled; KeyError for a key or placeholder there is not."""
    return phrase(key)(**values)


def phrase(key: str) -> Callable[..., str]:
    """What fills the placeholders of a sentence, for one that is said often; KeyError as in `say`."""
    return sentences(spoken())[key].format


def paragraph(sentences: Iterable[str | None]) -> str:
    """Sentences one after another, as the language sets them: with a space between them or without.

    What is empty or None is left out.
    """
    parts = list(filter(None, sentences))
    return reduce(lambda first, last: say("frame.one_after_another", first=first, last=last), parts) if parts else ""


def _flat(table: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    """Nested tables as (dotted key, text) pairs."""
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
    return pairs
