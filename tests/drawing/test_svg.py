"""A DOT text becomes the same SVG on every host: Graphviz in this process, with the app's own font."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest

import playground as pg
from playground.drawing.svg import FONT

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
DOT = f'digraph {{ node [fontname="{FONT}" shape=box]; a [label="sin(x) · ½ √2"]; a -> b }}'


def dot_of(text: str) -> str:
    program = pg.parse(text)
    run = pg.forward(program, dict.fromkeys(program.inputs, 2.0))
    return str(pg.to_dot(pg.read_graph(run), pg.backward(run)))


def test_every_node_and_every_edge_is_drawn_once() -> None:
    drawn = ElementTree.fromstring(pg.to_svg(dot_of("y = x*x + 3*x")))
    kinds = [element.get("class", "").split()[:1] for element in drawn.iter(f"{SVG}g")]
    assert kinds.count(["node"]) == 5  # two products, their sum, x, and 3, which autograd does not track
    assert kinds.count(["edge"]) == 6
    assert "3.0" in "".join(drawn.itertext())


def test_what_is_no_dot_is_refused() -> None:
    with pytest.raises(ValueError, match="no DOT"):
        pg.to_svg("digraph { a ->")
    assert "<svg" in pg.to_svg(DOT)


def test_several_threads_may_draw_at_once() -> None:
    with ThreadPoolExecutor(5) as threads:
        assert len(set(threads.map(pg.to_svg, [DOT] * 50))) == 1


def test_the_fonts_of_the_host_make_no_difference(tmp_path: Path) -> None:
    other = tmp_path / "fonts.conf"
    other.write_text("<fontconfig></fontconfig>")
    code = f"import playground as pg, os; print(pg.to_svg({DOT!r}), os.environ['FONTCONFIG_FILE'])"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "FONTCONFIG_FILE": str(other), "PYTHONPATH": str(ROOT)},
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stdout.strip() == f"{pg.to_svg(DOT)} {other}"


def test_a_digit_is_as_wide_as_a_figure_space() -> None:
    digits = "0000"
    with_digits, spaces = pg.to_svg(DOT.replace("½", digits)), pg.to_svg(DOT.replace("½", "\u2007" * 4))
    assert with_digits.replace(digits, "\u2007" * 4) == spaces


def test_nothing_stays_in_the_folder_for_temporary_files(tmp_path: Path) -> None:
    code = f"import playground as pg; pg.to_svg({DOT!r})"
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
    assert not list(tmp_path.iterdir())
