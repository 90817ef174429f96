"""How PyTorch itself writes the derivative of each operation: the table that its autograd is generated from.

Its wheel brings `derivatives.yaml`; a node's name is made of an operation's name and of its turn among the overloads,
as `torchgen/packaged/autograd/load_derivatives.py` makes it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

TABLE = "packaged/autograd/derivatives.yaml"
NO_ARGUMENTS = frozenset({"name", "dispatch", "output_differentiability", "result"})
"""What stands beside the arguments of an operation: its signature, other devices, the forward derivative."""
NOT_DIFFERENTIABLE = frozenset({"non_differentiable", "not_differentiable"})

Formulas = tuple[tuple[str, str], ...]
"""Arguments (`self`, `other`), each with what becomes of the gradient `grad` on its way to it."""


def formulas(node: str) -> Formulas:
    """The formulas of a node by PyTorch's name for it (`PowBackward0`); none for one that the table does not name."""
    return _table().get(node, ())


@cache
def _table() -> Mapping[str, Formulas]:
    """Read when the first node is asked about, never when a server starts."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # without the C library it takes ten times as long
    rows = yaml.load(files("torchgen").joinpath(TABLE).read_text("utf-8"), Loader=loader)
    return dict(_named(rows))


def _named(rows: list[dict[str, Any]]) -> Iterator[tuple[str, Formulas]]:
    turns = Counter[str]()
    for row in rows:
        formulas = row.get("dispatch", {}).get("Default", row)
        shown = tuple(
            (name, " ".join(str(text).split())) for name, text in formulas.items() if name not in NO_ARGUMENTS
        )
        shown = tuple((name, text) for name, text in shown if text not in NOT_DIFFERENTIABLE)
        if shown:
            operation = row["name"].partition("(")[0].partition(".")[0]
            words = "".join(word.title() for word in operation.split("_"))
            name = f"{words}Backward".replace("ForwardBackward", "Backward")
            yield f"{name}{turns[name]}", shown
            turns[name] += 1
