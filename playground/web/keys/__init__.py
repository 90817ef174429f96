"""The keys of an open lesson: what is pressed anywhere but in text presses what stands on the page."""

from collections.abc import Mapping

from playground.web.part import part

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

_KEYS = part("keys", "web/keys/keys.js", isolate_styles=False)


def lesson_keys() -> None:
    """Let the keys run a lesson as long as this is drawn."""
    _KEYS(key="keys", data={"keys": {key: list(pressed) for key, pressed in KEYS.items()}})
