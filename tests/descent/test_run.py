"""`descend` is the plain torch loop, to the last bit, for every optimizer; and says what it refuses."""

import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import playground as pg
from playground.descent.optimizers import LECTURE, OPTIMIZERS, Optimizer
from playground.descent.run import Trajectory
from playground.language.limits import MAX_STEPS

PARABOLA = pg.parse("y = a*x^2 + b*x + c")
CONSTANTS = {"a": 1.0, "b": -2.0, "c": 1.0}

coefficients = st.lists(st.integers(-8, 8), min_size=2, max_size=6).map(lambda ints: [whole / 4 for whole in ints])
starts = st.integers(-12, 12).map(lambda one: one / 4)


def tutorial(**options: Any) -> Trajectory:
    return pg.descend(PARABOLA, {"x": 0.0}, CONSTANTS, **options)


def value_of(coefficients: list[float], x: torch.Tensor) -> torch.Tensor:
    """A polynomial as a person would write it."""
    total = coefficients[0] + 0 * x
    for power, coefficient in enumerate(coefficients[1:], 1):
        total = total + coefficient * x**power
    return total


def plain_loop(
    row: Optimizer, coefficients: list[float], start: float, lr: float, steps: int, dtype: torch.dtype
) -> tuple[list[float], list[float], list[float]]:
    """The loop of the lecture, and what it had at each step."""
    x = torch.tensor([[start, 1.0], [2.0, -start]] if row.matrices else start, dtype=dtype, requires_grad=True)
    optimizer = row.make([x], lr=lr, **row.fixed)  # type: ignore[call-arg]
    positions, values, gradients = [], [], []
    for step in range(steps + 1):
        optimizer.zero_grad()
        y = value_of(coefficients, x)
        y = y.sum() if row.matrices else y
        y.backward()  # type: ignore[no-untyped-call]
        assert x.grad is not None
        positions.append(x.detach().flatten()[0].item())
        values.append(y.item())
        gradients.append(x.grad.flatten()[0].item())
        if not (math.isfinite(y.item()) and bool(torch.isfinite(x).all()) and bool(torch.isfinite(x.grad).all())):
            break
        if step < steps:
            optimizer.step()
    return positions, values, gradients


@pytest.mark.parametrize("row", OPTIMIZERS.values(), ids=lambda row: row.name)
@given(coefficients=coefficients, start=starts, lr=st.sampled_from([0.01, 0.1, 0.5, 3.0]), double=st.booleans())
@settings(max_examples=15)
def test_the_iterates_are_those_of_a_plain_loop(
    row: Optimizer, coefficients: list[float], start: float, lr: float, double: bool
) -> None:
    dtype = torch.float64 if double else torch.float32
    terms = " + ".join([f"{coefficients[0]!r} + 0*x", *(f"({c!r})*x^{k}" for k, c in enumerate(coefficients[1:], 1))])
    program = pg.parse(f"y = sum({terms})" if row.matrices else f"y = {terms}")
    begin = [[start, 1.0], [2.0, -start]] if row.matrices else start
    trajectory = pg.descend(program, {"x": begin}, optimizer=row.name, lr=lr, steps=12, dtype=dtype)
    firsts = [torch.as_tensor(item, dtype=torch.float64).flatten()[0].item() for item in trajectory.positions["x"]]
    slopes = [torch.as_tensor(item, dtype=torch.float64).flatten()[0].item() for item in trajectory.gradients["x"]]
    expected = plain_loop(row, coefficients, start, lr, 12, dtype)
    assert [repr(item) for row_ in (firsts, trajectory.values, slopes) for item in row_] == [
        repr(item) for row_ in expected for item in row_
    ]


def test_the_tutorials_case_to_the_last_bit() -> None:
    trajectory = tutorial(optimizer="SGD", lr=0.01, steps=500)
    assert trajectory.positions["x"][-1] == 0.9999589920043945
    assert len(trajectory.positions["x"]) == len(trajectory.values) == len(trajectory.gradients["x"]) == 501
    assert trajectory.values.index(0.0) == 429
    assert (trajectory.positions["x"][0], trajectory.values[0], trajectory.gradients["x"][0]) == (0.0, 1.0, -2.0)
    assert trajectory.diverged_at is None
    assert trajectory.updates == 500


def test_every_setting_of_the_table_is_the_classs_own() -> None:
    for row in OPTIMIZERS.values():
        x = torch.ones(2, 2, requires_grad=True)
        defaults = row.make([x], lr=0.01, **row.fixed).defaults  # type: ignore[call-arg]
        assert {name: defaults[name] for name in row.settings} == row.settings
        for parameter in row.parameters:
            numbers = parameter.default if isinstance(parameter.default, tuple) else (parameter.default,)
            assert all(parameter.low <= number <= parameter.high for number in numbers)
        assert row.rule


def test_the_table_has_every_optimizer_of_torch_that_needs_no_closure() -> None:
    classes = {row.make for row in OPTIMIZERS.values()}
    theirs = {
        item
        for item in vars(torch.optim).values()
        if isinstance(item, type) and issubclass(item, torch.optim.Optimizer)
    }
    left_out = {torch.optim.Optimizer, torch.optim.LBFGS, torch.optim.SparseAdam}
    assert classes == theirs - left_out
    assert tuple(OPTIMIZERS)[: len(LECTURE)] == LECTURE


def test_further_keywords_are_torchs() -> None:
    assert tutorial(momentum=0.9, nesterov=True).positions == tutorial(optimizer="Nesterov").positions
    assert tutorial(weight_decay=0.5).positions != tutorial().positions


# Divergence


def test_a_run_ends_at_the_first_number_that_is_not_finite() -> None:
    trajectory = pg.descend(pg.parse("y = x^4 - 3x^2 + x"), {"x": 2.0}, lr=0.2)
    assert trajectory.diverged_at == 5
    assert len(trajectory.values) == len(trajectory.positions["x"]) == len(trajectory.gradients["x"]) == 6
    assert not math.isfinite(trajectory.values[-1])
    assert all(map(math.isfinite, trajectory.values[:-1]))


def test_a_start_without_a_value_has_diverged_before_the_first_step() -> None:
    trajectory = pg.descend(pg.parse("y = log(x)"), {"x": -1.0})
    assert trajectory.diverged_at == 0
    assert len(trajectory.values) == 1


def test_a_huge_rate_overflows_at_once() -> None:
    assert pg.descend(pg.parse("y = x^4"), {"x": 2.0}, lr=1e9).diverged_at == 1


# Noise, and what is left out


def test_noise_repeats_with_its_seed() -> None:
    first, same, other = (tutorial(noise=0.5, seed=seed, steps=20) for seed in (1, 1, 2))
    assert first == same
    assert first.positions != other.positions
    assert first.gradients["x"] != first.slopes["x"]
    for at, slope in zip(first.positions["x"], first.slopes["x"], strict=True):
        assert slope == pytest.approx(2 * at - 2, abs=1e-5)


def test_a_forgotten_zero_grad_adds_up_and_swings() -> None:
    trajectory = tutorial(zero_grad=False)
    total = 0.0
    for slope, held in list(zip(trajectory.slopes["x"], trajectory.gradients["x"], strict=True))[:30]:
        total += slope
        assert held == pytest.approx(total, rel=1e-4, abs=1e-4)
    turns = [k for k in range(1, 500) if trajectory.gradients["x"][k - 1] < 0 <= trajectory.gradients["x"][k]]
    assert turns[1] - turns[0] == pytest.approx(44, abs=1)
    assert 1.9 < max(trajectory.positions["x"]) < 2.1


# Larger things


def test_matrices_move_and_are_kept_as_copies() -> None:
    trajectory = pg.descend(
        pg.parse("y = sum((x - a)^2)"), {"x": [[1.0, 2.0], [3.0, 4.0]]}, {"a": 1.0}, lr=0.5, steps=2
    )
    first, last = trajectory.positions["x"][0], trajectory.positions["x"][-1]
    assert isinstance(first, torch.Tensor)
    assert isinstance(last, torch.Tensor)
    assert first.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert last.tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert not first.requires_grad


def test_of_several_entries_the_sum_is_minimized_or_one_of_them() -> None:
    program, start = pg.parse("y = x^2"), {"x": [1.0, 2.0]}
    assert pg.descend(program, start, steps=1).values[0] == 5.0
    trajectory = pg.descend(program, start, steps=1, lr=0.5, entry=(1,))
    assert trajectory.values[0] == 4.0
    assert [one_.tolist() for one_ in trajectory.positions["x"]] == [[1.0, 2.0], [1.0, 0.0]]  # type: ignore[union-attr]


def test_the_callers_tensors_stay_as_they_are() -> None:
    x, a = torch.tensor(2.0, requires_grad=True), torch.tensor(1.0, requires_grad=True)
    pg.descend(pg.parse("y = a*x^2"), {"x": x}, {"a": a}, steps=3)
    assert (x.item(), x.grad, a.grad) == (2.0, None, None)


@pytest.mark.parametrize("options", [{}, {"zero_grad": False}, {"noise": 0.1}])
def test_of_an_input_that_no_path_leads_to_no_slope_is_known_at_any_step(options: dict[str, Any]) -> None:
    """Also where slopes are written down apart from what `.grad` holds."""
    trajectory = pg.descend(pg.parse("y = x^2; z = w"), {"x": 3.0, "w": 1.0}, steps=4, output="y", **options)
    assert trajectory.slopes["w"] == [None] * 5
    assert None not in trajectory.slopes["x"]


def test_an_input_that_no_path_leads_to_does_not_move() -> None:
    trajectory = pg.descend(pg.parse("y = x^2 + 0*detach(w)"), {"x": 1.0, "w": 2.0}, steps=3)
    assert trajectory.positions["w"] == [2.0] * 4
    assert trajectory.gradients["w"] == [None] * 4


# What is refused


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lr": -0.1}, "learning rate"),
        ({"lr": math.nan}, "learning rate"),
        ({"steps": MAX_STEPS + 1}, "10,000"),
        ({"steps": -1}, "whole number"),
        ({"steps": 1.5}, "whole number"),
        ({"noise": -1.0}, "noise"),
        ({"optimizer": "Foo"}, "Foo"),
        ({"optimizer": "Muon"}, "2D"),
        ({"betas": (0.9, 0.9)}, "unexpected keyword"),
        ({"optimizer": "Adam", "betas": (2.0, 0.9)}, "Invalid beta"),
        ({"output": "q"}, "q"),
        ({"entry": (0,)}, "no entry"),
    ],
)
def test_what_cannot_be_run_is_refused_in_a_sentence(options: dict[str, Any], words: str) -> None:
    with pytest.raises(pg.EvaluationError) as problem:
        tutorial(**options)
    assert words in problem.value.message


def test_a_missing_constant_is_refused() -> None:
    with pytest.raises(pg.EvaluationError, match="b has no value"):
        pg.descend(PARABOLA, {"x": 0.0}, {"a": 1.0, "c": 1.0})


@pytest.mark.parametrize("start", [{}, {"q": 1.0}, {"a": 0.0, "x": 0.0}])
def test_a_start_that_is_none_is_refused(start: dict[str, float]) -> None:
    with pytest.raises(pg.EvaluationError):
        pg.descend(PARABOLA, start, CONSTANTS)


def test_a_result_that_does_not_depend_on_the_start_is_refused() -> None:
    with pytest.raises(pg.EvaluationError, match="no slope to go down"):
        pg.descend(pg.parse("y = detach(x)^2"), {"x": 1.0})


def test_lr_zero_stays_where_it_is() -> None:
    assert set(tutorial(lr=0.0, steps=5).positions["x"]) == {0.0}


def test_a_run_without_steps_looks_at_the_start() -> None:
    assert tutorial(steps=0).values == [1.0]
