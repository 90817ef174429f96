"""The pictures of README and of pages.md, taken from the running app: `make pictures`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chrome import FLAGS, find
from tests.browser.conftest import wait_until_idle
from tests.browser.head import TOOLS
from tests.browser.serving import serve

FOLDER = Path(__file__).parent
SCREEN, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
GRAPH, FIGURE = ".st-key-graph svg:has(g.node)", ".js-plotly-plot .main-svg"
PAGES = {
    "graph": ("/", GRAPH),
    "scalar": ("/scalar", FIGURE),
    "matrix": ("/matrix", ".st-key-results"),
    "partials": ("/partials", GRAPH),
    "second": ("/second", ".st-key-graph-derivative svg:has(g.node)"),
    "descent": ("/descent", FIGURE),
    "pitfalls": ("/pitfalls?trap=detach", "pre.pitfall"),
    "lessons": ("/lessons", "img.sketch"),
}
"""Name: address, and what must stand on the page before it is taken."""


HIMMELBLAU = {"f": "z = (x^2 + y - 11)^2 + (x + y^2 - 7)^2", "at.x": 0, "at.y": 0, "steps": 100}


class Picture(NamedTuple):
    """How a page is taken."""

    file: str
    address: str
    drawn: str
    scheme: str = "light"
    screen: dict[str, int] = SCREEN
    click: str = ""
    """The button that is clicked first,"""
    shows: str = ""
    """and what it opens."""


PICTURES = [
    *(Picture(f"{name}.png", *page) for name, page in PAGES.items()),
    *(Picture(f"{name}-dark.png", *page, scheme="dark") for name, page in PAGES.items()),
    Picture("step.png", "/?step=9", GRAPH),
    Picture("projector.png", "/?view=projector", GRAPH),
    Picture("phone.png", "/", GRAPH, screen=PHONE),
    Picture("valley.png", "/descent?" + urlencode(HIMMELBLAU), FIGURE),
    Picture("chinese.png", "/?lang=zh", GRAPH),
    Picture("share.png", "/", GRAPH, click="Share", shows=".head [role=img], .head img"),
]


@contextmanager
def chrome() -> Iterator[Browser]:
    """The browser that the tests use."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        yield browser
        browser.close()


def take(picture: Picture, page: Page, server: str) -> None:
    """Open a page and write down what it looks like."""
    page.goto(server + picture.address)
    page.wait_for_selector(picture.drawn)
    wait_until_idle(page)
    page.locator(f"{TOOLS} >> visible=true").first.wait_for()
    if picture.click:
        page.get_by_role("button", name=picture.click, exact=True).click()
        page.wait_for_selector(picture.shows)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / picture.file)


def main() -> None:
    """Take every picture."""
    with TemporaryDirectory() as folder, serve("playground", Path(folder) / "log") as server, chrome() as browser:
        for picture in PICTURES:
            page = browser.new_page(viewport=picture.screen, color_scheme=picture.scheme)
            take(picture, page, server.url)
            page.close()


if __name__ == "__main__":
    main()
