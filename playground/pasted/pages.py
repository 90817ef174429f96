"""What was read of a script -> the page that it is about, and that page's address."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from playground.descent.optimizers import as_row, usual_rate
from playground.engine.case import DTYPES
from playground.engine.forward import Run, forward
from playground.engine.gradient_argument import as_upstream, index_of, place_of
from playground.language.errors import EvaluationError, ProgramError
from playground.language.gradient_argument import ONES, read_upstream, write_drawn, write_entry
from playground.language.parse import parse
from playground.language.program import Program
from playground.language.script.values import (
    Along,
    Backward,
    Call,
    Cleared,
    Disturbed,
    Grad,
    Leaf,
    Loop,
    Number,
    Optimizer,
    Reading,
    Remark,
    Rows,
    Slope,
    Stepped,
    Tensor,
    Thing,
    Update,
    Zeros,
)
from playground.language.script.written import Written, canonical, closure, placed, text, used, write
from playground.language.values import Value, write_value
from playground.words import say

PAGES = ("graph", "scalar", "matrix", "partials", "second", "descent")
"""The pages that a script can be about."""
RESULTS = ("y", "z", "f", "out")
"""What an expression is called that is differentiated and has no name in the script."""
MAX_ORDER = 5


@dataclass(frozen=True)
class Opened:
    """A page with its address, and what of the script is said about it."""

    page: str
    parameters: Mapping[str, str]
    remarks: tuple[Remark, ...]
    became: tuple[tuple[int, str], ...]
    """By line of the script what stands in the program for it."""


@dataclass(frozen=True)
class PageContent:
    """What a page shows: the things that are differentiated, with what each starts with, and the page's own part."""

    page: str
    outputs: tuple[int, ...]
    starts: tuple[Any, ...]
    line: int
    own: Mapping[str, str] = field(default_factory=dict)
    leaves: tuple[Leaf, ...] = ()
    """The inputs by which is differentiated; none where that are all."""
    kept: tuple[int, ...] = ()
    """Other things that stay in the program."""
    row: tuple[int, tuple[int, ...]] | None = None
    """The statement and the index of an entry that is differentiated alone."""


class Asking:
    """The things of a script, to which expressions are added that have no name there; and what is said."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.things: list[Thing] = [*reading.things]
        self.remarks: list[Remark] = []
        self._known: dict[str, int] = {}
        calls = list(_calls(reading.events))
        self.line = calls[0].line if calls else 1
        """The line at which autograd is asked first."""

    def remark(self, line: int, key: str, **values: Any) -> None:
        """Write down what is left out or read differently."""
        self.remarks.append(Remark(line, key, values))

    def place(self, output: Any, line: int) -> int:
        """The statement that an output is; one is made of what has no name."""
        node = self.node(output)
        place = self.named(node)
        return self.add(node, line) if place is None else place

    def add(self, node: ast.expr, line: int, anonymous: bool = False) -> int:
        """The place of a new statement, under a name that nothing else has."""
        names = {thing.name for thing in self.things}
        name = next((name for name in RESULTS if name not in names), RESULTS[0])
        self.things.append(Thing(name, line, node=node, anonymous=anonymous))
        return len(self.things) - 1

    def node(self, output: Any) -> ast.expr:
        """An output as an expression."""
        match output:
            case Tensor(node) | Number(_, node):
                return node
            case Leaf(place=int() as place):
                return placed(place)
        raise ProgramError("script_not_about", line=self.line)

    def same(self, left: Any, right: Any) -> bool:
        """Whether two outputs compute the same from the same inputs."""
        first, second = (canonical(self.things, self.node(part), self._known) for part in (left, right))
        return first == second

    def named(self, node: ast.expr) -> int | None:
        """The statement that an expression is another name of."""
        if isinstance(node, ast.Name) and node.id.isdecimal() and self.things[int(node.id)].node is not None:
            return int(node.id)
        return None


def open_page(reading: Reading) -> Opened:
    """The page that a script is about. Raises ProgramError, with a line, where it is about none."""
    asking = Asking(reading)
    marked = {"": "graph"}.get(reading.page or "-" * (reading.page is None), reading.page)
    content = _asked(asking, marked if marked in PAGES else None)
    kept = set(content.outputs) | set(content.kept)
    if marked in PAGES:
        known = next((event.known for event in _calls(reading.events)), len(reading.things))
        kept |= {place for place, thing in enumerate(asking.things[:known]) if thing.node is not None}
    return _written(asking, content, kept)


def _calls(events: Iterable[Any]) -> Iterable[Call]:
    """Every call of autograd, in loops too."""
    for event in events:
        if isinstance(event, Call):
            yield event
        elif isinstance(event, Loop):
            yield from _calls(event.events)


def _asked(asking: Asking, page: str | None) -> PageContent:
    events = asking.reading.events
    loop = _loop(events)
    grads = [event for event in events if isinstance(event, Grad)]
    nested = [event for event in events if isinstance(event, Call) and event.order > 1]
    backwards = [event for event in events if isinstance(event, Backward) and event.order == 1]
    if page in (None, "descent") and loop is not None:
        return _descent(asking, loop)
    if (page is None and nested) or (page == "second" and grads):
        return _second(asking, nested or grads)
    if grads:
        return _partials(asking, grads)
    if backwards:
        return _backward(asking, backwards, page)
    return _nothing(asking, page)


def _nothing(asking: Asking, page: str | None) -> PageContent:
    """A script that asks autograd for nothing: its graph."""
    things = asking.reading.things
    used_later = {place for thing in things if thing.node is not None for place in used(thing.node)}
    ends = [
        at
        for at, candidate in enumerate(things)
        if candidate.node is not None and not candidate.local and at not in used_later
    ]
    tensors = [at for at in ends if page is not None or _has_leaf(things, at)]
    if not tensors:
        raise nothing(asking.reading)
    last = things[tensors[-1]].line
    if page is None:
        asking.remark(last, "nothing_asked")
    return PageContent(page or "graph", tuple(tensors), (None,) * len(tensors), last)


NOTES = frozenset((
    "unseeded", "whole_numbers", "nothing_asked", "rounds", "rates", "keywords", "other_backward", "scalar_gradient",
    "order", "dtype", "renamed", "decided", "uses_unread",
))  # fmt: skip
"""Remarks that are no reason why nothing can be shown."""
MAX_READ = 4
"""So many things are named of a script of which nothing can be shown."""


def nothing(reading: Reading) -> ProgramError:
    """Why nothing of a script can be shown: what could not be read, what was, and what is missing."""
    because = next((remark for remark in reading.remarks if remark.key not in NOTES), None)
    things_read = [
        (thing, _as_read(reading, thing)) for thing in reading.things if not (thing.local or thing.anonymous)
    ]
    read = ", ".join(text for _, text in things_read[:MAX_READ]) + (", ..." if len(things_read) > MAX_READ else "")
    parts = [say("pasted.read", read=read) if read else say("pasted.read_nothing")]
    if because is not None:
        parts.insert(0, sentence(because))
    if not any(thing.leaf is not None and thing.leaf.tracked for thing in reading.things):
        name, value = _meant(reading)
        parts.append(say("pasted.missing", name=name, value=value))
    line = because.line if because else things_read[0][0].line if things_read else 1
    place = because.values.get("place") if because else None
    return ProgramError("script_nothing", place, line=line, reason=" ".join(parts))


def _meant(reading: Reading) -> tuple[str, str]:
    """The input that was probably meant, and its numbers: what something is computed from, or the first tensor."""
    needed = {place for thing in reading.things if thing.node is not None for place in used(thing.node)}
    inputs = [
        thing
        for place, thing in enumerate(reading.things)
        if place in needed and (thing.leaf is not None or isinstance(thing.node, ast.Constant))
    ]
    tensors = [thing for thing in reading.things if thing.leaf is not None and not thing.anonymous]
    return next(((thing.name, _floats(thing)) for thing in (*inputs, *tensors)), ("x", "3.0"))


def _floats(thing: Thing) -> str:
    """The numbers of a thing as a tensor of floats is written; some number where they are not known."""
    if thing.leaf is not None and not isinstance(thing.leaf.value, list):
        return repr(float(thing.leaf.value))
    if thing.leaf is not None:
        return write_value(torch.tensor(thing.leaf.value, dtype=torch.float64).tolist())
    number = thing.node.value if isinstance(thing.node, ast.Constant) else None
    return repr(float(number)) if isinstance(number, (int, float)) else "3.0"


def _as_read(reading: Reading, thing: Thing) -> str:
    """A thing of a script as it was read: `x = [1, 2]`."""
    if thing.leaf is not None:
        value = write_value(short(thing.leaf.value))
        return f"{thing.name} = {value if len(value) <= MAX_VALUE_CHARACTERS else '[...]'}"
    names = {place: each_thing.name for place, each_thing in enumerate(reading.things)}
    return f"{thing.name} = {text(thing.node, names)}" if thing.node is not None else thing.name


MAX_VALUE_CHARACTERS = 24
"""Longer values are not written out where a script is told about."""


def sentence(remark: Remark) -> str:
    """A remark in words, with its line."""
    return say("pasted.line", line=remark.line, said=said(remark))


def said(remark: Remark) -> str:
    """A remark in words."""
    problem = remark.values.get("problem")
    if isinstance(problem, (ProgramError, EvaluationError)):
        return problem.message
    return say(f"pasted.{remark.key}", **remark.values)


def _has_leaf(things: Sequence[Thing], place: int) -> bool:
    return any(things[at].leaf is not None for at in closure(things, [place]))


# Backward


def _backward(asking: Asking, calls: Sequence[Backward], page: str | None) -> PageContent:
    first = calls[0]
    outputs, starts, did = list(first.outputs), list(first.starts), list[str]()
    cleared = False
    for event in asking.reading.events[asking.reading.events.index(first) + 1 :]:
        if isinstance(event, Cleared):
            cleared = True
            did.append("zero_grad")
        elif isinstance(event, Backward):
            again = len(event.outputs) == len(first.outputs) == 1 and asking.same(event.outputs[0], outputs[0])
            if again:
                kept_graph = any(first.options.get(name) for name in ("retain_graph", "create_graph"))
                did.append("same_graph" if event.outputs == first.outputs and not kept_graph else "again")
                first = event
            elif _weighted(asking, event.outputs[0], numbers=True) is not None:
                continue
            elif cleared or any(differentiated in outputs for differentiated in event.outputs):
                asking.remark(event.line, "other_backward")
            else:
                outputs += event.outputs
                starts += event.starts
    line = calls[0].line
    weighted = _weighted(asking, outputs[0]) if len(outputs) == 1 and starts == [None] else None
    if weighted is not None and page in (None, "matrix"):
        return PageContent("matrix", (weighted[0],), (weighted[1],), line)
    places = tuple(asking.place(output, line) for output in outputs)
    own = {"did": ",".join(did)} if did and page in (None, "scalar") and len(places) == 1 else {}
    while own and own["did"].endswith("zero_grad") and page is None:
        own = {"did": own["did"].removesuffix("zero_grad").removesuffix(",")} if "," in own["did"] else {}
    return PageContent(page or "", places, tuple(starts), line, own)


def _weighted(asking: Asking, output: Any, numbers: bool = False) -> tuple[int, Leaf] | None:
    """The output and its weights where a weighted sum of all entries is differentiated: `torch.sum(y*gradient)`."""
    node = asking.node(output)
    place = asking.named(node)
    if place is not None:
        node = asking.things[place].node or node
    inside = _summed(node)
    if not isinstance(inside, ast.BinOp) or not isinstance(inside.op, ast.Mult):
        return None
    for tensor, weights in ((inside.left, inside.right), (inside.right, inside.left)):
        place, leaf = asking.named(tensor), _leaf(asking.things, weights)
        if place is not None and leaf is not None and not leaf.tracked and (numbers or isinstance(leaf.value, list)):
            alone = sum(leaf.place in used(thing.node) for thing in asking.reading.things if thing.node) <= 1
            if alone and _has_leaf(asking.things, place):
                return place, leaf
    return None


def _summed(node: ast.expr) -> ast.expr | None:
    """What a sum of all entries is the sum of."""
    match node:
        case ast.Call(ast.Name("sum"), [inside], []):
            return inside
        case ast.Call(ast.Attribute(inside, "sum"), [], []):
            return inside
    return None


def _leaf(things: Sequence[Thing], node: ast.expr) -> Leaf | None:
    if isinstance(node, ast.Name) and node.id.isdecimal():
        return things[int(node.id)].leaf
    return None


# autograd.grad


def _partials(asking: Asking, calls: Sequence[Grad]) -> PageContent:
    """The last call; all others are passes of its table, and the same once more is that."""
    last, again = calls[-1], _is_again(asking, calls)
    options = (calls[-2] if again else last).options
    own = {name: "true" for name in ("retain_graph", "allow_unused", "materialize_grads") if options.get(name)}
    if again:
        own["again"] = "true"
    places, starts = [], []
    for output, start in zip(last.outputs, last.starts, strict=True):
        entry = _entry(asking, output)
        places.append(asking.place(output, last.line) if entry is None else entry[0])
        starts.append(start if entry is None else write_entry(entry[1]))
    further = [asking.named(asking.node(o)) for call in calls for o in call.outputs if not isinstance(o, Slope)]
    kept = tuple(place for place in further if place is not None)
    row = _table_row(asking, calls)
    if row is not None or any(isinstance(event, Rows) for event in asking.reading.events):
        own["jacobian"] = "true"
    return PageContent("partials", tuple(places), tuple(starts), last.line, own, last.leaves, kept, row)


def _is_again(asking: Asking, calls: Sequence[Grad]) -> bool:
    """Whether the last call is the same as the one before it."""
    if len(calls) < 2:
        return False
    first, last = calls[-2:]
    if asking.reading.page == "partials" and len(calls) == 2 and last.starts != (None,):
        return False
    alike = (first.leaves, first.options, len(first.outputs)) == (last.leaves, last.options, len(last.outputs))
    return alike and all(map(asking.same, first.outputs, last.outputs))


def _table_row(asking: Asking, calls: Sequence[Grad]) -> tuple[int, tuple[int, ...]] | None:
    """The entry of an output that a call before the last differentiates alone, or what all rows are asked of."""
    entries = (_entry(asking, output) for call in calls[:-1] for output in call.outputs)
    row = next((entry for entry in entries if entry is not None), None)
    events = asking.reading.events
    asked_at = next((at for at, event in enumerate(events) if isinstance(event, Rows)), None)
    if row is not None or asked_at is None:
        return row
    return next(((asking.place(e.outputs[0], e.line), ()) for e in events[asked_at:] if isinstance(e, Grad)), None)


def _entry(asking: Asking, output: Any) -> tuple[int, tuple[int, ...]] | None:
    """The statement and the index where one entry of a statement's result is meant: `y[0, 1]`."""
    node = asking.node(output)
    if not isinstance(node, ast.Subscript):
        return None
    place = asking.named(node.value)
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    index = tuple(part.value for part in parts if isinstance(part, ast.Constant) and type(part.value) is int)
    return (place, index) if place is not None and len(index) == len(parts) else None


# Nested


def _second(asking: Asking, calls: Sequence[Call]) -> PageContent:
    deepest = max(calls, key=lambda call: call.order)
    first = deepest.first
    place = asking.place(first.outputs[0], first.line)
    chain = _chain(deepest)
    leaves = tuple(dict.fromkeys(leaf for call in chain for leaf in call.leaves))
    order = len(chain)
    if asking.reading.page == "second":  # in a script of the page's own zeros are derivatives of what is constant
        order += sum(event.leaf in first.leaves for event in asking.reading.events if isinstance(event, Zeros))
    own: dict[str, str] = {}
    if len(leaves) == 1 and not isinstance(leaves[0].value, list):
        own["order"] = str(min(order, MAX_ORDER))
        if order > MAX_ORDER:
            asking.remark(deepest.line, "order", order=order, limit=MAX_ORDER)
    along = next((event for event in asking.reading.events if isinstance(event, Along)), None)
    if along is not None and "order" not in own:
        own["direction"] = write_value(short(along.direction.value))
    return PageContent("second", (place,), (None,), first.line, own, leaves)


def _chain(call: Call) -> list[Call]:
    """A call, and those whose results it differentiates."""
    chain = [call]
    while isinstance(output := chain[-1].outputs[0], Slope) and output.call is not None:
        chain.append(output.call)
    return chain


# Descent


def _loop(events: Sequence[Any]) -> Loop | None:
    """The loop in which something steps; steps without a loop are one of so many rounds."""
    loop = next((event for event in events if isinstance(event, Loop)), None)
    steps = [event for event in events if isinstance(event, Stepped)]
    if loop is None and steps:
        first = steps[0]
        leaf = first.by.leaf if isinstance(first.by, Update) else None
        rounds = sum(leaf is None or (isinstance(s.by, Update) and s.by.leaf is leaf) for s in steps)
        return Loop(first.line, rounds, tuple(events))
    return loop


def _descent(asking: Asking, loop: Loop) -> PageContent:
    steps = [event for event in loop.events if isinstance(event, Stepped)]
    updates = [step.by for step in steps if isinstance(step.by, Update)]
    calls = [event for event in loop.events if isinstance(event, Call)]
    call = updates[0].slope.call if updates and updates[0].slope.call is not None else next(iter(calls), None)
    if call is None or not calls:
        raise ProgramError("script_no_loss", line=loop.line)
    if len([event for event in calls if isinstance(event, Backward)]) > len(steps):
        asking.remark(calls[1].line, "other_backward")
    place, entry = _minimized(asking, call)
    own = {**_optimizer(asking, steps, loop), **({"entry": entry} if entry else {})}
    if loop.rounds is None:
        asking.remark(loop.line, "rounds")
    else:
        own["steps"] = str(loop.rounds)
    if isinstance(call, Backward) and not any(isinstance(event, Cleared) for event in loop.events):
        own["forget"] = "true"
    noise = next((event.noise for event in loop.events if isinstance(event, Disturbed)), None)
    if noise is not None:
        own |= {"noise": write_value(short(noise.scale)), "seed": str(noise.seed)}
    moved = steps[0].by.leaves if isinstance(steps[0].by, Optimizer) else tuple(update.leaf for update in updates)
    return PageContent("descent", (place,), (None,), call.line, own, moved)


def _minimized(asking: Asking, call: Call) -> tuple[int, str]:
    """The statement that is minimized, and where it is only one entry of it, which."""
    node = asking.node(call.outputs[0])
    inside = _summed(node)
    if inside is not None and (place := asking.named(inside)) is not None:
        return place, ""
    if (entry := _entry(asking, call.outputs[0])) is not None:
        return entry[0], ", ".join(map(str, entry[1]))
    return asking.place(call.outputs[0], call.line), ""


def _optimizer(asking: Asking, steps: Sequence[Stepped], loop: Loop) -> dict[str, str]:
    """The row of the table, its learning rate and settings as an address says them."""
    by = steps[0].by
    if isinstance(by, Update):
        rates = {step.by.rate for step in steps if isinstance(step.by, Update)}
        if len(rates) > 1:
            asking.remark(loop.line, "rates")
        return {"optimizer": "SGD", "lr": repr(by.rate)}
    row, settings, lacking = as_row(by.kind, by.keywords)
    if row is None:
        raise ProgramError("script_optimizer", line=steps[0].line, name=by.kind)
    if lacking:
        asking.remark(loop.line, "keywords", optimizer=row.name, names=", ".join(lacking))
    rate = by.keywords.get("lr", usual_rate(row))
    return {"optimizer": row.name, "lr": repr(rate), **{name: setting(value) for name, value in settings.items()}}


def setting(value: Any) -> str:
    """A keyword's value as an address says it."""
    return (
        str(value).lower() if isinstance(value, bool) else write_value([*value] if isinstance(value, tuple) else value)
    )


# The address


def _written(asking: Asking, content: PageContent, kept: Iterable[int]) -> Opened:
    """The address of a page, from the things that are kept."""
    content = replace(content, outputs=tuple(_as_output(asking, place, kept) for place in content.outputs))
    written = write(asking.things, {*kept, *content.outputs})
    program = _program(asking, written)
    used_leaves = [leaf for leaf in content.leaves if leaf in written.leaves.values()]
    if content.leaves and not used_leaves:
        raise ProgramError("script_unreached", line=content.line)
    tracked = {
        name
        for name, leaf in written.leaves.items()
        if leaf.tracked and (content.page != "descent" or leaf in content.leaves)
    }
    dtype = _dtype(asking, written)
    values = {name: short(written.leaves[name].value) for name in program.inputs}
    run = _run(asking, written, program, values, tracked, dtype)
    page, own = _page(asking, content, run, written)
    by = [name for name in program.inputs if written.leaves[name] in content.leaves]
    if page == "partials" and content.page == "partials":
        own["inputs"] = ",".join(written.name(leaf) for leaf in used_leaves)
    if page == "second" and len(tracked) > 1 and 0 < len(by) < len(tracked):
        own["wrt"] = ",".join(by)
    parameters = {
        "f": written.text,
        **{f"at.{name}": write_value(value) for name, value in values.items()},
        **{f"grad.{name}": str(name in tracked).lower() for name in program.inputs},
        **({"dtype": dtype} if dtype != "float32" else {}),
        **own,
    }
    return Opened(page, parameters, tuple(asking.remarks), _became(asking, written, tracked))


def _as_output(asking: Asking, place: int, kept: Iterable[int]) -> int:
    """The place, or where others are made of it, another name of it that is an output."""
    rest = closure(asking.things, kept) - {place}
    if not any(place in used(asking.things[other_place].node) for other_place in rest):
        return place
    return asking.add(placed(place), asking.things[place].line, anonymous=True)


def _program(asking: Asking, written: Written) -> Program:
    try:
        return parse(written.text)
    except ProgramError as problem:
        line = written.line(asking.things, problem.column)
        raise ProgramError("script_refused", line=line, reason=problem.message) from None


def _run(
    asking: Asking, written: Written, program: Program, values: Mapping[str, Value], tracked: Iterable[str], dtype: str
) -> Run:
    try:
        return forward(program, values, tuple(tracked), DTYPES[dtype])
    except EvaluationError as problem:
        named = written.leaves.get(problem.values.get("name", ""))
        made = next((thing.line for thing in asking.things if thing.leaf is named), 1) if named else None
        line = made or written.line(asking.things, problem.column)
        raise ProgramError("script_refused", line=line, reason=problem.message) from None


def _dtype(asking: Asking, written: Written) -> str:
    """The type of all inputs; where the script mixes several, or has one that no page has, a remark says so."""
    kinds = {leaf.dtype for leaf in written.leaves.values()}
    dtype = "float64" if "float64" in kinds else "float32"
    further = sorted(kinds - {dtype, "int64", "int32", "bool"})
    if further:
        inputs = (thing for place in written.names if (thing := asking.things[place]).leaf is not None)
        line = next(thing.line for thing in inputs if thing.leaf is not None and thing.leaf.dtype in further)
        asking.remark(line, "dtype", others=", ".join(further), dtype=dtype)
    return dtype


def _row(content: PageContent, run: Run, written: Written, outputs: Sequence[str]) -> dict[str, str]:
    """The row of the Jacobian that belongs to the entry that is differentiated alone."""
    name = "" if content.row is None else written.names.get(content.row[0], "")
    if content.row is None or name not in outputs:
        return {}
    before = sum(run.outputs[output].numel() for output in outputs[: outputs.index(name)])
    row = before + place_of(content.row[1], run.outputs[name].shape)
    return {"row": str(row)} if row else {}


def _page(asking: Asking, content: PageContent, run: Run, written: Written) -> tuple[str, dict[str, str]]:
    """The page, and its own part of the address, now that shapes are known."""
    own, outputs = dict(content.own), [written.names[place] for place in content.outputs]
    starts = {name: start for name, start in zip(outputs, content.starts, strict=True) if start is not None}
    own |= {f"gradient.{name}": _start(start, run.outputs[name], name, content.line) for name, start in starts.items()}
    if content.page == "partials":
        own = {name: text for name, text in own.items() if text != ONES}
        own["outputs"] = ",".join(dict.fromkeys(outputs))
        own |= _row(content, run, written, outputs)
    if content.page not in ("", "matrix", "graph", "scalar"):
        return content.page, own
    return _of_backward(asking, content, run, outputs, own)


def _of_backward(
    asking: Asking, content: PageContent, run: Run, outputs: Sequence[str], own: dict[str, str]
) -> tuple[str, dict[str, str]]:
    """Of one number the scalar page where one number is moved, else the graph; of more entries the matrix page."""
    several = len(outputs) > 1
    first = run.outputs.get(outputs[0])
    if first is None:
        raise ProgramError("script_not_about", line=content.line)
    tracked = [leaf for leaf in run.inputs.values() if leaf.requires_grad]
    given = f"gradient.{outputs[0]}" in own
    if content.page in ("graph", "scalar") or several:
        return content.page or "graph", own
    if first.dim() == 0 and given and content.page != "matrix":
        asking.remark(content.line, "scalar_gradient")
        return "partials", {**own, "outputs": outputs[0]}
    started = [name for name, output in run.outputs.items() if output.requires_grad]
    if content.page == "matrix" or first.dim():
        chosen = {"of": outputs[0]} if started[:1] != [outputs[0]] else {}
        refused = {"argument": "false"} if not given and first.numel() > 1 else {}
        return "matrix", {**own, **chosen, **refused}
    scalar = len(tracked) == 1 and tracked[0].dim() == 0
    own = own if scalar else {name: value for name, value in own.items() if name != "did"}
    return ("scalar" if scalar or "did" in own else "graph"), own


def _start(start: Any, output: torch.Tensor, name: str, line: int) -> str:
    """The text of a gradient argument. Raises ProgramError where it does not fit the output."""
    text = _start_text(start, line)
    try:
        as_upstream(name, read_upstream(text, f"gradient.{name}"), output)
    except EvaluationError as problem:
        raise ProgramError("script_refused", line=line, reason=problem.message) from None
    return text


def _start_text(start: Any, line: int) -> str:
    if isinstance(start, str):
        return start
    if isinstance(start, Leaf) and start.seed is not None:
        return write_drawn(start.seed)
    if isinstance(start, Leaf) and not start.literal and isinstance(start.value, list):
        numbers = np.ravel(start.value).tolist()
        if set(numbers) == {1}:
            return ONES
        if sorted(numbers)[-2:] == [0, 1] and min(numbers) == 0:
            return write_entry(index_of(numbers.index(1), np.shape(start.value)))
    if isinstance(start, (Leaf, Number)) and start.value is not None:
        return write_value(short(start.value))
    raise ProgramError("script_start", line=line)


def short(value: Any) -> Any:
    """Numbers as they are typed: 2 for 2.0."""
    if isinstance(value, list):
        return [short(part) for part in value]
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15 and repr(value) != "-0.0"
    return int(value) if whole else value


def _became(asking: Asking, written: Written, tracked: Iterable[str]) -> tuple[tuple[int, str], ...]:
    """By line what stands in the program for it."""
    renamed: list[tuple[int, str]] = []
    for place, name in written.names.items():
        thing = asking.things[place]
        if thing.leaf is not None:
            value = write_value(short(thing.leaf.value))
            renamed.append((thing.line, f"{name} = {value}" + (", requires_grad" if name in tracked else "")))
        else:
            renamed.append((thing.line, written.statements[place]))
        if thing.name != name and not thing.anonymous:
            asking.remark(thing.line, "renamed", name=thing.name, new=name)
    return tuple(renamed)
