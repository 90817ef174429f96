"""A document takes a style into its head; whatever else the server gives is given as it is."""

import asyncio
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message
from streamlit.file_util import get_static_dir

from playground.app.first_paint import ELEMENTS, FirstPaint
from playground.web.files import source
from playground.web.served import SCRIPT, SHEET, address_of
from playground.web.style import PROJECTOR_SHEET

DOCUMENT = b"<!DOCTYPE html><html><head><title>x</title></head><body></head></body></html>"
STYLE = f"<style>{source('app/first_paint.css')}</style>"
AHEAD = re.compile(r'<link rel="(\w+)"(?: as="style")? href="([^"]+)">')
BROWSER = {"accept": "text/html,*/*", "accept-encoding": "gzip", "if-none-match": '"1"', "range": "bytes=0-3"}


async def answer(request: Request) -> Response:
    assert ("range" in request.headers) == ("text/html" not in request.headers.get("accept", "")) or (
        request.method != "GET" or request.url.path.startswith("/static/")
    )
    name = request.url.path.rpartition("/")[2]
    if name == "parts":
        halves = (DOCUMENT[:40], DOCUMENT[40:])
        return StreamingResponse(iter(halves), headers={"etag": '"1"'}, media_type="text/html")
    if name == "gone":
        return Response(DOCUMENT, 404, media_type="text/html")
    if name == "numbers":
        return Response(DOCUMENT, media_type="application/json")
    return Response(DOCUMENT, headers={"etag": '"1"', "cache-control": "no-cache"}, media_type="text/html")


PATHS = ("/", "/parts", "/gone", "/numbers", "/static/page")
APP = FirstPaint(Starlette(routes=[Route(path, answer, methods=["GET", "POST"]) for path in PATHS]))


def get(
    path: str, headers: dict[str, str], method: str = "GET", query: bytes = b""
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()  # nobody says more, and nobody goes away
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), text.encode()) for name, text in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": raw, "query_string": query, "root_path": ""}
    asyncio.run(APP(scope, receive, send))
    start, *bodies = sent
    named = {name.decode(): text.decode() for name, text in start["headers"]}
    return start["status"], named, b"".join(message.get("body", b"") for message in bodies)


@pytest.mark.parametrize("path", ["/", "/parts"])
def test_a_document_has_style_and_links_at_the_end_of_its_head_once(path: str) -> None:
    status, headers, body = get(path, BROWSER)
    assert status == 200
    before, style, after = body.decode().partition(STYLE)
    assert style
    links, rest = after[: after.index("</head>")], after[after.index("</head>") :]
    assert (before + rest).encode() == DOCUMENT
    assert AHEAD.sub("", links) == ""
    assert headers["content-length"] == str(len(body))
    assert "etag" not in headers, "that of a document without the style would be taken for that of this one"


@pytest.mark.parametrize(
    ("path", "headers", "method"),
    [
        ("/gone", BROWSER, "GET"),
        ("/numbers", BROWSER, "GET"),
        ("/static/page", BROWSER, "GET"),
        ("/", BROWSER, "POST"),
        ("/", {"accept": "*/*", "range": "bytes=0-3"}, "GET"),
    ],
)
def test_anything_else_is_given_as_it_is(path: str, headers: dict[str, str], method: str) -> None:
    assert get(path, headers, method)[2] == DOCUMENT


def test_the_document_names_what_a_page_will_need_and_all_of_it_is_there() -> None:
    """Streamlit's own names change with its versions: where none is found, a page waits longer, and this says so."""
    links = dict(reversed(link) for link in AHEAD.findall(get("/", BROWSER)[2].decode()))
    ours = {address_of(SHEET): "preload", address_of(SCRIPT): "modulepreload", address_of(PROJECTOR_SHEET): "prefetch"}
    assert ours.items() <= links.items()
    theirs = links.keys() - ours.keys()
    assert all(any(f"/{element}." in name for name in theirs) for element in ELEMENTS)
    document = (Path(get_static_dir()) / "index.html").read_text("utf-8")
    for name in theirs:
        assert (Path(get_static_dir()) / name).is_file()
        assert links[name] == "modulepreload"
        assert name not in document


def test_where_a_room_looks_its_sheet_is_asked_for_at_once() -> None:
    links = dict(reversed(link) for link in AHEAD.findall(get("/", BROWSER, query=b"a=1&view=projector")[2].decode()))
    assert links[address_of(PROJECTOR_SHEET)] == "preload"
