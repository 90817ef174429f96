"""The names of a script beside those of its program."""

import pytest

from playground.drawing.script import caught, naming


@pytest.mark.parametrize(
    ("taken", "wanted", "given"),
    [
        (["x"], ["gradient"], ["gradient"]),
        (["gradient"], ["gradient"], ["gradient_"]),
        (["gradient", "gradient_"], ["gradient"], ["gradient__"]),
        (["grad_x"], ["grad_x", "grad_x_"], ["grad_x_", "grad_x__"]),
        (["x"], ["range"], ["range"]),
        (["range"], ["range", "zip"], ["builtins.range", "zip"]),
        (["range", "builtins"], ["range"], ["builtins_.range"]),
    ],
)
def test_what_the_program_has_taken_gives_way(taken: list[str], wanted: list[str], given: list[str]) -> None:
    names = naming(taken, wanted)
    assert [names[name] for name in wanted] == given


def test_a_refused_call_prints_the_kind_of_error_and_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    names = naming(["error"], ["error", "ValueError"])
    exec(caught("raise ValueError('no')", names, "ValueError"), {"error": 1})
    assert capsys.readouterr().out == "ValueError: no\n"
