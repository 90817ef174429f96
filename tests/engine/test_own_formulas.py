"""PyTorch's own formula of an operation is found by the name of its node."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

import playground as pg
from playground.engine.own_formulas import _table, formulas

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x^2", (("self", "pow_backward(grad, self, exponent)"),)),
        ("2^x", (("exponent", "pow_backward_exponent(grad, self, exponent, result)"),)),
        ("sin(x)", (("self", "grad * self.cos().conj()"),)),
        ("sigmoid(x)", (("self", "sigmoid_backward(grad, result)"),)),
    ],
)
def test_a_node_that_pytorch_recorded_has_its_formula(text: str, wanted: tuple[tuple[str, str], ...]) -> None:
    run = pg.forward(pg.parse(text), {"x": 0.5})
    assert formulas(pg.read_graph(run).nodes[0].name) == wanted


def test_every_name_is_one_of_this_pytorchs_nodes() -> None:
    assert len(_table()) > 500
    assert not [name for name in _table() if not hasattr(torch._C._functions, name)]


def test_what_the_table_does_not_name_has_none() -> None:
    assert formulas("AccumulateGrad") == ()


def test_the_table_is_not_read_when_a_page_starts() -> None:
    program = "import sys, playground.drawing.node_details; print('yaml' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False"]
