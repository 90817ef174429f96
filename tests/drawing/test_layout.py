"""Drawings are laid out in processes of their own, which end with what takes too long."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import playground as pg
from playground.drawing import layout
from playground.drawing.layout import TooLarge, cheaply, lay_out, places
from playground.engine.process import FAILED, Process
from tests.drawing.test_svg import dot_of

ROOT = Path(__file__).parents[2]
WIDE = "digraph {" + "".join(f" a{item} -> b{entry};" for item in range(400) for entry in range(400)) + " }"


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Process, Process]]:
    """Both processes, of this test alone."""
    both = layout._process(), layout._process()
    monkeypatch.setattr(layout, "SMALL", both[0])
    monkeypatch.setattr(layout, "LARGE", both[1])
    yield both
    for process in both:
        process.stop()


def test_the_process_draws_what_this_one_draws(processes: tuple[Process, Process]) -> None:
    dot = dot_of("y = a*x^2 + b*x + c")
    assert lay_out(dot) == pg.to_svg(dot)


def test_a_large_drawing_keeps_no_small_one_waiting(processes: tuple[Process, Process]) -> None:
    small, large = processes
    lay_out(dot_of("y = x^2"))
    assert (small.pid is None, large.pid is None) == (False, True)
    lay_out(dot_of("+".join(["x*w"] * 30)))
    assert large.pid is not None


def test_what_a_layout_takes_is_counted_in_ranks_that_edges_pass() -> None:
    assert places("digraph {\n\ta -> b [id=x]\n\tb -> c\n\ta -> c\n\tc -> c\n}") == 1 + 1 + 2
    assert places(dot_of("+".join(["x"] * 100))) > layout.FULL_PLACES


def test_what_has_many_places_is_drawn_with_straight_lines(processes: tuple[Process, Process]) -> None:
    dot = dot_of("+".join(["x"] * 70))
    assert places(dot) > layout.FULL_PLACES
    assert lay_out(dot) == pg.to_svg(cheaply(dot))


def test_what_takes_too_long_is_ended_and_the_next_drawing_comes(processes: tuple[Process, Process]) -> None:
    with pytest.raises(TooLarge):
        lay_out(WIDE.replace(";", ";\n"))
    assert "<svg" in lay_out(dot_of("y = x^2"))


def test_what_ends_a_process_is_told(processes: tuple[Process, Process]) -> None:
    assert processes[0].ask("digraph { a -> ").ended == FAILED


def test_the_process_has_neither_torch_nor_streamlit() -> None:
    program = "import sys, playground.drawing.layout_process; print('torch' in sys.modules, 'streamlit' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "False"]
