"""The language of the words: the browser's, until somebody chooses another."""

import streamlit as st

from playground.web.session_parameters import put, remembered
from playground.words import DEFAULT, languages, say, sentences, speak, spoken

KEY, CHOICE = "lang", "lang-choice"


def speak_to_visitor() -> None:
    """Speak the language that was chosen, or else the browser's; every run of a page or of a part of it begins so."""
    speak(_first_known(st.query_params.get(KEY), remembered(KEY), _of_browser()))


def choose_language() -> None:
    """The choice; the address holds its code as `lang=`, unless it is the browser's own."""
    names = {language: sentences(language)["frame.language_name"] for language in languages()}
    _write(spoken())
    st.session_state[CHOICE] = spoken()
    st.radio(
        say("frame.language"), names, format_func=names.__getitem__, key=CHOICE, on_change=_chosen, horizontal=True
    )


def _chosen() -> None:
    """Speak it from this rerun on; the radio's callback. A bound radio would write its label into the address."""
    _write(st.session_state[CHOICE])


def _write(language: str) -> None:
    """Into the session, and into the address where it is not the browser's own."""
    st.session_state[KEY] = language
    put(KEY, None if language == _of_browser() else language)


def keep_language() -> None:
    """Take the choice along to another page."""
    st.session_state[KEY] = spoken()


def _of_browser() -> str:
    """The browser's language as far as there are words for it."""
    return _first_known((st.context.locale or DEFAULT).partition("-")[0])


def _first_known(*wanted: str | None) -> str:
    return next((language for language in wanted if language in languages()), DEFAULT)
