"""Entries and their places, and gradient arguments of types that have no random numbers."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import playground as pg
from playground.engine.gradient_argument import as_upstream, index_of, place_of
from playground.language.gradient_argument import Drawn

SHAPES = st.lists(st.integers(1, 5), max_size=2)


@given(SHAPES)
def test_each_place_has_one_index_in_the_order_of_the_entries(shape: list[int]) -> None:
    numbered = torch.arange(torch.Size(shape).numel()).reshape(shape)
    for place in range(numbered.numel()):
        index = index_of(place, shape)
        assert numbered[index].item() == place
        assert place_of(index, shape) == place


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32, torch.bool, torch.uint8])
@pytest.mark.parametrize("text", ["y = x^2", "y = max(x, 2)", "y = 2"])
def test_random_gradients_for_what_is_no_float_are_refused_with_a_sentence(text: str, dtype: torch.dtype) -> None:
    try:
        output = pg.forward(pg.parse(text), {"x": 2}, (), dtype).outputs["y"]
    except pg.EvaluationError:
        return  # an operation that PyTorch has for floats alone
    with pytest.raises(pg.EvaluationError, match="y has whole numbers as its type"):
        as_upstream("y", Drawn(7), output)


def test_random_gradients_are_the_same_for_the_same_seed() -> None:
    output = torch.zeros(2, 3)
    assert torch.equal(as_upstream("y", Drawn(7), output), as_upstream("y", Drawn(7), output))
    assert not torch.equal(as_upstream("y", Drawn(7), output), as_upstream("y", Drawn(8), output))
