"""What a page shows when something happens can be used by everybody too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.head import type_program
from tests.browser.looking import PAGES, PHONE, READY, eventually, finished, grave, violations

Open = Callable[..., Page]


def test_axe_finds_nothing_grave_in_open_panels_or_wrong_texts(open_page: Open) -> None:
    page = open_page("/partials", f="y1 = x1*x2; y2 = x1 +", jacobian="true", again="true", view="cinema")
    finished(page, "/partials")
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("radio", name="projector")).to_be_attached()
    page.get_by_text("Examples", exact=True).click()
    eventually(page, lambda: grave(page), [])
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    eventually(page, lambda: grave(page), [])


def test_what_happens_is_told_aloud(open_page: Open) -> None:
    page = open_page("/")
    finished(page, "/")
    expect(page.locator(".player [aria-live=polite]")).to_have_count(1)
    type_program(page, "y = x +")
    expect(page.get_by_role("status").filter(has_text="too early")).to_be_visible()


def test_who_asks_for_less_motion_gets_it(open_page: Open, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_page("/")
    finished(page, "/")
    moving = page.evaluate("document.getAnimations().filter(one => one.playState === 'running').length")
    assert moving == 0


ALL = (*PAGES, "/lessons", "/pitfalls")
OPENED = ("Examples", "From a script", "Share", "More", "Settings")
"""What opens a menu or a dialog."""


@pytest.mark.slow
@pytest.mark.parametrize("view", ["screen", "projector", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ALL)
def test_axe_finds_nothing_at_all_on_any_page_whatever_is_open(
    open_page: Open, page: Page, path: str, scheme: str, view: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    if view == "phone":
        page.set_viewport_size(PHONE)
    open_page(path, **({"view": "projector"} if view == "projector" else {}))
    if path in READY:
        finished(page, path)
    eventually(page, lambda: violations(page), [])
    nodes = page.locator("g.node[tabindex='0']")
    if nodes.count():
        nodes.first.press("Enter")
        expect(page.locator(".node-card:visible")).to_be_visible()
        eventually(page, lambda: violations(page), [])
    for name in OPENED:
        button = page.get_by_role("button", name=name, exact=True)
        if not button.count():
            continue
        button.first.click()
        eventually(page, lambda: violations(page), [])
        page.keyboard.press("Escape")
