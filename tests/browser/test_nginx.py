"""The app behind nginx as it is deployed: each visitor with one of two processes, and with the other if it ends."""

import gzip
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import sleep
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SCREEN, wait_until_idle
from tests.browser.nginx import before
from tests.browser.serving import Server, serve

WORTHWHILE = 1024
"""bytes above which an answer is compressed."""
PATHS = ("/", "/scalar", "/matrix", "/partials", "/second", "/descent", "/pitfalls", "/lessons")


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Two processes of the app."""
    folder = tmp_path_factory.mktemp("apps")
    with ExitStack() as stack:
        yield [stack.enter_context(serve("playground", folder / f"{number}.log")) for number in range(2)]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of nginx."""
    return tmp_path_factory.mktemp("proxy") / "access.log"


@pytest.fixture(scope="module")
def address(apps: list[Server], log: Path) -> Iterator[str]:
    """Where nginx is reached."""
    with before([app.url for app in apps], log.parent) as open_at:
        yield open_at


@pytest.fixture
def visitor(chrome: Browser) -> Iterator[Page]:
    context = chrome.new_context(viewport=SCREEN)
    yield context.new_page()
    context.close()


def answer(url: str, **headers: str) -> tuple[dict[str, str], bytes]:
    with build_opener(ProxyHandler({})).open(Request(url, headers=headers), timeout=20) as response:
        return {name.lower(): value for name, value in response.headers.items()}, response.read()


def last_line(log: Path, of: str = "") -> list[str]:
    """The words of the last line of a log, once nginx has written all it was asked until now."""
    sleep(0.2)
    return [line for line in log.read_text().splitlines() if of in line][-1].split()


def test_every_page_runs_under_its_rules_for_contents(address: str, visitor: Page) -> None:
    complaints: list[str] = []
    visitor.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in PATHS:
        visitor.goto(f"{address}{path}?proof=true&theory=true&racing=true")
        wait_until_idle(visitor)
        expect(visitor.locator("h1.question")).to_be_visible()
    visitor.goto(address)
    expect(visitor.locator(".st-key-graph svg:has(g.node)")).to_be_visible()
    visitor.get_by_role("button", name="Previous step").click()
    visitor.goto(f"{address}/descent")
    expect(visitor.locator(".st-key-descent .main-svg").first).to_be_visible()
    assert [text for text in complaints if "Content Security Policy" in text or "Refused" in text] == []


def test_what_is_sent_is_compressed_kept_and_says_no_more_than_it_must(address: str) -> None:
    headers, page = answer(address)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["server"] == "nginx"
    assert headers["cache-control"] == "no-cache"
    parts = re.findall(rb'(?:src|href)="\./(static/[^"]+\.(?:js|css))"', page)
    assert parts
    for part in map(bytes.decode, parts):
        plain, whole = answer(f"{address}/{part}")
        small, packed = answer(f"{address}/{part}", **{"Accept-Encoding": "gzip"})
        assert "immutable" in small["cache-control"]
        assert "content-encoding" not in plain
        if len(whole) > WORTHWHILE:
            assert small["content-encoding"] == "gzip"
            assert gzip.decompress(packed) == whole
            assert len(packed) < 0.6 * len(whole)


def test_the_log_does_not_hold_what_was_typed(address: str, log: Path) -> None:
    answer(f"{address}/?f=secret%2Bformula")
    assert " GET / 200 " in log.read_text()
    assert "secret" not in log.read_text()


def test_visitors_are_shared_out_and_each_stays(address: str, apps: list[Server], log: Path) -> None:
    """The last word of a line of the log is the process that a request was led to."""

    def led_to(name: str) -> str:
        headers, _ = answer(f"{address}/?{name}", Cookie=name)
        assert "set-cookie" not in headers
        return last_line(log)[-1]

    names = [answer(address)[0]["set-cookie"].partition(";")[0] for _ in range(12)]
    assert all(re.fullmatch(r"visitor=[0-9a-f]{32}", name) for name in names)
    assert len(set(names)) == 12
    first, second = (list(map(led_to, names)) for _ in range(2))
    assert first == second
    assert set(first) == {app.url.removeprefix("http://") for app in apps}
