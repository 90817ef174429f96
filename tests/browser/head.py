"""The head of a page, where a visitor types: the one place of the tests that knows what it is made of."""

from playwright.sync_api import Locator, Page

PROGRAM, INPUT, SWITCH = ".head .program", ".head .inputs .value", ".head .inputs .switch"
"""Selectors of the program, of every input, and of every switch."""
TOOLS = ".head .tools .opens"
"""Selector of the buttons beside the menu of the pages."""
FORMULA = ".head .formula"
"""Selector of the formula as it is typeset."""
CHOSEN = ".page-choices input[type=text]"
"""Selector of the boxes among a page's choices."""
VALUES = INPUT
"""Selector of every input's value."""


def program_box(page: Page) -> Locator:
    """Where the program is typed."""
    return page.get_by_role("textbox", name="Program", exact=True)


def value_box(page: Page, name: str) -> Locator:
    """Where the value of an input is typed."""
    return page.get_by_role("textbox", name=name, exact=True)


def gradient_box(page: Page, output: str = "y") -> Locator:
    """Where the gradient argument of an output is typed."""
    return page.get_by_role("textbox", name=f"gradient of {output}", exact=True)


def grad_switch(page: Page, name: str) -> Locator:
    """What says whether an input requires a gradient."""
    return page.get_by_role("switch", name=f"{name} requires grad")


def type_program(page: Page, text: str) -> None:
    """Put a program in the place of the one that stands there."""
    program_box(page).fill(text)


def type_value(page: Page, name: str, text: str) -> None:
    """Put a value in the place of an input's own."""
    value_box(page, name).fill(text)


def type_gradient(page: Page, text: str, output: str = "y") -> None:
    """Put a gradient argument in the place of the one that stands there."""
    gradient_box(page, output).fill(text)


def toggle_grad(page: Page, name: str) -> None:
    """Click the switch of an input; what is seen of it is its label."""
    grad_switch(page, name).click()


def text_boxes(page: Page) -> Locator:
    """Every box in which a text is typed, of the head and of the page below it."""
    return page.locator(f"{PROGRAM} textarea, {INPUT}, {CHOSEN}, [data-testid=stTextInputField]")
