"""`/second` in a real browser: the slope of the slope, the graph of a gradient, and PyTorch's refusal."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SCREEN
from tests.browser.head import type_value
from tests.browser.looking import PHONE, assert_nothing_sideways, assert_on_one_screen

Open = Callable[..., Page]


def test_a_cold_link_shows_a_parabola_that_bends_away_on_one_screen(open_page: Open) -> None:
    page = open_page("/second")
    shown = page.locator(".st-key-results")
    expect(shown).to_contain_text("y' = dy/dx = -2.25")
    expect(shown).to_contain_text("y'' = d2y/dx2 = 3.0")
    expect(page.locator("p.sentence:not(:empty)")).to_have_text(
        "create_graph=True records the backward pass too, so y'=-2.25 has a graph of its own. "
        "Differentiating that gives 3: at this rate the slope grows by 0.3 when x moves 0.1."
    )
    expect(page.locator(".st-key-curve .scatterlayer .trace")).to_have_count(4)
    expect(page.locator(".st-key-graph-derivative svg:has(g.node) g.node")).to_have_count(5)
    assert_on_one_screen(page, shown)
    expect(page).to_have_url(re.compile(r"second\??$"))


def test_what_is_changed_on_a_cold_page_takes_its_program_into_the_address(open_page: Open) -> None:
    page = open_page("/second")
    page.get_by_role("radio", name="3").click()
    expect(page.locator(".st-key-results")).to_contain_text("y''' = d3y/dx3 = 6.0")
    expect(page).to_have_url(re.compile(r"f=y\+%3D\+x%5E3\+-\+3x&at.x=0.5&order=3"))
    type_value(page, "x", "1")
    expect(page.locator(".st-key-results")).to_contain_text("y' = dy/dx = 0.0")
    page.go_back()
    page.go_back()
    expect(page.locator(".st-key-results")).to_contain_text("y' = dy/dx = -2.25")
    expect(page).to_have_url(re.compile(r"/second\??$"))
    page.get_by_role("link", name="Scalar", exact=True).click()
    expect(page.locator(".st-key-results")).to_contain_text("x.grad = -2.0")
    expect(page).to_have_url(re.compile(r"/scalar\??$"))


def test_at_five_the_second_derivative_is_still_two(open_page: Open) -> None:
    page = open_page("/second", **{"at.x": "0"})
    type_value(page, "x", "5")
    expect(page.locator(".st-key-results")).to_contain_text("y' = dy/dx = 8.0")
    expect(page.locator(".st-key-results")).to_contain_text("y'' = d2y/dx2 = 2.0")


def test_without_create_graph_is_one_click(open_page: Open) -> None:
    page = open_page("/second")
    page.get_by_text("Again without create_graph=True").click()
    expect(page.locator("ol.done")).to_contain_text("RuntimeError: element 0 of tensors does not require grad")
    expect(page).to_have_url(re.compile("without=true"))


def test_an_order_is_in_the_address_and_its_graph_is_drawn_however_large(open_page: Open) -> None:
    page = open_page("/second", f="y = sin(x)*exp(-x^2)", **{"at.x": "0.5"})
    page.get_by_role("radio", name="4").click()
    expect(page.locator(".st-key-results")).to_contain_text("y'''' = d4y/dx4 = 19.39010238647461")
    expect(page).to_have_url(re.compile("order=4"))
    expect(page.locator(".st-key-graph-derivative svg:has(g.node) g.node")).to_have_count(91)


def test_the_curves_stand_one_under_another(open_page: Open) -> None:
    page = open_page("/second", f="y = x^3 - 3x", **{"at.x": "1"})
    page.get_by_text("one under another").click()
    expect(page.locator("[class*=st-key-curves] .js-plotly-plot .subplot")).to_have_count(3)


def test_a_direction_is_in_the_address(open_page: Open) -> None:
    page = open_page("/second", f="z = x^2 - y^2", **{"at.x": "0", "at.y": "0"})
    expect(page.get_by_text("A saddle.")).to_be_visible()
    page.get_by_label("Direction v").fill("[1, 2]")
    expect(page.locator(".st-key-results")).to_contain_text("v^T H v = -6.0")
    expect(page).to_have_url(re.compile("direction="))
    page.reload()
    expect(page.locator(".st-key-results")).to_contain_text("v^T H v = -6.0")


def test_a_node_of_the_derivatives_graph_tells_what_it_computed(open_page: Open) -> None:
    page = open_page("/second", **{"at.x": "3"})
    page.locator(".st-key-graph-derivative g.node[role=button]").nth(1).click()
    expect(page.locator("section[aria-live] h2")).to_contain_text("a")


@pytest.mark.parametrize("address", [{}, {"f": "z = x^2 - y^2"}], ids=["curve", "landscape"])
def test_nothing_scrolls_sideways(open_page: Open, address: dict[str, str]) -> None:
    page = open_page("/second", **address)
    expect(page.locator(".st-key-results")).to_be_visible()
    for window in (PHONE, SCREEN):
        page.set_viewport_size(window)
        assert_nothing_sideways(page)
