"""What sentences claim of a graph or a gradient holds by its definition, over generated programs."""

from collections.abc import Mapping

import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from playground.drawing.sentences import count_paths
from playground.engine.case import Case
from playground.engine.forward import forward
from playground.engine.graph import read_graph
from playground.engine.jacobian import jacobian
from playground.language.errors import EvaluationError
from playground.language.operations import OPERATIONS
from playground.language.values import Value
from playground.matrix.vjp import entry_by_entry
from tests.oracles import walk
from tests.programs import SMOOTH, Made, programs

ROWS = {name for name, row in OPERATIONS.items() if row.local or row.composite or row.rule} - {"detach"}
PATIENT = settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


@PATIENT
@given(programs(rows=ROWS, shapes=[(), (3,), (3, 3)], budget=6, statements=3))
def test_the_paths_that_are_counted_are_those_that_can_be_walked(made: Made) -> None:
    """Counted by going down from the outputs by recursion, through the graph as torch holds it."""
    try:
        run = made.run()
    except EvaluationError:
        assume(False)
    outputs = {name: output for name, output in run.outputs.items() if output.requires_grad}
    assume(outputs)
    graph = read_graph(run)
    counted = count_paths(graph, {name: torch.ones_like(output) for name, output in outputs.items()})
    nodes, edges = walk(outputs)
    below: dict[object, list[object]] = {}
    for (source, target, _), times in edges.items():
        below.setdefault(source, []).extend([target] * times)

    def ways(node: object, leaf: torch.Tensor) -> int:
        own = int(getattr(node, "variable", None) is leaf)
        return own + sum(ways(target, leaf) for target in below.get(node, []))

    assume(len(nodes) < 40)
    starts = [output.grad_fn or output.view_as(output).grad_fn.next_functions[0][0] for output in outputs.values()]  # type: ignore[union-attr]
    for place, node in enumerate(graph.nodes):
        if node.input is not None:
            assert counted[place] == sum(ways(start, run.inputs[node.input]) for start in starts)


@PATIENT
@given(programs(rows=ROWS, shapes=[(3, 3)], budget=5, statements=2, entries=SMOOTH), st.data())
def test_an_entry_that_only_meets_its_own_moves_no_other(made: Made, data: st.DataObject) -> None:
    """Where the page says so, the Jacobian is zero beside its diagonal."""
    tracked = tuple(name for name in made.program.inputs if name[0] in "uvwxyz")
    assume(tracked)
    try:
        run = forward(made.program, made.values, tracked)
    except EvaluationError:
        assume(False)
    wrt, output = data.draw(st.sampled_from(tracked)), made.program.outputs[0]
    assume(run.outputs[output].requires_grad)
    case = Case(made.program, tuple((name, _tuples(made.values)[name]) for name in made.program.inputs), tracked)
    if entry_by_entry(case, output, wrt):
        matrix = jacobian(made.program, made.values, wrt, output=output)
        matrix = torch.as_tensor(matrix)
        assert matrix.shape[0] == matrix.shape[1]
        off = matrix - torch.diag(torch.diagonal(matrix))
        assert not bool((torch.nan_to_num(off) != 0).any())


def _tuples(values: Mapping[str, Value]) -> dict[str, Value]:
    def tuples(value: object) -> object:
        return tuple(map(tuples, value)) if isinstance(value, (list, tuple)) else value

    return {name: tuples(value) for name, value in values.items()}  # type: ignore[misc]
