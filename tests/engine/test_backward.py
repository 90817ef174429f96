"""The engine is watched, not imitated: what arrives, what is passed on, what the leaves get; nothing is left behind."""

import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from playground.engine.backward import Backward, backward
from playground.engine.forward import Run, forward
from playground.engine.graph import ACCUMULATE, read_graph
from playground.engine.graph_walk import reached, roots_of
from playground.language.errors import EvaluationError
from playground.language.operations import OPERATIONS
from playground.language.parse import parse
from tests.oracles import differences, exact, far_from_corners
from tests.programs import SMOOTH, Made, programs

MATRIX = [[1.0, 2.0], [3.0, 4.0]]


def run_of(text: str, requires_grad: Iterable[str] | None = None, **values: Any) -> Run:
    return forward(parse(text), values, requires_grad)


def weights(run: Run) -> dict[str, torch.Tensor]:
    """An upstream gradient for each output that takes one, different in every entry."""

    def weight(output: torch.Tensor) -> torch.Tensor:
        return (torch.arange(output.numel()) * 0.25 + 0.5).reshape(output.shape).to(output)

    return {name: weight(output) for name, output in run.outputs.items() if output.requires_grad}


def same(first: torch.Tensor | None, second: torch.Tensor | None) -> bool:
    """Equal to the bit, NaN to NaN, None to None."""
    if first is None or second is None:
        return first is second
    return first.dtype == second.dtype and bool(((first == second) | (first.isnan() & second.isnan())).all())


def refusal(run: Run, gradient: Any = None) -> EvaluationError:
    with pytest.raises(EvaluationError) as caught:
        backward(run, gradient)
    assert caught.value.message
    return caught.value


# What the engine did


def adds_up(run: Run, started: dict[str, torch.Tensor], result: Backward) -> None:
    """At every node: what arrives is what the others passed to it, and what it was started with."""
    graph = read_graph(run)
    targets = {(edge.source, edge.index): edge.target for edge in graph.edges}
    arrived: dict[int, list[torch.Tensor]] = defaultdict(list)
    roots = roots_of(run.outputs)
    places = {grad_fn: place for place, grad_fn in enumerate(reached(roots.values()))}
    for name, gradient in started.items():
        arrived[places[roots[name]]].append(gradient)
    for step in result.steps:
        for index, passed in enumerate(step.passed):
            assert (step.node, index) in targets or passed is None
            if passed is not None:
                arrived[targets[step.node, index]].append(passed)
        assert step.upstream is not None
        total = torch.stack(arrived[step.node]).sum(0)
        assert torch.allclose(total, step.upstream, rtol=1e-4, atol=1e-5, equal_nan=True)


def the_sum_of_passed_gradients_is_the_upstream_gradient_everywhere(made: Made) -> None:
    run = made.run()
    started = weights(run)
    if started:
        adds_up(run, started, backward(run, started))


def every_node_takes_one_turn_after_all_that_pass_to_it(made: Made) -> None:
    run = made.run()
    graph, steps = read_graph(run), backward(run, weights(run)).steps
    turn = {step.node: place for place, step in enumerate(steps)}
    assert len(turn) == len(steps) == len(graph.nodes)
    assert all(turn[edge.source] < turn[edge.target] for edge in graph.edges)
    for step in steps:
        leaf = graph.nodes[step.node].name == ACCUMULATE
        slots = 0 if leaf else max(edge.index for edge in graph.edges if edge.source == step.node) + 1
        assert len(step.passed) >= slots
        assert leaf == (step.passed == ())


def test_the_tutorials_polynomial_goes_back_in_these_steps() -> None:
    run = run_of("y = a*x^2 + b*x + c", a=2, x=3, b=-5, c=1)
    graph, result = read_graph(run), backward(run)

    def told(node: int, *gradients: torch.Tensor | None) -> tuple[Any, ...]:
        return graph.nodes[node].expression, *(None if gradient is None else gradient.item() for gradient in gradients)

    assert [told(step.node, step.upstream, *step.passed) for step in result.steps] == [
        ("y = a·x² + b·x + c", 1.0, 1.0, None), ("a·x² + b·x", 1.0, 1.0, 1.0), ("b·x", 1.0, None, -5.0),
        ("a·x²", 1.0, None, 2.0), ("x²", 2.0, 12.0), ("x", 7.0),
    ]  # fmt: skip
    assert result.grads == {"x": torch.tensor(7.0)}


# Leaf gradients


def leaf_gradients_are_to_the_bit_what_a_bare_backward_leaves_in_grad(made: Made) -> None:
    for dtype in [torch.float32, torch.float64]:
        run, twin = made.run(dtype), made.run(dtype)
        started = weights(run)
        result = backward(run, started)
        if started:
            torch.autograd.backward([twin.outputs[name] for name in started], list(started.values()))
        assert result.grads.keys() == {name for name, leaf in run.inputs.items() if leaf.requires_grad}
        assert all(same(gradient, twin.inputs[name].grad) for name, gradient in result.grads.items())


def leaf_gradients_are_what_autograd_grad_returns(made: Made) -> None:
    run = made.run(torch.float64)
    started = weights(run)
    leaves = {name: leaf for name, leaf in run.inputs.items() if leaf.requires_grad}
    if started and leaves:
        outputs = [run.outputs[name] for name in started]
        found = torch.autograd.grad(
            outputs, list(leaves.values()), list(started.values()), retain_graph=True, allow_unused=True
        )
        grads = backward(run, started).grads
        assert all(same(grads[name], gradient) for name, gradient in zip(leaves, found, strict=True))


def largest(result: Backward) -> float:
    """The largest number that flowed back; NaN if one was none."""
    return float(torch.stack([step.upstream.abs().max() for step in result.steps if step.upstream is not None]).max())


def test_leaf_gradients_are_what_sympy_derives_from_the_tree() -> None:
    compared = []

    @given(programs(budget=6, statements=3, entries=SMOOTH))
    @settings(max_examples=150)
    def check(made: Made) -> None:
        run = made.run(torch.float64)
        started = weights(run)
        if not far_from_corners(run) or not started:
            return
        result = backward(run, started)
        strongest = largest(result)
        if not strongest < 1e6:
            return
        derived = exact(made.program, made.values).gradient({name: weight.numpy() for name, weight in started.items()})
        for name, gradient in result.grads.items():
            found = torch.zeros_like(run.inputs[name]) if gradient is None else gradient
            near = np.allclose(found.numpy(), derived[name].astype(float), rtol=1e-7, atol=1e-9 * max(1.0, strongest))
            assert near, name
            compared.append(made)

    check()
    assert len(compared) > 80


def test_leaf_gradients_are_what_finite_differences_measure() -> None:
    compared = []
    rows = tuple(name for name in OPERATIONS if name != "detach")

    @given(programs(rows=rows, budget=7, statements=3, entries=SMOOTH))
    @settings(max_examples=200)
    def check(made: Made) -> None:
        run = made.run(torch.float64)
        started = weights(run)
        if not far_from_corners(run, 0.05) or not started:
            return
        result = backward(run, started)
        if not largest(result) < 1e6:
            return
        for name, gradient in result.grads.items():
            found = torch.zeros_like(run.inputs[name]) if gradient is None else gradient
            slopes = list(differences(made.program, made.values, name, started))
            for slope, entry in zip(slopes, found.flatten().tolist(), strict=True):
                if slope.doubt < 1e-4 * (1 + abs(slope.value)):  # elsewhere the step is too wide for the function
                    assert entry == pytest.approx(slope.value, rel=1e-4, abs=1e-4 + 10 * slope.doubt), name
                    compared.append(entry)

    check()
    assert len(compared) > 200


def test_an_input_that_is_not_reached_has_none_and_a_zero_gradient_is_zero() -> None:
    run = run_of("y = a*x^2; z = w", a=0, x=0, w=1)
    assert backward(run, {"y": 1}).grads == {"x": torch.tensor(0.0), "w": None}
    assert backward(run_of("y = x*detach(w)", x=1, w=2)).grads == {"x": torch.tensor(2.0), "w": None}
    assert backward(run_of("a*x", ("a",), a=1, x=2)).grads == {"a": torch.tensor(2.0)}


def test_the_tutorials_matrix_takes_a_gradient_of_its_shape() -> None:
    run = run_of("y = a*x^2 + b*x + c", a=1, b=-2, c=1, x=[[0, 0], [1, 2]])
    assert backward(run, {"y": [[1, 1], [1, 1]]}).grads["x"].tolist() == [[-2, -2], [0, 2]]  # type: ignore[union-attr]
    assert backward(run, {"y": [[1, 10], [100, 3]]}).grads["x"].tolist() == [[-2, -20], [0, 6]]  # type: ignore[union-attr]


# Starting


def test_no_gradient_starts_every_output_with_one() -> None:
    run = run_of("y1 = x1*x2; y2 = x1 + x2", x1=1, x2=2)
    assert backward(run).grads == {"x1": torch.tensor(3.0), "x2": torch.tensor(2.0)}
    assert backward(run, {"y1": 1, "y2": 1}).grads == backward(run).grads


def test_a_dict_starts_only_the_outputs_it_names() -> None:
    run = run_of("y1 = x1*x2; y2 = x1 + x2", x1=1, x2=2)
    assert backward(run, {"y1": 1}).grads == {"x1": torch.tensor(2.0), "x2": torch.tensor(1.0)}
    assert backward(run, {"y1": 1, "y2": -1}).grads == {"x1": torch.tensor(1.0), "x2": torch.tensor(0.0)}
    assert backward(run, {}).steps == ()
    assert backward(run, {}).grads == {"x1": None, "x2": None}
    assert read_graph(run).nodes[backward(run, {"y2": 2}).steps[0].node].outputs == ("y2",)


@pytest.mark.parametrize(
    "upstream", [1, 1.0, None, torch.tensor(1.0), torch.tensor(1), torch.tensor(1.0, dtype=torch.float64)]
)
def test_the_gradient_of_a_scalar_may_be_a_number_a_tensor_or_none(upstream: Any) -> None:
    assert backward(run_of("x^2", x=3), {"y": upstream}).grads == {"x": torch.tensor(6.0)}


def test_outputs_that_are_not_tracked_are_left_out() -> None:
    run = run_of("y = x^2; r = a + 1; s = 2", x=3, a=1)
    assert backward(run).grads == {"x": torch.tensor(6.0)}
    assert "element 0 of tensors does not require grad and does not have a grad_fn" in refusal(run, {"r": 1}).message


def test_an_output_that_is_an_input_takes_its_gradient_in_one_step() -> None:
    result = backward(run_of("y = x", x=[1, 2]), {"y": [5, 6]})
    assert [step.passed for step in result.steps] == [()]
    assert result.grads["x"].tolist() == [5, 6]  # type: ignore[union-attr]
    both = backward(run_of("y = x; z = x^2", x=3))
    assert both.grads == {"x": torch.tensor(7.0)}
    assert len(both.steps) == 2


@pytest.mark.parametrize(("text", "values", "gradient", "parts"), [
    ("x^2", {"x": MATRIX}, None, ("y is [2, 2]", "grad can be implicitly created only for scalar outputs")),
    ("x^2", {"x": [1, 2]}, {"y": None}, ("y is [2]", "grad can be implicitly created only for scalar outputs")),
    ("u = x^2; w = sum(x)", {"x": MATRIX}, None, ("u is [2, 2]",)),
    ("x^2", {"x": MATRIX}, {"y": [1, 1]}, ("gradient argument of y is [2]", "but y is [2, 2]")),
    ("x^2", {"x": 3}, {"y": MATRIX}, ("gradient argument of y is [2, 2]", "but y is []")),
    ("x^2", {"x": 3}, {"w": 1}, ("no output w", "the outputs are: y")),
    ("x^2", {"x": 3}, {"x": 1}, ("no output x",)),
    ("x^2", {"x": 3}, {"y": "1"}, ("y must be a number",)),
    ("x^2", {"x": MATRIX}, {"y": [[1], [1, 2]]}, ("y: all rows must have the same length",)),
    ("x^2", {"x": 3}, {"y": float("nan")}, ("y holds nan",)),
    ("x^2", {"x": 3}, {"y": torch.tensor(1j)}, ("y must be a number",)),
    ("a^2", {"a": 3}, None, ("No output requires a gradient", "element 0 of tensors does not require grad")),
    ("2 + 3", {}, None, ("No output requires a gradient",)),
])  # fmt: skip
def test_a_gradient_that_cannot_start_gets_its_sentence_with_pytorchs_words(
    text: str, values: dict[str, Any], gradient: Any, parts: tuple[str, ...]
) -> None:
    message = refusal(run_of(text, **values), gradient).message
    assert [part for part in parts if part not in message] == [], message


def test_a_single_entry_of_any_shape_is_started_with_one_as_pytorch_does() -> None:
    assert backward(run_of("x^2", x=[[3]])).grads["x"].tolist() == [[6]]  # type: ignore[union-attr]


def test_a_freed_graph_is_refused_with_pytorchs_words() -> None:
    run = run_of("x^2", x=3)
    run.outputs["y"].backward()  # type: ignore[no-untyped-call]
    assert "Trying to backward through the graph a second time" in refusal(run).message


# Nothing left behind


def hooks_left(run: Run) -> int:
    """How many hooks hang on the nodes of a run: those beside one that is put there to ask."""
    left = 0
    for grad_fn in reached(roots_of(run.outputs).values()):
        for register in (grad_fn.register_prehook, grad_fn.register_hook):
            handle = register(fail)
            left += len(handle.hooks_dict_ref() or ()) - 1
            handle.remove()
    return left


def test_every_hook_is_removed_also_after_an_exception() -> None:
    run = run_of("y = a*x^2 + w", a=1, x=3, w=1)
    grad_fn = list(reached(roots_of(run.outputs).values()))[1]
    others = grad_fn.register_prehook(print), grad_fn.register_hook(print)
    assert hooks_left(run) == 2
    for answer in others:
        answer.remove()
    backward(run)
    assert hooks_left(run) == 0
    handle = run.outputs["y"].register_hook(fail)
    with pytest.raises(ZeroDivisionError):
        backward(run)
    handle.remove()
    assert hooks_left(run) == 0
    assert backward(run).grads["x"] == torch.tensor(6.0)


def fail(_: torch.Tensor) -> None:
    raise ZeroDivisionError


def test_the_callers_grad_is_untouched_also_after_an_exception() -> None:
    x, w = torch.tensor(3.0, requires_grad=True), torch.tensor(1.0, requires_grad=True)
    x.grad = held = torch.tensor(42.0)
    run = run_of("y = x^2 + w", x=x, w=w)
    assert backward(run).grads == {"x": torch.tensor(6.0), "w": torch.tensor(1.0)}
    with pytest.raises(EvaluationError):
        backward(run, {"y": [1, 2]})
    handle = run.outputs["y"].register_hook(fail)
    with pytest.raises(ZeroDivisionError):
        backward(run)
    handle.remove()
    assert x.grad is held
    assert held.item() == 42
    assert w.grad is None


def test_the_grad_of_a_leaf_behind_a_given_tensor_is_untouched() -> None:
    leaf = torch.tensor(2.0, requires_grad=True)
    kept = leaf * 3
    kept.retain_grad()
    result = backward(run_of("x^2", x=kept))
    assert result.grads == {"x": torch.tensor(12.0)}
    assert leaf.grad is None
    assert kept.grad is None
    plain = leaf * 3
    assert backward(run_of("x^2", x=plain)).grads == {"x": None}


def test_what_is_kept_is_detached_and_the_graph_stays_usable() -> None:
    run = run_of("y = a*x^2", a=1, x=3)
    first, second = backward(run), backward(run)
    assert first == second or repr(first) == repr(second)
    first.grads["x"].add_(1)  # type: ignore[union-attr]
    assert first.steps[-1].upstream == torch.tensor(6.0)
    assert backward(run).grads["x"] == torch.tensor(6.0)
    assert not any(t.requires_grad for step in first.steps for t in (step.upstream, *step.passed) if t is not None)
    run.outputs["y"].backward()  # type: ignore[no-untyped-call]
    assert run.inputs["x"].grad == torch.tensor(6.0)


# A gradient's own graph


def test_what_a_node_computes_for_an_unused_slot_is_not_passed() -> None:
    """The derivative of prod with a zero among its factors records such a node."""
    run = run_of("cbrt(prod(x, 1))", x=[[0.37, 0.37], [0.37, 0.0]])
    (gradient,) = torch.autograd.grad(run.outputs["y"].sum(), run.inputs["x"], create_graph=True)
    second = replace(run, outputs={"dy/dx": gradient}, lines={})
    started = weights(second)
    adds_up(second, started, backward(second, started))


def test_a_gradients_graph_is_gone_through_as_well() -> None:
    graphs = []

    @given(programs(budget=6, statements=2))
    @settings(max_examples=120)
    def check(made: Made) -> None:
        run = made.run(torch.float64)
        leaves = [leaf for leaf in run.inputs.values() if leaf.requires_grad]
        if not leaves or not weights(run):
            return
        total = sum((run.outputs[name] * weight).sum() for name, weight in weights(run).items())
        gradients = torch.autograd.grad(total, leaves, create_graph=True, materialize_grads=True)
        second = replace(run, outputs={f"g{i}": gradient for i, gradient in enumerate(gradients)}, lines={})
        started = weights(second)
        if not started:
            return
        result = backward(second, started)
        adds_up(second, started, result)
        outputs = [second.outputs[name] for name in started]
        found = torch.autograd.grad(outputs, leaves, list(started.values()), retain_graph=True, allow_unused=True)
        tracked = [name for name, leaf in run.inputs.items() if leaf.requires_grad]
        assert all(same(result.grads[name], gradient) for name, gradient in zip(tracked, found, strict=True))
        graphs.append(made)

    check()
    assert len(graphs) > 40


def test_the_second_derivative_of_a_square_is_two() -> None:
    run = run_of("x^2", x=5)
    (gradient,) = torch.autograd.grad(run.outputs["y"], run.inputs["x"], create_graph=True)
    second = replace(run, outputs={"dy/dx": gradient}, lines={})
    assert backward(second).grads == {"x": torch.tensor(2.0)}
    assert {node.outputs for node in read_graph(second).nodes} == {("dy/dx",), ()}


# Threads


def test_threads_with_a_run_each_write_their_own_tapes() -> None:
    texts = ["y = a*x^2 + b*x", "u = x^2; y = u*u + u*b + a", "y = sin(x)*exp(-x^2)*a + b", "y = max(x, a)*(x + b)^3"]
    values = {"a": 1.5, "b": -2.0, "x": 0.7}
    alone = [repr(backward(forward(parse(text), values))) for text in texts]
    wrong: list[str] = []

    def work(text: str, expected: str) -> None:
        try:
            for _ in range(60):
                if repr(backward(forward(parse(text), values))) != expected:
                    wrong.append(text)
        except Exception as problem:  # noqa: BLE001  it would vanish with the thread
            wrong.append(repr(problem))

    threads = [threading.Thread(target=work, args=pair) for pair in zip(texts, alone, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# Of any program

CLAIMS = (
    the_sum_of_passed_gradients_is_the_upstream_gradient_everywhere,
    every_node_takes_one_turn_after_all_that_pass_to_it,
    leaf_gradients_are_to_the_bit_what_a_bare_backward_leaves_in_grad,
    leaf_gradients_are_what_autograd_grad_returns,
)


@given(programs())
@settings(max_examples=250)
def test_of_any_program_each_claim_holds(made: Made) -> None:
    """One generated program for all of them: to make it costs more than to look at it."""
    for claim in CLAIMS:
        claim(made)
