"""The animation as one file: opened without a server and without a network, it plays."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from playground.descent.figures import Loss, curve_figure
from playground.descent.html_export import page_of
from tests.drawing.films import tutorial_film

POINT = "document.querySelector('#figure').data.find((trace) => trace.name === 'point').x[0]"


@pytest.fixture
def offline(window: Callable[..., BrowserContext], tmp_path: Path) -> Iterator[Page]:
    """The file in a browser that has no network; nothing goes wrong in it."""
    film = tutorial_film(steps=60)
    columns = film.columns
    xs = [place / 10 - 1 for place in range(40)]
    loss = Loss("y", columns["value"], False, [], 60)
    figure = curve_figure(("x", "y"), (xs, [(x - 1) ** 2 for x in xs]), columns, [], loss)
    file = tmp_path / "descent.html"
    file.write_text(page_of("a < b </script><b>", figure, film, "en"), "utf-8")
    context = window(offline=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(file.as_uri())
    yield page
    context.close()
    assert not wrong


def test_it_plays_without_a_network(offline: Page) -> None:
    expect(offline.locator("h1")).to_have_text("a < b </script><b>")
    expect(offline.locator("#figure .scatterlayer .trace").first).to_be_attached()
    expect(offline.locator(".player .place")).to_have_text("0 of 60")
    assert offline.evaluate(POINT) == 0
    offline.get_by_role("button", name="Play").click()
    offline.wait_for_function(f"() => {POINT} > 0.5")
    offline.get_by_label("Step", exact=True).fill("30")  # wherever it has come to meanwhile
    expect(offline.locator(".player .said")).to_contain_text("x <- ")
    offline.get_by_label("Step", exact=True).fill("60")
    expect(offline.locator(".player .said")).to_contain_text("Here the run ends: x = 0.702")
