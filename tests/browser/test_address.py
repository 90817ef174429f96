"""What is shown is in the address, and the address shows it again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import wait_until_idle
from tests.browser.head import program_box, text_boxes, toggle_grad, type_gradient, type_program, type_value, value_box
from tests.browser.held_back import held_back
from tests.browser.looking import eventually
from tests.browser.serving import Server

Open = Callable[..., Page]


def inputs(page: Page) -> dict[str, str]:
    """Every box by its label."""
    boxes = text_boxes(page).all()
    return {str(box.evaluate("box => box.ariaLabel || box.labels[0].textContent")): box.input_value() for box in boxes}


def test_an_address_copied_into_another_browser_brings_the_page_back(open_page: Open, elsewhere: Page) -> None:
    page = open_page("/")
    type_program(page, "y = k*x^2 + w")
    type_value(page, "k", "[[1, 2], [3, 4]]")
    type_value(page, "w", "1/2 + 1")
    expect(page).to_have_url(re.compile("at.w="))
    wait_until_idle(page)
    toggle_grad(page, "w")
    type_gradient(page, "[[1, 0], [0, 1]]")
    page.get_by_role("button", name="More").click()
    page.get_by_text("float64").click()
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 30.0")
    expect(page).to_have_url(re.compile("dtype=float64"))
    expect(page).to_have_url(re.compile("gradient.y="))
    before, address = inputs(page), page.url

    elsewhere.goto(address)
    expect(program_box(elsewhere)).to_have_value("y = k*x^2 + w")
    expect(elsewhere.locator(".st-key-results")).to_have_text("x.grad = 30.0")
    eventually(elsewhere, lambda: inputs(elsewhere), before)
    expect(elsewhere.locator(".st-key-code")).to_contain_text("float64")


def test_an_example_opens_with_its_plus_signs(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_text("Examples", exact=True).click()
    page.get_by_role("link", name="A shared node").click()
    expect(program_box(page)).to_have_value("u = x^2; y = u*u + u")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 36.0")
    assert "+" not in page.url.split("?")[1]


def test_the_way_back_leads_to_the_example_opened_last(open_page: Open) -> None:
    page = open_page("/", f="u = x^2; y = u*u + u", **{"at.x": "2"})
    type_value(page, "x", "5")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 510.0")
    page.get_by_text("Examples", exact=True).click()
    page.get_by_role("link", name="Back to: A shared node").click()
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 36.0")


def test_pages_share_what_was_changed_and_survive_a_reload(open_page: Open) -> None:
    page = open_page("/")
    type_value(page, "x", "4")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 11.0")
    page.get_by_role("link", name="Scalar").click()
    expect(page.locator(".st-key-results")).to_contain_text("x.grad = 11.0")
    page.reload()
    wait_until_idle(page)
    expect(page.locator(".st-key-results")).to_contain_text("x.grad = 11.0")


def test_an_unchanged_graph_leads_to_the_tutorials_scalar(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("link", name="Scalar").click()
    expect(page.locator(".st-key-results")).to_contain_text("x.grad = -2.0")
    page.go_back()
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 7.0")


def test_what_was_typed_for_an_input_comes_back_with_it(open_page: Open) -> None:
    page = open_page("/")
    type_value(page, "b", "7")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 19.0")
    type_program(page, "y = a*x^2")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 12.0")
    type_program(page, "y = a*x^2 + b*x")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 19.0")
    expect(value_box(page, "b")).to_have_value("7")
    expect(page).to_have_url(re.compile("at.b=7"))


@pytest.mark.parametrize("path", ["/", "/scalar"])
def test_markup_in_an_address_is_shown_as_text(open_page: Open, path: str) -> None:
    attack = "<img src=x onerror=\"document.title='broken'\">"
    parameters = {"f": f"y = x {attack}", "at.x": attack, "grad.x": attack, "gradient.y": attack, attack: attack}
    page = open_page(path, **parameters)
    expect(page.locator(".problem").first).to_be_visible()
    assert page.locator("img[onerror], img[src='x']").count() == 0
    assert page.title() != "broken"
    expect(page.locator(".notes")).to_contain_text("<img")


def test_what_is_typed_before_the_head_has_come_is_in_the_address_when_it_has(server: Server, page: Page) -> None:
    let_go = held_back(page, "web/head/head.js")
    page.goto(f"{server.url}/descent")
    rate = value_box(page, "lr")
    rate.fill("0.02")
    rate.press("Enter")
    let_go()
    expect(page).to_have_url(re.compile(r"lr=0\.02"))
    expect(program_box(page)).to_have_value(re.compile("x"))
    expect(rate).to_have_value("0.02")
