"""What every component does with its data, on a page without a server: a call that was overtaken changes nothing."""

import pytest
from playwright.sync_api import Page, Route

from playground.web.part_files import TYPES, part_files
from tests.browser.conftest import EMPTY

CALLED = """async (stops) => {
  const { show } = await import("/parts/0/web/part.js")
  const parentElement = document.body.appendChild(document.createElement("div"))
  const told = []
  const draw = ({ data }) => (told.push(`drawn ${data.number}`), () => told.push("ended"))
  const call = (number) => show({ parentElement, data: new TextEncoder().encode(JSON.stringify({ number })) }, draw)
  const calls = await Promise.all([call(1), call(2), call(2)])
  for (const place of stops) calls[place]()
  return [...told, parentElement.dataset.drawn === undefined ? "gone" : "there"]
}"""
"""Three calls at once, the last with the same data; of these some are ended. What was done, and what the page says."""


@pytest.mark.parametrize(
    ("stops", "then"), [([0], ["there"]), ([0, 1], ["there"]), ([0, 1, 2], ["ended", "gone"]), ([2], ["ended", "gone"])]
)
def test_only_the_end_of_the_last_call_ends_a_part(page: Page, stops: list[int], then: list[str]) -> None:
    """Streamlit ends a call that a newer one overtakes as soon as its script is there."""

    def file(route: Route) -> None:
        name = route.request.url.partition("/parts/0/")[2]
        if name:
            route.fulfill(content_type=TYPES[name[name.rindex(".") :]], body=part_files()[name])
        else:
            route.fulfill(content_type="text/html", body="<!doctype html>")

    page.route(f"{EMPTY}**", file)
    page.goto(EMPTY)
    assert page.evaluate(CALLED, stops) == ["drawn 1", "drawn 2", *then]
