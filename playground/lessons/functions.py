"""The functions of the language, each with an address that shows it: on the first values that it takes."""

from collections.abc import Mapping
from functools import cache
from itertools import product

from playground.engine.forward import forward
from playground.language.errors import PlaygroundError
from playground.language.operations import ARGUMENT_NAMES, OPERATIONS, OPERATORS, Operation, Parameter
from playground.language.parse import parse
from playground.language.values import read_value

NUMBER, VECTOR, MATRIX = "0.5", "[0.5, 2]", "[[2, 1], [1, 3]]"
"""Values that an example has."""

SIGNS = (">", "<", ">=", "<=", "==", "!=")
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
    "threshold": "threshold(x, 1, 0)",
    "rms_norm": "rms_norm(x, (2,))",
    "nll_loss": "nll_loss(log_softmax(x), torch.tensor(1))",
    "kl_div": 'kl_div(log_softmax(x), softmax(v), reduction="sum")',
    "einsum": "einsum('i,i->', x, v)",
    "polygamma": "polygamma(1, x)",
    "i0": "torch.i0(x)",
    **{name: f"x*(x {sign} 1)" for name, sign in zip(("gt", "lt", "ge", "le", "eq", "ne"), SIGNS, strict=True)},
    "logical_and": "x*((x > 0) and (x < 1))",
    "logical_or": "x*((x > 1) or (x < 0))",
    "logical_not": "x*(not x > 1)",
    "masked_select": "masked_select(x, x > 1)",
    "topk": "topk(x, 1)",
    "kthvalue": "kthvalue(x, 1)",
    "mT": "x.mT",
    "matrix_power": "matrix_power(x, 2)",
    "permute": "permute(x, (1, 0))",
    "swapaxes": "swapaxes(x, 0, 1)",
    "movedim": "movedim(x, 0, 1)",
    "expand": "x.expand(2, -1)",
    "broadcast_to": "broadcast_to(x, (2, 2))",
    "repeat": "x.repeat(2)",
    "tile": "tile(x, (2,))",
    "flip": "flip(x, 0)",
    "roll": "roll(x, 1)",
    "narrow": "narrow(x, 0, 0, 1)",
    "select": "select(x, 0, 1)",
    "index_select": "index_select(x, 0, torch.tensor([0]))",
    "gather": "gather(x, 0, torch.tensor([0]))",
    "to": "x.to(torch.float64)",
    "hstack": "hstack([x, v])",
    "vstack": "vstack([x, v])",
    "multi_dot": "multi_dot([x, v])",
    "tensor": "x*torch.tensor([1., 2.])",
    "zeros": "x + zeros(2)",
    "ones": "x*ones(2)",
    "full": "x*full((2,), 3)",
    "eye": "eye(2) @ x",
    "arange": "x*arange(2)",
    "linspace": "x*linspace(0, 1, 2)",
    "zeros_like": "x + zeros_like(x)",
    "ones_like": "x*ones_like(x)",
    "full_like": "x*full_like(x, 3)",
}
"""Examples of functions that want more than tensors."""


def names() -> Mapping[str, str]:
    """Each function's name, with all of its names in one text."""
    return {row.name: " ".join((row.name, *row.aliases)) for row in OPERATIONS.values()}


def written(row: Operation) -> str:
    """How a function is called, with PyTorch's names of what it takes, or how its sign is written: `x[0]`, `u + v`."""
    if not row.typed or (row.level != 5 and row.name in OPERATORS.values()):
        return _filled(row)
    return f"{row.name}({', '.join(map(_parameter, row.parameters))})"


def _filled(row: Operation) -> str:
    names = dict.fromkeys(row.options, "0") | {"arguments": ", ".join(ARGUMENT_NAMES[: len(row.operands)])}
    return row.python.format(*ARGUMENT_NAMES, **names)


def _parameter(parameter: Parameter) -> str:
    """A list in brackets, what may be left out with a question mark."""
    if parameter.kind == "operands":
        return f"[{parameter.name}]"
    if parameter.kind == "factors":
        return f"{parameter.name}, ..."
    return parameter.name if parameter.required else f"{parameter.name}?"


def listed(text: str = "") -> list[Operation]:
    """The rows of the table in the order of their names, those whose names have a text in them."""
    wanted = text.strip().lower().removeprefix("torch.").removeprefix("f.")
    rows = (row for row in OPERATIONS.values() if wanted in names()[row.name].lower() or text.strip() == _sign(row))
    return sorted(rows, key=lambda row: row.name.lower())


def _sign(row: Operation) -> str:
    return next((sign for sign, name in OPERATORS.items() if name == row.name), "")


@cache
def example(name: str) -> Mapping[str, str]:
    """The address of a function's example, whose result can be differentiated; empty where none was found."""
    row = OPERATIONS[name]
    arguments = ", ".join("xvw"[: row.arity]) if 1 <= row.arity <= 3 and row.name.isidentifier() else ""
    program = f"y = {BY_HAND[name]}" if name in BY_HAND else f"y = {row.name}({arguments})" if arguments else ""
    return next((address for values in _values(row) if (address := _address(program, values))), {})


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
