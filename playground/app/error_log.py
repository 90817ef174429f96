"""What happens when the program itself is wrong: a line in the log that keeps a visitor's input to itself, and a word.

    st.App(..., on_script_error=log_fault)      # and once, before it serves: quiet()

Streamlit writes an exception with its message into the log, and a message may hold all that somebody typed.
"""

import logging
import traceback
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from playground.web.files import PAGES
from playground.words import say

MAX_LOGGED_CHARACTERS = 40
"""At most so many characters of a program are logged, and never more than half of it."""
MAX_LOGGED_FRAMES = 5
"""At most so many places of the project's own code are logged, the innermost last."""

_ROOT = Path(__file__).parents[2]
_OWN = (_ROOT / "playground", PAGES)
_LOG = logging.getLogger("playground")
_STREAMLITS = logging.getLogger("streamlit.error_util")


def log_fault(problem: Exception) -> bool:
    """Log an exception that a page did not catch, and tell the visitor; True: Streamlit's own words are not wanted."""
    from playground.web import markup  # what draws is a page's: the server starts without it

    _LOG.error("Uncaught: %s; page %s; program %s", brief(problem), _page(), _program())
    example = f'<a href="?" target="_self">{escape(say("frame.broken_example"))}</a>'
    markup.show(f'<p class="note" role="alert">{escape(say("frame.broken"))} {example}</p>')
    return True


def quiet() -> None:
    """Let Streamlit's own log of an exception be as brief."""
    if _without_message not in _STREAMLITS.filters:
        _STREAMLITS.addFilter(_without_message)


def brief(problem: BaseException) -> str:
    """The type of an exception and where in the project it came from, on one line; not its message."""
    frames = traceback.extract_tb(problem.__traceback__)
    own = [frame for frame in frames if any(Path(frame.filename).is_relative_to(room) for room in _OWN)]
    places = [f"{Path(frame.filename).relative_to(_ROOT)}:{frame.lineno}" for frame in own[-MAX_LOGGED_FRAMES:]]
    return plain(f"{type(problem).__name__} at {' > '.join(places) or 'no place of the project'}")


def plain(text: str) -> str:
    """A text of ASCII on one line: it can neither begin a line of the log nor steer a terminal."""
    return text.encode("unicode_escape").decode("ascii")


def beginning(text: str) -> str:
    """How long a text is, and how it begins: never all of it."""
    return f"of {len(text)} characters: {plain(text[: min(MAX_LOGGED_CHARACTERS, len(text) // 2)])}..."


def _page() -> str:
    return plain(urlsplit(st.context.url or "").path or "/")[:MAX_LOGGED_CHARACTERS]


def _program() -> str:
    """The program in the box; on a session's first run, which has none yet, that of the address."""
    text = st.session_state.get("f", st.query_params.get("f"))
    return beginning(text) if isinstance(text, str) else "of the page's start"


def _without_message(record: logging.LogRecord) -> bool:
    """Put what is brief in the place of a traceback; a filter that lets everything pass."""
    problem = record.exc_info[1] if record.exc_info else None
    if problem is not None:
        record.msg, record.args = f"{record.msg}: %s", (brief(problem),)
        record.exc_info = record.exc_text = None
    return True
