"""A Jacobian, entry by entry, as the cells of a table."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from playground.drawing.numbers import entries

CELLS = 400
"""of a table; a larger Jacobian is shown as `print` shortens it."""


@dataclass(frozen=True)
class Line:
    """A row of a table: what its head says, its cells, and how strong each one's colour is, from 0 to 100."""

    head: str
    cells: Sequence[str]
    strengths: Sequence[int] = ()
    kind: str = ""


def lines_of(jacobian: torch.Tensor, names: Sequence[str]) -> list[Line]:
    """A line for each row; colour is as strong as the entry is large, its sign stands in the text."""
    texts = [[text.replace("−", "-") for text in row] for row in entries(jacobian)]
    strengths = _strengths(jacobian).tolist()
    return [Line(*line) for line in zip(names, texts, strengths, strict=True)]


def _strengths(jacobian: torch.Tensor) -> torch.Tensor:
    """Sizes as parts of a hundred of the largest finite one; 0 for what is no number."""
    sizes = jacobian.abs().nan_to_num(0, 0, 0)
    largest = float(sizes.max()) or 1.0
    return (100 * sizes / largest).round().int()
