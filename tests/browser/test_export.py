"""Drawings as files: what is downloaded looks like what is shown, without the page's style sheet."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from playground.drawing.colours import Colour
from tests.browser.conftest import wait_until_idle

Open = Callable[..., Page]

SVG = "{http://www.w3.org/2000/svg}"
DRAWINGS = {"/": ("graph", "graph"), "/partials": ("graph", "partials"), "/second": ("graph-derivative", "second")}
"""Page: the key of the container around its graph, and the name of the files."""


def saved(page: Page, name: str) -> Path:
    """The file that a button leads to."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    folder = Path(download.value.path()).parent
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def shown(page: Page, container: str) -> tuple[list[str], list[str]]:
    """The texts of a drawing and their colours, as the browser paints them."""
    texts = page.locator(f".st-key-{container} svg:has(g.node) text")
    expect(texts.first).to_be_attached()
    colours = texts.evaluate_all("all => all.map(text => getComputedStyle(text).fill)")
    return [text.strip() for text in texts.all_text_contents()], colours


@pytest.mark.parametrize("path", DRAWINGS)
def test_the_svg_has_the_labels_and_the_colours_of_the_page(open_page: Open, path: str) -> None:
    page = open_page(path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
        assert_saved_as_shown(page, path, scheme)


def assert_saved_as_shown(page: Page, path: str, scheme: str) -> None:
    """The file has the texts and the colours of the drawing, and needs no style sheet for them."""
    container, name = DRAWINGS[path]
    labels, colours = shown(page, container)
    file = saved(page, "Save The graph: SVG")
    assert file.name == f"{name}.svg"
    document = ElementTree.parse(file).getroot()
    texts = list(document.iter(f"{SVG}text"))
    assert ["".join(text.itertext()).strip() for text in texts] == labels
    assert [text.get("fill") for text in texts] == colours
    assert rgb(getattr(Colour.GRADIENT, scheme)) in colours
    written = file.read_text("utf-8")
    assert not re.search(r"light-dark|var\(|class=|<style|url\(|@font-face", written)
    assert document.findtext(f"{SVG}title") == "The graph"


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))})"


def test_an_opened_svg_looks_like_the_page(open_page: Open, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    open_page("/")
    _, colours = shown(page, "graph")
    file = saved(page, "Save The graph: SVG")
    other = page.context.new_page()
    other.set_content(file.read_text("utf-8"))
    assert other.locator("text").evaluate_all("all => all.map(text => getComputedStyle(text).fill)") == colours
    background = other.locator("svg > rect").evaluate("paper => getComputedStyle(paper).fill")
    assert background == page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).backgroundColor")


def test_the_png_is_twice_as_large_as_the_drawing_and_not_empty(open_page: Open, page: Page) -> None:
    open_page("/")
    expect(page.locator(".st-key-graph svg:has(g.node)")).to_be_visible()
    size = page.locator(".st-key-graph svg:has(g.node)").evaluate("({dataset}) => [dataset.width, dataset.height]")
    box = [float(points) for points in size]
    image = opened(saved(page, "Save The graph: PNG"))
    assert image.size == tuple(2 * round(points * 4 / 3) for points in box)
    drawn = {colour for _, colour in image.getcolors(maxcolors=1 << 24) or ()}
    assert {parts(colour.light) for colour in (Colour.VALUE, Colour.GRADIENT, Colour.OUTPUT_FILL)} <= drawn
    assert image.getpixel((1, 1)) == (255, 255, 255)


def opened(file: Path) -> Image.Image:
    """A file that is an image, as its colours."""
    with Image.open(file, formats=["PNG"]) as image:
        return image.convert("RGB")


def parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def test_the_dot_text_is_the_drawings_own(open_page: Open) -> None:
    page = open_page("/", f="y = x*x", **{"at.x": "3"})
    text = saved(page, "Save The graph: DOT").read_text("utf-8")
    assert text.startswith("digraph")
    assert "MulBackward0" in text
    assert text.count("node1 -> node0") == 2


def test_the_file_shows_the_players_place(open_page: Open, page: Page) -> None:
    open_page("/", step="0")
    expect(page.locator(".st-key-graph svg.played")).to_be_visible()
    document = ElementTree.parse(saved(page, "Save The graph: SVG")).getroot()
    hidden = [text for text in document.iter(f"{SVG}text") if text.get("visibility") == "hidden"]
    assert hidden
    assert {text.get("fill") for text in hidden} == {rgb(Colour.VALUE.light), rgb(Colour.GRADIENT.light)}


@pytest.mark.parametrize("path", ["/scalar", "/second"])
def test_a_figure_is_saved_by_plotly(open_page: Open, path: str) -> None:
    page = open_page(path)
    figure = page.locator(".st-key-curve .js-plotly-plot")
    expect(figure).to_be_visible()
    box = figure.bounding_box()
    assert box is not None
    document = ElementTree.parse(saved(page, "Save The curve: SVG")).getroot()
    assert document.tag == f"{SVG}svg"
    assert rgb(Colour.GRADIENT.light) in ElementTree.tostring(document, "unicode")
    image = opened(saved(page, "Save The curve: PNG"))
    assert image.size == pytest.approx((2 * box["width"], 2 * box["height"]), abs=2)
    figure.hover()
    assert saved(page, "Download plot as a PNG").name == "curve.png"
    wait_until_idle(page)
