"""deploy/nginx.conf before two processes of the app: what it adds, and what happens when one of them ends."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from gzip import decompress
from http.client import HTTPResponse
from itertools import count
from pathlib import Path
from time import monotonic
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from playground.web.files import PAGES
from tests.browser.conftest import wait_until_idle
from tests.browser.head import type_value, value_box
from tests.browser.serving import Server
from tests.deploy.cluster import PROCESSES, Cluster, cluster
from tests.deploy.nginx import before

DRAWN = {
    "graph": ".st-key-graph svg:has(g.node)",
    "second": "svg:has(g.node)",
    "partials": "svg:has(g.node)",
    "descent": ".js-plotly-plot .main-svg",
}
"""Page: what is drawn on it by Graphviz or by Plotly."""
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Server": "nginx",
}
PATHS = {page.stem: "/" if page.stem == "graph" else f"/{page.stem}" for page in sorted(PAGES.glob("*.py"))}
BLOCKED = "document.addEventListener('securitypolicyviolation', e => console.error(e.violatedDirective, e.blockedURI))"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def behind(folder: Path) -> Iterator[Cluster]:
    """Two processes behind nginx."""
    with cluster(folder) as running:
        yield running


@pytest.fixture
def proxy(server: Server, tmp_path: Path) -> Iterator[Server]:
    """Nginx before the server that other tests have too: it is each of its processes."""
    with before((server,) * PROCESSES, tmp_path) as running:
        yield running


@pytest.fixture
def ask(behind: Cluster) -> Callable[..., HTTPResponse]:
    """The answer to a path, asked with these headers."""
    opener = build_opener(ProxyHandler({}))
    return lambda path="/", **headers: opener.open(Request(behind.proxy.url + path, headers=headers), timeout=90)


@pytest.fixture
def process_of(ask: Callable[..., HTTPResponse], folder: Path, behind: Cluster) -> Callable[[str], Server]:
    """The process that somebody with this cookie is led to, by nginx's log."""
    numbers = count()

    def find(cookie: str) -> Server:
        path = f"/asked-{os.getpid()}-{next(numbers)}-{cookie}"
        ask(path, Cookie=f"visitor={cookie}").read()
        address = logged(folder, path).split()[-2]
        return next(app for app in behind.apps if app.url.endswith(address))

    return find


def cookies(page: Page) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}


def logged(folder: Path, path: str) -> str:
    """nginx's line about a path, which it writes when it has answered."""
    give_up = monotonic() + 90
    while monotonic() < give_up:
        for line in (folder / "access.log").read_text().splitlines():
            if f" {path} " in line:
                return line
    raise AssertionError(f"nginx has no line about {path}")


@pytest.mark.slow
@pytest.mark.parametrize("name", PATHS)
def test_every_page_opens_with_its_drawing_and_nothing_of_it_is_blocked(behind: Cluster, page: Page, name: str) -> None:
    page.add_init_script(BLOCKED)
    page.goto(behind.proxy.url + PATHS[name])
    wait_until_idle(page)
    expect(page.locator(DRAWN.get(name, "h1, h2, h3, .katex")).filter(visible=True).first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_player_and_what_is_saved_work_under_the_policy(proxy: Server, page: Page) -> None:
    page.add_init_script(BLOCKED)
    page.goto(proxy.url)
    wait_until_idle(page)
    page.locator(".st-key-player-graph").get_by_role("slider", name="Step", exact=True).press("ArrowRight")
    expect(page.locator(".st-key-graph svg g.node.current")).to_have_count(1)
    for kind in ("SVG", "PNG"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save The graph: {kind}").click()
        assert Path(download.value.path()).stat().st_size > 1000


@pytest.mark.slow
def test_a_script_that_comes_into_a_page_is_blocked(behind: Cluster, window: Callable[..., BrowserContext]) -> None:
    context = window()
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.goto(behind.proxy.url)
    added = "const s = document.createElement('script'); s.textContent = 'window.hacked = 1'; document.body.append(s)"
    assert page.evaluate(f"() => {{ {added}; return window.hacked ?? 'blocked' }}") == "blocked"
    context.close()
    assert any("Content Security Policy" in text for text in heard)


@pytest.mark.slow
def test_the_page_has_the_headers_and_the_assets_are_compressed_and_kept(ask: Callable[..., HTTPResponse]) -> None:
    first = ask("/", **{"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert EXPECTED.items() <= dict(first.headers).items()
    assert "frame-ancestors 'self'" in first.headers["Content-Security-Policy"]
    assert "camera=()" in first.headers["Permissions-Policy"]
    scripts = re.findall(r"static/js/[^\"]+\.js", ask().read().decode())
    for path in scripts[:3]:
        plain, packed = ask(f"/{path}"), ask(f"/{path}", **{"Accept-Encoding": "gzip"})
        assert "max-age=31536000" in packed.headers["Cache-Control"]
        assert "Set-Cookie" not in packed.headers
        assert packed.headers["X-Content-Type-Options"] == "nosniff"
        content = plain.read()
        assert plain.headers["Content-Encoding"] is None
        assert decompress(packed.read()) == content if packed.headers["Content-Encoding"] else len(content) < 500


@pytest.mark.slow
def test_nothing_that_somebody_typed_is_logged(ask: Callable[..., HTTPResponse], folder: Path) -> None:
    ask("/typed?f=y%20%3D%20secret").read()
    assert logged(folder, "/typed")
    assert "secret" not in (folder / "access.log").read_text() + (folder / "nginx.log").read_text()


@pytest.mark.slow
def test_visitors_are_spread_and_each_stays_where_they_are(
    process_of: Callable[[str], Server], ask: Callable[..., HTTPResponse], behind: Cluster
) -> None:
    visitors = [cookie for _ in range(12) for cookie in re.findall(r"visitor=(\w{32})", ask().headers["Set-Cookie"])]
    first = {cookie: process_of(cookie).url for cookie in visitors}
    assert len(first) == 12
    assert set(first.values()) == {app.url for app in behind.apps}
    assert {cookie: process_of(cookie).url for cookie in visitors} == first
    assert "Set-Cookie" not in ask("/", Cookie=f"visitor={visitors[0]}").headers


@pytest.mark.slow
def test_who_was_on_a_process_that_is_killed_has_the_same_page_on_the_other(
    behind: Cluster, window: Callable[..., BrowserContext], process_of: Callable[[str], Server]
) -> None:
    """The last of this file: it leaves one process."""
    context = window()
    page = context.new_page()
    page.goto(behind.proxy.url)
    wait_until_idle(page)
    type_value(page, "b", "7")
    type_value(page, "x", "4")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 23.0")
    visitor = cookies(page)["visitor"]
    lost = process_of(visitor)
    with page.expect_websocket():
        os.killpg(lost.process.pid, signal.SIGKILL)
    wait_until_idle(page)
    assert process_of(visitor) is not lost
    expect(value_box(page, "b")).to_have_value("7")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 23.0")
    type_value(page, "x", "5")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 27.0")
    expect(page).to_have_url(re.compile("at.b=7"))
    context.close()
