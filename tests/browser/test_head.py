"""The head of a page, as good as plain inputs of a browser: nothing that is typed is lost, moved or sent too early."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Locator, Page, Route, expect

from tests.browser.conftest import EMPTY
from tests.browser.head import grad_switch, program_box, value_box

ALONE = Path(__file__).parent / "head_alone"
HEAD = Path(__file__).parents[2] / "playground" / "web" / "head"
KINDS = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
Alone = Callable[..., Page]


@pytest.fixture
def alone(page: Page) -> Alone:
    """Open the head on a page without a server; what takes 300 ms there is a run of the page."""

    def file(route: Route) -> None:
        name = route.request.url.removeprefix(EMPTY).partition("?")[0] or "page.html"
        folder = HEAD if name.startswith("head/") else ALONE
        path = folder / Path(name).name
        route.fulfill(content_type=KINDS[path.suffix], body=path.read_text()) if path.exists() else route.fulfill(
            status=404
        )

    def open_(query: str = "") -> Page:
        page.route(f"{EMPTY}**", file)
        page.goto(EMPTY + query)
        expect(program_box(page)).to_be_visible()
        return page

    return open_


def trial(page: Page, name: str) -> list[dict[str, str]]:
    """What the page without a server has noted."""
    noted: list[dict[str, str]] = page.evaluate(f"trial.{name}")
    return noted


def answered(page: Page, **texts: str) -> None:
    """Wait until the page is answered for an address with these texts, and with no others."""
    expected = {name.replace("_", "."): text for name, text in texts.items()}
    page.wait_for_function(
        "wanted => { const said = JSON.parse(document.getElementById('answer').textContent || '{}');"
        " const keys = new Set([...Object.keys(said), ...Object.keys(wanted)]);"
        " return [...keys].every(key => said[key] === wanted[key]) }",
        arg=expected,
    )


def caret(box: Locator) -> tuple[int, int]:
    """Where the selection begins and ends."""
    begin, end = box.evaluate("box => [box.selectionStart, box.selectionEnd]")
    return begin, end


def entries(page: Page) -> int:
    """How many places the browser's Back and Forward know."""
    return int(page.evaluate("history.length"))


# Typing

LONG = "y = a*x^4 - 3*x^3 + b*x^2 - c*x + d"


@pytest.mark.parametrize("apart_ms", [0, 20, 60])
def test_fast_typing_loses_no_character_and_never_moves_the_caret(alone: Alone, apart_ms: int) -> None:
    page = alone()
    box = program_box(page)
    box.select_text()
    for place, sign in enumerate(LONG, start=1):
        page.keyboard.type(sign, delay=apart_ms)
        assert caret(box) == (place, place)
    expect(box).to_have_value(LONG)
    answered(page, f=LONG)
    expect(box).to_have_value(LONG)
    assert caret(box) == (len(LONG), len(LONG))


def test_while_a_run_is_under_way_nothing_overtakes_it(alone: Alone) -> None:
    page = alone()
    program_box(page).select_text()
    page.keyboard.type(LONG, delay=40)
    answered(page, f=LONG)
    runs, answers = trial(page, "runs")[1:], trial(page, "answers")
    assert len(runs) < len(LONG) / 2
    assert [run for run in runs if run not in answers] == []


def test_what_is_typed_in_the_middle_stays_there(alone: Alone) -> None:
    page = alone("?f=y+%3D+a*x")
    box = program_box(page)
    box.focus()
    box.evaluate("box => box.setSelectionRange(4, 4)")
    page.keyboard.type("b+", delay=120)
    answered(page, f="y = b+a*x")
    expect(box).to_have_value("y = b+a*x")
    assert caret(box) == (6, 6)


def test_a_selection_stays_while_answers_come(alone: Alone) -> None:
    page = alone()
    box = program_box(page)
    box.press("End")
    page.keyboard.type("+1")
    box.evaluate("box => box.setSelectionRange(2, 5)")
    answered(page, f="y = a*x+1")
    assert caret(box) == (2, 5)


def test_undo_and_redo_go_key_by_key_over_several_answers(alone: Alone) -> None:
    page = alone()
    box = program_box(page)
    box.press("End")
    page.keyboard.type("+1")
    answered(page, f="y = a*x+1")
    box.press("Home")
    page.keyboard.type("z")
    answered(page, f="zy = a*x+1")
    box.press("Control+z")
    expect(box).to_have_value("y = a*x+1")
    box.press("Control+z")
    expect(box).not_to_have_value("y = a*x+1")
    box.press("Control+Shift+z")
    box.press("Control+Shift+z")
    expect(box).to_have_value("zy = a*x+1")


def test_an_example_is_taken_back_by_undo(alone: Alone) -> None:
    page = alone()
    box = program_box(page)
    box.press("End")
    page.keyboard.type("+1")
    answered(page, f="y = a*x+1")
    page.get_by_role("button", name="Examples").click()
    page.get_by_role("link", name="Cube").click()
    answered(page, f="y = x^3", at_x="5")
    expect(box).to_have_value("y = x^3")
    box.press("Control+z")
    expect(box).to_have_value("y = a*x+1")
    answered(page, f="y = a*x+1", at_x="5")


# A paste


def test_pasted_lines_stay_lines(alone: Alone) -> None:
    page = alone()
    box = program_box(page)
    box.select_text()
    height = box.bounding_box()["height"]  # type: ignore[index]
    pasted(page, "u = a*x\ny = u^2\ny = y+1")
    expect(box).to_have_value("u = a*x\ny = u^2\ny = y+1")
    answered(page, f="u = a*x\ny = u^2\ny = y+1")
    assert box.bounding_box()["height"] > 1.5 * height  # type: ignore[index]
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight + 1")


def test_a_hundred_thousand_characters_can_be_pasted(alone: Alone) -> None:
    page = alone()
    box = program_box(page)
    box.select_text()
    text = "x + " * 25_000 + "x"
    pasted(page, text)
    expect(box).to_have_value(text)
    answered(page, f=text)
    page.keyboard.type("y")
    expect(box).to_have_value(text + "y")


def pasted(page: Page, text: str) -> None:
    """Paste a text from the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


# An input method


@pytest.fixture
def composing(alone: Alone) -> tuple[Page, CDPSession]:
    """A page with the caret at the end of the program, and what composes there as an input method does."""
    page = alone()
    program_box(page).press("End")
    return page, page.context.new_cdp_session(page)


def compose(tools: CDPSession, text: str) -> None:
    tools.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


def test_what_is_half_composed_is_not_sent(composing: tuple[Page, CDPSession]) -> None:
    page, tools = composing
    answered(page)
    for text in ("b", "be", "bei"):
        compose(tools, text)
        page.wait_for_function("trial.answers.length === 1")
    tools.send("Input.insertText", {"text": "β"})
    answered(page, f="y = a*xβ")
    assert [run.get("f") for run in trial(page, "runs")] == [None, "y = a*xβ"]


def test_an_answer_leaves_a_composition_alone(composing: tuple[Page, CDPSession]) -> None:
    page, tools = composing
    page.keyboard.type("+")
    compose(tools, "wu")
    answered(page, f="y = a*x+")
    expect(program_box(page)).to_have_value("y = a*x+wu")
    compose(tools, "wuli")
    tools.send("Input.insertText", {"text": "物"})
    expect(program_box(page)).to_have_value("y = a*x+物")
    answered(page, f="y = a*x+物")


def test_back_during_a_composition_is_read_at_its_end(composing: tuple[Page, CDPSession]) -> None:
    page, tools = composing
    page.keyboard.type("+1")
    page.keyboard.press("Enter")
    answered(page, f="y = a*x+1")
    compose(tools, "wu")
    page.go_back()
    expect(program_box(page)).to_have_value("y = a*x+1wu")
    tools.send("Input.insertText", {"text": "物"})
    expect(program_box(page)).to_have_value("y = a*x")
    answered(page)


# Phones and screen readers


@pytest.mark.parametrize("box", [program_box, lambda page: value_box(page, "x")], ids=["program", "value"])
def test_a_phone_corrects_nothing(alone: Alone, box: Callable[[Page], Locator]) -> None:
    found = box(alone())
    for name in ("autocomplete", "autocapitalize", "autocorrect"):
        expect(found).to_have_attribute(name, "off")
    expect(found).to_have_attribute("spellcheck", "false")


def test_tab_goes_through_it_in_reading_order(alone: Alone) -> None:
    page = alone()
    page.evaluate("document.activeElement.blur()")
    names = []
    for _ in range(8):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate(
                "(at => at.ariaLabel || at.labels?.[0]?.textContent || at.textContent)(document.activeElement)"
            )
        )
    assert names == ["Examples", "Share", "More", "Program", "a", "a requires grad", "x", "x requires grad"]


def test_a_screen_reader_is_told_names_states_and_what_is_wrong(alone: Alone) -> None:
    page = alone()
    page.evaluate("document.getElementById('problems').textContent = 'A question mark is no sign.'")
    box = program_box(page)
    box.fill("y = a*?")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description("A question mark is no sign.")
    expect(grad_switch(page, "x")).to_be_checked()
    expect(grad_switch(page, "a")).not_to_be_checked()
    expect(value_box(page, "x")).to_have_value("3")


MARKS = "document.querySelectorAll('.mirror mark').length"


def test_an_error_is_marked_at_its_place_as_long_as_it_stands(alone: Alone) -> None:
    page = alone()
    box = program_box(page)
    text = "u = a\ny = u*?+x"
    box.fill(text)
    mark = page.locator(".mirror mark")
    expect(mark).to_have_text("?")
    before = page.locator(".mirror").evaluate("mirror => mirror.firstChild.textContent")
    assert before == text[: text.index("?")]
    box.press("End")
    page.evaluate(f"window.marks = []; document.addEventListener('input', () => marks.push({MARKS}))")
    page.keyboard.type("+1")
    assert page.evaluate("marks") == [0, 0]
    expect(mark).to_have_text("?")


# Values


@pytest.mark.parametrize(
    ("text", "key", "stepped"),
    [
        ("3", "ArrowUp", "4"), ("0", "ArrowDown", "-1"), ("0.25", "ArrowUp", "0.26"), ("-0.1", "ArrowUp", "0.0"),
        ("9.99", "ArrowUp", "10.00"), ("1e-3", "ArrowUp", "2e-3"), ("[1, 2]", "ArrowUp", "[1, 3]"),
        ("1/2", "ArrowDown", "1/1"), ("2-0", "ArrowUp", "2-1"), ("3", "Shift+ArrowUp", "13"),
        ("7", "Shift+ArrowDown", "-3"), ("-1", "ArrowUp", "0"), (".5", "ArrowUp", "0.6"), ("abc", "ArrowUp", "abc"),
        ("12345678901234567890", "ArrowUp", "12345678901234567891"),
    ],
)  # fmt: skip
def test_an_arrow_steps_the_last_digit_of_the_number_at_the_caret(
    alone: Alone, text: str, key: str, stepped: str
) -> None:
    page = alone()
    box = value_box(page, "x")
    box.fill(text)
    box.press("End")
    if text.startswith("["):
        box.press("ArrowLeft")
    box.press(key)
    expect(box).to_have_value(stepped)


def test_steps_are_answered_and_taken_back(alone: Alone) -> None:
    page = alone()
    box = value_box(page, "x")
    box.focus()
    box.press("ArrowUp")
    box.press("ArrowUp")
    answered(page, at_x="5")
    box.press("Control+z")
    box.press("Control+z")
    expect(box).to_have_value("3")
    answered(page)


def test_keys_in_the_head_are_nobody_elses(alone: Alone) -> None:
    page = alone()
    page.evaluate("trial.keys = []; document.addEventListener('keydown', event => trial.keys.push(event.key))")
    program_box(page).press("End")
    page.keyboard.type("r c")
    for key in ("ArrowLeft", " ", "PageDown", "Enter"):
        value_box(page, "x").press(key)
    grad_switch(page, "x").focus()
    page.keyboard.press(" ")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("trial.keys") == []
    page.keyboard.press("PageDown")
    assert page.evaluate("trial.keys") == ["PageDown"]


def test_a_box_that_is_typed_in_keeps_the_focus_when_others_come_and_go(alone: Alone) -> None:
    page = alone()
    box = value_box(page, "x")
    box.focus()
    for program, names in (("y = x*a", ["x", "a"]), ("y = r+x+c", ["r", "x", "c"]), ("y = x", ["x"])):
        page.evaluate("f => trial.write({ f })", program)
        expect(page.locator(".head .input > label:first-child")).to_have_text(names)
        expect(box).to_be_focused()


def test_what_was_typed_for_an_input_comes_back_with_it(alone: Alone) -> None:
    page = alone()
    value_box(page, "a").fill("7")
    grad_switch(page, "a").check(force=True)
    answered(page, at_a="7", grad_a="true")
    program_box(page).fill("y = x")
    expect(value_box(page, "a")).to_have_count(0)
    expect(page).to_have_url(f"{EMPTY}?f=y+%3D+x")
    program_box(page).fill("y = x+a")
    expect(value_box(page, "a")).to_have_value("7")
    answered(page, f="y = x+a", at_a="7", grad_a="true")
    expect(grad_switch(page, "a")).to_be_checked()


# The address


def test_a_commit_is_one_entry_and_back_and_forward_bring_each_text(alone: Alone) -> None:
    page = alone("?colour=red")
    box, before = program_box(page), entries(page)
    texts = ["y = x", "y = x^2", "y = x^3"]
    for text in texts:
        box.select_text()
        page.keyboard.type(text, delay=120)
        page.keyboard.press("Enter")
        answered(page, f=text)
    assert entries(page) == before + len(texts)
    for text in texts[1::-1]:
        page.go_back()
        expect(box).to_have_value(text)
        answered(page, f=text)
    page.go_back()
    expect(box).to_have_value("y = a*x")
    answered(page)
    for text in texts:
        page.go_forward()
        expect(box).to_have_value(text)
        answered(page, f=text)
    assert "colour=red" in page.url
    expect(box).to_be_focused()


def test_what_is_usual_is_not_in_the_address(alone: Alone) -> None:
    page = alone()
    value_box(page, "x").fill("4")
    answered(page, at_x="4")
    value_box(page, "x").fill("3")
    answered(page)
    assert page.url == EMPTY


def test_an_address_is_written_as_the_server_would(alone: Alone) -> None:
    page = alone()
    program_box(page).fill("y = a*x~1+(2)'")
    answered(page, f="y = a*x~1+(2)'")
    assert page.url.endswith("?f=y+%3D+a%2Ax~1%2B%282%29%27")


def test_the_last_of_a_repeated_name_counts_and_replaces_them_all(alone: Alone) -> None:
    page = alone("?at.x=1&at.x=5")
    expect(value_box(page, "x")).to_have_value("5")
    value_box(page, "x").fill("6")
    answered(page, at_x="6")
    assert page.url == f"{EMPTY}?at.x=6"


@pytest.mark.parametrize("gap_ms", [0, 3, 30, 120, 350])
def test_a_value_and_its_switch_are_both_answered(alone: Alone, gap_ms: int) -> None:
    page = alone()
    for turn in range(4):
        value_box(page, "x").fill(f"{turn}5")
        page.wait_for_timeout(gap_ms)
        page.get_by_role("switch", name="x requires grad").click()
        on = {} if turn % 2 else {"grad_x": "false"}
        answered(page, at_x=f"{turn}5", **on)
        expect(value_box(page, "x")).to_have_value(f"{turn}5")


def test_what_the_server_writes_is_taken_and_nothing_else_of_it(alone: Alone) -> None:
    page = alone()
    box = program_box(page)
    box.fill("y = a*x+1")
    answered(page, f="y = a*x+1")
    page.evaluate("trial.write({'at.x': '9'})")
    expect(value_box(page, "x")).to_have_value("9")
    answered(page, **{"f": "y = a*x+1", "at_x": "9"})
    value_box(page, "x").fill("10")
    answered(page, **{"f": "y = a*x+1", "at_x": "10"})
    expect(value_box(page, "x")).to_have_value("10")


def test_choices_are_in_the_address_and_stay_open(alone: Alone) -> None:
    page = alone("?dtype=float64")
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("radio", name="float64")).to_be_checked()
    page.get_by_role("radio", name="float32").check()
    answered(page)
    page.get_by_role("switch", name="Predict").check()
    answered(page, predict="true")
    expect(page.get_by_role("radio", name="float32")).to_be_checked()
    page.go_back()
    answered(page)
    expect(page.get_by_role("switch", name="Predict")).not_to_be_checked()


# Sharing

COPIED_AND_ANSWERED = """async () => {
  const copy = document.querySelector(".share .copy")
  copy.click()
  while (copy.textContent !== "Copied") await new Promise(requestAnimationFrame)
  trial.draw()
  return copy.textContent
}"""


def test_an_answer_leaves_what_was_copied_said(alone: Alone) -> None:
    page = alone()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Share").click()
    assert page.evaluate(COPIED_AND_ANSWERED) == "Copied"
    expect(page.get_by_role("button", name="Copy")).to_be_visible()


# A server that was away


def test_what_was_not_answered_is_sent_again_when_the_server_is_back(alone: Alone) -> None:
    page = alone()
    answered(page)
    connection = "document.querySelector('main').dataset.testConnectionState = '{}'"
    page.evaluate(connection.format("PINGING_SERVER"))
    page.evaluate("removeEventListener('popstate', trial.run)")
    program_box(page).fill("y = x^2")
    before = len(trial(page, "runs"))
    page.evaluate("addEventListener('popstate', trial.run)")
    page.evaluate(connection.format("CONNECTED"))
    answered(page, f="y = x^2")
    assert len(trial(page, "runs")) == before + 1
    expect(program_box(page)).to_have_value("y = x^2")
