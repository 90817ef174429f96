"""What stands between a function's parentheses, bound to its row as Python would: by place or name."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from playground.language.arithmetic import plain
from playground.language.errors import ProgramError
from playground.language.operations import LISTS, NAMES, OPERATIONS, OVERLOADS, Operation, Parameter
from playground.language.program import Call, Expression, Number, Option, Variable


class Listed(NamedTuple):
    """`[a, b]` or `(a, b)`: expressions, or lists of them."""

    entries: tuple[Any, ...]
    column: int


class Word(NamedTuple):
    """A text in quotes, or the name of a type of numbers."""

    text: str
    column: int


class Keyword(NamedTuple):
    """`name=value` among the arguments."""

    name: str
    value: Any
    column: int


class Nothing(NamedTuple):
    """Python's None."""

    column: int


class Truth(NamedTuple):
    """Python's True or False."""

    value: bool
    column: int


NUMPY = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input"}
"""What NumPy calls parameters, where PyTorch has another name."""

_KINDS_OF_LISTS = ("size", "numbers")


def called(
    name: str, arguments: Sequence[Any], column: int, owner: Expression | None = None, pytorch: bool = False
) -> Call:
    """A function of the tables on its arguments; `owner` stands before the dot of a method.

    `pytorch` says that the name was written as PyTorch's, for those that mathematics gives another meaning. Raises
    ProgramError where the arguments do not fit.
    """
    rows = [OPERATIONS[row] for row in OVERLOADS.get(name, (NAMES[name],))]
    problem: ProgramError | None = None
    for row in rows if pytorch else reversed(rows):
        try:
            return _Bound(row, name, column).call(arguments, owner)
        except ProgramError as refused:
            problem = problem or refused
    assert problem is not None
    raise problem


def as_expression(value: Any) -> Expression:
    """What stands in a formula: an expression as it is, a list as a tensor. Raises ProgramError for anything else."""
    match value:
        case Listed(entries, column):
            return _tensor(entries, column)
        case Word(_, column):
            raise ProgramError("quote", column)
        case Nothing(column):
            raise ProgramError("not_an_expression", column, name="None")
        case Truth(truth, column):
            raise ProgramError("not_an_expression", column, name=str(truth))
        case Keyword(name, _, column):
            raise ProgramError("not_an_expression", column, name=f"{name}=")
    assert isinstance(value, (Number, Variable, Call))
    return value


def _tensor(entries: Sequence[Any], column: int) -> Expression:
    """`[1, 2]` as a tensor of floats; with names in it the entries are stacked."""
    if not entries:
        raise ProgramError("list_empty", column)
    numbers = _numbers(entries, float)
    if numbers is not None:
        return Call("tensor", (), (("data", numbers),), column)
    return Call("stack", tuple(map(as_expression, entries)), (), column)


def _numbers(entries: Sequence[Any], kind: Callable[[Any], Any]) -> Option:
    """Nested lists of plain numbers as tuples; None where a name or a function takes part."""
    options: list[Option] = []
    for entry in entries:
        if isinstance(entry, Truth):
            options.append(entry.value)
            continue
        number = _numbers(entry.entries, kind) if isinstance(entry, Listed) else plain(as_expression(entry))
        if number is None:
            return None
        options.append(kind(number) if isinstance(number, (int, float)) else number)
    return tuple(options)


class _Bound:
    """The parameters of a row while arguments are bound to them."""

    def __init__(self, row: Operation, name: str, column: int) -> None:
        self.row, self.name, self.column = row, name, column
        self.free = list(row.parameters)
        self.values: dict[str, Any] = {}
        self.columns: dict[str, int] = {}

    def call(self, arguments: Sequence[Any], owner: Expression | None) -> Call:
        """The call that the arguments make."""
        waiting = [argument for argument in arguments if not isinstance(argument, Keyword)]
        if owner is not None:
            self._bind(self._owner(), owner)
        if self.row.chain and owner is not None:
            waiting, owner = [self.values.pop("input"), *waiting], None
            self.free = list(self.row.parameters)
        if self.row.chain and len(waiting) > 2:
            return self._chained(waiting)
        while waiting and self.free:
            self._bind(self.free[0], self._next(self.free[0], waiting))
        if waiting:
            raise self._arity(len(arguments) + (owner is not None))
        for argument in arguments:
            if isinstance(argument, Keyword):
                self._bind_keyword(argument)
        return self._call(len(arguments) + (owner is not None))

    def _owner(self) -> Parameter:
        """The parameter that a method's owner is."""
        operands = [parameter for parameter in self.free if parameter.is_operand] or self.free
        return next((parameter for parameter in operands if parameter.name == "input"), operands[0])

    def _next(self, parameter: Parameter, waiting: list[Any]) -> Any:
        """The next argument; where one after another is taken, all that are left, or all that are numbers."""
        if parameter.kind == "factors" and not isinstance(waiting[0], Listed):
            taken, waiting[:] = Listed(tuple(waiting), self.column), ()
            return taken
        if parameter.kind not in _KINDS_OF_LISTS or isinstance(waiting[0], Listed):
            return waiting.pop(0)
        numbers = []
        while waiting and not isinstance(waiting[0], (Listed, Word, Nothing, Truth)) and plain(waiting[0]) is not None:
            numbers.append(waiting.pop(0))
        return Listed(tuple(numbers), self.column) if numbers else waiting.pop(0)

    def _bind(self, parameter: Parameter, value: Any) -> None:
        self.free.remove(parameter)
        if not isinstance(value, Nothing):
            self.values[parameter.name] = value

    def _bind_keyword(self, keyword: Keyword) -> None:
        names = {**NUMPY, **dict(self.row.keywords)}
        known = {parameter.name: parameter for parameter in self.row.parameters}
        wanted = keyword.name if keyword.name in known else names.get(keyword.name, "")
        if wanted not in known or known[wanted] not in self.free:
            key = "option_twice" if wanted in known else "option"
            raise ProgramError(key, keyword.column, name=self.name, option=keyword.name)
        self._bind(known[wanted], keyword.value)
        self.columns[wanted] = keyword.column

    def _arity(self, given: int) -> ProgramError:
        wanted = sum(parameter.required for parameter in self.row.parameters)
        return ProgramError("arity", self.column, name=self.name, wanted=wanted, given=given)

    def _chained(self, arguments: list[Any]) -> Call:
        """More than two arguments, two by two."""
        left, *rest = map(as_expression, arguments)
        for right in rest:
            left = Call(self.row.name, (left, right), self.row.defaults, self.column)
        return left  # type: ignore[return-value]

    def _call(self, given: int) -> Call:
        """The call of what is bound."""
        missing = [(name, expression) for name, expression in self.row.without if name not in self.values]
        if len(missing) == 1:
            self.row = OPERATIONS[missing[0][1]]
        elif missing:
            raise self._arity(given)
        operands = self._operands(given)
        options = dict(self.row.defaults)
        for parameter in self.row.parameters:
            if parameter.required and parameter.name not in {*self.values, *options}:
                raise self._arity(given)
            if not parameter.is_operand and parameter.name in self.values:
                value = self.values[parameter.name]
                at = self.columns.get(parameter.name, getattr(value, "column", self.column))
                options[parameter.name] = _option(parameter, value, self.name, at)
        return Call(self.row.name, operands, tuple(sorted(options.items())), self.column)

    def _operands(self, given: int) -> tuple[Expression, ...]:
        """The operands in the row's order: those that may be left out, from the end."""
        operands: list[Expression] = []
        missing = False
        for parameter in self.row.operands:
            value = self.values.get(parameter.name)
            if value is None and parameter.required:
                raise self._arity(given)
            if value is not None and missing:
                raise ProgramError("operand_first", self.column, name=self.name, option=parameter.name)
            missing = missing or value is None
            if value is not None:
                operands += self._entries(parameter, value)
        return tuple(operands)

    def _entries(self, parameter: Parameter, value: Any) -> Sequence[Expression]:
        if parameter.kind in LISTS:
            if not isinstance(value, Listed):
                raise ProgramError("list_wanted", self.column, name=self.name)
            return [as_expression(entry) for entry in value.entries]
        if parameter.kind == "classes" and isinstance(value, Listed):
            numbers = _numbers(value.entries, lambda number: number)
            if numbers is not None:
                return [Call("tensor", (), (("data", numbers),), value.column)]
        return [as_expression(value)]


# Options


def _option(parameter: Parameter, value: Any, name: str, column: int) -> Option:
    """The value of an option as its kind wants it. Raises ProgramError where it is another one."""
    option = _READERS[parameter.kind](value)
    if option is None:
        raise ProgramError(f"option_{parameter.kind}", column, name=name, option=parameter.name)
    return option


def _whole(value: Any) -> int | None:
    number = None if isinstance(value, (Listed, Word, Truth)) else plain(value)
    return number if isinstance(number, int) else None


def _number(value: Any) -> int | float | None:
    return None if isinstance(value, (Listed, Word, Truth)) else plain(value)


def _truth(value: Any) -> bool | None:
    if isinstance(value, Truth):
        return value.value
    number = _whole(value)
    return bool(number) if number in (0, 1) else None


def _word(value: Any) -> str | int | float | None:
    return value.text if isinstance(value, Word) else _number(value)


def _equation(value: Any) -> str | None:
    """What `einsum` sums: letters for the dimensions of each factor, and those of the result behind an arrow."""
    text = "".join(value.text.split()) if isinstance(value, Word) else ""
    return text if re.fullmatch(r"[A-Za-z,]+(->[A-Za-z]*)?", text) else None


def _wholes(value: Any) -> tuple[int, ...] | None:
    wholes = [_whole(entry) for entry in value.entries]
    return None if None in wholes else tuple(wholes)  # type: ignore[arg-type]


def _dims(value: Any) -> int | tuple[int, ...] | None:
    return _wholes(value) if isinstance(value, Listed) else _whole(value)


def _size(value: Any) -> tuple[int, ...] | None:
    size = _dims(value)
    return (size,) if isinstance(size, int) else size


def _several(value: Any) -> Option:
    return _numbers(value.entries, lambda number: number) if isinstance(value, Listed) else _number(value)


def _type(value: Any) -> str | None:
    return value.text if isinstance(value, Word) and value.text in DTYPES else None


DTYPES = ("float32", "float64", "float", "double", "int64", "long", "int", "bool")
"""The types of numbers that a program may name."""

_READERS: Mapping[str, Callable[[Any], Option]] = {
    "int": _whole, "float": _number, "bool": _truth, "word": _word, "dims": _dims, "size": _size,
    "numbers": _several, "dtype": _type, "data": _several,
    "equation": _equation,
}  # fmt: skip
