"""The files of components and what pages offer: under addresses that say what they are, packed, and kept for good."""

import asyncio
import gzip
from collections.abc import Iterator, Mapping

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from playground.app.routes import routes
from playground.app.static_cache import Assets
from playground.engine.process import Busy
from playground.web import store
from playground.web.part import LOADER
from playground.web.served import SCRIPT, address_of, digest, served
from playground.words import say, speak
from tests.app.test_static_cache import BROWSER

FOREVER = "public, max-age=31536000, immutable"


def ask(path: str, headers: Mapping[str, str] = BROWSER) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": raw, "root_path": ""}
    asyncio.run(Assets(Starlette(routes=routes()))(scope, receive, send))
    names = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], names, b"".join(message.get("body", b"") for message in sent[1:])


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    yield
    store._offers.clear()
    store._packed.clear()


def test_the_script_the_sheets_the_font_and_the_icon_are_there_for_good() -> None:
    assert {name.rpartition(".")[2] for name in served()} == {"js", "css", "ttf", "svg"}
    for name, text in served().items():
        status, headers, body = ask(f"/{address_of(name)}", {})
        assert (status, headers["cache-control"], body) == (200, FOREVER, text)


@pytest.mark.parametrize(
    "path",
    [
        "/parts/0/parts.js",
        "/parts/{digest}/web/part.py",
        "/parts/{digest}/web/part.js",
        "/parts/{digest}/../x.js",
        "/svg/unknown",
    ],
)
def test_what_is_unknown_is_not_found_and_not_kept(path: str) -> None:
    status, headers, _ = ask(path.format(digest=digest()))
    assert (status, headers["cache-control"]) == (404, "no-store")


def test_what_a_page_offers_is_made_when_it_is_asked_for_and_only_once() -> None:
    made: list[str] = []
    name = store.offer("a drawing", lambda: made.append("once") or "<svg/>")
    assert not made
    for _ in range(2):
        status, headers, body = ask(f"/svg/{name}")
        assert (status, headers["content-type"], headers["cache-control"]) == (200, "image/svg+xml", FOREVER)
        assert gzip.decompress(body) == b"<svg/>"
    assert made == ["once"]


def test_who_cannot_unpack_gets_it_unpacked() -> None:
    _, headers, body = ask(f"/json/{store.offer('told', lambda: '{}')}", {})
    assert (headers["content-type"], body) == ("application/json", b"{}")
    assert "content-encoding" not in headers


def test_what_has_room_no_more_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    name = store.offer("a drawing", lambda: made.append("again") or "<svg/>")
    ask(f"/svg/{name}")
    store._packed.clear()
    assert ask(f"/svg/{name}")[0] == 200
    assert len(made) == 2


def test_what_cannot_be_made_now_is_asked_for_again() -> None:
    answers = iter([Busy(), "<svg/>"])

    def make() -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    name = store.offer("a drawing", make)
    status, headers, _ = ask(f"/svg/{name}")
    assert (status, headers["cache-control"]) == (503, "no-store")
    assert ask(f"/svg/{name}")[0] == 200


def test_it_speaks_the_language_of_the_page_that_offered_it() -> None:
    speak("zh")
    chinese, name = say("player.play"), store.offer("words", lambda: say("player.play"))
    speak("en")
    assert store.offer("words", lambda: say("player.play")) != name
    assert gzip.decompress(ask(f"/json/{name}")[2]).decode() == chinese != say("player.play")


def test_routes_lie_below_the_path_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamlit.get_option", lambda _: "/pre/")
    assert ask(f"/pre/{address_of(SCRIPT)}")[0] == 200
    assert ask(f"/{address_of(SCRIPT)}")[0] == 404


def test_the_inline_script_is_no_path_and_names_no_origin() -> None:
    assert "\n" in LOADER
    assert "http" not in LOADER


def test_a_part_must_exist() -> None:
    with pytest.raises(KeyError):
        address_of("nothing.js")
