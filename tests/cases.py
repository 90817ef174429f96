"""Cases made of a program and its inputs' values by name, as tests have them."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch

from playground.engine.case import Case
from playground.engine.forward import requires_grad_by_default
from playground.language.gradient_argument import Upstream
from playground.language.parse import parse
from playground.language.program import Program


def case_at(
    program: Program | str,
    values: Mapping[str, Any],
    tracked: Iterable[str] | None = None,
    dtype: torch.dtype = torch.float32,
    gradient: Mapping[str, Upstream] | None = None,
) -> Case:
    """The case of a program at a point; where nothing is said of them, inputs named u to z require a gradient."""
    program = parse(program) if isinstance(program, str) else program
    wanted = set(filter(requires_grad_by_default, program.inputs) if tracked is None else tracked)
    ordered = tuple(name for name in program.inputs if name in wanted)
    point = tuple((name, values[name]) for name in program.inputs)
    return Case(program, point, ordered, dtype, tuple((gradient or {}).items()))
