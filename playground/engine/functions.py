"""What runs for each operation of the tables: PyTorch's function, called as PyTorch wants it."""

import operator
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import torch

from playground.language.operations import OPERATIONS, Operation
from playground.language.program import IndexOperand, Slice

Function = Callable[..., Any]
"""A function of the operands, in the order of the row, and of its options by name."""


def _index(tensor: torch.Tensor, *operands: Any, at: Sequence[Any]) -> torch.Tensor:
    """What stands at an index of a tensor."""
    return tensor[tuple(_item(item, operands) for item in at)]


def _item(item: Any, operands: Sequence[Any]) -> Any:
    match item:
        case IndexOperand(argument):
            return operands[argument - 1]  # the first of all is the tensor itself
        case Slice(start, stop, step):
            return slice(start, stop, step)
    return ... if item == "..." else item


def _choose(_: Any, chosen: Any) -> Any:
    """What Python's `first if condition else second` gives, once the condition is known."""
    return chosen


def _transposed(tensor: torch.Tensor) -> torch.Tensor:
    """`tensor.T`, which PyTorch deprecates for all but matrices."""
    return tensor.T if tensor.dim() == 2 else tensor.t()


def class_numbers(tensor: torch.Tensor) -> torch.Tensor:
    """Class numbers as PyTorch wants them. Raises ValueError where they are no whole numbers."""
    if not bool((tensor == tensor.trunc()).all()):
        raise ValueError(f"class numbers are whole numbers, and this is {tensor.tolist()}")
    return tensor.long()


_NAMESPACE = SimpleNamespace(
    torch=torch,
    operator=operator,
    playground=SimpleNamespace(
        index=_index,
        choose=_choose,
        clamp_below=lambda tensor, bound: torch.clamp(tensor, min=bound),
        clamp_above=lambda tensor, bound: torch.clamp(tensor, max=bound),
        T=_transposed,
        mT=lambda tensor: tensor.mT,
        einsum=lambda factors, equation: torch.einsum(equation, *factors),
        polygamma=lambda input, n: torch.polygamma(n, input),
    ),
)


def _function(row: Operation) -> Function:
    """What runs for a row, as a function of its operands and options."""
    function: Function = operator.attrgetter(row.run)(_NAMESPACE)
    for wrap in (_with_lists, _with_keywords, _with_numbers, _with_types, _with_classes, _with_fields):
        function = wrap(row, function)
    return function


def _with_lists(row: Operation, function: Function) -> Function:
    """PyTorch takes a list where the row has any number of operands."""
    return (lambda *operands, **options: function(operands, **options)) if row.takes_list else function


def _with_keywords(row: Operation, function: Function) -> Function:
    """Operands that follow an option are given by their names."""
    first = next((place for place, parameter in enumerate(row.parameters) if not parameter.is_operand), None)
    named = [] if first is None or row.takes_list else [p.name for p in row.parameters[first:] if p.is_operand]
    if not named:
        return function
    alone = len(row.operands) - len(named)

    def call(*operands: Any, **options: Any) -> Any:
        return function(*operands[:alone], **options, **dict(zip(named, operands[alone:], strict=False)))

    return call


def _with_numbers(row: Operation, function: Function) -> Function:
    """Numbers that stand one after another are given so."""
    (name,) = [p.name for p in row.parameters if p.kind == "numbers"] or [""]
    return (lambda **options: function(*options.pop(name), **options)) if name else function


def _with_types(row: Operation, function: Function) -> Function:
    """A type is given as itself, and not by its name."""
    if not any(parameter.kind == "dtype" for parameter in row.parameters):
        return function

    def call(*operands: Any, **options: Any) -> Any:
        if isinstance(options.get("dtype"), str):
            options["dtype"] = getattr(torch, options["dtype"])
        return function(*operands, **options)

    return call


def _with_classes(row: Operation, function: Function) -> Function:
    """Class numbers become whole numbers; where a target has the shape of its input, it holds probabilities."""
    places = [at for at, parameter in enumerate(row.operands) if parameter.kind == "classes"]
    if not places:
        return function
    (place,) = places

    def call(*operands: Any, **options: Any) -> Any:
        target, placed = operands[place], list(operands)
        if not isinstance(target, torch.Tensor):
            raise TypeError(f"{row.name}(): argument '{row.operands[place].name}' must be Tensor, not a number")
        probabilities = row.operands[place].name == "target" and target.shape == operands[0].shape
        if target.is_floating_point() and not probabilities:
            placed[place] = class_numbers(target)
        return function(*placed, **options)

    return call


def _with_fields(row: Operation, function: Function) -> Function:
    """Of several results the one that is asked for."""
    if not row.fields:
        return function

    def call(*operands: Any, field: str = row.fields[0], **options: Any) -> Any:
        result = function(*operands, **options)
        return result if isinstance(result, torch.Tensor) else getattr(result, field)

    return call


FUNCTIONS: dict[str, Function] = {row.name: _function(row) for row in OPERATIONS.values() if not row.composite}
"""By the name of a row what runs for it; a row that is a formula of others has none."""
