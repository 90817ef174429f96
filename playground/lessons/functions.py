"""The functions of the language, each with an address that shows it: on the first values that it takes."""

from collections.abc import Mapping
from functools import cache
from itertools import product

from playground.engine.forward import forward
from playground.language.errors import PlaygroundError
from playground.language.operations import OPERATIONS, Operation
from playground.language.parse import parse
from playground.language.values import read_value

NUMBER, VECTOR, MATRIX = "0.5", "[0.5, 2]", "[[2, 1], [1, 3]]"
"""Values that an example has."""

BY_HAND = {
    "where": "where(x > 1, x, v)",
    "detach": "x*detach(x)",
    "clamp": "clamp(x, 0, 1)",
    "stack": "stack([x, v])",
    "cat": "cat([x, v])",
    "reshape": "reshape(x, (2, 1))",
    "view": "view(x, (2, 1))",
    "unsqueeze": "unsqueeze(x, 0)",
    "masked_fill": "masked_fill(x, x > 1, 0)",
    "layer_norm": "layer_norm(x, (2,))",
    "index": "x[0]",
    "choose": "x if x > 0 else v",
}
"""Examples of functions that want more than tensors."""


def names() -> Mapping[str, str]:
    """Each function's name, with all of its names in one text."""
    return {row.name: " ".join((row.name, *row.aliases)) for row in OPERATIONS.values()}


@cache
def example(name: str) -> Mapping[str, str]:
    """The address of a function's example, whose result can be differentiated; empty where none was found."""
    row = OPERATIONS[name]
    arguments = ", ".join("xvw"[: row.arity]) if 1 <= row.arity <= 3 and row.name.isidentifier() else ""
    program = f"y = {BY_HAND[name]}" if name in BY_HAND else f"y = {row.name}({arguments})" if arguments else ""
    return next((found for values in _values(row) if (found := _address(program, values))), {})


def _values(row: Operation) -> list[tuple[str, ...]]:
    """Values to try, those first that a function of single entries, or of whole tensors, is about."""
    several = (NUMBER, VECTOR, MATRIX) if row.local or row.name == "choose" else (VECTOR, MATRIX, NUMBER)
    return list(product(several, repeat=3))


def _address(program: str, values: tuple[str, ...]) -> Mapping[str, str]:
    """The address of a program on these values; empty where it cannot be run on them, or not be differentiated."""
    try:
        parsed = parse(program)
        texts = dict(zip(parsed.inputs, values, strict=False))
        run = forward(parsed, {name: read_value(text, name) for name, text in texts.items()})
    except PlaygroundError:
        return {}
    if not any(output.requires_grad for output in run.outputs.values()):
        return {}
    return {"f": program, **{f"at.{name}": text for name, text in texts.items()}}
