"""What happens when a server starts: its first visitor finds every page as ready as the thousandth does."""

import asyncio
import gc
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import SessionClient, get_instance
from streamlit.runtime.app_session import AppSession, AppSessionState

from playground.ui.faults import quiet
from playground.ui.source import PAGES

SECONDS = 60
"""a page may take when nothing is imported yet."""


@asynccontextmanager
async def started(_: st.App) -> AsyncIterator[None]:
    """A server's life: every page is visited, then whoever started it is shown the first."""
    quiet()
    answer_whole()
    for page in sorted(PAGES.glob("*.py")):
        await visit(page.stem)
    # What is frozen is not walked again whenever Python looks for garbage: PyTorch alone is most of all there is.
    gc.collect()
    gc.freeze()
    open_browser()
    yield


def answer_whole() -> None:
    """Let a change in a part of a page run the whole page where the part alone would not be answered, or late.

    A page that comes back after its session is gone (restart, failover, a night) names parts that a new session does
    not know: Streamlit would not answer it at all. While a page computes, it would let a part wait until that is done.
    """
    AppSession.request_rerun = _rerun  # type: ignore[method-assign]


_request_rerun = AppSession.request_rerun


def _rerun(self: AppSession, client_state: ClientState | None) -> None:
    running = self._state == AppSessionState.APP_IS_RUNNING
    if client_state is not None and (running or not self.has_fragment(client_state.fragment_id)):
        client_state.ClearField("fragment_id")
    _request_rerun(self, client_state)


async def visit(page: str) -> None:
    """Let a page run to its end for nobody: what it imports, compiles and computes is there from then on."""
    runtime, nobody, asking = get_instance(), _Nobody(), BackMsg()
    asking.rerun_script.page_name = page
    session = runtime.connect_session(nobody, {})
    runtime.handle_backmsg(session, asking)
    await asyncio.wait_for(nobody.finished.wait(), SECONDS)
    runtime.close_session(session)


class _Nobody(SessionClient):
    """A visitor who sees no more of a page than that it is done."""

    def __init__(self) -> None:
        self.finished = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Take a message of the page."""
        if msg.WhichOneof("type") == "script_finished":
            self.finished.set()


def open_browser() -> None:
    """Show the playground to whoever started it, unless the server runs for others."""
    if not st.get_option("server.headless"):
        address = st.get_option("server.address") or "localhost"
        webbrowser.open(f"http://{address}:{st.get_option('server.port')}")
