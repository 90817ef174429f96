"""`/scalar` in a real browser: the curve, and backward again and again."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.head import program_box

Open = Callable[..., Page]


def test_a_cold_link_shows_the_tutorials_case(open_page: Open) -> None:
    page = open_page("/scalar")
    expect(page.locator(".st-key-results")).to_contain_text("x.grad = -2.0")
    expect(page.locator(".st-key-curve .scatterlayer .trace")).to_have_count(3)
    expect(page.locator("p.sentence:not(:empty)")).to_have_text(
        "At x=0 autograd finds the slope -2. Move x by 0.1: the tangent predicts -0.2; as computed, y changes by -0.19."
    )


def test_backward_adds_refuses_and_is_cleared(open_page: Open) -> None:
    page = open_page("/scalar")
    done = page.locator("ol.done li")
    again = page.get_by_role("button", name="Forward and backward again")
    again.click()
    expect(done.last).to_contain_text("x.grad = -4.0")
    again.click()
    expect(done.last).to_contain_text("x.grad = -6.0")
    page.get_by_role("button", name="Backward on the same graph").click()
    expect(page.get_by_text("Trying to backward through the graph a second time")).to_be_visible()
    page.get_by_role("button", name="zero_grad").click()
    expect(done.last).to_contain_text("x.grad = None")


def test_quick_clicks_all_count(open_page: Open) -> None:
    page = open_page("/scalar")
    again = page.get_by_role("button", name="Forward and backward again")
    expect(again).to_be_visible()
    for _ in range(4):
        again.click()
    expect(page.locator("ol.done li").last).to_contain_text("x.grad = -10.0")


def test_the_curve_follows_the_theme(open_page: Open) -> None:
    page = open_page("/scalar")
    line = page.locator(".st-key-curve .js-line").first
    expect(line).to_have_css("stroke", "rgb(31, 95, 191)")
    page.emulate_media(color_scheme="dark")
    expect(line).to_have_css("stroke", "rgb(130, 177, 255)")


def test_what_has_no_single_slope_leads_to_its_graph_with_everything(open_page: Open) -> None:
    page = open_page("/scalar", f="y = x^2 + w", **{"at.x": "[1, 2]", "at.w": "3"})
    page.get_by_role("link", name="See what PyTorch recorded").click()
    expect(page.locator("h1.question")).to_have_text("What arrives at x and w?")
    expect(program_box(page)).to_have_value("y = x^2 + w")
    expect(page.locator(".st-key-results")).to_contain_text("w.grad = 2.0")
