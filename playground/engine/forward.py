"""Run a program on tensors."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

import torch

from playground.engine import budget
from playground.engine.functions import FUNCTIONS
from playground.language import limits
from playground.language.arithmetic import plain_call
from playground.language.errors import EvaluationError, ProgramError
from playground.language.notation import Wording, Written, formula, label, wording
from playground.language.operations import ARGUMENT_NAMES, OPERATIONS, Operation
from playground.language.program import Call, Expression, Number, Program, Variable, fold, substitute

Values = Mapping[str, Any]

CONDITION = "choose"
"""`a if c else b`."""
PRODUCTS = ("matmul", "dot")
"""The operations that take no single number."""


class Evaluation(NamedTuple):
    """One line of the tape: a sub-expression as typed, what ran for it, its value, and its arguments' lines."""

    expression: Expression
    ran: Expression
    value: torch.Tensor | int | float
    arguments: tuple[int, ...]
    name: str | None
    """The statement whose result this is."""
    wording: Wording


def worded(
    ran: Expression,
    value: torch.Tensor | int | float,
    arguments: tuple[int, ...] = (),
    name: str | None = None,
    known: dict[int, Written] | None = None,
) -> Evaluation:
    """A line whose expression is what ran. `known` is that of `label`."""
    return Evaluation(ran, ran, value, arguments, name, wording(ran, ran, name, {} if known is None else known))


@dataclass(frozen=True)
class Run:
    """A program that was run: live tensors and the graph they hold. It belongs to one rerun of one session."""

    program: Program
    inputs: dict[str, torch.Tensor]
    outputs: dict[str, torch.Tensor]
    tape: tuple[Evaluation, ...]
    lines: dict[str, int]
    """The line of the tape that each output stands on."""


def requires_grad_by_default(name: str) -> bool:
    """Whether an input is differentiated by where nothing else is said: names that start with u to z are the unknowns.

    Algebra has called its unknowns by the last letters since Descartes.
    """
    return name[0] in "uvwxyz"


def forward(
    program: Program,
    values: Values,
    requires_grad: Iterable[str] | None = None,
    dtype: torch.dtype = torch.float32,
) -> Run:
    """Run a program on its inputs' values: numbers, nested lists up to 2 dimensions, or tensors (used as given).

    `requires_grad` names the inputs to differentiate by; None means those that start with u to z. Numbers and lists
    become tensors of `dtype`. Raises EvaluationError where a value is missing or cannot be an input's (`as_tensor`),
    and with PyTorch's own text where an operation refuses what it gets.
    """
    tracked = None if requires_grad is None else frozenset(requires_grad)
    for name in sorted((tracked or frozenset()) - set(program.inputs)):
        raise EvaluationError("no_such_input", name=name, names=", ".join(program.inputs))
    inputs = {name: _leaf(name, values, tracked, dtype) for name in program.inputs}
    tape, lines = evaluate(program, inputs, dtype)
    outputs = {name: _as_tensor(tape[lines[name]].value, dtype) for name in program.outputs}
    places = {name: lines[name] for name in program.outputs}
    return Run(program, inputs, outputs, tuple(tape), places)


def evaluate(
    program: Program, inputs: dict[str, torch.Tensor], dtype: torch.dtype
) -> tuple[list[Evaluation], dict[str, int]]:
    """The tape of a program on tensors, and by the name of each statement the line that its result stands on."""
    plan = _planned(_ByIdentity(program))
    values: dict[int, Any] = {}
    for end in plan.ends:
        _run(plan.steps, end, values, inputs, dtype)
    places = {line: place for place, line in enumerate(sorted(values))}
    tape = [
        Evaluation(step.expression, step.ran, values[line], _kept(step.arguments, places), step.name, step.wording)
        for line, step in enumerate(plan.steps)
        if line in values
    ]
    return tape, {name: places[line] for name, line in plan.lines.items() if line in places}


def computed_lines(program: Program, inputs: dict[str, torch.Tensor]) -> int | None:
    """How many lines of a program can be computed on tensors; None where all can."""
    plan = _planned(_ByIdentity(program))
    values: dict[int, Any] = {}
    try:
        with torch.no_grad():
            for end in plan.ends:
                _run(plan.steps, end, values, inputs, torch.float32)
    except EvaluationError:
        return len(values)
    return None


def _kept(arguments: tuple[int, ...], places: Mapping[int, int]) -> tuple[int, ...]:
    """The arguments' places on the tape, without what was never run."""
    return tuple([places[argument] for argument in arguments if argument in places])


def _run(
    steps: Sequence["_Step"],
    end: int,
    values: dict[int, Any],
    inputs: Mapping[str, torch.Tensor],
    dtype: torch.dtype,
) -> None:
    """Run what a line needs, in the order in which Python would; of `a if c else b` only one side."""
    waiting = [end]
    while waiting:
        line = waiting[-1]
        step = steps[line]
        needed = _needed(step, values)
        missing = [argument for argument in needed if argument not in values]
        if missing:
            waiting += reversed(missing)
            continue
        waiting.pop()
        if line not in values:
            budget.check()
            values[line] = _value(step, [values[argument] for argument in needed], inputs, dtype)


def _needed(step: "_Step", values: Mapping[int, Any]) -> tuple[int, ...]:
    """The arguments that a step is computed from: those of a condition once it is known."""
    if not (isinstance(step.ran, Call) and step.ran.operation == CONDITION):
        return step.arguments
    condition, first, second = step.arguments
    if condition not in values:
        return (condition,)
    return (condition, first if _holds(step.ran, values[condition]) else second)


def _holds(node: Call, condition: Any) -> bool:
    """Whether a condition holds. Raises EvaluationError where it is one of several entries."""
    if isinstance(condition, torch.Tensor) and condition.numel() != 1:
        written, shape = label(node.arguments[0]), list(condition.shape)
        raise EvaluationError("condition_entries", node.column, condition=written, shape=shape)
    return bool(condition)


def largest(run: Run) -> int:
    """How many entries the largest tensor has that a run made."""
    return max((line.value.numel() for line in run.tape if isinstance(line.value, torch.Tensor)), default=1)


def largest_number(run: Run) -> float:
    """The size of the largest finite number that a run made."""
    made = torch.cat([torch.as_tensor(line.value, dtype=torch.float64).flatten() for line in run.tape])
    return max(made[torch.isfinite(made)].abs().tolist(), default=0.0)


def first_not_finite(run: Run) -> Evaluation | None:
    """The first line of the tape that holds a NaN or an infinity, None if none does."""
    for line in run.tape:
        if not bool(torch.isfinite(torch.as_tensor(line.value)).all()):
            return line
    return None


# The inputs


def _leaf(name: str, values: Values, tracked: frozenset[str] | None, dtype: torch.dtype) -> torch.Tensor:
    """The tensor of an input, a leaf unless the caller gave a tensor that is not."""
    if name not in values:
        raise EvaluationError("missing", name=name)
    value = values[name]
    tensor = as_tensor(name, value, dtype)
    wanted = requires_grad_by_default(name) if tracked is None else name in tracked
    if tensor.requires_grad and (wanted or tracked is None):
        return tensor
    tensor = tensor.detach()
    if not wanted:
        return tensor
    try:
        return tensor.requires_grad_()
    except RuntimeError as problem:
        raise EvaluationError("not_floating", name=name, dtype=tensor.dtype, reason=first_line(problem)) from None


def as_tensor(name: str, value: Any, dtype: torch.dtype) -> torch.Tensor:
    """A number, nested list or tensor as a tensor of at most 2 dimensions; a tensor is used as it is.

    `name` is the input's, for the sentence of an error. Raises EvaluationError where the value is no such tensor: it
    has no numbers, rows of different lengths, more dimensions, too long a side, or NaN or an infinity in it.
    """
    tensor = value if isinstance(value, torch.Tensor) else _tensor(name, value, dtype)
    _check_input(name, tensor)
    return tensor


def _tensor(name: str, value: Any, dtype: torch.dtype) -> torch.Tensor:
    rows = value if isinstance(value, (list, tuple)) else []
    widths = [len(row) for row in rows if isinstance(row, (list, tuple))]
    shape = [len(rows), max(widths)] if widths else [len(rows)]
    if max(shape) > limits.MAX_SIDE:
        raise EvaluationError("too_large", name=name, shape=shape, side=limits.MAX_SIDE)
    if not _numeric(value):
        raise EvaluationError("not_numeric", name=name)
    try:
        return torch.tensor(value, dtype=dtype)
    except OverflowError:
        raise EvaluationError("not_finite", name=name, value=math.inf) from None
    except (ValueError, TypeError, RuntimeError):
        raise EvaluationError("ragged", name=name) from None


def _numeric(value: Any, depth: int = 3) -> bool:
    """Whether a value is a number or lists of such, no deeper than an input may be."""
    if isinstance(value, (list, tuple)):
        return depth > 0 and all(_numeric(entry, depth - 1) for entry in value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _check_input(name: str, tensor: torch.Tensor) -> None:
    if tensor.is_complex() or tensor.is_meta or tensor.layout is not torch.strided:
        raise EvaluationError("not_numeric", name=name)
    check_shape(name, tensor)
    plain = tensor.detach()
    # a sum is finite only if all its terms are, and costs a quarter of looking at each
    if not math.isfinite(plain.sum().item()) and not bool(torch.isfinite(plain).all()):
        raise EvaluationError("not_finite", name=name, value=plain[~torch.isfinite(plain)].flatten()[0].item())


def check_shape(name: str, tensor: torch.Tensor) -> None:
    """Raise EvaluationError where a tensor has no entries, or more dimensions or a longer side than an input may."""
    if tensor.dim() > 2:
        raise EvaluationError("too_deep", name=name, dimensions=tensor.dim())
    if tensor.numel() == 0:
        raise EvaluationError("value_no_entries", name=name)
    if max(tensor.shape, default=1) > limits.MAX_SIDE:
        raise EvaluationError("too_large", name=name, shape=shape_text(tensor), side=limits.MAX_SIDE)


# The statements


class _Step(NamedTuple):
    """A line of a tape before it has a value."""

    expression: Expression
    ran: Expression
    arguments: tuple[int, ...]
    name: str | None
    wording: Wording


class _Plan(NamedTuple):
    """The lines of a program's tape whatever the values, where each statement ends, and the line of each name."""

    steps: tuple[_Step, ...]
    ends: tuple[int, ...]
    lines: Mapping[str, int]


class _ByIdentity:
    """A program as itself: to compare two by what they hold would cost more than to run them."""

    __slots__ = ("program",)

    def __init__(self, program: Program) -> None:
        self.program = program

    def __hash__(self) -> int:
        return id(self.program)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and self.program is other.program


@lru_cache(maxsize=256)
def _planned(key: _ByIdentity) -> _Plan:
    """What a program's runs have in common."""
    steps: list[_Step] = []
    lines: dict[str, int] = {}
    labels: dict[int, Written] = {}
    ends: list[int] = []
    for statement in key.program.statements:
        lines[statement.name] = _plan(statement.name, statement.expression, lines, steps, labels)
        ends.append(lines[statement.name])
    return _Plan(tuple(steps), tuple(ends), lines)


def _plan(name: str, typed: Expression, lines: dict[str, int], steps: list[_Step], labels: dict[int, Written]) -> int:
    """Add one statement to the lines; the line its result stands on."""
    expression, typed_as = _lower(typed)

    def write(node: Expression, arguments: tuple[int, ...] = ()) -> int:
        source, result = typed_as.get(id(node), node), name if node is expression else None
        steps.append(_Step(source, node, arguments, result, wording(source, node, result, labels)))
        return len(steps) - 1

    def variable(node: Variable) -> int:
        if node.name not in lines:
            lines[node.name] = write(Variable(node.name))
        return lines[node.name]

    return fold(expression, write, variable, write)


def _value(
    step: _Step, arguments: list[Any], inputs: Mapping[str, torch.Tensor], dtype: torch.dtype
) -> torch.Tensor | int | float:
    """What a line comes to on the values of its arguments."""
    match step.ran:
        case Call() as call:
            return _apply(call, arguments, dtype)
        case Variable(name):
            return inputs[name]
        case Number(value):
            return value


def _lower(typed: Expression) -> tuple[Expression, dict[int, Expression]]:
    """The tree that PyTorch runs, and by the id of its nodes what was typed for them."""
    typed_as: dict[int, Expression] = {}

    def number(node: Number) -> tuple[Expression, bool]:
        return node, True

    def variable(node: Variable) -> tuple[Expression, bool]:
        return node, False

    def call(node: Call, parts: tuple[tuple[Expression, bool], ...]) -> tuple[Expression, bool]:
        arguments = tuple(argument for argument, _ in parts)
        plain = tuple(is_plain for _, is_plain in parts)
        row = OPERATIONS[node.operation]
        meaning = row.formula if row.composite else row.reflected if plain == (True, False) else None
        lowered: Expression = Call(node.operation, arguments, node.options, node.column)
        if meaning is not None:
            known = dict(zip(ARGUMENT_NAMES, arguments, strict=False))
            lowered = substitute(_lowered_formula(meaning), known, node.column)
        typed_as[id(lowered)] = node
        return lowered, all(plain) and not row.maker

    lowered, _ = fold(typed, number, variable, call)
    return lowered, typed_as


@cache
def _lowered_formula(text: str) -> Expression:
    return _lower(formula(text))[0]


def _apply(node: Call, values: list[Any], dtype: torch.dtype) -> torch.Tensor | int | float:
    """One operation on tensors and plain numbers. Raises EvaluationError where it refuses them."""
    row = OPERATIONS[node.operation]
    tensors = [value for value in values if isinstance(value, torch.Tensor)]
    if len(tensors) < len(values):
        number = _plain(node, [None if isinstance(value, torch.Tensor) else value for value in values])
        if number is not None:
            return number
    values = operands_of(row, values, dtype)
    try:
        result = _called(row, values, dict(node.options), dtype)
    except (RuntimeError, TypeError, AttributeError, IndexError, ValueError, OverflowError) as problem:
        raise _refused(node, values, problem) from None
    return result if tensors or row.maker else _finite(node, result.item())


def _called(row: Operation, values: list[Any], options: dict[str, Any], dtype: torch.dtype) -> Any:
    """What a row's function gives; floats that it makes are of the run's type, unless another one was typed."""
    result = FUNCTIONS[row.name](*values, **options)
    if row.maker and "dtype" not in options and result.is_floating_point() and result.dtype != dtype:
        return FUNCTIONS[row.name](*values, **options, dtype=dtype)
    return result


def operands_of(row: Operation, values: list[Any], dtype: torch.dtype) -> list[Any]:
    """The operands as an operation gets them: plain numbers are tensors where PyTorch takes none, or where all are.

    Beside tensors without floats a plain float is of the run's type, where PyTorch would take its default one.
    """
    tensors = [value for value in values if isinstance(value, torch.Tensor)]
    kind = number_type(tensors, dtype)
    if row.tensors or not tensors:
        return [v if isinstance(v, torch.Tensor) else torch.tensor(v, dtype=kind) for v in values]
    if any(tensor.is_floating_point() for tensor in tensors):
        return values
    return [torch.tensor(value, dtype=dtype) if isinstance(value, float) else value for value in values]


def number_type(tensors: list[torch.Tensor], dtype: torch.dtype) -> torch.dtype:
    """What plain numbers become: float64, as Python's are, where they are alone; beside tensors what those hold."""
    if not tensors:
        return torch.float64
    return next((tensor.dtype for tensor in tensors if tensor.is_floating_point()), dtype)


def _plain(node: Call, numbers: list[int | float | None]) -> int | float | None:
    """Plain arithmetic, None where a tensor (None here) takes part; its ProgramError becomes an EvaluationError."""
    try:
        return plain_call(node, numbers)
    except ProgramError as problem:
        raise EvaluationError(problem.key, problem.column, **problem.values) from None


def _finite(node: Call, number: float) -> float:
    if not math.isfinite(number):
        raise EvaluationError("constant_overflow", node.column, expression=label(node))
    return number


def _refused(node: Call, values: list[Any], problem: Exception) -> EvaluationError:
    shapes = ", ".join(f"{label(a)}: {shape_text(v)}" for a, v in zip(node.arguments, values, strict=False))
    single = any(not isinstance(value, torch.Tensor) or value.dim() == 0 for value in values)
    key = "refused_single" if single and node.operation in PRODUCTS else "refused"
    return EvaluationError(key, node.column, expression=label(node), shapes=shapes, reason=first_line(problem))


def _as_tensor(value: torch.Tensor | int | float, dtype: torch.dtype) -> torch.Tensor:
    return value if isinstance(value, torch.Tensor) else torch.tensor(value, dtype=dtype)


def shape_text(value: Any) -> str:
    """A shape as PyTorch writes it, `[2, 2]`; `[]` is one number."""
    return str(list(value.shape)) if isinstance(value, torch.Tensor) else "[]"


@contextmanager
def refusals(*kinds: type[Exception]) -> Iterator[None]:
    """Make PyTorch's refusals in the block, which are errors of these kinds, EvaluationErrors with its words."""
    try:
        yield
    except EvaluationError:
        raise
    except kinds as problem:
        raise EvaluationError("torch_refuses", reason=first_line(problem)) from None


def first_line(problem: Exception) -> str:
    """PyTorch's own words, without what follows for its developers."""
    return str(problem).strip().split("\n")[0].removesuffix(", but expected one of:")
