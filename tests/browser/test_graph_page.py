"""`/` in a real browser: typing, looking, clicking."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.head import grad_switch, gradient_box, program_box, toggle_grad, type_program, type_value, value_box
from tests.browser.looking import assert_nothing_sideways, assert_on_one_screen, eventually, settled

Open = Callable[..., Page]

SCREENS: tuple[ViewportSize, ...] = ({"width": 1280, "height": 720}, {"width": 390, "height": 844})
SNIPPET = "y = a*torch.pow(x,2) + b*x + c"


def drawing(page: Page) -> Locator:
    return page.locator(".st-key-graph svg:has(g.node)")


def result(page: Page) -> Locator:
    return page.locator(".st-key-results")


def top_of(element: Locator) -> float:
    place = element.bounding_box()
    assert place is not None
    return place["y"]


def test_the_tutorials_first_snippet_gives_minus_two(open_page: Open) -> None:
    page = open_page("/")
    type_program(page, "")
    program_box(page).press_sequentially(SNIPPET, delay=15)
    for name, value in {"a": "1.0", "b": "-2.0", "c": "1.0", "x": "0.0"}.items():
        type_value(page, name, value)
    expect(result(page)).to_have_text("x.grad = -2.0")
    expect(program_box(page)).to_have_value(SNIPPET)
    expect(page.locator(".st-key-code")).to_contain_text("y.backward()")


def test_what_is_typed_quickly_is_neither_lost_nor_reordered(open_page: Open) -> None:
    page = open_page("/")
    text = "y = sin(w*x) + exp(-x^2/2)*w"
    program = program_box(page)
    program.fill("")
    for piece in re.findall(r".{1,4}", text):
        program.press_sequentially(piece)
        page.wait_for_timeout(90)
    expect(page.locator(".st-key-results")).to_contain_text("w.grad =")
    expect(program).to_have_value(text)
    expect(program).to_be_focused()


def test_a_box_that_is_typed_into_keeps_the_focus_when_another_one_comes(open_page: Open) -> None:
    page = open_page("/", f="y = k*x^2 + w")
    value_box(page, "w").focus()
    matrix = "[[1, 2], [3, 4]]"
    typed = "(box, text) => { box.value = text; box.dispatchEvent(new Event('input', {bubbles: true})) }"
    value_box(page, "k").evaluate(typed, matrix)
    expect(gradient_box(page)).to_be_visible()
    expect(value_box(page, "w")).to_be_focused()


def test_a_half_typed_formula_keeps_the_drawing(open_page: Open) -> None:
    page = open_page("/")
    nodes = drawing(page).locator("g.node")
    expect(nodes).to_have_count(9)
    expect(page.locator(".head .formula math").first).to_be_visible()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    before = settled(page, lambda: top_of(page.locator("h1.question")))
    type_program(page, "y = a*x^2 + b*")
    expect(page.locator(".problem pre")).to_have_text("y = a*x^2 + b*\n              ^", use_inner_text=True)
    expect(nodes).to_have_count(9)
    expect(result(page)).to_have_text("x.grad = 7.0")
    eventually(page, lambda: top_of(page.locator("h1.question")), pytest.approx(before, abs=1))
    type_program(page, "y = a*x^2")
    expect(result(page)).to_have_text("x.grad = 12.0")
    expect(page.locator(".problem")).to_have_count(0)


def test_a_node_tells_its_details(open_page: Open) -> None:
    page = open_page("/")
    node = drawing(page).get_by_role("button", name="PowBackward0")
    node.click()
    expect(page.get_by_text("upstream 2.0 × local 6.0").first).to_be_visible()
    node.press("Enter")
    expect(page.get_by_text("upstream 2.0 × local 6.0")).to_have_count(0)


def test_any_node_can_be_the_one_that_is_asked_about(open_page: Open) -> None:
    page = open_page("/", predict="true")
    square = page.get_by_role("button", name=re.compile("^x²,"))
    square.press("Enter")
    expect(page.locator(".node-card")).to_be_visible()
    page.get_by_role("button", name="What arrives here?").press("Enter")
    expect(page.locator(".ask")).to_contain_text("What does a·x² pass back to x²?")
    expect(square).not_to_have_accessible_name(re.compile("grad: "))
    box = page.get_by_role("textbox", name="Your answer")
    box.fill("6")
    box.press("Enter")
    expect(page.locator(".verdict-of-answer.wrong")).to_contain_text("2.0")
    expect(page.get_by_role("button", name=re.compile("^a·x²,"))).to_have_accessible_name(re.compile("grad: 1.0"))
    expect(square).not_to_have_accessible_name(re.compile("grad: "))
    expect(page.get_by_role("button", name="What arrives here?")).to_have_count(0)


def test_the_script_can_be_read_and_copied(open_page: Open) -> None:
    page = open_page("/")
    expect(page.locator(".st-key-code pre")).to_contain_text('print("x.grad =", x.grad.item())')
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").strip().endswith('print("x.grad =", x.grad.item())')


def test_what_autograd_does_not_track_can_be_hidden(open_page: Open) -> None:
    page = open_page("/")
    expect(drawing(page).locator("g.node")).to_have_count(9)
    page.get_by_text("show what autograd does not track").click()
    expect(drawing(page).locator("g.node")).to_have_count(6)
    expect(page).to_have_url(re.compile("constants=false"))


def test_a_switch_decides_what_requires_a_gradient(open_page: Open) -> None:
    page = open_page("/")
    toggle_grad(page, "a")
    expect(result(page)).to_contain_text("a.grad = 9.0")
    expect(grad_switch(page, "a")).to_be_checked()
    toggle_grad(page, "x")
    expect(result(page)).to_have_text("a.grad = 9.0")
    expect(page.locator("h1.question")).to_have_text("What arrives at a?")


def test_question_drawing_sentence_and_result_are_on_the_first_screen(open_page: Open) -> None:
    page = open_page("/")
    expect(drawing(page).locator("g.node")).to_have_count(9)
    assert_on_one_screen(
        page, page.locator("h1.question"), drawing(page), page.locator("p.sentence:not(:empty)"), result(page)
    )


WIDE = [f"v{i}" for i in range(12)]


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/", {"f": "y = " + " + ".join(WIDE), **{f"at.{name}": "123456.789" for name in WIDE}}),
        ("/", {"f": "y = a*", "at.x": "<b>" * 50, "colour": "red" * 50}),
        ("/scalar", {}),
    ],
    ids=["many inputs", "errors", "scalar"],
)
def test_nothing_scrolls_sideways(open_page: Open, path: str, address: dict[str, str]) -> None:
    page = open_page(path, **address)
    for screen in SCREENS:
        page.set_viewport_size(screen)
        expect(page.locator("pre.result").last).to_be_visible()
        expect(program_box(page)).to_be_visible()
        assert_nothing_sideways(page)
