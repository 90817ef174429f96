"""See automatic differentiation: from a typed function to what PyTorch's autograd really did.

import playground as pg
run = pg.forward(pg.parse("y = a*x^2 + b*x + c"), {"a": 2, "x": 3, "b": -5, "c": 1})
pg.backward(run).grads["x"]
"""

from importlib import import_module
from typing import Any

_ROOMS = {
    "ProgramError": "language.errors",
    "EvaluationError": "language.errors",
    "parse": "language.parse",
    "forward": "autodiff.forward",
    "read_graph": "autodiff.graph",
    "local_derivatives": "autodiff.graph",
    "backward": "autodiff.backward",
    "grad": "autodiff.derivative",
    "derivatives": "autodiff.derivative",
    "jacobian": "autodiff.derivative",
    "hessian": "autodiff.derivative",
    "descend": "autodiff.descent",
    "Trajectory": "autodiff.descent",
    "to_dot": "drawing.dot",
}

__all__ = [*_ROOMS]


def __getattr__(name: str) -> Any:
    """Each name is imported when it is first asked for, so that parsing alone does not load torch."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    return found
