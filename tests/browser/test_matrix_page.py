"""`/matrix` in a real browser: the tutorial's numbers both ways, the gradient argument, the grid and the Jacobian."""

import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SCREEN
from tests.browser.head import gradient_box, type_gradient, type_value
from tests.browser.looking import PHONE, assert_nothing_sideways, assert_on_one_screen, eventually

Open = Callable[..., Page]


def both(page: Page, numbers: str) -> None:
    """Both ways leave these numbers in x.grad."""
    shown = page.locator(".st-key-results pre.result")
    expect(shown).to_have_count(2)
    for place, call in enumerate(["y.backward(gradient)", "torch.sum(y * gradient).backward()"]):
        expect(shown.nth(place)).to_have_text(re.compile(re.escape(call) + r"\s+" + spaced(numbers)))


def spaced(numbers: str) -> str:
    """A pattern for numbers with any spaces between them."""
    return r"\s*".join(re.escape(part) for part in numbers.split())


def cells(page: Page, place: int) -> list[str]:
    return page.locator(f".st-key-maps-{place} td").all_inner_texts()


def parameters_of(page: Page) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_cold_link_shows_the_tutorials_numbers_both_ways(open_page: Open) -> None:
    page = open_page("/matrix")
    both(page, "x.grad = tensor([[-2., -2.], [ 0., 2.]])")
    expect(page.get_by_text("torch.equal says True")).to_be_visible()
    maps = [["0", "0", "1", "2"], ["1", "1", "0", "1"], ["1", "1", "1", "1"], ["−2", "−2", "0", "2"]]
    eventually(page, lambda: [cells(page, place) for place in range(4)], maps)


@pytest.mark.parametrize(
    ("address", "numbers"),
    [
        ({"gradient.y": "[[1, 10], [100, 3]]"}, "x.grad = tensor([[ -2., -20.], [ 0., 6.]])"),
        ({"f": "y = x @ x", "gradient.y": "entry 0, 0"}, "x.grad = tensor([[0., 1.], [0., 0.]])"),
    ],
)
def test_a_link_brings_back_its_gradient_argument(open_page: Open, address: dict[str, str], numbers: str) -> None:
    page = open_page("/matrix", **address)
    both(page, numbers)
    eventually(page, lambda: parameters_of(page), address)


def test_typed_numbers_change_both_ways_and_the_address(open_page: Open) -> None:
    page = open_page("/matrix")
    type_gradient(page, "[[1, 10], [100, 3]]")
    both(page, "x.grad = tensor([[ -2., -20.], [ 0., 6.]])")
    type_value(page, "x", "[[1, 1], [1, 1]]")
    both(page, "x.grad = tensor([[0., 0.], [0., 0.]])")
    eventually(page, lambda: parameters_of(page), {"at.x": "[[1, 1], [1, 1]]", "gradient.y": "[[1, 10], [100, 3]]"})


def test_presets_are_texts_in_the_address_and_quick_clicks_count(open_page: Open) -> None:
    page = open_page("/matrix")
    box = gradient_box(page)
    one_entry = page.get_by_role("button", name="One entry")
    one_entry.evaluate("button => { button.click(); button.click() }")
    expect(box).to_have_value("entry 0, 1")
    one_entry.click()
    expect(box).to_have_value("entry 1, 0")
    expect(page.get_by_text("x.grad is row 2 of the Jacobian")).to_be_visible()
    page.get_by_role("button", name="Random").click()
    expect(box).to_have_value("random 0")
    expect(page).to_have_url(re.compile("gradient.y=random"))
    expect(page.get_by_text("torch.equal says True")).to_be_visible()


def test_without_the_gradient_argument_pytorchs_error_is_shown(open_page: Open) -> None:
    page = open_page("/matrix")
    page.get_by_text("gradient argument", exact=True).click()
    expect(page.locator(".st-key-results")).to_contain_text("grad can be implicitly created only for scalar outputs")
    expect(page.locator(".st-key-code")).to_contain_text("except RuntimeError as error")
    expect(page).to_have_url(re.compile("argument=false"))
    page.reload()
    expect(page.locator(".st-key-results")).to_contain_text("RuntimeError")


def test_a_grid_writes_into_the_text_box(open_page: Open) -> None:
    page = open_page("/matrix")
    page.locator("[data-panel=grid]").click()
    grid = page.locator(".st-key-grid-x .dvn-scroller")
    box = grid.bounding_box()
    assert box is not None
    grid.dblclick(position={"x": box["width"] * 0.75, "y": box["height"] * 0.85})
    editor = page.locator("#portal input")
    expect(editor).to_have_value("2")
    editor.fill("5")
    editor.press("Enter")
    expect(page).to_have_url(re.compile("at.x="))
    assert json.loads(parameters_of(page)["at.x"]) == [[0, 0], [1, 5]]
    both(page, "x.grad = tensor([[-2., -2.], [ 0., 8.]])")


def test_the_jacobian_marks_the_row_that_is_picked(open_page: Open) -> None:
    page = open_page("/matrix", f="y = x @ x", **{"gradient.y": "entry 0, 0"})
    page.locator("[data-panel=jacobian]").click()
    expect(page.locator(".heat.jacobian tr.picked")).to_have_text(re.compile(r"y\[0, 0\]\s*0\s*1\s*0\s*0"))
    expect(page.get_by_text("7 of 16 derivatives are not 0 here.")).to_be_visible()


def test_a_jacobian_that_is_too_large_leaves_a_row(open_page: Open) -> None:
    outer = {"f": "y = x^2 + w*0", "at.x": json.dumps([[1] * 40] * 40), "at.w": "1", "grad.w": "false"}
    page = open_page("/matrix", jacobian="true", **outer)
    expect(page.get_by_text("1600 x 1600 derivatives are 2560000 numbers")).to_be_visible()
    expect(page.get_by_text("Row 0, in the shape of x")).to_be_visible()
    expect(page.locator(".st-key-maps-row .stPlotlyChart")).to_be_visible()


def test_cells_keep_their_colour_in_both_themes(open_page: Open) -> None:
    page = open_page("/matrix")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
        colours = [
            page.locator(f".st-key-maps-{place} td").last.evaluate("cell => getComputedStyle(cell).backgroundColor")
            for place in (0, 3)
        ]
        blue, orange = ([float(part) for part in re.findall(r"[\d.]+", colour)[:3]] for colour in colours)
        assert blue[2] > blue[0]
        assert orange[0] > orange[2]


def test_the_first_screen_shows_the_result_and_nothing_runs_over_the_side(open_page: Open) -> None:
    page = open_page("/matrix")
    both(page, "x.grad = tensor([[-2., -2.], [ 0., 2.]])")
    assert_on_one_screen(page, page.locator(".st-key-results .remark"))
    for window in (SCREEN, PHONE):
        page.set_viewport_size(window)
        assert_nothing_sideways(page)
