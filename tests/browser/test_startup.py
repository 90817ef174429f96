"""`streamlit run playground` starts the app, and a visit stays between the browser and the server."""

from playwright.sync_api import Page

from tests.browser.conftest import wait_until_idle
from tests.browser.serving import Server, is_local


def test_the_server_says_that_it_is_healthy(server: Server) -> None:
    assert server.healthy


def test_a_visit_asks_nothing_from_outside(server: Server, elsewhere: Page) -> None:
    requests: list[str] = []
    elsewhere.on("request", lambda request: requests.append(request.url))
    elsewhere.goto(server.url)
    wait_until_idle(elsewhere)
    elsewhere.wait_for_load_state("networkidle")
    icons = elsewhere.locator("link[rel~=icon]").evaluate_all("links => links.map(link => link.href)")
    assert requests
    assert icons
    assert not [url for url in requests + icons if not is_local(url)]
