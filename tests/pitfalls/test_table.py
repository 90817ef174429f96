"""Every pitfall is PyTorch's own: its messages and its numbers are those of the bare code."""

import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from playground.engine.graph import AutogradGraph
from playground.pitfalls.script_run import ScriptResult, run_script
from playground.pitfalls.table import CUT, LOUD, PITFALLS, SILENT
from tests.bare_pitfalls import BARE, RIGHT, WRONG, bare


def ran(key: str, mended: bool, **values: float) -> ScriptResult:
    pitfall = PITFALLS[key]
    return run_script(
        pitfall.runnable(mended), {f"given_{name}": n for name, n in {**pitfall.values, **values}.items()}
    )


def wrong(key: str) -> ScriptResult:
    return ran(key, False)


def right(key: str) -> ScriptResult:
    return ran(key, True)


def test_the_silent_ones_come_first() -> None:
    kinds = [row.kind for row in PITFALLS.values()]
    assert kinds == sorted(kinds, key=[SILENT, LOUD].index)
    assert {*BARE, *WRONG} == RIGHT.keys() == PITFALLS.keys()


def refusal_of(result: ScriptResult) -> tuple[str, str] | None:
    """PyTorch's own words, with their type."""
    if result.refusal:
        return result.refusal.kind, result.refusal.message
    return ("UserWarning", result.warning) if result.warning else None


CHANGED = [("x", 1.0), ("x", -0.5), ("x", 4.0), ("x", 0.0), ("mask", 2.0), ("x", 1e300), ("x", float("inf"))]
SCRIPTS = [(key, {}) for key in PITFALLS] + [
    (key, {name: number}) for name, number in CHANGED for key, row in PITFALLS.items() if name in row.values
]


@pytest.mark.parametrize("mended", [False, True])
@pytest.mark.parametrize(("key", "values"), SCRIPTS)
def test_a_script_comes_to_what_the_bare_code_that_is_shown_comes_to(
    key: str, values: dict[str, float], mended: bool
) -> None:
    result = ran(key, mended, **values)
    found = bare(PITFALLS[key].text(mended, {**PITFALLS[key].values, **values}))
    assert "\n".join(result.printed) == "\n".join(found.printed)
    assert refusal_of(result) == found.said


def test_a_number_is_a_float_and_never_a_part_of_the_text() -> None:
    for row in PITFALLS.values():
        for mended in (False, True):
            assert "{" not in row.runnable(mended)
            assert [name for name in row.values if f"given_{name}" not in row.runnable(mended)] == []
    assert 'torch.tensor(float("inf"), requires_grad=True)' in PITFALLS["detach"].text(False, {"x": float("inf")})


@pytest.mark.parametrize("key", PITFALLS)
def test_the_wrong_number_is_printed_or_the_script_is_refused(key: str) -> None:
    result = wrong(key)
    assert result.printed == ((WRONG[key],) if key in WRONG else ())
    assert (result.refusal is None) == (key in WRONG)
    if PITFALLS[key].kind == SILENT:
        assert result.refusal is None


@pytest.mark.parametrize("key", PITFALLS)
def test_the_mended_script_prints_the_right_number_without_a_word(key: str) -> None:
    result = right(key)
    assert result.printed == (RIGHT[key],)
    assert result.refusal is None
    assert result.warning is None


@pytest.mark.parametrize("key", PITFALLS)
@pytest.mark.parametrize("mended", [False, True])
def test_scripts_are_short(key: str, mended: bool) -> None:
    lines = PITFALLS[key].text(mended, PITFALLS[key].values).splitlines()
    assert 3 <= len(lines) <= 9
    assert max(map(len, lines)) <= 62


@pytest.mark.parametrize(
    ("key", "line"), [("twice", 3), ("many", 2), ("integer", 1), ("in-place", 4), ("hidden-state", 5)]
)
def test_the_refused_line_is_known(key: str, line: int) -> None:
    refusal = wrong(key).refusal
    assert refusal
    assert refusal.line == line


# The graph


def names(graph: AutogradGraph) -> list[tuple[str, str | None]]:
    return [(node.name, node.expression) for node in graph.nodes]


@pytest.mark.parametrize("key", [key for key, row in PITFALLS.items() if row.at == CUT])
def test_at_a_cut_a_tracked_value_becomes_one_that_is_not(key: str) -> None:
    def cuts(result: ScriptResult) -> int:
        return sum(edge.source_tracked and not edge.target_tracked for edge in result.graph.untracked_edges)

    assert cuts(wrong(key)) == 1
    assert cuts(right(key)) == 0


def test_the_graph_is_the_one_of_the_last_backward() -> None:
    result = wrong("rebound")
    assert names(result.graph) == [
        ("PowBackward0", "y = x²"), ("SubBackward0", "x = x − 0.25·x.grad"), ("AccumulateGrad", "x"),
    ]  # fmt: skip
    values = [node.value.item() for node in result.graph.nodes if node.value is not None]
    assert values == [1.0, 1.0, 2.0]


def test_values_of_the_graph_stay_when_the_script_goes_on_to_change_them() -> None:
    (leaf_node,) = [node for node in right("in-place").graph.nodes if node.name == "AccumulateGrad"]
    assert leaf_node.value is not None
    assert leaf_node.value.item() == 3.0
    (gradient,) = [plain.value for plain in wrong("rebound").graph.untracked if plain.input == "x.grad"]
    assert float(gradient) == 4.0


def test_the_gradients_of_a_pass_are_watched_and_a_refused_pass_has_none() -> None:
    result = wrong("no-grad")
    assert result.backward
    assert [step.upstream for step in result.backward.steps] == [torch.tensor(1.0), torch.tensor(4.0)]
    for key in ("twice", "many", "in-place", "integer"):
        assert wrong(key).backward is None


def test_what_was_never_tracked_is_drawn_too() -> None:
    graph = wrong("integer").graph
    assert not graph.nodes
    assert [(plain.input, plain.expression) for plain in graph.untracked] == [("x", "x")]


@pytest.mark.parametrize("key", ["twice", "in-place"])
def test_the_marked_node_really_cannot_show_what_it_saved(key: str) -> None:
    names: dict[str, torch.Tensor] = {}
    with pytest.raises(RuntimeError):
        exec(PITFALLS[key].code, {"torch": torch}, names)
    with pytest.raises(RuntimeError):
        names["y"].grad_fn._saved_self  # noqa: B018


# Nothing leaks


def test_a_script_leaves_the_process_as_it_was() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert wrong("non-leaf").warning
        warnings.warn("of somebody else", UserWarning, stacklevel=1)
    assert [str(warning.message) for warning in caught] == ["of somebody else"]
    assert torch.is_grad_enabled()
    wrong("no-grad")
    assert torch.is_grad_enabled()


def test_what_a_script_prints_goes_nowhere_else(capsys: pytest.CaptureFixture[str]) -> None:
    wrong("accumulate")
    assert capsys.readouterr() == ("", "")


def test_scripts_run_side_by_side_without_hearing_each_other() -> None:
    together = threading.Barrier(4)

    def run(key: str) -> list[ScriptResult]:
        together.wait()
        return [wrong(key) for _ in range(20)]

    keys = ["accumulate", "stale", "rebound", "twice"]
    with ThreadPoolExecutor(4) as pool:
        for key, runs in zip(keys, pool.map(run, keys), strict=True):
            for result in runs:
                assert names(result.graph) == names(wrong(key).graph)
                assert result.printed == wrong(key).printed
                assert (result.warning, result.refusal) == (wrong(key).warning, wrong(key).refusal)


def test_an_error_that_is_not_pytorchs_is_not_hidden() -> None:
    with pytest.raises(NameError):
        run_script("x = nothing")
