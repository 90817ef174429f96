"""The language of the words: the browser's, until somebody chooses another."""

import streamlit as st

from playground.words import DEFAULT, languages, speak

KEY = "lang"


def speak_to_visitor() -> None:
    """Speak the language that the address names, or else the browser's; every run of a page begins so."""
    speak(_first_known(st.query_params.get(KEY), browser_language()))


def browser_language() -> str:
    """The browser's language as far as there are words for it."""
    return _first_known((st.context.locale or DEFAULT).partition("-")[0])


def _first_known(*wanted: str | None) -> str:
    return next((language for language in wanted if language in languages()), DEFAULT)
