"""The small drawings are made of the real graph, curve or gradient."""

import xml.etree.ElementTree as ET

import pytest
import torch

from playground.engine.observe import observe
from playground.language.parse import parse
from playground.lessons.thumbnail_svg import HEIGHT, WIDTH, curve_sketch, graph_sketch, matrix_sketch, picture
from tests.cases import case_at

SVG = "{http://www.w3.org/2000/svg}"


def parts(svg: str, tag: str) -> list[dict[str, str]]:
    return [element.attrib for element in ET.fromstring(svg).iter(f"{SVG}{tag}")]


@pytest.mark.parametrize("text", ["y = x*x", "y = x", "y = a*x^2 + b*x + c", "y1 = x*w; y2 = x + w"])
def test_a_graph_has_a_dot_for_each_node_and_a_line_for_each_edge(text: str) -> None:
    program = parse(text)
    graph = observe(case_at(program, dict.fromkeys(program.inputs, 2))).graph
    svg = graph_sketch(graph)
    dots = parts(svg, "circle")
    assert len(dots) == len(graph.nodes)
    assert len(parts(svg, "path")) == len(graph.edges)
    assert all(0 < float(dot["cx"]) < WIDTH and 0 < float(dot["cy"]) < HEIGHT for dot in dots)
    assert len({(dot["cx"], dot["cy"]) for dot in dots}) == len(dots)


def test_two_edges_of_one_node_are_two_lines() -> None:
    lines = parts(graph_sketch(observe(case_at(parse("y = x*x"), {"x": 2})).graph), "path")
    assert len({line["d"] for line in lines}) == 2
    assert len(parts(graph_sketch(observe(case_at(parse("y = x^2"), {"x": 2})).graph), "path")) == 1


def test_a_curve_has_its_points_inside() -> None:
    svg = curve_sketch((0.0, 1.0, 2.0), (1.0, None, 3.0), [(0.0, 1.0), (9.0, 9.0), (2.0, 3.0)])
    dots = parts(svg, "circle")
    assert [dot["r"] for dot in dots] == ["2", "5"]
    assert "nan" not in svg


def test_a_level_curve_can_be_drawn() -> None:
    assert len(parts(curve_sketch((0.0, 1.0), (2.0, 2.0), [(0.5, 2.0)]), "circle")) == 1


def test_an_entry_below_zero_is_hollow_and_a_large_matrix_is_cut() -> None:
    cells = parts(matrix_sketch(torch.tensor([[-2.0, 0.0], [1.0, 2.0]])), "rect")
    assert [cell["class"] for cell in cells] == ["cell below", "cell", "cell", "cell"]
    assert [cell["style"] for cell in cells] == [f"--strength: {size}" for size in ("1.00", "0.00", "0.50", "1.00")]
    assert len(parts(matrix_sketch(torch.zeros(64, 64)), "rect")) == 16
    assert len(parts(matrix_sketch(torch.ones(3)), "rect")) == 3


def test_a_picture_is_one_image_that_needs_nothing_from_outside() -> None:
    shown = picture(matrix_sketch(torch.ones(2, 2)))
    assert shown.startswith('<img class="sketch" alt=""')
    assert shown.count("<") == 1
    assert "url(" not in shown
