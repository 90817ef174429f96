"""A part whose script is slow: it comes when it is let go."""

from collections.abc import Callable

from playwright.sync_api import Page, Route

from playground.web.bundle import DRAW


def held_back(page: Page, script: str) -> Callable[[], None]:
    """Hold back the parts of a script, named as in the package; what is returned lets them go."""
    arrow = "(name, part) =>"
    assert arrow in DRAW
    slow = DRAW.replace(arrow, f'async (name, part) => (name === "{script}" ? await held : null) ||')

    def answer(route: Route) -> None:
        response = route.fetch()
        assert DRAW in response.text()
        route.fulfill(response=response, body=response.text().replace(DRAW, slow))

    page.add_init_script("window.held = new Promise((letGo) => (window.letGo = letGo))")
    page.route("**/parts.js", answer)
    return lambda: page.evaluate("letGo()")
