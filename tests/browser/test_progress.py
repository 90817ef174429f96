"""What takes long shows how far it is, and whoever stops it or changes something does not wait for its end."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, WebSocket, WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.conftest import kind, wait_until_idle
from tests.browser.head import program_box, type_program
from tests.browser.looking import eventually
from tests.browser.serving import Server

LONG = {
    "f": "y = " + "*".join(["x"] * 200),
    "at.x": "1.01",
    "steps": "10000",
    "racing": "true",
    "sweep": "true",
    "theory": "true",
}
"""As much as one page is ever asked for: some seconds, were they all allowed."""
NEVER_ASKED = (f"{number}e-9" for number in count(1))
"""Learning rates that no page was opened with yet: a server keeps what it has worked out, and shows no bar for it."""
LAST = ".st-key-page .script"
"""What comes last on the page."""


def long_page(server: Server) -> str:
    """The address of a page that takes long, however often it is asked for."""
    return f"{server.url}/descent?{urlencode(LONG | {'lr': next(NEVER_ASKED)})}"


def is_bar(frame: bytes | str) -> bool:
    """Whether a message of the server's shows how far it is."""
    return isinstance(frame, bytes) and ForwardMsg.FromString(frame).delta.new_element.WhichOneof("type") == "progress"


@pytest.fixture
def runs(page: Page) -> list[str]:
    """A list that grows with every beginning and end of a run."""
    heard: list[str] = []

    def hear(frame: bytes | str) -> None:
        if (message := kind(frame)) in ("new_session", "script_finished"):
            heard.append(message)

    page.on("websocket", lambda socket: socket.on("framereceived", hear))
    return heard


@contextmanager
def held(server: Server, page: Page) -> Iterator[list[object]]:
    """The page that takes long, whose server stands still since it said so; gives what the page sends since then."""
    sent: list[object] = []
    stopped: list[object] = []

    def hear(frame: bytes | str) -> None:
        if is_bar(frame) and not stopped:
            os.kill(server.process.pid, signal.SIGSTOP)
            stopped.append(frame)

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", hear)
        socket.on("framesent", lambda frame: sent.append(frame) if stopped else None)

    page.on("websocket", listen)
    try:
        page.goto(long_page(server), wait_until="commit")
        eventually(page, lambda: len(stopped), 1)
        yield sent
    finally:
        os.kill(server.process.pid, signal.SIGCONT)


def test_a_long_computation_is_stopped_by_a_click(server: Server, page: Page) -> None:
    with held(server, page) as sent:
        page.get_by_role("button", name="Stop").click()
        eventually(page, lambda: len(sent), 1)
    wait_until_idle(page)
    expect(program_box(page)).to_have_value(LONG["f"])
    expect(page.locator(LAST)).to_have_count(0)


def test_what_is_typed_meanwhile_is_answered_before_that_is_done(server: Server, page: Page, runs: list[str]) -> None:
    with held(server, page) as sent:
        type_program(page, "y = x^2")
        eventually(page, lambda: len(sent), 1)
    expect(page.locator(".st-key-descent svg").first).to_be_visible()
    expect(page.locator(".stProgress")).to_have_count(0)
    eventually(page, lambda: runs, ["new_session", "new_session", "script_finished"])


def test_the_bar_is_there_while_it_takes_long_and_gone_when_the_page_is_done(server: Server, page: Page) -> None:
    """What comes after it waits until it is seen: a slow browser would be told of both at once."""
    shown: list[bytes | str] = []
    kept: list[bytes | str] = []
    sockets: list[WebSocketRoute] = []

    def between(socket: WebSocketRoute) -> None:
        sockets.append(socket)

        def pass_on(frame: bytes | str) -> None:
            if shown and not is_seen:
                kept.append(frame)
            else:
                socket.send(frame)
                shown.extend([frame] if is_bar(frame) else [])

        socket.connect_to_server().on_message(pass_on)

    is_seen = False
    page.route_web_socket("**/_stcore/stream", between)
    page.goto(long_page(server))
    expect(page.locator(".stProgress")).to_be_visible()
    is_seen = True
    for frame in kept:
        sockets[0].send(frame)
    wait_until_idle(page)
    expect(page.locator(LAST)).to_have_count(1)
    expect(page.locator(".stProgress")).to_have_count(0)
