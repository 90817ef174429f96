"""`:has()` in the style sheets: a browser that inserts an element anywhere has little to look at again."""

import re
from collections.abc import Iterator

from playground.web.files import PAGES

PACKAGE = PAGES.parent / "playground"
NAMELESS = re.compile(r"(?:^|(?<!,)[\s>+~]):(?:has\(|not\((?:[^)]*, )?:has\()")
"""An element that is looked at for what it has or has not, and of which nothing else is said."""
ALL_BELOW = re.compile(r":has\([^()]*\)[^,]*[\s>+~](?:\*|[^\s,]*::first-[a-z]+)(?=,|$)")
"""Something that has something, and below or beside it every element, or a first line."""


def selectors() -> Iterator[str]:
    """The selectors of every rule of every style sheet."""
    for sheet in PACKAGE.rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        yield from (" ".join(selector.split()) for selector in re.findall(r"([^{};]+)\{", text))


def test_only_elements_of_a_class_are_looked_at_for_what_they_have() -> None:
    assert [selector for selector in selectors() if NAMELESS.search(selector)] == []


def test_what_something_has_does_not_decide_about_every_element_below_it() -> None:
    assert [selector for selector in selectors() if ALL_BELOW.search(selector)] == []


def test_both_are_found() -> None:
    assert all(NAMELESS.search(selector) for selector in (".a > :has(.b)", ".a ~ :not(.b, :has(.c))", ":has(.b) .c"))
    assert all(ALL_BELOW.search(selector) for selector in (".a:has(.b) .c > *", ".a:has(.b) .c::first-line"))
    assert not NAMELESS.search(".a > :where(.b):has(.c):not(:has(.d))")
    assert not ALL_BELOW.search(".a:has(> .b) .c")
