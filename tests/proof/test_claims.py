"""Nothing false is said of programs with kinks, poles, ends and cancellations: at their places, and beside them."""

from collections.abc import Iterator

import pytest

from playground.language import limits
from tests.proof.claims import false_claims, made

FEW, MANY = 300, 5_000


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """On a machine that is busy with other tests an answer may take longer than a person would wait."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(limits, "EXACT_TIMEOUT_SECONDS", 30.0)
        yield


@pytest.mark.parametrize("first", range(0, FEW, 50))
def test_nothing_false_is_said(first: int) -> None:
    assert [claim for seed in range(first, first + 50) for claim in false_claims(made(seed))] == []


@pytest.mark.slow
@pytest.mark.parametrize("first", range(FEW, FEW + MANY, 500))
def test_nothing_false_is_said_of_many(first: int) -> None:
    assert [claim for seed in range(first, first + 500) for claim in false_claims(made(seed))] == []
