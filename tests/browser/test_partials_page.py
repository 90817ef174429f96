"""`/partials` in a real browser: the tutorial's numbers, the choice of outputs, and what a second call meets."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.head import gradient_box
from tests.browser.looking import PHONE, assert_nothing_sideways, assert_on_one_screen, eventually

Open = Callable[..., Page]


def results(page: Page) -> Locator:
    return page.locator(".st-key-results pre.result")


def pill(page: Page, kind: str, name: str) -> Locator:
    return page.locator(f".st-key-{kind}").get_by_role("button", name=name, exact=True)


def test_a_cold_link_shows_both_outputs(open_page: Open) -> None:
    page = open_page("/partials")
    expect(results(page)).to_have_text(["grad_x1 = 3.0", "grad_x2 = 2.0"])
    expect(page.locator(".grid tr")).to_have_text(["x1x2", "y12.01.0", "y21.01.0", "one pass3.02.0"])
    expect(page.locator("p.sentence:not(:empty)")).to_have_text(
        "One backward pass starts with 1 at y1 and 1 at y2; at x1 2 and 1 meet: 3; at x2 1 and 1 meet: 2. "
        "That is the gradient of y1 + y2, as autograd finds it."
    )
    expect(page.locator(".st-key-graph svg:has(g.node) g.node")).to_have_count(4)
    assert_on_one_screen(page, page.locator(".st-key-results"))


def test_one_output_alone_and_then_both(open_page: Open) -> None:
    page = open_page("/partials")
    pill(page, "outputs", "y2").click()
    expect(results(page)).to_have_text(["dy1_dx1 = 2.0", "dy1_dx2 = 1.0"])
    expect(page).to_have_url(page.url.split("?")[0] + "?outputs=y1")
    pill(page, "outputs", "y2").click()
    expect(results(page)).to_have_text(["grad_x1 = 3.0", "grad_x2 = 2.0"])
    expect(page).to_have_url(page.url.split("?")[0])


def test_quick_clicks_all_count(open_page: Open) -> None:
    page = open_page("/partials", f="y1 = x; y2 = 2x; y3 = 4x; y4 = 8x", **{"at.x": "1"})
    expect(results(page)).to_have_text(["grad_x = 15.0"])
    for name in ("y1", "y2", "y3"):
        pill(page, "outputs", name).click()
    expect(results(page)).to_have_text(["dy4_dx = 8.0"])


def test_clicks_on_different_things_all_count(open_page: Open) -> None:
    """Each click takes as long as a person's; the page is still being drawn for the one before."""
    page = open_page("/partials", outputs="y1")
    switch = page.locator(".st-key-retain_graph label")
    for place in (pill(page, "outputs", "y2"), switch, pill(page, "inputs", "x1"), pill(page, "outputs", "y1")):
        place.click(delay=100)
    expect(results(page)).to_have_text(["dy2_dx2 = 1.0"])
    expect(page).to_have_url(re.compile(r"^(?=.*inputs=x2)(?=.*outputs=y2)(?=.*retain_graph=true)"))


def test_weights_are_typed_and_stay_in_the_address(open_page: Open) -> None:
    page = open_page("/partials")
    weight = gradient_box(page, "y2")
    weight.fill("-1")
    weight.press("Enter")
    expect(results(page)).to_have_text(["grad_x1 = 1.0", "grad_x2 = 0.0"])
    page.reload()
    expect(results(page)).to_have_text(["grad_x1 = 1.0", "grad_x2 = 0.0"])


def test_a_choice_survives_reload_and_back(open_page: Open) -> None:
    page = open_page("/partials", outputs="y1")
    expect(results(page)).to_have_text(["dy1_dx1 = 2.0", "dy1_dx2 = 1.0"])
    pill(page, "inputs", "x1").click()
    expect(results(page)).to_have_text(["dy1_dx2 = 1.0"])
    page.reload()
    expect(results(page)).to_have_text(["dy1_dx2 = 1.0"])
    expect(pill(page, "outputs", "y1")).to_have_attribute("aria-pressed", "true")
    expect(pill(page, "outputs", "y2")).to_have_attribute("aria-pressed", "false")


def test_the_second_call_is_refused_until_the_graph_is_retained(open_page: Open) -> None:
    page = open_page("/partials", outputs="y1")
    page.get_by_text("The same call again: retain_graph").click()
    calls = page.locator("ol.done li")
    expect(calls.last).to_contain_text("RuntimeError: Trying to backward through the graph a second time")
    page.locator(".st-key-retain_graph label").click()
    expect(calls.last).to_contain_text("2.0, 1.0")
    expect(page).to_have_url(re.compile(r"^(?=.*again=true)(?=.*outputs=y1)(?=.*retain_graph=true)"))


def test_the_second_call_through_the_sum_alone_works(open_page: Open) -> None:
    page = open_page("/partials", outputs="y2", again="true")
    expect(page.locator("ol.done li")).to_contain_text(["1.0, 1.0", "1.0, 1.0"])


def test_a_clicked_node_tells_the_chain_rule(open_page: Open) -> None:
    page = open_page("/partials")
    page.locator(".st-key-graph").get_by_role("button", name="MulBackward0").click()
    expect(page.get_by_text("upstream 1.0 × local 2.0").first).to_be_visible()


def test_the_table_is_proved(open_page: Open) -> None:
    page = open_page("/partials")
    page.get_by_text("Proof", exact=True).click()
    expect(page.locator(".table.proof tbody tr")).to_have_count(2)
    page.locator(".st-key-proved-radio label").filter(has_text="table").click()
    expect(page.locator(".table.proof tbody tr")).to_have_count(4)
    expect(page).to_have_url(re.compile("proved=table"))
    expect(page.locator(".st-key-formulas .katex").first).to_be_visible()


def test_many_inputs_leave_the_result_on_the_first_screen(open_page: Open) -> None:
    page = open_page("/partials", f="y1 = a*x1*x2 + b; y2 = c*x1 + d*x2^2")
    result = page.locator(".st-key-results")
    expect(result).to_contain_text("grad_x1 = 6.0")
    assert_on_one_screen(page, result)


def test_nothing_scrolls_sideways_on_a_phone(open_page: Open, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page("/partials", again="true", jacobian="true")
    expect(results(page).first).to_be_visible()
    assert_nothing_sideways(page)


def test_what_one_pass_returns_stands_below_its_inputs_also_beside_weights(open_page: Open) -> None:
    page = open_page("/partials", f="y1 = x1*x2; y2 = x1 + x2", **{"at.x1": "1", "at.x2": "2", "gradient.y2": "-1"})
    for line in (".grid thead th", ".grid tr.sum td"):
        expect(page.locator(line).last).to_be_visible()
    ends = [page.locator(line).last.bounding_box() for line in (".grid thead th", ".grid tr.sum td")]
    assert len({box and round(box["x"] + box["width"]) for box in ends}) == 1


def test_on_a_phone_a_small_drawing_stands_right_below_what_is_chosen(open_page: Callable[..., Page]) -> None:
    page = open_page("/partials")
    page.set_viewport_size(PHONE)
    nodes = page.locator(".st-key-graph svg g.node")
    expect(nodes.first).to_be_visible()
    above = """nodes => Math.min(...nodes.map(node => node.getBoundingClientRect().top))
      - nodes[0].closest(".stage").getBoundingClientRect().top"""
    eventually(page, lambda: nodes.evaluate_all(above) < 40, True)
