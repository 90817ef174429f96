"""The statements of a script, one after another: what each does to what is known."""

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from playground.language.errors import ProgramError
from playground.language.limits import MAX_OPERATIONS, MAX_STEPS
from playground.language.notation import formula
from playground.language.operations import OPERATIONS
from playground.language.parse import parse
from playground.language.script import expressions
from playground.language.script.calls import move
from playground.language.script.expressions import bind, combined
from playground.language.script.source import source_of, too_deep
from playground.language.script.state import State, iterated, listed, static
from playground.language.script.values import (
    Backward,
    Call,
    Class,
    Cleared,
    Disturbed,
    Function,
    Grad,
    Instance,
    Items,
    Leaf,
    Loop,
    Noise,
    Nothing,
    NotRead,
    Number,
    Numbers,
    Path,
    Reading,
    Slope,
    Span,
    Stepped,
    Tensor,
    Unread,
    Unrolled,
    Update,
)
from playground.language.script.written import canonical

KNOWN_MODULES = frozenset(("torch", "math", "numpy", "builtins", "typing", "__future__", "warnings", "tqdm"))
"""Modules whose import needs no remark."""
ROUNDS_COMPARED = 2
"""So many rounds of a loop are read to see whether each does the same."""


UNREAD = "unread"
"""How a block ends at a `return` that is not read."""


@dataclass(frozen=True)
class End:
    """How a block ends before its last statement: by `return` with a value, `break` or `continue`."""

    word: str
    value: Any = None


def read_statements(script: str, numbers: Numbers) -> Reading:
    """What a script comes to. Raises ProgramError, with its line, where the text is no script at all."""
    source = source_of(script)
    state = State(numbers, source)
    state.value = partial(expressions.value, state)
    state.combine = partial(combined, state)
    state.block = partial(block, state)
    state.returned = partial(_returned, state)
    for broken in source.broken:
        key = "no_python" if broken.reason else "nested"
        state.remark(broken.line, key, reason=broken.reason, place=broken.column)
    state.block(source.statements)
    return state.reading()


def block(state: State, statements: Sequence[ast.stmt]) -> End | None:
    """Read statements one after another; how they end where not after the last."""
    for statement in statements:
        state.line = statement.lineno
        try:
            end = _statement(state, statement)
        except NotRead as problem:
            _leave_out(state, statement, problem)
            if isinstance(statement, ast.Return):
                return End(UNREAD, statement.lineno)
        except Unrolled:
            if state.inside:
                raise
            _leave_out(state, statement, NotRead("too_much", limit=MAX_OPERATIONS), state.has_remarked(statement))
        else:
            if end is not None:
                return end
    return None


def _returned(state: State, body: Sequence[ast.stmt]) -> Any:
    """What the body of a function returns."""
    end = block(state, body)
    if end is not None and end.word == UNREAD:
        raise NotRead("uses_unread", name="return", before=end.value)
    return end.value if end is not None and end.word == "return" else Nothing()


def _statement(state: State, statement: ast.stmt) -> End | None:
    if state.inside:
        state.count()
    elif too_deep(statement):
        raise NotRead("nested")
    handler = _HANDLERS.get(type(statement))
    if handler is None:
        raise NotRead("statement", word=type(statement).__name__.lower().removesuffix("def"))
    return handler(state, statement)


def _leave_out(state: State, statement: ast.stmt, problem: NotRead, known: bool = False) -> None:
    """Say why a statement is left out, unless that is known already; its names mean nothing from here on."""
    if not known and problem.values.get("before") != statement.lineno:
        state.remark(statement.lineno, problem.key, **problem.values)
    for part in ast.walk(statement):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            state.scopes[-1][part.id] = Unread(statement.lineno)
        elif isinstance(part, (ast.FunctionDef, ast.ClassDef)):
            state.scopes[-1][part.name] = Unread(statement.lineno)


# Imports


def _import(state: State, statement: ast.Import) -> None:
    for alias in statement.names:
        bound = alias.asname or alias.name.split(".")[0]
        state.scopes[-1][bound] = Path(alias.name if alias.asname else bound)
        _known_module(alias.name)


def _import_from(state: State, statement: ast.ImportFrom) -> None:
    module = statement.module or ""
    for alias in statement.names:
        state.scopes[-1][alias.asname or alias.name] = Path(f"{module}.{alias.name}")
    _known_module(module)
    if any(alias.name == "*" for alias in statement.names):
        raise NotRead("import_all", name=module)


def _known_module(name: str) -> None:
    if name.split(".")[0] not in KNOWN_MODULES:
        raise NotRead("module", name=name)


# Assignments


def _assign(state: State, statement: ast.Assign) -> None:
    value = state.value(statement.value)
    for target in statement.targets:
        _give(state, target, value)
    if isinstance(value, Update) and isinstance(statement.targets[0], ast.Name):
        state.happened(Cleared(state.line))  # a new tensor, whose .grad is empty


def _annotated(state: State, statement: ast.AnnAssign) -> None:
    if statement.value is not None:
        _give(state, statement.target, state.value(statement.value))


def _give(state: State, target: ast.expr, value: Any) -> None:
    """Assign a value to a name, several names, an entry, or to what stands behind a dot."""
    match target:
        case ast.Name(name) if isinstance(value, Update):
            state.scopes[-1][name] = move(state, value)
        case ast.Name(name):
            state.assign(name, value)
        case ast.Tuple(parts) | ast.List(parts):
            items = listed(state, value)
            if len(items) != len(parts):
                raise NotRead("unpacked", names=len(parts), values=len(items))
            for part, item in zip(parts, items, strict=True):
                _give(state, part, item)
        case ast.Attribute(owner, name):
            _give_attribute(state, state.value(owner), name, value)
        case ast.Subscript(owner, index):
            _give_entry(state, state.value(owner), state.value(index), value)
        case _:
            raise NotRead("target", written=ast.unparse(target)[:40])


def _give_attribute(state: State, owner: Any, name: str, value: Any) -> None:
    """By x.grad = None it is emptied, by x.data = x.data - lr*x.grad x moves; x.requires_grad = True tracks x."""
    if isinstance(owner, Instance):
        owner.attributes[name] = state.define(name, value)
        return
    match name, value:
        case "grad", Nothing():
            state.happened(Cleared(state.line))
        case "grad", Noise():
            state.happened(Disturbed(state.line, value))
        case "grad", Slope():
            return
        case "data", Update():
            move(state, value)
        case "requires_grad", Number() if isinstance(owner, Leaf):
            owner.tracked = bool(static(value))
        case _:
            raise NotRead("attribute_given", name=name)


def _give_entry(state: State, owner: Any, index: Any, value: Any) -> None:
    """An entry is set, as in gradient[1, 1] = 1, of a tensor that is known by its numbers."""
    leaf = owner if isinstance(owner, Leaf) else None
    if leaf is None or leaf.tracked:
        raise NotRead("entry_given")
    places = static(index) if isinstance(index, Items) else [static(index)]
    row: Any = leaf.value
    try:
        for place in places[:-1]:
            row = row[place]
        if isinstance(row[places[-1]], list):
            raise NotRead("entry_given")
        row[places[-1]] = static(value)
    except (IndexError, TypeError):
        raise NotRead("index", index=places, length=len(leaf.value) if isinstance(leaf.value, list) else 0) from None


def _augmented(state: State, statement: ast.AugAssign) -> None:
    """By y += x a name gets another value, and an input its update."""
    target = statement.target
    if isinstance(target, ast.Subscript):
        raise NotRead("entry_given")
    read = ast.copy_location(
        ast.Name(target.id, ast.Load()) if isinstance(target, ast.Name) else ast.Attribute(target.value, target.attr),
        target,
    )
    _give(state, target, state.combine(statement.op, state.value(read), state.value(statement.value)))


# Functions


def _def(state: State, statement: ast.FunctionDef) -> None:
    if any(_path(state, decorator) not in UNTRACKED for decorator in statement.decorator_list):
        raise NotRead("decorated", name=statement.name)
    if statement.decorator_list:
        within = ast.With([ast.withitem(decorator) for decorator in statement.decorator_list], statement.body)
        statement.body = [ast.copy_location(within, statement.body[0])]
    known = _of_the_table(state, statement)
    state.scopes[-1][statement.name] = Path(f"torch.{statement.name}") if known else Function(statement, state.scopes)


def _class(state: State, statement: ast.ClassDef) -> None:
    """A class of layers, nn.Module's way; one with a backward of its own, or any other, is not read."""
    bases = [state.value(base) for base in statement.bases]
    names = [base.name for base in bases if isinstance(base, Path)]
    if "torch.autograd.Function" in names:
        raise NotRead("own_backward", name=statement.name)
    if names != ["torch.nn.Module"] or statement.decorator_list:
        raise NotRead("class", name=statement.name)
    state.scopes[-1][statement.name] = Class(statement, state.scopes)


def _of_the_table(state: State, statement: ast.FunctionDef) -> bool:
    """Whether a function is one that the language has and PyTorch has not, written out as scripts do."""
    row = OPERATIONS.get(statement.name)
    names = [argument.arg for argument in statement.args.args]
    if row is None or not row.composite or names != ["u"] or len(statement.body) != 1:
        return False
    body = statement.body[0]
    if not isinstance(body, ast.Return) or body.value is None:
        return False
    try:
        text = ast.unparse(body.value).replace("torch.nn.functional.", "")
        return parse(f"result = {text}").statements[0].expression == formula(str(row.formula))
    except ProgramError:
        return False


# What branches and repeats


def _holds(state: State, test: ast.expr) -> bool:
    """Whether a condition holds; one on tensors is decided by their numbers, where nothing has moved them yet.

    Raises NotRead where it cannot be known.
    """
    condition = state.value(test)
    if not isinstance(condition, (Leaf, Tensor, Slope)):
        return bool(static(condition))
    if isinstance(condition, Slope) or state.moving:
        raise NotRead("condition")
    known = state.known(condition).value
    if isinstance(known, list):
        raise NotRead("condition")
    state.remark(state.line, "decided")
    return bool(known)


@contextmanager
def _moving(state: State, loop: ast.For | ast.While) -> Iterator[None]:
    """A loop; in one that steps, numbers of tensors are not what they were at the start."""
    steps = any(getattr(part, "attr", "") in ("step", "backward", "grad") for part in ast.walk(loop))
    state.moving += steps
    try:
        with state.unrolling():
            yield
    finally:
        state.moving -= steps


def _with(state: State, statement: ast.With) -> End | None:
    """A no_grad and its like; anything else that is opened is left out with all that stands in it."""
    paths = [_context(state, item.context_expr) for item in statement.items]
    cut = sum(path in UNTRACKED for path in paths)
    state.untracked += cut
    try:
        return block(state, statement.body)
    finally:
        state.untracked -= cut


UNTRACKED = ("torch.no_grad", "torch.inference_mode", "torch.autograd.no_grad")
"""What keeps autograd from recording."""


def _path(state: State, node: ast.expr) -> str:
    """The path of something that is called or not; empty where it has none."""
    callee = state.value(node.func if isinstance(node, ast.Call) else node)
    return callee.name if isinstance(callee, Path) else ""


def _context(state: State, node: ast.expr) -> str:
    path = _path(state, node)
    if not path.startswith("torch."):
        raise NotRead("opened")
    return path


def _for(state: State, statement: ast.For) -> End | None:
    """A loop: unrolled where it only computes, and one run where an optimizer steps in it."""
    source = state.value(statement.iter)
    rounds = len(source.numbers) if isinstance(source, Span) else None
    if rounds is None:
        source = Items(tuple(listed(state, source)))
        rounds = len(source.items)
    with _moving(state, statement):
        return _rounds(state, statement, rounds, iterated(state, source))


def _rounds(state: State, statement: ast.For, rounds: int, items: Iterator[Any]) -> End | None:
    before, keys = len(state.events), list[tuple[Any, ...]]()
    for turn, item in enumerate(items):
        state.count()
        state.line = statement.lineno
        start = len(state.events)
        bind(state, statement.target, item)
        end = block(state, statement.body)
        if end is not None and end.word in ("return", UNREAD):
            return end
        happened = tuple(state.events[start:])
        keys.append(happened)
        if descends(happened) and (turn + 1 == min(ROUNDS_COMPARED, rounds) or end is not None):
            del state.events[before:]
            _run(state, statement, rounds, keys)
            return None
        if end is not None and end.word == "break":
            return None
    return block(state, statement.orelse) if statement.orelse else None


def descends(events: Sequence[Any]) -> bool:
    """Whether autograd is asked and something steps among the events, or a loop does so."""
    kinds = {type(event) for event in events}
    return Loop in kinds or (Stepped in kinds and bool(kinds & {Backward, Grad}))


def _run(state: State, statement: ast.For | ast.While, rounds: int | None, keys: Sequence[Sequence[Any]]) -> None:
    """A loop in which something steps, as one event. Raises NotRead where its rounds differ, or hold another loop."""
    first, known = keys[0], dict[str, int]()
    if len(keys) > 1 and _differentiated(state, keys[0], known) != _differentiated(state, keys[1], known):
        raise NotRead("rounds_differ")
    match first:
        case (Loop(_, inner, events),):
            state.happened(Loop(statement.lineno, inner * rounds if inner and rounds else None, events))
        case _ if any(isinstance(event, Loop) for event in first):
            raise NotRead("loop_in_loop")
        case _:
            state.happened(Loop(statement.lineno, rounds, tuple(first)))


def _differentiated(state: State, events: Sequence[Any], known: dict[str, int]) -> list[int]:
    """What a round differentiates, as numbers that are equal for equal rounds."""
    inside = [inner for event in events for inner in (event.events if isinstance(event, Loop) else [event])]
    calls = [event for event in inside if isinstance(event, Call)]
    outputs = [output for call in calls for output in call.outputs if not isinstance(output, Slope)]
    return [canonical(state.things, state.node(output), known) for output in outputs]


def _while(state: State, statement: ast.While) -> End | None:
    """A loop with a condition: unrolled where that is plain; a run of unknown length where something steps."""
    before = len(state.events)
    with _moving(state, statement):
        while _holds(state, statement.test):
            state.count()
            end = block(state, statement.body)
            happened = tuple(state.events[before:])
            if descends(happened):
                del state.events[before:]
                _run(state, statement, _rounds_left(state, statement), [happened])
                return None
            if end is not None:
                return end if end.word in ("return", UNREAD) else None
    return None


def _rounds_left(state: State, statement: ast.While) -> int | None:
    """How many rounds a loop makes, of which one is read: as far as plain numbers tell; None where they do not."""
    counting = [
        loop for loop in statement.body if isinstance(loop, (ast.Assign, ast.AugAssign)) and _counts(state, loop)
    ]
    rounds = 1
    while counting and static(state.value(statement.test)):
        rounds += 1
        if rounds > MAX_STEPS:
            return None
        for loop in counting:
            _HANDLERS[type(loop)](state, loop)
    return rounds if counting else None


def _counts(state: State, statement: ast.Assign | ast.AugAssign) -> bool:
    """Whether a statement gives a plain number to a name that has one."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    counter = state.scopes[-1].get(target.id) if isinstance(target, ast.Name) else None
    return isinstance(counter, Number) and counter.value is not None


def _appended(state: State, call: ast.expr) -> bool:
    """Whether an item was put at the end of a list that has a name."""
    match call:
        case ast.Call(ast.Attribute(ast.Name(name), "append"), [item]) if isinstance(state.named(name), Items):
            scope = next(scope for scope in reversed(state.scopes) if name in scope)
            scope[name] = state.combine(ast.Add(), scope[name], Items((state.value(item),)))
            return True
    return False


def _expression(state: State, statement: ast.Expr) -> None:
    if _appended(state, statement.value):
        return
    value = state.value(statement.value)
    if isinstance(value, Update):
        raise NotRead("update")
    if isinstance(value, Tensor):
        state.check(value.node)


def _nothing(state: State, statement: ast.stmt) -> None:
    """A statement that computes nothing."""


_HANDLERS: dict[type[ast.stmt], Callable[[State, Any], End | None]] = {
    ast.Import: _import, ast.ImportFrom: _import_from, ast.Assign: _assign, ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented, ast.FunctionDef: _def, ast.ClassDef: _class,
    ast.Return: lambda state, statement: End(
        "return", Nothing() if statement.value is None else state.value(statement.value)),
    ast.If: lambda state, statement: block(
        state, statement.body if _holds(state, statement.test) else statement.orelse),
    ast.With: _with,
    ast.Try: lambda state, statement: block(
        state, [*statement.body, *statement.orelse, *statement.finalbody]),
    ast.For: _for, ast.While: _while, ast.Expr: _expression, ast.Pass: _nothing, ast.Assert: _nothing,
    ast.Delete: _nothing, ast.Global: _nothing, ast.Nonlocal: _nothing,
    ast.Break: lambda state, statement: End("break"), ast.Continue: lambda state, statement: End("continue"),
}  # fmt: skip
