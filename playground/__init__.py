"""See automatic differentiation: from a typed function to what PyTorch's autograd really did:

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
    "forward": "engine.forward",
    "read_graph": "engine.graph",
    "local_derivatives": "engine.graph",
    "backward": "engine.backward",
    "grad": "engine.grad",
    "derivatives": "engine.grad",
    "jacobian": "engine.jacobian",
    "hessian": "engine.jacobian",
    "descend": "descent.run",
    "Trajectory": "descent.run",
    "to_dot": "drawing.dot",
    "to_svg": "drawing.svg",
    "read_script": "pasted.read",
}

__all__ = [*_ROOMS]


def __getattr__(name: str) -> Any:
    """Each name is imported when it is first asked for, so that parsing alone does not load torch."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    return value
