"""What every component does, on a page without a server: with its data, and with the one script that all come in."""

import pytest
from playwright.sync_api import Page, Route

from playground.web.part_files import TYPES, part_files
from playground.web.served import served
from tests.browser.conftest import EMPTY

CALLED = """async (stops) => {
  const { show } = await import("/parts/0/web/part.js")
  const parentElement = document.body.appendChild(document.createElement("div"))
  const told = []
  const make = () => ({ load: ({ data }) => told.push(`drawn ${data.number}`), stop: () => told.push("ended") })
  const call = (number) => show({ parentElement, data: new TextEncoder().encode(JSON.stringify({ number })) }, make)
  const calls = await Promise.all([call(1), call(2), call(2)])
  for (const place of stops) calls[place]()
  return [...told, parentElement.dataset.drawn === undefined ? "gone" : "there"]
}"""
"""Three calls at once, the last with the same data; of these some are ended. What was done, and what the page says."""

LEFT = """async () => {
  const [{ show }, keys] = await Promise.all(["part.js", "keys/keys.js"].map((name) => import(`/parts/0/web/${name}`)))
  const parentElement = document.body.appendChild(document.createElement("div"))
  parentElement.className = "stMainBlockContainer"
  const call = (key) => {
    const data = new TextEncoder().encode(JSON.stringify({ keys: { [key]: ["a"] }, blank: [], words: {} }))
    return show({ parentElement, data }, keys.default)
  }
  await call("n")
  const stop = await call("p")
  const there = "lessonKeys" in document.documentElement.dataset
  stop()
  return [there, "lessonKeys" in document.documentElement.dataset]
}"""
"""A lesson goes on to a step that has other keys, and is left. Whether keys are heard, before and after."""

GIVEN = """async (names) => {
  const kinds = (given) => Object.entries(given).map(([name, what]) => `${name}: ${typeof what}`).sort()
  const { files } = await import("/parts/0/parts.js")
  const alone = await Promise.all(names.map(async (name) => [name, kinds(await import(`/parts/0/${name}`))]))
  const together = Object.entries(files).map(([name, given]) => [name, kinds(given)])
  return [Object.fromEntries(alone), Object.fromEntries(together)]
}"""
"""What each script gives when it is asked for alone, and in the one of all."""


@pytest.mark.parametrize(
    ("stops", "then"), [([0], ["there"]), ([0, 1], ["there"]), ([0, 1, 2], ["ended", "gone"]), ([2], ["ended", "gone"])]
)
def test_only_the_end_of_the_last_call_ends_a_part(page: Page, stops: list[int], then: list[str]) -> None:
    """Streamlit ends a call that a newer one overtakes as soon as its script is there."""
    assert opened(page).evaluate(CALLED, stops) == ["drawn 1", "drawn 2", *then]


def test_the_keys_of_a_lesson_end_with_it_however_many_steps_it_had(page: Page) -> None:
    assert opened(page).evaluate(LEFT) == [True, False]


def test_each_script_gives_by_itself_what_it_gives_in_the_one_of_all(page: Page) -> None:
    names = [name for name in part_files() if name.endswith(".js")]
    alone, together = opened(page).evaluate(GIVEN, names)
    assert sorted(together) == names
    assert together == alone


def opened(page: Page) -> Page:
    """A page that asks for scripts by their names in the package, and for the one that all come in."""

    def file(route: Route) -> None:
        name = route.request.url.partition("/parts/0/")[2]
        if name:
            body = {**served(), **part_files()}[name]
            route.fulfill(content_type=TYPES[name[name.rindex(".") :]], body=body)
        else:
            route.fulfill(content_type="text/html", body="<!doctype html>")

    page.route(f"{EMPTY}**", file)
    page.goto(EMPTY)
    return page
