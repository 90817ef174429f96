"""What the server keeps of the files that never change: a browser that was never here asks for some sixty of them."""

import asyncio
import gzip
from dataclasses import dataclass, field

from cachetools import LRUCache
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_KEPT_BYTES = 24_000_000
"""The files that are kept have at most so many bytes."""

CONDITIONS = frozenset({"range", "if-none-match", "if-modified-since"})
"""Headers of requests that want anything but a whole file."""

TEXTS = ("text/", "application/javascript", "application/json")
"""The beginnings of the types of content that become smaller."""


@dataclass(frozen=True)
class File:
    """A whole answer: how it starts, and its body."""

    start: Message
    body: bytes

    async def give(self, send: Send) -> None:
        """Answer a request."""
        await send(self.start)
        await send({"type": "http.response.body", "body": self.body})


@dataclass
class Recorded:
    """An answer on its way: what says of itself that it never changes is written down."""

    send: Send
    start: Message = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    ended: bool = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif self.immutable:
            self.body += message.get("body", b"")
            self.ended = not message.get("more_body", False)
        await self.send(message)

    @property
    def immutable(self) -> bool:
        """Whether the server says that this file is the same for good."""
        return self.start["status"] == 200 and "immutable" in Headers(raw=self.start["headers"]).get(
            "cache-control", ""
        )

    def compressed(self) -> File:
        """The file as it is sent from now on; what is packed already stays as it is."""
        headers, body = MutableHeaders(raw=list(self.start["headers"])), bytes(self.body)
        if "content-encoding" not in headers and headers.get("content-type", "").startswith(TEXTS):
            body = gzip.compress(body)
            headers["content-encoding"] = "gzip"
            headers["content-length"] = str(len(body))
        headers.add_vary_header("Accept-Encoding")
        return File({**self.start, "headers": headers.raw}, body)


class Assets:
    """ASGI middleware: a file that never changes is read and compressed once, and sent from memory ever after."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.kept: LRUCache[str, File] = LRUCache(MAX_KEPT_BYTES, getsizeof=lambda file: len(file.body))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _whole(scope):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path in self.kept:
            await self.kept[path].give(send)
            return
        answer = Recorded(send)
        await self.app(scope, receive, answer)
        # Who goes away in the middle of a file leaves a part of it.
        if answer.ended:
            file = await asyncio.to_thread(answer.compressed)
            if len(file.body) <= MAX_KEPT_BYTES:
                self.kept[path] = file


def _whole(scope: Scope) -> bool:
    """Whether a request wants a whole file, and may be given it compressed."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    headers = Headers(scope=scope)
    return "gzip" in headers.get("accept-encoding", "") and CONDITIONS.isdisjoint(headers.keys())
