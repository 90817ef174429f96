"""What the pages try out is what PyTorch does."""

import math

import pytest
import torch
from hypothesis import given

from playground.engine.backward import Backward
from playground.engine.forward import forward
from playground.engine.observe import observe, up_to
from playground.language.errors import EvaluationError
from playground.language.parse import parse
from playground.scalar.replay import AGAIN, SAME_GRAPH, ZERO_GRAD, replay, sample
from tests.cases import case_at
from tests.programs import Made, programs

TUTORIAL = parse("y = a*x^2 + b*x + c")
AT_ZERO = {"a": 1, "b": -2, "c": 1, "x": 0}


def replayed(
    text: str, actions: tuple[str, ...], requires_grad: tuple[str, ...] | None = None, **values: object
) -> list:
    program = parse(text)
    return [*replay(case_at(program, values, tracked=requires_grad), program.outputs[0], actions)]


# One pass


def test_an_observation_holds_the_numbers_and_no_graph() -> None:
    observation = observe(case_at(TUTORIAL, AT_ZERO))
    assert observation.backward is not None
    assert observation.backward.grads == {"x": torch.tensor(-2.0)}
    assert observation.outputs["y"].item() == 1
    assert not any(tensor.requires_grad for tensor in (*observation.inputs.values(), *observation.outputs.values()))


@given(programs())
def test_up_to_a_place_is_known_what_was_computed_and_passed_on_by_then(made: Made) -> None:
    observation = observe(case_at(made.program, made.values))
    steps = observation.backward.steps if observation.backward else ()
    nodes = len(observation.graph.nodes)
    for place in range(nodes + len(steps) + 1):
        cut = up_to(observation, place)
        late = [node for node in cut.graph.nodes if node.computed >= place]
        assert all(node.value is None and not node.saved for node in late)
        assert [node for node in cut.graph.nodes if node.computed < place] == [
            node for node in observation.graph.nodes if node.computed < place
        ]
        done = [step.node for step in steps[: max(place - nodes, 0)]]
        assert [step.node for step in cut.backward.steps if cut.backward] == done if cut.backward else not steps
        assert {*(cut.backward.grads if cut.backward else ())} <= {observation.graph.nodes[node].input for node in done}
        known = {edge.source for edge, local in zip(cut.graph.edges, cut.local, strict=True) if local is not None}
        assert known <= {*done}
    assert up_to(observation, None) is observation


def test_at_the_last_place_nothing_of_a_pass_is_missing() -> None:
    observation = observe(case_at(TUTORIAL, AT_ZERO))
    assert observation.backward is not None
    cut = up_to(observation, len(observation.graph.nodes) + len(observation.backward.steps))
    assert (cut.backward, cut.graph, cut.local) == (observation.backward, observation.graph, observation.local)
    assert up_to(observation, 0).backward == Backward({}, ())


@given(programs())
def test_the_observed_gradients_are_those_of_the_sum_of_all_entries(made: Made) -> None:
    observation = observe(case_at(made.program, made.values))
    run = forward(made.program, made.values)
    tracked = [output.sum() for output in run.outputs.values() if output.requires_grad]
    if observation.backward is None:
        assert not tracked
        return
    leaves = {name: leaf for name, leaf in run.inputs.items() if leaf.requires_grad}
    wanted = torch.autograd.grad(sum(tracked), list(leaves.values()), allow_unused=True)
    for name, grad in zip(leaves, wanted, strict=True):
        torch.testing.assert_close(observation.backward.grads[name], grad, equal_nan=True, rtol=1e-4, atol=1e-5)


def test_an_output_starts_with_what_it_is_given() -> None:
    observation = observe(case_at(parse("y = x^2"), {"x": [1.0, 2.0]}, gradient={"y": [10, 0]}))
    assert observation.backward is not None
    assert observation.backward.grads["x"].tolist() == [20, 0]
    assert observation.started["y"].tolist() == [10, 0]


def test_a_gradient_of_another_shape_is_refused() -> None:
    with pytest.raises(EvaluationError):
        observe(case_at(parse("y = x^2"), {"x": [1.0, 2.0]}, gradient={"y": 1}))


def test_where_nothing_is_tracked_pytorchs_words_say_so() -> None:
    observation = observe(case_at(parse("y = a*b"), {"a": 1, "b": 2}))
    assert observation.backward is None
    with pytest.raises(RuntimeError) as raised:
        (torch.tensor(1.0) * torch.tensor(2.0)).backward()
    assert observation.refused == str(raised.value)


def test_the_first_expression_without_a_finite_value_is_named() -> None:
    assert observe(case_at(parse("y = 2*log(x) + x"), {"x": -1})).not_finite == "log(x)"
    assert observe(case_at(TUTORIAL, AT_ZERO)).not_finite is None


# Again on the same leaves


def test_gradients_accumulate_until_zero_grad_leaves_none() -> None:
    moments = replay(case_at(TUTORIAL, AT_ZERO), "y", (AGAIN, AGAIN, ZERO_GRAD, AGAIN))
    assert [moment.grads["x"] for moment in moments] == [-2, -4, -6, None, -2]
    assert not any(moment.refused for moment in moments)


def test_a_second_pass_over_freed_values_is_refused_in_pytorchs_words() -> None:
    x = torch.tensor(0.0, requires_grad=True)
    y = x**2 - 2 * x + 1
    y.backward()
    with pytest.raises(RuntimeError) as raised:
        y.backward()
    first, second = replay(case_at(TUTORIAL, AT_ZERO), "y", (SAME_GRAPH,))
    assert second.refused
    assert str(raised.value).startswith(second.refused)
    assert second.grads == first.grads


def test_a_second_pass_is_not_refused_where_nothing_was_saved() -> None:
    moments = replayed("y = x1 + x2", (SAME_GRAPH,), x1=1, x2=2)
    assert [moment.grads["x1"].item() for moment in moments] == [1, 2]
    assert not moments[-1].refused


def test_forward_again_makes_a_graph_that_can_be_used() -> None:
    moments = replayed("y = x^2", (SAME_GRAPH, AGAIN), x=3)
    assert [bool(moment.refused) for moment in moments] == [False, True, False]
    assert moments[-1].grads["x"].item() == 12


def test_an_input_that_is_not_reached_keeps_none() -> None:
    assert replayed("y = x*detach(w)", (), x=3, w=2)[0].grads == {"x": torch.tensor(2.0), "w": None}


@pytest.mark.parametrize(
    ("text", "values"), [("y = a*b", {"a": 1, "b": 2}), ("y = x^2", {"x": [1.0, 2.0]})], ids=["untracked", "vector"]
)
def test_what_pytorch_refuses_at_once_is_told(text: str, values: dict[str, object]) -> None:
    (moment,) = replayed(text, (), **values)
    assert moment.refused


def test_zero_grad_has_nothing_to_do_where_nothing_is_tracked() -> None:
    assert replayed("y = a*b", (ZERO_GRAD,), a=1, b=2)[-1].grads == {}


# A curve


def test_a_curve_is_the_program_at_each_place() -> None:
    assert sample(case_at(TUTORIAL, AT_ZERO), "x", (0, 1, 2), "y") == (1, 0, 1)


def test_a_curve_has_gaps_where_there_is_no_finite_number() -> None:
    assert sample(case_at(parse("1/x"), {"x": 1}), "x", (-1, 0, 1), "y") == (-1, None, 1)
    logs = sample(case_at(parse("log(x)"), {"x": 1}, dtype=torch.float64), "x", (-1, 0, math.e), "y")
    assert logs[:2] == (None, None)
    assert logs[2] == pytest.approx(1)
