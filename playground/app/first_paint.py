"""What a browser sees before a page is there: Streamlit's document, with a style that holds back what would jump.

The style of a page comes with the page itself. Until then Streamlit shows a narrow column, and a bar for each element
whose script is on its way; all of them move when the page comes. And it asks for each script only when an element
that needs it is there: the document names them all, so that they come meanwhile.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.file_util import get_static_dir

from playground.web.files import source
from playground.web.view import KEY, PROJECTOR

END_OF_HEAD = b"</head>"
"""Before this a document takes another style."""

ELEMENTS = ("Html", "BidiComponent")
"""The names of Streamlit's scripts for what every page is made of: it loads them late, as well as what they import."""
IMPORTED, NAMED = re.compile(r'(?:from|import)"\./([^"]+\.js)"'), re.compile(r'static/js/([^"]+\.js)"')
"""A script that another one cannot do without, and one that the document names."""

PROJECTED = f"{KEY}={PROJECTOR}".encode()
"""The part of an address that says that a room looks."""

CHANGED = ("accept-encoding", "if-none-match", "if-modified-since", "range")
"""Headers of a request that would be about the document as Streamlit has it."""


class FirstPaint:
    """ASGI middleware: an HTML document takes `first_paint.css` into its head, and the names of what it will need."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _of_a_document(scope):
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name.decode("latin-1") not in CHANGED]
        room = PROJECTED in scope["query_string"].split(b"&")
        await self.app({**scope, "headers": headers}, receive, _Styled(send, _head(room)))


class _Styled:
    """An answer on its way: a document is sent when it is whole, anything else as it comes."""

    def __init__(self, send: Send, head: bytes) -> None:
        self.send, self.head = send, head
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._whole(self.start)

    async def _whole(self, start: Message) -> None:
        body = self.body.replace(END_OF_HEAD, self.head + END_OF_HEAD, 1)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-length"] = str(len(body))
        for name in ("etag", "last-modified", "accept-ranges"):  # they are about Streamlit's document
            del headers[name]
        await self.send({**start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": body})


@cache
def _head(room: bool) -> bytes:
    """What a document takes, for a screen of one's own or for a room that looks."""
    return (f"<style>{source('app/first_paint.css')}</style>" + "".join(_ahead(room))).encode()


def _ahead(room: bool) -> Iterator[str]:
    """A `<link>` for each style sheet and each script that pages need, Streamlit's own scripts before ours.

    That for a projector is needed at once where a room looks, and elsewhere perhaps later.
    """
    # a server that starts imports none of these
    from playground.web.served import SCRIPT, SHEET, address_of
    from playground.web.style import PROJECTOR_SHEET

    yield f'<link rel="preload" as="style" href="{address_of(SHEET)}">'
    yield f'<link rel="{"preload" if room else "prefetch"}" as="style" href="{address_of(PROJECTOR_SHEET)}">'
    scripts = [f"static/js/{name}" for name in sorted(_of_streamlit())]
    for address in (*scripts, address_of(SCRIPT)):
        yield f'<link rel="modulepreload" href="{address}">'


def _of_streamlit() -> set[str]:
    """The names of Streamlit's scripts for `ELEMENTS`, with all they import that its document does not name."""
    folder = Path(get_static_dir())
    named = set(NAMED.findall((folder / "index.html").read_text("utf-8")))
    waiting = [path.name for element in ELEMENTS for path in (folder / "static/js").glob(f"{element}.*.js")]
    late: set[str] = set()
    while waiting:
        late.add(name := waiting.pop())
        imported = IMPORTED.findall((folder / "static/js" / name).read_text("utf-8"))
        waiting += set(imported) - named - late
    return late


def _of_a_document(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and "text/html" in Headers(scope=scope).get("accept", "")
        and not scope["path"].startswith("/static/")
    )


def _is_html(start: Message) -> bool:
    return start["status"] == 200 and Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")
