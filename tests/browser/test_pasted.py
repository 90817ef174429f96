"""A script that somebody brings opens its page: pasted into the program box, or by From a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.head import program_box
from tests.browser.serving import Server
from tests.pasted.scripts import TUTORIAL

RESULTS = {
    "slope": ("scalar", "-2.0"),
    "matrix": ("matrix", "2."),
    "sum": ("matrix", "2."),
    "second": ("second", "2.0"),
    "partials": ("partials", "3.0"),
    "descent": ("descent", "0.99995"),
}
"""The page of each of the tutorial's scripts, and a number of its answer."""


def paste(page: Page, text: str) -> None:
    """Paste a text in the place of the program."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    program_box(page).select_text()
    page.keyboard.press("Control+v")


@pytest.mark.parametrize("key", RESULTS)
def test_a_script_of_the_tutorial_pasted_opens_its_page_with_its_numbers(server: Server, page: Page, key: str) -> None:
    name, number = RESULTS[key]
    page.goto(server.url)
    expect(program_box(page)).to_be_visible()
    paste(page, TUTORIAL[key][1])
    page.wait_for_url(re.compile(rf"/{name}\?"), timeout=PATIENCE_MS)
    expect(page.locator("body")).to_contain_text(number)
    expect(page.locator(".script-read")).to_be_attached()


def test_lines_that_are_a_program_stay_one(server: Server, page: Page) -> None:
    page.goto(server.url)
    expect(program_box(page)).to_be_visible()
    paste(page, "u = x^2\ny = u*3")
    expect(page).to_have_url(re.compile(r"\?f=u"))
    expect(program_box(page)).to_have_value("u = x^2\ny = u*3")


def test_from_a_script_tells_line_by_line_what_each_became(server: Server, page: Page) -> None:
    page.goto(server.url)
    page.get_by_role("button", name="From a script").click()
    box = page.get_by_role("textbox", name=re.compile("PyTorch script"))
    box.fill("import os\n" + TUTORIAL["second"][1])
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("tr.remark")).to_contain_text("os is not read")
    expect(dialog).to_contain_text("y = a*pow(x, 2) + b*x + c")
    dialog.get_by_role("button", name="Open the page").click()
    page.wait_for_url(re.compile(r"/second\?"), timeout=PATIENCE_MS)
    expect(page.locator(".script-read tr.remark")).to_contain_text("os is not read")


def test_what_cannot_be_read_is_refused_with_its_line(server: Server, page: Page) -> None:
    page.goto(server.url)
    page.get_by_role("button", name="From a script").click()
    page.get_by_role("textbox", name=re.compile("PyTorch script")).fill("hello world\nthis is no code\n")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_contain_text("Line 1")
    expect(dialog.get_by_role("button", name="Open the page")).to_be_disabled()
