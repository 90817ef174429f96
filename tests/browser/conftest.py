"""A running app and a real browser to look at it with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    WebSocket,
    expect,
    sync_playwright,
)
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.chrome import FLAGS, FOR_SHORT_VISITS, MISSING, find
from tests.browser.serving import Server, assert_no_trouble, is_local, serve

SCREEN: ViewportSize = {"width": 1280, "height": 720}
EMPTY = "http://127.0.0.1/"
"""A page of this machine, as the servers' are; it is answered without one."""
LEFT_BEHIND = "cookies,local_storage,indexeddb,service_workers,cache_storage"
"""What a page leaves in a browser, apart from the files that it loaded."""
PATIENCE_MS = 90_000
"""How long anything is waited for: only what never comes takes so long, on the slowest machine too."""
IDLE = "[data-testid=stApp][data-test-connection-state=CONNECTED][data-test-script-state=notRunning]"
"""A page that is connected, and whose script is done. It is counted: for anything else that is waited for Playwright
writes down the whole page each time that it looks and does not find it."""
ON_THE_WAY = (
    "[data-testid=stSkeleton], "
    ":is([data-testid=stBidiComponentRegular], [data-testid=stBidiComponentIsolated]):not([data-drawn]), "
    ".stPlotlyChart:not(:has(.main-svg))"
)
"""Parts of a page whose script has not come, or has not drawn them."""
PROBES = ("/_stcore/health", "/_stcore/host-config")
"""What Streamlit looks for below a page's own address before it asks at the top; not finding it there is no error."""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, started as a person starts it."""
    with serve("playground", tmp_path_factory.mktemp("server") / "log") as running:
        yield running


@pytest.fixture(scope="session")
def window() -> Iterator[Callable[..., BrowserContext]]:
    """Open a window of an installed Chrome or Chromium; its pages are waited for as patiently as everything else."""
    path = find()
    if path is None:
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, FOR_SHORT_VISITS])

        def open_(**more: object) -> BrowserContext:
            context = browser.new_context(**{"viewport": SCREEN, **more})  # type: ignore[arg-type]
            context.set_default_timeout(PATIENCE_MS)
            return context

        yield open_
        browser.close()


@pytest.fixture(scope="session")
def keeper(window: Callable[..., BrowserContext]) -> Iterator[Page]:
    """An empty page that stays; what it opens has its process, in which Streamlit's scripts are compiled already.

    With each test in a process of its own, opening a page takes 1.5 times the work.
    """
    with window() as context:
        page = context.new_page()
        page.route(EMPTY, lambda route: route.fulfill(content_type="text/html", body=""))
        page.goto(EMPTY)
        yield page


@pytest.fixture
def page(keeper: Page) -> Iterator[Page]:
    """A visitor's page, of whom nothing is known; it must end without an error and without a request to outside."""
    with visit(keeper) as page:
        yield page


@contextmanager
def visit(keeper: Page) -> Iterator[Page]:
    """A page of a visitor who comes, and of whom nothing is left."""
    there = keeper.context.pages
    with keeper.expect_popup() as opened:
        keeper.evaluate("void window.open()")
    page = opened.value
    complaints = watch(page)
    yield page
    for other in page.context.pages:
        if other not in there:
            other.close()
    forget(keeper)
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def elsewhere(window: Callable[..., BrowserContext]) -> Iterator[Page]:
    """A page in another browser, which was never here and shares nothing with the first but the machine."""
    with window() as context:
        yield context.new_page()


def forget(page: Page) -> None:
    """Keep nothing of a visitor but the store of files."""
    tools = page.context.new_cdp_session(page)
    tools.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": LEFT_BEHIND})
    tools.detach()
    page.context.clear_permissions()


@pytest.fixture
def open_page(server: Server, page: Page) -> Iterator[Callable[..., Page]]:
    """Open an address of the app with these parameters, `open_page("/scalar", f="x^2", **{"at.x": "3"})`."""
    said_before = len(server.log)

    def open_(path: str = "/", **params: object) -> Page:
        page.goto(f"{server.url}{path}?{urlencode(params, doseq=True)}")
        wait_until_idle(page)
        return page

    yield open_
    assert_no_trouble(server.log[said_before:])


def wait_until_idle(page: Page) -> None:
    """Return when the page is connected, its script has run to the end, and every part of it has drawn itself."""
    expect(page.locator(IDLE)).to_have_count(1)
    expect(page.locator(ON_THE_WAY)).to_have_count(0)


def kind(frame: bytes | str) -> str | None:
    """What kind of message of Streamlit's came over a page's websocket."""
    return ForwardMsg.FromString(frame).WhichOneof("type") if isinstance(frame, bytes) else None


def watch(page: Page) -> list[str]:
    """A list that grows with every error of the page and every request to another machine."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.location["url"].endswith(PROBES):
            complaints.append(f"console error: {message.text}")

    def see(request: Request | WebSocket) -> None:
        if not is_local(request.url):
            complaints.append(f"request to outside: {request.url}")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("request", see)
    page.on("websocket", see)
    return complaints
