"""A handle, as a visitor takes hold of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

TICK = 5
"""The pixels from one place to the next."""

MOVES_OR_SAYS_WHY = 'html.following, [data-handle][data-told]:not([data-told=""])'
"""What is there once a sweep has come."""


def handle(page: Page, name: str) -> Locator:
    """The slider of an input."""
    return page.get_by_role("slider", name=name, exact=True)


def middle(target: Locator) -> tuple[float, float]:
    """Where a pointer would go."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def value_of(page: Page, name: str) -> float:
    """The value that the handle is at."""
    return float(handle(page, name).get_attribute("aria-valuenow") or "nan")


@contextmanager
def held(page: Page, name: str) -> Iterator[tuple[float, float]]:
    """A handle held by the mouse, where the pointer is; its sweep is there. It is let go at the end."""
    with page.expect_response(lambda answer: "/json/" in answer.url):
        x, y = middle(handle(page, name))
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + TICK, y)
    page.wait_for_selector(MOVES_OR_SAYS_WHY, state="attached")
    page.mouse.move(x, y)
    yield x, y
    page.mouse.up()


def go(page: Page, at: tuple[float, float], places: int) -> None:
    """Drag what is held so many places away from where it was taken."""
    page.mouse.move(at[0] + TICK * places, at[1])
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def settled(page: Page) -> None:
    """Wait until what was let go is answered."""
    expect(page.locator("html.following")).to_have_count(0)
