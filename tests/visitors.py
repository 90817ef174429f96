"""Visitors without a browser: they speak Streamlit's own protocol, open addresses and change what stands there.

async with visit(url) as visitor:
    await visitor.open("scalar", {"f": "x^2"})
    await visitor.change("at.x", "3")
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import quote, urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

SECONDS = 120
"""a visitor waits for a page."""
FIELDS = {"text_input": "string_value", "checkbox": "bool_value"}
"""What a browser sends of a widget, by the kind of its element: what it shows goes along with every rerun."""
EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN
GOOD = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(frozen=True)
class Widget:
    """A widget as the server drew it."""

    name: str
    """Its id."""
    kind: str
    fragment: str
    """The part of the page that runs alone when it changes; empty for the whole."""


@dataclass
class Answer:
    """What came back of one run of a page."""

    seconds: float
    """From asking until the script was done."""
    messages: int = 0
    size: int = 0
    """Bytes."""
    exceptions: list[str] = field(default_factory=list)
    finished: bool = True


class Visitor:
    """One session."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.widgets: dict[str, Widget] = {}
        """By the key that the page gave them."""
        self.shown: dict[str, object] = {}
        """What each widget shows, by its key."""
        self._socket = socket
        self._page, self._query, self._hash = "", "", ""
        self._known: set[str] = set()

    async def open(self, page: str, parameters: Mapping[str, str] | None = None) -> Answer:
        """Run a page as its address opens it."""
        self._page, self._query, self._hash = page, urlencode(parameters or {}, quote_via=quote), ""
        self.widgets.clear()
        self.shown.clear()
        return await self._run("")

    async def change(self, key: str, value: str | bool) -> Answer:
        """Change a widget, and run what it belongs to."""
        self.shown[key] = value
        return await self._run(self.widgets[key].fragment)

    async def again(self) -> Answer:
        """Run the page once more."""
        return await self._run("")

    async def _run(self, fragment: str) -> Answer:
        asking = BackMsg()
        run = asking.rerun_script
        run.page_name, run.query_string = self._page, self._query
        run.page_script_hash, run.fragment_id = self._hash, fragment
        run.context_info.locale = "en-US"
        run.cached_message_hashes.extend(self._known)
        run.widget_states.widgets.extend(self._states())
        begun = perf_counter()
        await self._socket.send(asking.SerializeToString())
        answer = Answer(0.0)
        async with asyncio.timeout(SECONDS):
            while not await self._heard(answer):
                pass
        answer.seconds = perf_counter() - begun
        return answer

    def _states(self) -> list[WidgetState]:
        return [
            WidgetState(id=widget.name, **{FIELDS[widget.kind]: self.shown[key]})
            for key, widget in self.widgets.items()
        ]

    async def _heard(self, answer: Answer) -> bool:
        """Take one message; whether the run is over."""
        data = await self._socket.recv()
        message = ForwardMsg()
        message.ParseFromString(data)
        answer.messages += 1
        answer.size += len(data)
        match message.WhichOneof("type"):
            case "delta":
                if message.metadata.cacheable:
                    self._known.add(message.hash)
                self._drawn(message.delta, answer)
            case "navigation":
                self._hash = message.navigation.page_script_hash
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "script_finished":
                answer.finished = message.script_finished in GOOD
                return message.script_finished != EARLY
        return False

    def _drawn(self, delta: Delta, answer: Answer) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            answer.exceptions.append(element.exception.message)
        if kind in FIELDS:
            proto = getattr(element, kind)
            key = proto.id.split("-", 2)[-1]
            self.widgets[key] = Widget(proto.id, kind, delta.fragment_id)
            self.shown.setdefault(key, proto.value if proto.set_value else proto.default)


@asynccontextmanager
async def visit(url: str, cookie: str = "") -> AsyncIterator[Visitor]:
    """A session of a server until the block ends."""
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    headers = {"Cookie": cookie} if cookie else None
    async with websockets.connect(
        address, max_size=None, compression=None, open_timeout=SECONDS, additional_headers=headers, proxy=None
    ) as socket:
        yield Visitor(socket)
