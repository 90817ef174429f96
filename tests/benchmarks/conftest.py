"""A server of its own for each file that drives a browser, and a page of that browser for each measurement."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browser.chrome import FLAGS, find
from tests.browser.serving import Server, serve


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve("playground", tmp_path_factory.mktemp("app") / "log") as running:
        yield running


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        yield browser.new_page(viewport={"width": 1280, "height": 720})
        browser.close()
