"""The update that a page shows of an optimizer is the one that torch makes: its LaTeX is read and computed."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import playground as pg
from playground.descent.optimizers import BETWEEN, MATRIX, OPTIMIZERS, Optimizer

PLAIN = {
    r"\eta_+": " plus ", r"\eta_-": " minus ", "s_-": " low ", "s_+": " high ", "g_{t-1}": " before ", "g_t": " g ",
    r"\eta_t": " rate ", r"\mu_{t+1}": " following ", r"\mu_t": " current ", "P_{t+1}": " both ", "P_t": " product ",
    r"\mathrm{dim}": "dim", r"\mathrm{rows}": "rows", r"\mathrm{columns}": "columns", r"\varepsilon_1": "tiny",
    r"\varepsilon_2": "least", r"\prod_{i\le t}\mu_i": "earlier * current", r"\operatorname{orthogonal}": "",
    r"\,": " ",
}  # fmt: skip
"""What a rule writes as no program does, and what a program may be told instead."""
GREEK = {
    "momentum": "μ", "dampening": "τ", "alpha": "α", "eps": "ε", "rho": "ρ", "lr_decay": "λ", "lambd": "λ",
    "weight_decay": "λ", "momentum_decay": "ψ", "beta2_decay": "c", "d": "d", "betas": ("β_1", "β_2"),
    "etas": ("minus", "plus"), "step_sizes": ("low", "high"),
}  # fmt: skip
"""How a rule calls a setting."""

Numbers = dict[str, Any]


def statements(rule: str) -> list[tuple[str, ...]]:
    """The names and the right sides of a rule, in their order, as texts that are programs."""
    parts = [part.replace(r"\gets", "=", 1).partition("=") for part in rule.split(BETWEEN)]
    return [(*pg.parse(f"out = {plain(name)}").inputs, plain(right)) for name, _, right in parts]


def plain(text: str) -> str:
    for typeset, replacement in PLAIN.items():
        text = text.replace(typeset, replacement)
    return text.strip()


def computed(right: str, numbers: Numbers) -> torch.Tensor:
    program = pg.parse(f"out = {right}")
    values = {name: torch.as_tensor(numbers[name], dtype=torch.float64) for name in program.inputs}
    return pg.forward(program, values, requires_grad=(), dtype=torch.float64).outputs["out"]


def moved_by_rule(rule: str, row: Optimizer, given_: Mapping[str, Any], x: Any, slopes: Sequence[Any]) -> list[Any]:
    """Where a rule takes x by one gradient after another."""
    zero = torch.zeros_like(x)
    numbers: Numbers = {**dict.fromkeys("bmvwus", zero), "r": zero.sum(-1), "x": x, "η": given_["lr"], "product": 1.0}
    if x.dim() > 1:
        numbers |= {"s": zero.sum(-2), "rows": len(x), "columns": x.shape[1]}
    if row.name == "Rprop":
        numbers |= {"s": zero + given_["lr"], "g": zero}
    if row.name == "Adagrad":
        numbers["s"] = zero + given_["initial_accumulator_value"]
    numbers |= {"tiny": torch.finfo(torch.float64).eps, "least": 1e-3}
    for name, value in given_.items():
        if name == "weight_decay" and not row.shrinks:
            continue
        names, values = (GREEK.get(name, ()), value) if isinstance(value, tuple) else ((GREEK.get(name),), (value,))
        numbers |= dict(zip(names, values, strict=False))
    places = []
    for turn, slope in enumerate(slopes, 1):
        adds = 0 if row.shrinks else given_.get("weight_decay", 0)
        numbers |= {"t": turn, "before": numbers.get("g", zero), "g": slope + adds * numbers["x"]}
        numbers["earlier"] = numbers["product"]
        for name, right in statements(rule):
            if "following" in right:  # what the rule says of μ a step later
                later = dict(statements(rule))["current"].replace("t}", "(t+1)}")
                numbers["following"] = computed(later, numbers)
                numbers["both"] = numbers["product"] * numbers["following"]
            numbers[name] = computed(right, numbers)
        places.append(numbers["x"])
    return places


def moved_by_torch(row: Optimizer, given_: Mapping[str, Any], x: Any, slopes: Sequence[Any]) -> list[Any]:
    """Where torch's optimizer takes x by the same gradients."""
    moved = x.clone().requires_grad_()
    optimizer = row.make([moved], **{**row.fixed, **given_})  # type: ignore[call-arg]
    places = []
    for slope in slopes:
        moved.grad = slope.clone()
        optimizer.step()
        places.append(moved.detach().clone())
    return places


UNIT = st.floats(0.0, 0.95)
DRAWN: dict[str, st.SearchStrategy[Any]] = {
    "betas": st.tuples(UNIT, st.floats(0.5, 0.999)), "eps": st.floats(1e-10, 0.1), "etas": st.tuples(
        st.floats(0.1, 0.9), st.floats(1.1, 3.0)), "step_sizes": st.tuples(st.floats(1e-6, 0.05), st.floats(0.1, 2.0)),
    "beta2_decay": st.floats(-2.0, -0.1), "d": st.floats(1.0, 4.0), "momentum": st.floats(0.1, 0.95),
    "initial_accumulator_value": st.floats(0.0, 2.0), "alpha": st.floats(0.1, 0.95),
    "t0": st.just(1e6), "weight_decay": st.floats(0.0, 0.5),
}  # fmt: skip
"""What settings are tried; the others go from 0 to 1."""


@st.composite
def runs(draw: Any, row: Optimizer, on: Collection[str], shape: tuple[int, ...]) -> tuple[Numbers, Any, list[Any]]:
    """Settings, a start and gradients."""
    given_ = {"lr": draw(st.floats(0.01, 1.0))}
    for each in row.parameters:
        switch = isinstance(each.default, bool)
        given_[each.name] = each.name in on if switch else draw(DRAWN.get(each.name, UNIT))
    entry = st.floats(-3, 3).filter(lambda number: abs(number) > 0.01)
    tensor = st.lists(entry, min_size=math.prod(shape), max_size=math.prod(shape)).map(
        lambda entries: torch.tensor(entries, dtype=torch.float64).reshape(shape)
    )
    return given_, draw(tensor), draw(st.lists(tensor, min_size=1, max_size=9))


EACH = [(row, condition) for row in OPTIMIZERS.values() for condition in ("", *row.other_rules)]
IDS = [f"{row.name}-{condition}" for row, condition in EACH]


@pytest.mark.parametrize(("row", "condition"), [pair for pair in EACH if not pair[0].matrices])
@given(data=st.data())
@settings(max_examples=15)
def test_a_rule_is_what_torch_does(row: Optimizer, condition: str, data: st.DataObject) -> None:
    alone = row.name == "Rprop"  # its cases are of each entry
    shape = (3, 2) if condition == MATRIX else data.draw(st.sampled_from([(), () if alone else (3,)]))
    given_, x, slopes = data.draw(runs(row, {condition}, shape))
    ours = moved_by_rule(row.rule_under({condition}), row, given_, x, slopes)
    theirs = moved_by_torch(row, given_, x, slopes)
    torch.testing.assert_close(torch.stack(ours), torch.stack(theirs), rtol=1e-6, atol=1e-6)


@given(data=st.data())
@settings(max_examples=15)
def test_muon_s_rule_is_what_torch_does_but_for_an_orthogonalization_that_is_not_exact(data: st.DataObject) -> None:
    """Torch's singular values lie around 1: it takes five steps of Newton and Schulz in bfloat16."""
    row = OPTIMIZERS["Muon"]
    given_, x, slopes = data.draw(runs(row, (), (3, 2)))
    (_, _), (_, right) = statements(row.rule)
    (place,) = moved_by_torch(row, given_, x, slopes[:1])
    direction = torch.linalg.svdvals(slopes[0])
    shrunk, step, scale = right.partition("- ")[0], place, math.sqrt(max(1, 3 / 2)) * given_["lr"]
    taken = (computed(shrunk, {"x": x, "η": given_["lr"], "λ": given_["weight_decay"]}) - step) / scale
    if direction[-1] > 0.2 * direction[0]:
        assert torch.allclose(torch.linalg.svdvals(taken), torch.ones(2, dtype=torch.float64), atol=0.35)
        left, _, rest = torch.linalg.svd(slopes[0], full_matrices=False)
        between = left.T @ taken @ rest.T
        assert torch.allclose(between, torch.diag(torch.diag(between)), atol=0.1)


def test_of_several_kinds_of_inputs_each_has_its_rule() -> None:
    row = OPTIMIZERS["Adafactor"]
    assert row.rule_under(()) == row.rule != row.rule_under({MATRIX})
