"""Functions of one's own: `f(x) = x^2; y = f(3)` with the arguments put in the place of the parameters.

Each call has nodes of its own, and an argument is one object wherever its parameter stands: what is recorded is what
Python's own call would record.
"""

from collections.abc import Sequence
from dataclasses import replace

from playground.language import limits
from playground.language.errors import ProgramError
from playground.language.program import OWN, Call, Expression, Statement, Variable, fold, postorder, substitute


def put_in_place(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The statements without calls of their own functions; a function that is only called is no statement any more.

    Raises ProgramError where a function is called before its definition, by itself, with another number of arguments,
    or so often that the program has too many operations.
    """
    expansion = _Expansion()
    placed = [expansion.statement(statement) for statement in statements]
    for statement in placed:
        for node in postorder(statement.expression):
            if isinstance(node, Variable) and node.name in expansion.called and node.name in expansion.functions:
                raise ProgramError("function_and_result", node.column, name=node.name)
    return tuple(replace(s, parameters=()) for s in placed if not s.parameters or s.name not in expansion.called)


def as_typed(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The statements with their functions, where they call any; a function that nobody calls is a statement."""
    called = _called(statements)
    if not called:
        return ()
    return tuple(s if s.name in called else replace(s, parameters=()) for s in statements)


def _called(statements: Sequence[Statement]) -> set[str]:
    calls = (node for s in statements for node in postorder(s.expression) if isinstance(node, Call))
    return {node.operation.removesuffix(OWN) for node in calls if node.operation.endswith(OWN)}


class _Expansion:
    """The functions that are defined so far, and how many operations their calls have made of the results."""

    def __init__(self) -> None:
        self.functions: dict[str, Statement] = {}
        self.sizes: dict[str, int] = {}
        self.called: set[str] = set()
        self.operations = 0

    def statement(self, statement: Statement) -> Statement:
        """The statement with its calls in place; what a definition holds counts where it is called."""
        before = self.operations
        self.operations = 0 if statement.parameters else before
        expression = fold(statement.expression, lambda node: node, lambda node: node, self._call)
        placed = replace(statement, expression=expression)
        if statement.parameters:
            self.operations = before
            self.functions[statement.name] = placed
            self.sizes[statement.name] = sum(isinstance(node, Call) for node in postorder(expression))
        return placed

    def _call(self, node: Call, arguments: tuple[Expression, ...]) -> Expression:
        if not node.operation.endswith(OWN):
            return replace(node, arguments=arguments)
        name = node.operation.removesuffix(OWN)
        function = self.functions.get(name)
        if function is None:
            raise ProgramError("used_before", node.column, name=name)
        wanted, given = len(function.parameters), len(arguments)
        if wanted != given:
            raise ProgramError("arity", node.column, name=name, wanted=wanted, given=given)
        self._count(name, node.column)
        return substitute(function.expression, dict(zip(function.parameters, arguments, strict=True)), node.column)

    def _count(self, name: str, column: int) -> None:
        """ProgramError before a call would make more operations than a program may have."""
        self.called.add(name)
        self.operations += self.sizes[name]
        if self.operations > limits.MAX_OPERATIONS:
            raise ProgramError("too_many_operations", column, count=self.operations, limit=limits.MAX_OPERATIONS)
