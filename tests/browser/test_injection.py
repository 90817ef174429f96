"""Whatever is typed into a field or written into an address stays text: no script runs, nothing foreign appears."""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from playground.web.files import PAGES as FILES
from tests.browser.conftest import wait_until_idle, watch
from tests.browser.head import text_boxes
from tests.browser.looking import each_time_some
from tests.browser.serving import Server, assert_no_trouble
from tests.hostile import ATTACKS
from tests.registry import CHOICES, KNOWN, OFF

PATHS = sorted("/" if path.stem == "graph" else f"/{path.stem}" for path in FILES.glob("*.py"))
OPEN = dict.fromkeys((name for name, choices in CHOICES.items() if choices == OFF), "true") | {"predict": "false"}

FOREIGN = """() => {
  const found = window.hacked === undefined ? [] : ["a script ran"]
  const elements = (root) => [...root.querySelectorAll("*")].flatMap((one) =>
    [one, ...(one.shadowRoot ? elements(one.shadowRoot) : [])])
  for (const one of elements(document.body)) {
    const tag = one.tagName.toLowerCase()
    if (/^(script|iframe|frame|object|embed|base|form|meta|link|animate|marquee)$/.test(tag)) found.push(`<${tag}>`)
    for (const {name, value} of one.attributes) {
      if (/^on/i.test(name)) found.push(`<${tag} ${name}>`)
      if (/^(href|src|srcdoc|action|formaction|xlink:href|data|style|class|id|name)$/i.test(name)
        && /^\\s*(javascript|vbscript|data:text)|evil|hacked/i.test(value)) found.push(`<${tag} ${name}=${value}>`)
    }
    for (const text of one.childNodes) {
      if (text.nodeType !== Node.TEXT_NODE || !/evil/.test(text.data)) continue
      const marked = one.closest("a, b, i, em, strong, del, s, u, sub, sup, h1, h2, h3, h4, h5, h6, ul, table, mark,"
        + " svg, style, title, .katex, .formula, .stMarkdownColoredText, .value, .gradient, .stMarkdown code")
      if (marked) found.push(`evil in <${marked.tagName.toLowerCase()} ${marked.getAttribute("class")}>`)
    }
  }
  return [...new Set(found)]
}"""
"""What of a page is not its own, in words."""


@pytest.fixture(scope="module")
def visit(server: Server, window: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Open an address in one browser window; it must end without a dialog, an error, or a request to outside."""
    said_before = len(server.log)
    context = window()
    page = context.new_page()
    complaints = watch(page)
    page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}"))

    def open_(path: str, query: str) -> Page:
        page.goto(f"{server.url}{path}?{query}")
        wait_until_idle(page)
        return page

    yield open_
    context.close()
    assert not complaints, "\n".join(complaints)
    assert_no_trouble(server.log[said_before:])


def attack(number: int) -> str:
    return ATTACKS[number % len(ATTACKS)]


@pytest.mark.parametrize("path", each_time_some(PATHS, ("/", "/descent", "/pitfalls", "/lessons")))
def test_an_address_that_attacks_in_every_parameter_stays_text(path: str, visit: Callable[..., Page]) -> None:
    every = {name: attack(place) for place, name in enumerate(sorted(KNOWN))}
    names = {attack(place): attack(place + 1) for place in range(5)}
    inputs = {"at.x": attack(3), "grad.x": attack(9), "gradient.y": attack(13), f"at.{attack(1)}": attack(21)}
    for address in ({**every, "f": "y = a*x^2", **OPEN, **inputs, "lang": "en"}, {**names, **OPEN, "f": attack(2)}):
        page = visit(path, urlencode(address))
        expect(page.locator(".note").first).to_be_attached()
        assert page.evaluate(FOREIGN) == []


def test_bytes_that_are_no_text_are_no_more_than_a_wrong_text(visit: Callable[..., Page]) -> None:
    page = visit("/", "f=%FF%FE&at.x=%ED%A0%80&%00=%00&grad.x=%C0%AF&%=%&&=&f")
    assert page.evaluate(FOREIGN) == []


SEEN = (
    ("<script>window.hacked = 1</script>", "a script ran"),
    ("<img src=data:, onerror='window.hacked = 1'>", "<img onerror>"),
    ("<svg><animate></animate></svg>", "<animate>"),
    ("<iframe></iframe>", "<iframe>"),
    ("<a href='javascript:1'>x</a>", "<a href=javascript:1>"),
    ("<p><b>evil</b></p>", "evil in <b null>"),
    ("<div class=katex><span>evil</span></div>", "evil in <div katex>"),
    ("<p>1 <span class=value>evil</span></p>", "evil in <span value>"),
    ("<svg><g><text>evil</text></g></svg>", "evil in <svg null>"),
    ("<p style='background: url(evil.png)'>x</p>", "<p style=background: url(evil.png)>"),
    ("<p>evil</p><pre>evil</pre><code>evil</code>", None),
)
"""What a page may hold, and what is found in it."""


@pytest.mark.parametrize(("body", "words"), SEEN)
def test_what_is_foreign_is_seen(body: str, words: str | None, elsewhere: Page) -> None:
    page = elsewhere
    page.set_content(f"<!doctype html><div class=stApp>{body}</div>")
    found = page.evaluate(FOREIGN)
    assert words in found if words else found == []
    page.evaluate("inside => document.body.attachShadow({mode: 'open'}).innerHTML = inside", f"<div>{body}</div>")
    if words != "a script ran":  # a script that is put in so does not run
        assert page.evaluate(FOREIGN) == found


def test_a_request_to_outside_is_seen(elsewhere: Page) -> None:
    complaints = watch(elsewhere)
    elsewhere.set_content("<img src='https://evil.invalid/x.png'>")
    assert any("request to outside: https://evil.invalid/x.png" in complaint for complaint in complaints)


FIELDS: dict[str, tuple[dict[str, str], set[str], set[str]]] = {
    "/": ({}, {"Program", "a", "x", "b", "c"}, set()),
    "/matrix": ({}, {"Program", "gradient of y"}, set()),
    "/second": ({"f": "z = x^2*y"}, {"Program", "Direction v"}, set()),
    "/descent": (
        {"f": "y = x^2", "at.x": "[1, 2, 3]", "optimizer": "Adam", "steps": "20"},
        {
            "Program",
            "lr",
            "Steps",
            "betas",
            "eps",
            "weight_decay",
            "Noise on each gradient",
            "Minimize",
            "Who takes part",
        },
        {"Settings"},
    ),
}
"""Pages that together have every kind of text field, in states that show it; those fields, and what opens them.

Of three entries there is no surface: drawing it takes longer than all else, and what it shows is the program's own."""
TYPE = """(boxes, texts) => boxes.forEach((box, place) => {
  box.focus()
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value").set.call(box, texts[place])
  box.dispatchEvent(new Event("input", { bubbles: true }))
})"""
"""As Playwright fills a box, in all of them before the page is drawn for one: it is drawn dozens of times else."""
TYPED = """end => [...new URLSearchParams(location.search).values()].some((text) => text.endsWith(end))"""


@pytest.mark.parametrize("path", each_time_some(FIELDS, ("/", "/descent")))
def test_what_is_typed_into_every_field_stays_text(path: str, visit: Callable[..., Page]) -> None:
    """Every field gets an attack, and then each gets another one: all on the graph's page, some on the others."""
    address, labels, menus = FIELDS[path]
    page = visit(path, urlencode({**OPEN, **address}))
    for menu in menus:
        page.get_by_role("button", name=menu).click()
    fields = text_boxes(page)
    for label in labels:
        expect(fields.and_(page.get_by_label(label, exact=True))).to_be_visible()
    count = fields.count()
    for turn in range(0, len(ATTACKS) if path == "/" else 2 * count, count):
        fields.evaluate_all(TYPE, [f"{attack(place)} evil{place}" for place in range(turn, turn + count)])
        page.wait_for_function(TYPED, arg=f"evil{turn + count - 1}")
        wait_until_idle(page)
        assert fields.count() == count
        assert page.evaluate(FOREIGN) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("textbox", name="Its address")).to_be_visible()
    assert page.evaluate(FOREIGN) == []
