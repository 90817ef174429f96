"""The numbers of an address of `/descent`, each read and objected to by its row."""

import pytest

from playground.descent.feature import FEATURE
from playground.descent.optimizers import OPTIMIZERS
from playground.descent.optimizers import Parameter as Keyword
from playground.descent.parameters import ENTRY, LR, MAX_RACERS, NOISE, RACE, SEED, STEPS, written
from playground.web.parameters import Parameter
from playground.words import say

KEYWORDS = [
    (row.name, keyword)
    for row in OPTIMIZERS.values()
    for keyword in row.parameters
    if not isinstance(keyword.default, bool)
]


def using(problem: str, used: str) -> tuple[str, ...]:
    return (say("descent.using", problem=problem, used=used),)


@pytest.mark.parametrize("row", [LR, STEPS, NOISE, SEED], ids=lambda row: row.name)
def test_a_number_is_what_the_text_means_and_the_usual_one_where_there_is_none(row: Parameter) -> None:
    assert float(row.read("6/3").chosen[0]) == 2.0
    for empty in (None, "", "  "):
        assert row.read(empty) == ((row.default,), ())


@pytest.mark.parametrize("row", [LR, STEPS, NOISE, SEED], ids=lambda row: row.name)
@pytest.mark.parametrize("text", ["x", "[1]", "[1, 2]", "-1", "1e999"])
def test_what_is_no_such_number_is_replaced_and_said(row: Parameter, text: str) -> None:
    chosen, objections = row.read(text)
    assert chosen == (row.default,)
    assert len(objections) == 1
    assert objections[0].endswith(f"Using {row.default}.")


@pytest.mark.parametrize(("name", "keyword"), KEYWORDS)
def test_each_optimizer_s_own_numbers_are_read_by_its_row(name: str, keyword: Keyword) -> None:
    row, (low, high) = FEATURE[keyword.name], keyword.offered
    assert keyword.value(row.read(None, keyword.offered, keyword.usual).chosen) == keyword.default
    beyond = [str(float(high) + 1)] * len(keyword.usual)
    chosen, objections = row.read(written(beyond), keyword.offered, keyword.usual)
    assert chosen == keyword.usual
    problem = say("error.range", name=keyword.name, low=low, high=high)
    assert objections == using(problem, written(keyword.usual))


def test_a_seed_is_whole() -> None:
    assert SEED.read("1.5").objections == using(say("error.seed"), "0")
    assert SEED.read(str(2**31)).objections
    assert SEED.read(str(2**31 - 1)).objections == ()


def test_steps_too_long_to_write_out_are_told_as_typed() -> None:
    (objection,) = STEPS.read("9" * 30).objections
    assert "9" * 30 in objection


@pytest.mark.parametrize(
    ("text", "shape", "indices"),
    [("1", (2,), ("1",)), ("[0, 1]", (2, 2), ("0", "1")), ("0，1", (2, 2), ("0", "1")), ("", (2,), ())],
)
def test_an_entry_is_its_row_and_column(text: str, shape: tuple[int, ...], indices: tuple[str, ...]) -> None:
    assert ENTRY.read(text, ("y", *map(str, shape)), ()) == (indices, ())


@pytest.mark.parametrize("text", ["2", "a", "0, 1", "-1", "1.0", "0001"])
def test_an_entry_that_there_is_not_leaves_the_sum(text: str) -> None:
    assert ENTRY.read(text, ("y", "2"), ()) == ((), (say("descent.bad_entry", output="y", shape=[2]),))


def test_who_races_is_an_optimizer_and_a_rate() -> None:
    chosen, objections = RACE.read("SGD 0.1, Adam、.5，what 2", ("SGD", "Adam"), ("SGD", "0.01"))
    assert chosen == ("SGD 0.1", "Adam 0.01", "SGD 0.5")
    assert objections == (say("descent.race_unknown", part="what 2"),)
    chosen, objections = RACE.read(",".join(map(str, range(1, MAX_RACERS + 2))), ("SGD",), ("SGD", "0.01"))
    assert len(chosen) == MAX_RACERS
    assert objections == (say("descent.race_many", limit=MAX_RACERS),)
