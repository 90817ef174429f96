"""The keys of an open lesson: what is pressed anywhere but in text presses what stands on the page."""

from collections.abc import Mapping

from playground.web.part import part
from playground.words import say

SHOW, NEXT_NUMBER = "show-answer", "next-question"
"""The keys of the buttons that show an answer, and that go on to the next number of a page."""

ON = (f".st-key-{SHOW} button", f".st-key-{NEXT_NUMBER} button", ".lesson-bar a[rel=next]")
BACK = (".lesson-bar a[rel=prev]",)

KEYS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("PageDown", "ArrowRight", "Enter"), ON),
    **dict.fromkeys(("PageUp", "ArrowLeft"), BACK),
    **{str(place + 1): (f".st-key-answer-{place} button",) for place in range(3)},
}
"""By key what it presses, as selectors: the first that is there. A clicker has PageDown and PageUp, or the arrows."""

BLANK = ("b", ".")
"""The keys that make the screen black, and any key brings it back: a clicker has one of them."""

WORDS = ("blank", "timer", "warming", "warm", "warm_not")
"""What stands on what a key or a click changes."""

_KEYS = part("keys", "web/keys/keys.js", isolate_styles=False)


def lesson_keys(first: str, last: int) -> None:
    """Let the keys run a lesson as long as this is drawn: from the address of its first step to its last one."""
    pressed = {key: list(selectors) for key, selectors in KEYS.items()}
    words = {word: say(f"lessons.{word}", number="{number}", last=last) for word in WORDS}
    _KEYS(key="keys", data={"keys": pressed, "blank": BLANK, "href": first, "last": last, "words": words})
