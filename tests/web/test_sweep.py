"""What a handle shows is what plain PyTorch says at each value, to the digits shown."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count

import pytest
import torch

import playground.graph.moving as graph
import playground.matrix.moving as matrix
import playground.partials.moving as partials
import playground.scalar.moving as scalar
import playground.second.moving as second
from playground.drawing.moving import MAX_SWEEP_BYTES, Moved
from playground.engine.case import Case
from playground.engine.sweep import places
from playground.partials.grad_call import GradCall
from playground.scalar.compute import sampled
from playground.second.compute import curves
from playground.web import store, sweep
from playground.web.sweep import Handle, of_entries, of_inputs, shortest, text_of
from tests.cases import case_at
from tests.sweeps import Read

PARABOLA = case_at("y = a*x^2 + b*x + c", {"a": 2, "x": 3, "b": -5, "c": 1})
BENT = case_at("y = sin(x)*exp(-x^2) + w*x", {"x": 0.5, "w": 2.0})
EDGE = case_at("y = x*log(x)", {"x": 0.5})
NUMBER = re.compile(r"[-−]?(?:\d+(?:\.\d+)?(?:e[-−]?\d+)?|inf|nan)")
OTHERS = count()
"""Each sweep is another page's."""


def made(handle: Handle) -> Read:
    text = store.text(sweep._shown(handle, (next(OTHERS),))["sweep"])
    assert len(text.encode()) <= MAX_SWEEP_BYTES
    return Read(text)


def handle(case: Case, name: str, frames: Callable[[str, Sequence[float]], Iterator[Moved]]) -> Read:
    (found,) = (of_input for of_input in of_inputs(case, frames) if of_input.name == name)
    return made(found)


def tangent_at(case: Case, name: str, value: float) -> tuple[float, dict[str, float]]:
    """The output and each gradient, by PyTorch alone, from the program's own text."""
    leaves = {n: torch.tensor(float(v if n != name else value)) for n, v in case.inputs.items()}  # type: ignore[arg-type]
    moved = {n: leaf.requires_grad_() for n, leaf in leaves.items() if n in case.tracked}
    y = _python(case)(leaves)
    y.backward()
    return y.item(), {n: leaf.grad.item() for n, leaf in moved.items() if leaf.grad is not None}


def _python(case: Case) -> Callable[[dict[str, torch.Tensor]], torch.Tensor]:
    written: dict[str, Callable[[dict[str, torch.Tensor]], torch.Tensor]] = {
        PARABOLA.identity: lambda v: v["a"] * v["x"] ** 2 + v["b"] * v["x"] + v["c"],
        BENT.identity: lambda v: torch.sin(v["x"]) * torch.exp(-(v["x"] ** 2)) + v["w"] * v["x"],
        EDGE.identity: lambda v: v["x"] * torch.log(v["x"]),
    }
    return written[case.identity]


def numbers(text: str | None) -> list[float]:
    return [float(found.replace("−", "-")) for found in NUMBER.findall((text or "").split("=", 1)[-1])]


def shown(number: float) -> float:
    return pytest.approx(number, rel=5.1e-5, abs=1e-6, nan_ok=True)  # type: ignore[no-any-return]


@pytest.mark.parametrize(("case", "name"), [(PARABOLA, "x"), (PARABOLA, "a"), (BENT, "x"), (BENT, "w"), (EDGE, "x")])
def test_the_graph_the_result_and_the_players_sentence(case: Case, name: str) -> None:
    found = handle(case, name, partial(graph.frames, case, True))
    last = len(found.sweep["films"]["graph"]) - 1
    for place, value in enumerate(found.places):
        y, grads = tangent_at(case, name, float(value))
        for turn, (_, grad) in enumerate(grads.items()):
            sentence = found.said(f"result{turn}", place)
            assert sentence is None or numbers(sentence) == [shown(grad)]
        (top, upstream) = found.numbers("graph", "node0", place)
        assert (numbers(top), upstream) == ([shown(y)], "1.0")
        ends = found.film("graph", last, place)
        leaf = re.search(r"(\w+)\.grad = (\S+[\dn])", ends or "")
        assert ends is None or (leaf and float(leaf[2]) == shown(grads[leaf[1]]))
    assert len(found.places) == 61


def test_the_curves_point_tangent_and_sentence() -> None:
    for case, name in ((PARABOLA, "x"), (PARABOLA, "a"), (BENT, "w")):
        centre = float(case.inputs["x"])  # type: ignore[arg-type]
        there, _ = scalar.point_of(case, "x", "y")
        around = sampled(case, "x", centre, "y")
        found = handle(case, name, partial(scalar.frames, case, "y", "x", around, there))
        for place, value in enumerate(found.places):
            y, grads = tangent_at(case, name, float(value))
            xs, ys = found.line("curve", "point", place)
            assert xs is not None
            assert (xs[0], ys[0]) == (shown(float(value) if name == "x" else centre), shown(y))
            slope = re.search(r"the slope (-?[\d.e-]*\d)", found.said("slope", place) or "")
            assert slope
            assert float(slope[1]) == shown(grads["x"])
            if name != "x":
                _, heights = found.line("curve", "curve", place)
                assert heights[80] == shown(y)


def test_second_has_the_parabola_and_its_derivatives() -> None:
    around = curves(PARABOLA, "y", ("x",), (1.0,), 3.0)
    edges = second.edges_of(around, (3.0, 4.0))
    chosen = second.Chosen("y", "x", 2, 1)
    found = handle(PARABOLA, "x", partial(second.frames, PARABOLA, chosen, around, edges))
    for place, value in enumerate(map(float, found.places)):
        assert numbers(found.said("result1", place))[-1] == shown(4 * value - 5)
        xs, ys = found.line("curve", "parabola", place)
        assert xs is not None
        assert list(ys) == [pytest.approx(2 * x * x - 5 * x + 1, rel=1e-4, abs=1e-4) for x in xs]
    assert found.said("result2", 0) is None  # y'' is 4 everywhere


def test_a_matrix_entry_moves_every_map() -> None:
    case = case_at("y = a*x^2", {"a": 3.0, "x": ((0.0, 0.0), (1.0, 2.0))})
    frames = partial(matrix.frames, case, "y", "x")
    handles = {of_entry.name: of_entry for of_entry in of_entries(case, "x", frames)}
    assert list(handles) == ["x[0, 0]", "x[0, 1]", "x[1, 0]", "x[1, 1]"]
    found = made(handles["x[1, 0]"])
    for place, value in enumerate(map(float, found.places)):
        assert found.boxes[place] == f"[[0, 0], [{found.places[place]}, 2]]"
        assert numbers(found.said("maps0-1-0-text", place)) == [shown(value)]
        assert numbers(found.said("maps1-1-0-text", place)) == [shown(3 * value * value)]
        assert numbers(found.said("maps3-1-0-text", place)) == [shown(6 * value)]


def test_partials_has_the_table() -> None:
    case = case_at("y1 = x1*x2; y2 = x1 + x2", {"x1": 2.0, "x2": 3.0})
    call = GradCall(("y1", "y2"), ("x1", "x2"))
    found = handle(case, "x1", partial(partials.frames, case, call))
    for place, value in enumerate(map(float, found.places)):
        assert numbers(found.said("partials-0-1", place)) == [shown(value)]
        assert numbers(found.said("partials-2-1", place)) == [shown(value + 1)]


def test_places_without_numbers_are_gaps() -> None:
    found = handle(EDGE, "x", partial(graph.frames, EDGE, True))
    assert found.sweep["gaps"] == [place for place, value in enumerate(found.places) if float(value) <= 0]
    assert "nan" in (found.said("result0", 0) or "")


def test_what_is_not_finite_has_no_handle_and_what_cannot_be_computed_no_place() -> None:
    case = case_at("y = x*w", {"x": float("inf"), "w": 2.0})
    assert [of_input.name for of_input in of_inputs(case, partial(graph.frames, case, True))] == ["w"]
    huge, tiny = case_at("y = x", {"x": 1e9}), case_at("y = x", {"x": 1e-9})
    for of_input, size in ((huge, 1e9), (tiny, 1e-9)):
        values = list(map(float, handle(of_input, "x", partial(graph.frames, of_input, True)).places))
        assert size in values
        assert max(map(abs, values)) < 100 * size


@pytest.mark.parametrize("value", [2.0, 0.0, -0.5, 2.53, 1e-3, 0.05, 50.0, 1234.5, -3e7, 1e12])
def test_places_in_a_row_come_as_three_numbers(value: float) -> None:
    texts = [text_of(place) for place in places(value)]
    row = shortest(texts, text_of(value))
    assert isinstance(row, tuple)
    first, count, exponent = row
    written = {float(f"{first + place}e{exponent}") for place in range(count)}
    assert written | {value} == set(map(float, texts))


@pytest.mark.parametrize("texts", [["1"], ["0.01", "0.02", "0.05"], ["1e-05", "2e-05", "3e-05"], ["1e+16", "2e+16"]])
def test_places_that_are_no_row_come_as_they_are(texts: list[str]) -> None:
    assert shortest(texts, texts[0]) == "\t".join(texts)
