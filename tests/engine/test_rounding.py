"""Whole numbers that a float cannot hold are found, and no others."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.rounding import Rounded, rounded, typed_in
from playground.language.parse import parse


def test_the_first_whole_number_beyond_float32_is_found() -> None:
    values = {"x": ((1, 16777217), (16777219, 2)), "a": 16777216, "b": 0.1}
    assert rounded(values, torch.float32) == (Rounded("x", 16777217, 16777216.0),)
    assert rounded(values, torch.float64) == ()
    assert rounded({"x": 2**53 + 1}, torch.float64) == (Rounded("x", 2**53 + 1, 2.0**53),)


@given(st.integers(-(2**62), 2**62))
def test_a_number_is_reported_exactly_if_its_tensor_holds_another(number: int) -> None:
    for dtype in (torch.float32, torch.float64):
        held = int(torch.tensor(number, dtype=dtype).item())
        assert bool(rounded({"x": number}, dtype)) == (held != number)


def test_numbers_of_a_program_count_where_they_meet_a_tensor() -> None:
    assert typed_in(parse("u = 16777217*x + 2; y = (16777217 - 16777216)*u^3")) == {"u": (16777217, 2), "y": (3,)}
    (number,) = rounded(typed_in(parse("y = 16777217*x")), torch.float32)
    held = (torch.tensor(1.0) * 16777217).item()
    assert number == Rounded("y", 16777217, held)
