"""A program along a line: at t = 0 it is the point, and its derivatives by t are those along the direction."""

import pytest
import torch

import playground as pg
from playground.proof.directional import on_a_line
from playground.second.hessian import along
from tests.cases import case_at

CASES = [
    ("y = x^2 + x*z^3", {"x": 1, "z": 2}, ("x", "z"), (1, -1)),
    ("y = sum(sin(x @ A)*x)", {"x": [[0.1, 2], [-1, 0.5]], "A": [[1, 2], [3, 4]]}, ("x",), (1, 0.5, -2, 0)),
    ("y = x @ A @ x", {"x": [1, 2], "A": [[1, 2], [3, 4]]}, ("x", "A"), (1, 2, 3, 4, 5, 6)),
    ("u = x^2; y = u*exp(u) + t*v_x", {"x": 0.5, "t": 3, "v_x": 1}, ("x", "t"), (2, 1)),
]


@pytest.mark.parametrize(("text", "values", "wrt", "direction"), CASES)
def test_its_derivatives_are_those_along_the_direction(text, values, wrt, direction) -> None:  # type: ignore[no-untyped-def]
    program, kind = pg.parse(text), torch.float64
    line = on_a_line(program, values, wrt, direction)
    assert line.values[line.step] == 0
    height, slope, second = pg.derivatives(line.program, line.values, line.step, 2, dtype=kind)
    assert height == pg.forward(program, values, (), kind).outputs["y"]
    ways = along(case_at(program, values, dtype=kind), direction, wrt)
    torch.testing.assert_close(torch.stack([slope, second]), torch.stack([ways.slope, ways.second]))


def test_no_name_is_taken_twice() -> None:
    program = pg.parse("y = x*t + v*t1")
    line = on_a_line(program, {"x": 1, "t": 2, "v": 3, "t1": 4}, ("x",), (1,))
    assert len(set(line.program.inputs)) == len(line.program.inputs) == 6
    assert line.values == {"x": 1, "t": 2, "v": 3, "t1": 4, "t2": 0, "v1": 1.0}
