"""What a page shows when something happens can be used by everybody too."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.head import type_program
from tests.browser.looking import eventually, finished, grave

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
