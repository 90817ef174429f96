"""What a page fetches by its name may be blocked, or unknown after a restart: numbers stand, and it is made anew."""

from playwright.sync_api import Page, Route, expect

from tests.browser.serving import Server

DRAWING = ".st-key-graph svg:has(g.node)"
RESULT = ".st-key-results pre"
UNSEEN = "?f=a*x^2+%2B+b*x+%2B+7c"
"""An address that nobody opened before, whose drawing is fetched: one that was made comes along."""


def test_where_scripts_are_blocked_the_numbers_stand_and_nothing_is_broken(server: Server, elsewhere: Page) -> None:
    elsewhere.route("**/parts/**", lambda route: route.abort())
    elsewhere.goto(server.url)
    expect(elsewhere.locator(RESULT)).to_have_text("x.grad = 7.0")
    expect(elsewhere.locator(".in-words").first).to_contain_text("x.grad is 7.0")
    expect(elsewhere.locator(".st-key-code pre").first).to_be_visible()
    expect(elsewhere.get_by_test_id("stException")).to_have_count(0)
    expect(elsewhere.locator(DRAWING)).to_have_count(0)


def test_what_comes_back_after_a_failure_is_drawn_with_the_next_page(server: Server, elsewhere: Page) -> None:
    elsewhere.route("**/parts/**", lambda route: route.abort())
    elsewhere.goto(server.url)
    expect(elsewhere.locator(RESULT)).to_have_text("x.grad = 7.0")
    elsewhere.unroute("**/parts/**")
    elsewhere.get_by_role("link", name="Partials").first.click()
    expect(elsewhere.get_by_label("Program", exact=True)).to_be_visible()
    expect(elsewhere.locator(f"{DRAWING} g.node").first).to_be_visible()


def test_who_comes_later_is_sent_the_drawing_with_its_part_and_asks_for_none(server: Server, elsewhere: Page) -> None:
    requests: list[str] = []
    elsewhere.goto(server.url + "?f=x^2%2B3x&at.x=3")
    expect(elsewhere.locator(f"{DRAWING} g.node").first).to_be_visible()
    later = elsewhere.context.new_page()
    later.on("request", lambda request: requests.append(request.url))
    later.goto(server.url + "?f=x^2%2B3x&at.x=4")
    expect(later.locator(f"{DRAWING} text.number").filter(has_text="28.0").first).to_be_visible()
    assert not [url for url in requests if "/svg/" in url]


def test_a_name_that_the_process_does_not_know_is_told_and_the_drawing_comes_with_the_data(
    server: Server, elsewhere: Page
) -> None:
    requests: list[str] = []

    def unknown(route: Route) -> None:
        requests.append(route.request.url)
        route.fulfill(status=404)

    elsewhere.route("**/svg/*", unknown)
    elsewhere.goto(server.url + UNSEEN)
    expect(elsewhere.locator(f"{DRAWING} text.number").filter(has_text="3.0").first).to_be_visible()
    assert len(set(requests)) == 1


def test_after_a_restart_the_page_is_drawn_anew(server: Server, elsewhere: Page) -> None:
    times = iter(range(2))
    elsewhere.route("**/svg/*", lambda route: route.fulfill(status=404) if next(times, 9) < 1 else route.continue_())
    elsewhere.goto(server.url + UNSEEN.replace("7", "8"))
    expect(elsewhere.locator(f"{DRAWING} text.number").filter(has_text="3.0").first).to_be_visible()
