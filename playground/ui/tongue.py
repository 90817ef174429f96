"""The language of the words: the browser's, until somebody chooses another."""

import streamlit as st

from playground.words import DEFAULT, languages, say, sentences, speak, spoken

KEY = "lang"


def speak_to_visitor() -> None:
    """Speak the language that was chosen, or else the browser's; every run of a page or of a part of it begins so."""
    speak(_first_known(st.session_state.get(KEY), st.query_params.get(KEY), _of_browser()))


def choose_language() -> None:
    """The choice; the address holds it as `lang=`, unless it is the browser's own."""
    usual = languages().index(_of_browser())
    names = {language: sentences(language)["frame.language_name"] for language in languages()}
    st.radio(say("frame.language"), names, usual, names.__getitem__, key=KEY, bind="query-params", horizontal=True)


def keep_language() -> None:
    """Take the choice along to another page."""
    st.session_state[KEY] = spoken()


def _of_browser() -> str:
    """The browser's language as far as there are words for it."""
    return _first_known((st.context.locale or DEFAULT).partition("-")[0])


def _first_known(*wanted: str | None) -> str:
    return next((language for language in wanted if language in languages()), DEFAULT)
