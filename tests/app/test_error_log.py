"""A mistake of the playground itself: the log says where, not what was typed; the visitor reads what to do."""

import logging
import re
from collections.abc import Iterator

import pytest
from streamlit.error_util import handle_user_script_exception
from streamlit.testing.v1 import AppTest

from playground.app import error_log as faults
from playground.words import say
from tests.reading import ENTRY, markup, read, shown, type_

SECRET = "y = secret*x^2 + another_secret*x + a_third_secret_beyond_the_beginning"
STREAMLIT = "streamlit.error_util"


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What is logged, also by Streamlit, whose loggers pass nothing on."""
    logger = logging.getLogger(STREAMLIT)
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)
    logger.filters.clear()


def raised() -> Exception:
    """An exception from inside the project, whose message holds a text that was typed."""
    try:
        faults.plain(None)  # type: ignore[arg-type]
    except AttributeError as problem:
        problem.args = (f"cannot read {SECRET}",)
        return problem
    raise AssertionError("nothing was raised")


def broken(text: str | None = None) -> AppTest:
    """A page that breaks, as `st.App` deals with it."""

    def script() -> None:
        from playground.app.error_log import log_fault
        from tests.app.test_error_log import raised

        assert log_fault(raised()) is True

    app = AppTest.from_function(script)
    if text is not None:
        app.query_params["f"] = text
    return app.run()


def test_the_log_says_what_and_where_and_never_the_whole_program(caplog: pytest.LogCaptureFixture) -> None:
    broken(SECRET)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "playground"]
    assert re.match(
        r"Uncaught: AttributeError at playground/app/error_log\.py:\d+; page /; program of 71 characters: y = ", line
    )
    assert SECRET not in line
    assert "a_third_secret" not in line


@pytest.mark.parametrize(
    "text", ["", "x", "y = x^2", "x" * 100_000, *("\n" * 9, "\x1b[31m" * 9, "\u2028" * 9, "é\r\n")]
)
def test_a_text_is_logged_on_one_line_of_bounded_length_and_never_whole(text: str) -> None:
    line = faults.beginning(text)
    assert line.isascii()
    assert line.isprintable()
    assert len(line) < 200 + 10 * faults.MAX_LOGGED_CHARACTERS
    assert not text or text not in line.split(": ", 1)[1]


def test_the_visitor_reads_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    app = broken()
    assert not app.exception
    assert say("frame.broken") in read(markup(app))
    assert 'href="?"' in " ".join(markup(app))
    assert "program of the page's start" in caplog.text


def test_streamlits_own_log_is_as_brief(heard: pytest.LogCaptureFixture) -> None:
    faults.quiet()
    faults.quiet()
    handle_user_script_exception(raised(), lambda _: True)
    assert len(logging.getLogger(STREAMLIT).filters) == 1
    assert re.search(r"Uncaught app execution: AttributeError at playground/app/error_log\.py:\d+", heard.text)
    assert "secret" not in heard.text
    assert "Traceback" not in heard.text


def test_without_that_streamlit_logs_the_message(heard: pytest.LogCaptureFixture) -> None:
    handle_user_script_exception(raised(), lambda _: True)
    assert SECRET in heard.text


def test_a_page_that_breaks_still_has_its_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was typed before the mistake is in its box afterwards."""
    app = AppTest.from_file(str(ENTRY), default_timeout=60).run()
    monkeypatch.setattr("playground.graph.page.prose", lambda _: 1 / 0)
    app = type_(app, "f", "y = x^3")
    assert app.exception
    assert shown(app)["f"] == "y = x^3"
