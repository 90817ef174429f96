"""A pitfall's drawing is marked where it happens, its sentences have their numbers, its script runs."""

import re
import warnings
from string import Formatter

import pytest

from playground.drawing.colours import Colour
from playground.drawing.dot import PROJECTED
from playground.drawing.script import to_script
from playground.pitfalls.compute import at_first, script_result
from playground.pitfalls.drawing import changed, numbers, pitfall_dot, pitfall_parts, places, texts_of_both
from playground.pitfalls.script_run import ScriptResult
from playground.pitfalls.table import CUT, PITFALLS
from playground.words import say, sentences
from tests.drawing.dots import statements, texts
from tests.reading import printed

SEEN = {key: (script_result(key, False, at_first(key)), script_result(key, True, at_first(key))) for key in PITFALLS}


@pytest.mark.parametrize("key", PITFALLS)
def test_the_drawing_is_marked_with_words_where_the_pitfall_is(key: str) -> None:
    pitfall, (result, _) = PITFALLS[key], SEEN[key]
    marked = places(result.graph, pitfall.at)
    assert marked
    for sizes in ({}, {"sizes": PROJECTED}):
        lines = statements(pitfall_dot(pitfall, result, True, **sizes))
        assert {name for name, line in lines.items() if re.search(r'class="[^"]*\bmarked"', line)} == set(marked)
        for name in marked:
            words = say(f"pitfalls.{key}.mark", **numbers(result))
            assert texts(lines[name], Colour.MARK) == [words]
            assert f'color="{Colour.MARK.light}"' in lines[name]
            assert name.startswith("plainedge") == (pitfall.at == CUT)


@pytest.mark.parametrize("key", PITFALLS)
def test_the_mended_drawing_has_no_mark(key: str) -> None:
    dot = pitfall_dot(PITFALLS[key], SEEN[key][1], False)
    assert "marked" not in dot
    assert Colour.MARK.light not in dot


@pytest.mark.parametrize("key", PITFALLS)
def test_sentences_name_the_numbers_of_the_case(key: str) -> None:
    values = texts_of_both(*SEEN[key])
    for part in ("why", "mend"):
        assert say(f"pitfalls.{key}.{part}", **values)
    text = sentences()[f"pitfalls.{key}.why"] + sentences()[f"pitfalls.{key}.mend"]
    assert {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_numbers_of_a_script() -> None:
    result: ScriptResult = SEEN["rebound"][0]
    assert numbers(result) | {"x": "1.0", "x_grad": "6.0", "x_shape": "[]", "x_dtype": "torch.float32"} == numbers(
        result
    )
    assert texts_of_both(*SEEN["rebound"])["mended_x_grad"] == "2.0"


@pytest.mark.parametrize("key", PITFALLS)
def test_the_script_prints_what_the_page_shows(key: str) -> None:
    wrong, mended = SEEN[key]
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        out = printed(to_script(pitfall_parts(PITFALLS[key], PITFALLS[key].values, wrong)))
    refusal = [f"{wrong.refusal.kind}: {wrong.refusal.message}"] if wrong.refusal else []
    assert out.strip() == "\n".join([*wrong.printed, *refusal, *mended.printed])


def test_changed_lines_are_those_that_were_not_there() -> None:
    assert changed("a\nb\n", "a\nc\nb\n") == {1}
    assert changed("a\nb\nc\n", "a\nc\nb\n") == {1}
    assert changed("a\nb\n", "a\n") == frozenset()
    assert all(changed(row.code, row.mended) for row in PITFALLS.values())
