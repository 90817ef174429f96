"""A script's traps are told with it."""

import pytest

from playground.pasted.read import read_script
from playground.pitfalls.table import PITFALLS

WHOLE = (
    "x = torch.tensor(3, requires_grad=True)\ny = x**2\ny.backward()\n",
    "x = torch.tensor([1, 2])\nx.requires_grad_()\ny = (x**2).sum()\ny.backward()\n",
)
FLOATING = (
    "x = torch.tensor(3.0, requires_grad=True)\nn = torch.tensor(2)\ny = n*x**2\ny.backward()\n",
    "x = torch.tensor(3, dtype=torch.float32, requires_grad=True)\ny = x**2\ny.backward()\n",
)


@pytest.mark.parametrize("script", WHOLE)
def test_a_leaf_of_whole_numbers_is_told_with_its_line_and_its_pitfall(script: str) -> None:
    read = read_script(f"import torch\n{script}")
    assert read.traps == ("integer",)
    assert [remark for remark in read.remarks if "int64" in remark]
    assert set(read.traps) <= PITFALLS.keys()


@pytest.mark.parametrize("script", FLOATING)
def test_other_leaves_are_not(script: str) -> None:
    read = read_script(f"import torch\n{script}")
    assert not read.traps
    assert not read.remarks
