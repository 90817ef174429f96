"""The pictures of README, taken from the running app: `make pictures`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chrome import FLAGS, find
from tests.browser.conftest import wait_until_idle
from tests.browser.serving import serve

FOLDER = Path(__file__).parent
SCREEN = {"width": 1280, "height": 720}
PICTURES = {
    "graph.png": ("/", "light", ".st-key-graph svg:has(g.node)"),
    "graph-dark.png": ("/", "dark", ".st-key-graph svg:has(g.node)"),
    "scalar.png": ("/scalar", "light", ".js-plotly-plot"),
    "matrix.png": ("/matrix", "light", ".st-key-results"),
    "partials.png": ("/partials", "light", ".st-key-graph svg:has(g.node)"),
    "second.png": ("/second", "light", ".st-key-graph-derivative svg:has(g.node)"),
}
"""File: address, theme, and what must stand on the page before it is taken."""


@contextmanager
def chrome() -> Iterator[Browser]:
    """The browser that the tests use."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        yield browser
        browser.close()


def main() -> None:
    """Take every picture."""
    with TemporaryDirectory() as folder, serve("playground", Path(folder) / "log") as server, chrome() as browser:
        for name, (path, scheme, drawn) in PICTURES.items():
            page = browser.new_page(viewport=SCREEN, color_scheme=scheme)
            page.goto(server.url + path)
            page.wait_for_selector(drawn)
            wait_until_idle(page)
            page.screenshot(path=FOLDER / name)
            page.close()


if __name__ == "__main__":
    main()
