"""The share panel gives away exactly what is shown, and what it gives away opens as it was."""

import re
from collections.abc import Callable
from io import BytesIO
from itertools import cycle

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import wait_until_idle
from tests.browser.head import program_box, type_program, type_value
from tests.browser.looking import each_time_some, eventually, settled

Open = Callable[..., Page]

STATES = {
    "/": {"f": "y = a*x^2 + w", "at.x": "-2", "at.w": "0.5", "grad.a": "true", "step": "4"},
    "/scalar": {"f": "y = exp(x) + k", "at.x": "0.5", "at.k": "2", "dtype": "float64"},
    "/matrix": {"at.x": "[[1, 2], [3, 4]]", "gradient.y": "[[1, 0], [0, 1]]", "jacobian": "true"},
    "/partials": {"f": "p = x*y; q = x + y", "at.x": "2", "at.y": "-3", "outputs": "q", "retain_graph": "true"},
    "/second": {"f": "y = x^4 + b*x", "at.x": "-1", "order": "4"},
    "/descent": {"f": "y = x^4 + b*x", "at.x": "1", "lr": "0.02", "steps": "40", "step": "12"},
}
"""A state of each page: a program with a plus, values, and what else its address holds."""

FIGURES = {"/": 1, "/scalar": 1, "/matrix": 0, "/partials": 1, "/second": 2, "/descent": 1}
"""drawings and figures of each."""
FAR = 150
"""pixels: the code as a phone's camera has it that is far away."""


def button(page: Page) -> Locator:
    return page.get_by_role("button", name="Share", exact=True)


def shared(page: Page) -> str:
    """Open the panel; the address in it."""
    button(page).click()
    address = page.get_by_role("textbox", name="Its address")
    expect(address).not_to_have_value("")
    return address.input_value()


def scanned(page: Page) -> str:
    """What a camera at the other end of the room reads."""
    picture = page.get_by_role("img", name="QR code")
    expect(picture).to_be_visible()
    photo = Image.open(BytesIO(picture.screenshot())).convert("L").resize((FAR, FAR))
    (code,) = zxingcpp.read_barcodes(photo)
    return str(code.text)


def numbers(page: Page, figures: int) -> list[str]:
    """What the page answers, and what its drawing or its figure says in words."""
    expect(page.locator(".st-key-results pre").first).to_be_attached()  # before a film's end it is not shown
    expect(page.get_by_role("figure")).to_have_count(figures)
    drawings = page.get_by_role("figure").evaluate_all("all => all.map(one => one.ariaLabel)")
    return [*page.locator(".st-key-results pre, p.sentence").all_inner_texts(), *map(str, drawings)]


LOOKS = dict(zip(STATES, cycle((True, False)), strict=False))


@pytest.mark.parametrize("path", each_time_some(STATES, ("/", "/second", "/descent")))
def test_what_is_scanned_opens_the_same_page_for_everybody(open_page: Open, elsewhere: Page, path: str) -> None:
    """In turn for somebody whose screen is dark, and for a room with a projector."""
    dark = LOOKS[path]
    page = open_page(path, **STATES[path])
    shown_there = settled(page, lambda: numbers(page, FIGURES[path]))
    address = shared(page)
    assert address == page.url
    assert scanned(page) == address
    elsewhere.emulate_media(color_scheme="dark" if dark else "light")
    elsewhere.goto(address + ("" if dark else "&view=projector"))
    wait_until_idle(elsewhere)
    eventually(elsewhere, lambda: numbers(elsewhere, FIGURES[path]), shown_there)
    expect(elsewhere.locator(".notes .note")).to_have_count(0)


def test_the_address_is_the_one_of_this_moment(open_page: Open) -> None:
    page = open_page("/")
    first = shared(page)
    page.keyboard.press("Escape")
    type_value(page, "x", "4")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 11.0")
    second = shared(page)
    assert second != first
    assert "at.x=4" in second
    assert scanned(page) == second


def test_a_plus_survives_the_way(open_page: Open, elsewhere: Page) -> None:
    page = open_page("/")
    type_program(page, "y = x + x^2 + 1")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 7.0")
    address = shared(page)
    assert "%2B" in address
    elsewhere.goto(scanned(page))
    expect(program_box(elsewhere)).to_have_value("y = x + x^2 + 1")


def test_copy_puts_the_address_on_the_clipboard(open_page: Open) -> None:
    page = open_page("/scalar", **STATES["/scalar"])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    address = shared(page)
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address


def test_the_panel_opens_with_the_keyboard_and_makes_nothing_before(open_page: Open) -> None:
    page = open_page("/")
    expect(button(page)).to_be_visible()
    picture = page.locator(".share img")
    assert picture.get_attribute("src") is None
    button(page).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="This page, as it stands")).to_be_visible()
    expect(page.get_by_role("button", name="Copy the address")).to_be_focused()
    expect(picture).to_have_attribute("src", re.compile("^data:image/svg"))
    expect(page.get_by_text("works on this computer only")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button(page)).to_be_focused()


def test_what_is_too_long_for_a_code_can_be_copied(open_page: Open) -> None:
    rows = ", ".join(f"[{', '.join(str(0.125 * column) for column in range(24))}]" for _ in range(24))
    page = open_page("/matrix", f="y = x^2", **{"at.x": f"[{rows}]"})
    assert len(shared(page)) > 3000
    expect(page.get_by_text("too long for a QR code")).to_be_visible()
    expect(page.get_by_role("img", name="QR code")).to_have_count(0)


def test_a_projector_stays_one_on_every_page_and_example(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("button", name="More").click()
    page.get_by_text("projector", exact=True).click()
    expect(page).to_have_url(re.compile("view=projector"))
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Scalar").click()
    expect(page.locator(".st-key-results")).to_contain_text("x.grad = -2.0")
    expect(page).to_have_url(re.compile("view=projector"))
    eventually(page, lambda: large(page), True)
    page.get_by_text("Examples", exact=True).click()
    page.locator(".head .examples a").last.click()
    expect(page).to_have_url(re.compile("view=projector"))
    wait_until_idle(page)
    eventually(page, lambda: large(page), True)


def large(page: Page) -> bool:
    size = page.locator(".st-key-results pre").first.evaluate("line => parseFloat(getComputedStyle(line).fontSize)")
    return float(size) > 26


def test_a_view_there_is_not_is_named_and_the_page_stands(open_page: Open) -> None:
    page = open_page("/scalar", view="cinema", colour="red", **{"at.x": "1"})
    notes = page.locator(".notes .note")
    expect(notes.first).to_contain_text("view=cinema is none of screen, projector: using screen")
    expect(notes.last).to_contain_text("colour")
    expect(page.locator(".st-key-results")).to_contain_text("x.grad = 0.0")
