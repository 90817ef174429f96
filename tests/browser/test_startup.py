"""`streamlit run playground` starts the app, and a visit stays between the browser and the server."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.serving import Server, is_local


def test_the_server_says_that_it_is_healthy(server: Server) -> None:
    assert server.healthy


def test_a_visit_asks_nothing_from_outside(page: Page, open_page: Callable[..., Page]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_page("/").wait_for_load_state("networkidle")
    icons = page.locator("link[rel~=icon]").evaluate_all("links => links.map(link => link.href)")
    assert asked
    assert icons
    assert not [url for url in asked + icons if not is_local(url)]
