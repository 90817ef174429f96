"""What is asked of a case before its numbers are shown: on each page of any program.

Right and wrong answers are what PyTorch gives for the case, and for variations of it that a misconception takes it for.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import torch

from playground.autodiff.experiments import DTYPES
from playground.autodiff.graph import ACCUMULATE, Node
from playground.autodiff.misread import misread, usual
from playground.autodiff.partials import Asked
from playground.autodiff.predict import turns
from playground.autodiff.upstream import index_of
from playground.drawing.asks import Ask, ask
from playground.drawing.dot import title
from playground.drawing.graph_asks import of_turn
from playground.drawing.numbers import brief
from playground.drawing.sentences import listing
from playground.language.upstream import write_entry
from playground.ui.choice import named
from playground.ui.compute import Case, observed, program_of, values_of
from playground.ui.compute_descent import Setup, walked
from playground.ui.compute_partials import called
from playground.ui.compute_second import orders
from playground.ui.descent_setup import RATE
from playground.ui.examples import DESCENT, GRAPH, MATRIX, PARTIALS, SCALAR, SECOND

Address = Mapping[str, str]
Asks = list[Ask]
MOST = 24
"""questions about one program."""


def output_of(case: Case) -> str:
    """The output that a page is about."""
    return next(iter(observed(case).outputs))


def value_of(case: Case) -> torch.Tensor:
    return observed(case).outputs[output_of(case)]


def grad_of(case: Case, name: str = "") -> torch.Tensor:
    """What arrives at an input, the first one that requires a gradient."""
    seen = observed(case)
    assert seen.backward is not None
    grad = seen.backward.grads[name or case.tracked[0]]
    assert grad is not None
    return grad


def weighted(case: Case, text: str) -> Case:
    """The case with another gradient argument."""
    return replace(case, gradient=((output_of(case), text),) if text else ())


def with_value(case: Case, name: str, text: str) -> Case:
    """The case with another value of an input."""
    return replace(case, values=tuple((key, text if key == name else value) for key, value in case.values))


# Of any program


def along_the_graph(case: Case, address: Address) -> Asks:
    """What the outputs come to, and then the numbers that travel back, in the engine's order."""
    seen = observed(case)
    asked = (one for turn in turns(seen)[:MOST] if (one := of_turn(turn, seen)) is not None)
    found = [*outputs_of(case, address), *asked]
    return [*found[:-1], *(replace(last, after=None) for last in found[-1:])]


def outputs_of(case: Case, _: Address) -> Asks:
    """What each output comes to, in the order they are computed: before anything goes back."""
    nodes = [node for node in observed(case).graph.nodes if node.name != ACCUMULATE]
    found = [
        _output(case, name, node) for node in sorted(nodes, key=lambda node: node.computed) for name in node.outputs
    ]
    return [one for one in found if one is not None]


def _output(case: Case, name: str, node: Node) -> Ask | None:
    """What an output comes to; seen with everything that is computed before it."""
    seen = observed(case)
    height = seen.outputs[name]
    given = listing([f"{key} = {brief(value)}" for key, value in seen.inputs.items()])
    wrong = misread(program_of(case.program), values_of(case), name, DTYPES[case.dtype]) | {"sign": -height}
    found = ask("output", height, wrong, node.computed, name=name, expression=title(node), given=given)
    return replace(found, after=node.computed + 1) if found else None


def leaves(case: Case, _: Address, place: int | None = None) -> Asks:
    """What `.grad` holds of each input."""
    seen = observed(case)
    grads = seen.backward.grads if seen.backward else {}
    found = [_leaf(case, name, grad, place) for name, grad in grads.items() if grad is not None]
    return [one for one in found if one is not None]


def _leaf(case: Case, name: str, grad: torch.Tensor, place: int | None) -> Ask | None:
    """What `.grad` of one input holds."""
    seen, output = observed(case), output_of(case)
    height = seen.outputs[output]
    wrong = {"argument_forgotten": grad_of(weighted(case, ""), name)} if case.gradient else {}
    if height.numel() > 1 and len(seen.outputs) == 1:
        last = index_of(height.numel() - 1, height.shape)
        wrong["only_entry"] = grad_of(weighted(case, write_entry(last)), name)
    same = {"height": height, "position": seen.inputs[name]}
    wrong |= {key: number for key, number in same.items() if number.shape == grad.shape}
    key = "leaf_many" if grad.dim() or height.dim() else "leaf"
    return ask(key, grad, wrong | usual(grad), place, name=name, output=output)


def one_call(case: Case, address: Address) -> Asks:
    """What one call of `autograd.grad` returns, for each input."""
    seen = observed(case)
    outputs = named(address.get("outputs"), list(seen.outputs), list(seen.started) or list(seen.outputs))
    inputs = named(address.get("inputs"), [name for name, _ in case.values], case.tracked)
    if not outputs or not inputs:
        return []
    found = called(case, Asked(outputs, inputs))
    plain = called(replace(case, gradient=()), Asked(outputs, inputs)).first.grads or {}
    asks = []
    for name, grad in (found.first.grads or {}).items():
        if grad is not None:
            rows = {output: row.get(name) for output, row in found.table.items()}
            wrong = {
                "only_one": rows.get(outputs[0]),
                "only_one_too": rows.get(outputs[-1]),
                "weights": plain.get(name),
            }
            known = {key: number for key, number in wrong.items() if number is not None}
            asks.append(ask("returned_for", grad, known | usual(grad), name=name, outputs=", ".join(outputs)))
    return [one for one in asks if one is not None]


def derivatives(case: Case, _: Address) -> Asks:
    """The first two derivatives of a number by a number."""
    if len(case.tracked) != 1 or value_of(case).dim() or observed(case).inputs[case.tracked[0]].dim():
        return leaves(case, {})
    found = [first_derivative(case), second_derivative(case)]
    return [one for one in found if one is not None]


def first_steps(case: Case, address: Address) -> Asks:
    """The slope at the start, and where plain gradient descent goes from there."""
    asks = leaves(case, {}, 0)
    try:
        lr = float(address.get("lr", RATE))
    except ValueError:
        return asks
    plain = not {"optimizer", "noise", "momentum", "weight_decay", "dampening", "entry", "nesterov"} & set(address)
    if len(case.tracked) != 1 or value_of(case).dim() or not plain or not math.isfinite(lr) or not asks or lr < 0:
        return asks
    return [*asks, *filter(None, [_first_step(case, lr)])]


def _first_step(case: Case, lr: float) -> Ask | None:
    name = case.tracked[0]
    start, grad = observed(case).inputs[name], grad_of(case)
    path = walked(case, Setup(output_of(case), lr=lr, steps=1)).positions[name]
    if start.dim() or not bool(grad) or len(path) < 2:
        return None
    wrong = {"uphill": start + lr * grad, "rate_forgotten": start - grad, "slope_forgotten": start - lr}
    return ask("first_step", path[1], wrong, 0, name=name, lr=f"{lr:g}", start=brief(start), slope=brief(grad))


def orders_of(case: Case) -> list[torch.Tensor]:
    return list(orders(case, output_of(case), case.tracked[0], 2).values)


def first_derivative(case: Case) -> Ask | None:
    height, first, second = orders_of(case)
    wrong = {"height": height, "too_often": second, **usual(first)}
    return ask("first_derivative", first, wrong, output=output_of(case), name=case.tracked[0])


def second_derivative(case: Case) -> Ask | None:
    height, first, second = orders_of(case)
    wrong = {"slope_again": first, "slope_is_fixed": torch.zeros_like(second), "height": height, **usual(second)}
    return ask("second_derivative", second, wrong, output=output_of(case), name=case.tracked[0])


PAGES: dict[str, Callable[[Case, Address], Asks]] = {
    GRAPH: along_the_graph,
    SCALAR: leaves,
    MATRIX: leaves,
    PARTIALS: one_call,
    SECOND: derivatives,
    DESCENT: first_steps,
}
"""What is asked on each page of any program."""
