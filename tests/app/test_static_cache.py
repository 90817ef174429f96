"""A file that never changes is read once; everything else is answered as if nothing stood before it."""

import asyncio
import gzip
from collections.abc import Mapping

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from playground.app import static_cache as assets
from playground.app.static_cache import Assets

FOREVER = {"cache-control": "public, immutable, max-age=31536000"}
SCRIPT = b"export const one = 1;\n" * 100
IMAGE = bytes(range(256))
BROWSER = {"accept-encoding": "gzip, deflate, br"}


class Broken(Response):
    """An answer that does not say that it is over."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})


class Site:
    """A site of a few files that counts who asks for them, behind what keeps them."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        names = ("script.js", "image.png", "page.html", "gone.js", "parts.js", "broken.js", "packed.js")
        self.app = Assets(Starlette(routes=[Route(f"/{name}", self.answer, methods=["GET", "POST"]) for name in names]))

    async def answer(self, request: Request) -> Response:
        name = request.url.path[1:]
        self.asked.append(name)
        if name == "image.png":
            return Response(IMAGE, headers=FOREVER, media_type="image/png")
        if name == "page.html":
            return Response(SCRIPT, headers={"cache-control": "no-cache"}, media_type="text/html")
        if name == "gone.js":
            return Response(b"gone", 404, headers=FOREVER, media_type="text/javascript")
        if name == "broken.js":
            return Broken(SCRIPT, headers=FOREVER, media_type="text/javascript")
        if name == "packed.js":
            packed = {**FOREVER, "content-encoding": "gzip"}
            return Response(gzip.compress(SCRIPT), headers=packed, media_type="text/javascript")
        if name == "parts.js":
            return StreamingResponse(iter([SCRIPT, SCRIPT]), headers=FOREVER, media_type="text/javascript")
        return Response(SCRIPT, headers=FOREVER, media_type="text/javascript")

    def get(
        self, name: str, headers: Mapping[str, str] = BROWSER, method: str = "GET"
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer."""
        sent: list[Message] = []

        async def receive() -> Message:
            await asyncio.Event().wait()
            return {}

        async def send(message: Message) -> None:
            sent.append(message)

        raw = [(key.encode(), value.encode()) for key, value in headers.items()]
        scope = {"type": "http", "method": method, "path": f"/{name}", "headers": raw, "query_string": b""}
        asyncio.run(self.app(scope, receive, send))
        start, *parts = sent
        named = {key.decode(): value.decode() for key, value in start["headers"]}
        return start["status"], named, b"".join(part.get("body", b"") for part in parts)


@pytest.fixture
def site() -> Site:
    return Site()


def test_a_file_that_never_changes_is_read_once_and_is_the_same_each_time(site: Site) -> None:
    _, _, first = site.get("script.js")
    status, headers, later = site.get("script.js")
    assert (status, first, gzip.decompress(later)) == (200, SCRIPT, SCRIPT)
    assert headers["content-encoding"] == "gzip"
    assert int(headers["content-length"]) == len(later) < len(SCRIPT)
    assert headers["cache-control"] == FOREVER["cache-control"]
    assert "Accept-Encoding" in headers["vary"]
    assert site.asked == ["script.js"]


def test_a_file_that_comes_in_parts_is_kept_whole(site: Site) -> None:
    site.get("parts.js")
    assert gzip.decompress(site.get("parts.js")[2]) == 2 * SCRIPT
    assert site.asked == ["parts.js"]


def test_a_file_that_did_not_come_to_its_end_is_not_kept(site: Site) -> None:
    site.get("broken.js")
    assert site.get("broken.js")[2] == SCRIPT
    assert "content-encoding" not in site.get("broken.js")[1]


def test_what_comes_packed_is_not_packed_again(site: Site) -> None:
    answers = [gzip.decompress(site.get("packed.js")[2]) for _ in range(2)]
    assert answers == [SCRIPT, SCRIPT]
    assert site.asked == ["packed.js"]


def test_an_image_is_sent_as_it_is(site: Site) -> None:
    site.get("image.png")
    _, headers, body = site.get("image.png")
    assert body == IMAGE
    assert "content-encoding" not in headers
    assert site.asked == ["image.png"]


@pytest.mark.parametrize("name", ["page.html", "gone.js"])
def test_what_may_change_and_what_is_not_there_is_asked_for_each_time(site: Site, name: str) -> None:
    assert site.get(name) == site.get(name)
    assert site.asked == [name, name]


@pytest.mark.parametrize("more", [{"range": "bytes=0-9"}, {"if-none-match": '"x"'}, {"accept-encoding": "identity"}])
def test_who_does_not_want_the_whole_file_compressed_is_answered_by_the_site(site: Site, more: dict[str, str]) -> None:
    site.get("script.js")
    _, headers, body = site.get("script.js", {**BROWSER, **more})
    assert body == SCRIPT
    assert "content-encoding" not in headers
    assert site.asked == ["script.js", "script.js"]


def test_what_is_sent_to_the_site_reaches_it(site: Site) -> None:
    site.get("script.js")
    site.get("script.js", method="POST")
    assert site.asked == ["script.js", "script.js"]


def test_no_more_is_kept_than_there_is_room_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "MAX_KEPT_BYTES", 200)
    for name in 2 * ("image.png", "script.js"):
        site.get(name)
    assert site.asked == ["image.png", "script.js", "image.png"]
