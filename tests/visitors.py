"""Visitors without a browser: they speak Streamlit's own protocol, open addresses and change what stands there.

async with visit(url) as visitor:
    await visitor.open("scalar", {"f": "x^2"})
    await visitor.change("at.x", "3")
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

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
AROUND = (
    "new_session",
    "session_status_changed",
    "script_finished",
    "navigation",
    "page_config_changed",
    "page_info_changed",
)
"""The messages around a run of a page, which draw nothing."""
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
    sent: list[tuple[str, int]] = field(default_factory=list)
    """What each message is, `html` or `plotly_chart` for one element, with its bytes."""
    exceptions: list[str] = field(default_factory=list)
    finished: bool = True

    @property
    def size(self) -> int:
        """Bytes of all messages."""
        return sum(size for _, size in self.sent)

    @property
    def deltas(self) -> int:
        """How many messages draw or change something of the page."""
        return sum(kind not in AROUND for kind, _ in self.sent)


class Visitor:
    """One session."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.widgets: dict[str, Widget] = {}
        """By the key that the page gave them."""
        self.shown: dict[str, object] = {}
        """What each widget and each box of the head shows, by its key."""
        self._socket = socket
        self._page, self._query, self._hash = "", "", ""
        self._known: set[str] = set()
        self._standing: dict[str, dict[str, Any]] = {}

    async def open(self, page: str, parameters: Mapping[str, str] | None = None) -> Answer:
        """Run a page as its address opens it."""
        self._page, self._query, self._hash = page, urlencode(parameters or {}, quote_via=quote), ""
        self.widgets.clear()
        self.shown.clear()
        return await self._run("")

    async def change(self, key: str, value: str | bool) -> Answer:
        """Change a widget, and run what it belongs to; a box of the head writes the address."""
        self.shown[key] = value
        if key in self.widgets:
            return await self._run(self.widgets[key].fragment)
        self._query = urlencode({**dict(parse_qsl(self._query)), key: value}, quote_via=quote)
        return await self._run("")

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
        answer.sent.append((_kind(message), len(data)))
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
        elif kind == "bidi_component" and element.bidi_component.component_name == "head":
            head = json.loads(element.bidi_component.bytes)
            self._standing |= head.get("stands", {})
            rows = chain(*(self._standing[name].get("inputs", ()) for name in head["still"]))
            self.shown |= {row["key"]: head["address"].get(row["key"], row["start"]) for row in rows}


def _kind(message: ForwardMsg) -> str:
    """What a message is: of one that draws, what it draws."""
    kind = message.WhichOneof("type") or ""
    if kind != "delta":
        return kind
    delta = message.delta
    if delta.WhichOneof("type") == "add_block":
        return f"block {delta.add_block.WhichOneof('type') or ''}".strip()
    element = delta.new_element
    name = element.WhichOneof("type") or ""
    return element.bidi_component.component_name if name == "bidi_component" else name


@asynccontextmanager
async def visit(url: str, cookie: str = "") -> AsyncIterator[Visitor]:
    """A session of a server until the block ends."""
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    headers = {"Cookie": cookie} if cookie else None
    async with websockets.connect(
        address, max_size=None, compression=None, open_timeout=SECONDS, additional_headers=headers, proxy=None
    ) as socket:
        yield Visitor(socket)
