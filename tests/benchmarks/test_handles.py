"""A number that is dragged: frames beside those of an empty loop in the same run, and what is sent meanwhile."""

import pytest
from playwright.sync_api import Page, WebSocket

from tests.browser.conftest import wait_until_idle
from tests.browser.handles import TICK, handle, held, middle, value_of
from tests.browser.head import VALUES
from tests.browser.serving import Server

LEAST = 0.8
"""So many of the frames of an empty loop there are while something follows."""
FRAMES = """(milliseconds) => new Promise(resolve => {
    let frames = 0
    const start = performance.now()
    const tick = now => (frames++, now - start < milliseconds ? requestAnimationFrame(tick) : resolve(frames))
    requestAnimationFrame(tick)
})"""
DRAGGED = """async ([slider, milliseconds, tick]) => {
    let frames = 0, place = 0
    const box = slider.getBoundingClientRect()
    const start = performance.now()
    return new Promise(resolve => {
        const frame = now => {
            frames++
            place = (place + 1) % 40
            slider.dispatchEvent(new PointerEvent("pointermove", { pointerId: 1, bubbles: true,
                clientX: box.left + box.width / 2 + tick * (place < 20 ? place : 40 - place), clientY: box.top + 5 }))
            if (now - start < milliseconds) requestAnimationFrame(frame)
            else resolve(frames)
        }
        requestAnimationFrame(frame)
    })
}"""
"""A move in each frame, as from a mouse, whose pointer has the number 1."""
MILLISECONDS = 3000


FIRST_FRAME = """() => new Promise(done => {
    let start = null
    document.addEventListener("pointerdown", () => (start = performance.now()), { capture: true, once: true })
    new MutationObserver((_, watched) => {
        if (!document.documentElement.classList.contains("following")) return
        watched.disconnect()
        requestAnimationFrame(() => done(performance.now() - start))
    }).observe(document.documentElement, { attributes: true })
})"""
"""Milliseconds from the first touch of a handle to the first frame that follows it."""
ANSWERED = """() => new Promise(done => {
    let start = null
    document.addEventListener("input", () => (start = performance.now()), { capture: true, once: true })
    document.addEventListener("head-answered", () => done(performance.now() - start), { once: true })
})"""
"""Milliseconds from a typed value to the page that answers it."""
RERUNS, RATE_SECONDS = 3, 1.0
"""The first frame comes within so many reruns' time; that of a learning rate within so many seconds."""


@pytest.mark.parametrize(("path", "name"), [("/", "x"), ("/scalar", "a"), ("/second", "x"), ("/descent", "lr")])
def test_frames_and_messages(app: Server, page: Page, path: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    sent: list[str] = []

    def hear(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(str(frame)))

    page.on("websocket", hear)
    page.goto(app.url + path)
    handle(page, name).wait_for()
    wait_until_idle(page)
    empty = page.evaluate(FRAMES, MILLISECONDS)
    with held(page, name):
        sent.clear()
        started = value_of(page, name)
        frames = page.evaluate(DRAGGED, [handle(page, name).element_handle(), MILLISECONDS, TICK])
        assert value_of(page, name) != started or frames % 40 == 0
        assert sent == []
    with capsys.disabled():
        print(f"\n{path} {name}: {frames} frames while dragged, {empty} in an empty loop: {frames / empty:.2f}")
    assert frames >= LEAST * empty


@pytest.mark.parametrize(
    ("path", "name"), [("/", "x"), ("/scalar", "a"), ("/matrix", "x[1, 0]"), ("/second", "x"), ("/descent", "lr")]
)
def test_the_first_frame(app: Server, page: Page, path: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of values that nobody else on the server has touched."""
    page.goto(app.url + path)
    handle(page, name).first.wait_for()
    wait_until_idle(page)
    box = page.locator(VALUES).first
    typed = "0.318"
    page.evaluate(f"globalThis.answered = ({ANSWERED})(); 0")
    box.fill(typed)
    rerun = page.evaluate("globalThis.answered")
    wait_until_idle(page)
    page.evaluate(f"globalThis.first = ({FIRST_FRAME})(); 0")
    x, y = middle(handle(page, name).first)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + TICK, y)
    first = page.evaluate("globalThis.first")
    page.mouse.up()
    with capsys.disabled():
        print(f"\n{path} {name}: first frame after {first:.0f} ms, a typed value is answered after {rerun:.0f} ms")
    assert first <= (RATE_SECONDS * 1000 if name == "lr" else RERUNS * rerun)
