"""What happens when a server starts: it answers at once, and soon finds every page as ready as after a thousand visits.

Only Streamlit is imported until it answers: on a tenth of a processor the rest takes minutes, and a host that hears
nothing for so long ends the server.
"""

import asyncio
import gc
import logging
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import SessionClient, get_instance
from streamlit.runtime.pages_manager import PagesManager

from playground.app.error_log import brief, quiet
from playground.web.files import PAGES

PAGE_TIMEOUT_SECONDS = 600
"""A page that nobody waits for is given up after so long: many times what a tenth of a processor needs for PyTorch."""
WARM = "Warm-up done."
"""What the server prints when no visitor waits for an import any more."""

_LOG = logging.getLogger("playground")


@asynccontextmanager
async def started(_: st.App) -> AsyncIterator[None]:
    """A server's life: whoever started it is shown its first page, and while it already answers it warms up."""
    quiet()
    ours_alone()
    open_browser()
    warming = asyncio.create_task(warm_up())
    yield
    warming.cancel()
    await asyncio.wait([warming])


def ours_alone() -> None:
    """Keep Streamlit from a menu of its own: it makes one of a folder `pages` beside the entry, as a wheel has it."""
    PagesManager.uses_pages_directory = False


async def warm_up() -> None:
    """Visit the pages, one at a time; one that fails is logged, and others are visited all the same."""
    for page in sorted(path.stem for path in PAGES.glob("*.py")):
        (failed,) = await asyncio.gather(visit(page), return_exceptions=True)
        if failed is not None:
            _LOG.error("Warm-up failed: %s; page %s", brief(failed), page)
    # What is frozen is not walked again whenever Python looks for garbage: PyTorch alone is most of all there is.
    gc.collect()
    gc.freeze()
    print(WARM, flush=True)


async def visit(page: str) -> None:
    """Let a page run to its end for nobody: what it imports, compiles and computes is there from then on.

    TimeoutError for one that does not end.
    """
    runtime, nobody, asking = get_instance(), _Nobody(), BackMsg()
    asking.rerun_script.page_name = page
    session = runtime.connect_session(nobody, {})
    try:
        runtime.handle_backmsg(session, asking)
        await asyncio.wait_for(nobody.finished.wait(), PAGE_TIMEOUT_SECONDS)
    finally:
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
