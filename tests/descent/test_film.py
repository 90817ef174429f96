"""The film of a run: its columns are the run's numbers, its sentences those of each step."""

import base64
import json
import struct
import subprocess
from dataclasses import replace
from itertools import pairwise
from shutil import which

import pytest
import torch

import playground as pg
from playground.descent.film import LINES, columns_of, film_of
from playground.descent.sentences import exactly_zero
from playground.drawing.film import Film, Scene, at_the_end, filled, packed
from playground.words import say
from tests.drawing.films import told_of, tutorial, tutorial_film


def sentence(film: Film, place: int) -> str:
    scene = film.scenes[film.places[place]]
    return filled("".join(text for _, text in scene.sentence), film.columns, place // film.beats)


def texts(film: Film, place: int) -> dict[str, str]:
    scene = film.scenes[film.places[place]]
    return {name: filled(text, film.columns, place // film.beats) for name, text in scene.texts.items()}


def test_the_columns_are_the_runs_numbers_to_the_last_bit() -> None:
    film = tutorial_film()
    trajectory = tutorial()
    sent = packed(film)["columns"]
    for name, numbers in (
        ("x0", trajectory.positions["x"]),
        ("value", trajectory.values),
        ("g0", trajectory.gradients["x"]),
    ):
        assert list(struct.unpack("<501f", base64.b64decode(sent[name]))) == numbers


def test_a_run_in_float64_is_sent_as_such() -> None:
    trajectory = tutorial(dtype=torch.float64)
    facts = told_of(trajectory)
    film = film_of(columns_of(trajectory, facts, (2.7, 2.0)), facts, False, False, True)
    sent = packed(film)["columns"]["x0"]
    assert list(struct.unpack("<501d", base64.b64decode(sent))) == trajectory.positions["x"]


def test_a_step_is_written_out() -> None:
    film = tutorial_film()
    assert sentence(film, 0) == "Slope -2: by that, downhill is right. x <- 0 - 0.01·(-2) = 0.02."
    assert sentence(film, 500).startswith("Here the run ends: x = 0.999959")
    assert at_the_end(film) == {"at0": "0.9999589920043945", "value": "0.0", "grad0": "-8.20159912109375e-05"}


def test_another_optimizers_step_says_by_how_much_it_moves() -> None:
    assert sentence(tutorial_film(optimizer="Adam"), 0) == (
        "Slope -2: by that, downhill is right. Adam moves x by 0.01: x <- 0 + (0.01) = 0.01."
    )


def test_a_forgotten_zero_grad_is_told_apart_from_the_slope() -> None:
    film = tutorial_film(zero_grad=False)
    assert sentence(film, 1).startswith(
        "Slope -1.96, but nobody cleared .grad: it holds -3.96. x <- 0.02 - 0.01·(-3.96)"
    )


def test_the_tangent_has_the_slope_of_its_step() -> None:
    film = tutorial_film()
    for step in (0, 3, 100, 500):
        left, right, low, high = (film.columns[name][step] for name in ("tl", "tr", "tu", "tv"))
        assert (high - low) / (right - left) == pytest.approx(film.columns["g0"][step], abs=1e-9)


def test_line_by_line_only_step_moves_x_and_y_is_old_until_forward() -> None:
    film = tutorial_film(steps=3, beats=True)
    assert len(film.places) == 3 * len(LINES) + 1
    shown = [texts(film, place) for place in range(len(film.places))]
    assert shown[0] == {"at0": "0.0", "value": "?", "grad0": "None"}
    assert shown[4] == {"at0": "0.019999999552965164", "value": "1.0", "grad0": "-2.0"}
    assert shown[5] == {"at0": "0.019999999552965164", "value": "1.0", "grad0": "None"}
    assert shown[6]["value"] != "1.0"
    for place, (before, after) in enumerate(pairwise(shown), 1):
        assert (before["at0"] != after["at0"]) == (place % len(LINES) == 0)
    lit = [film.scenes[turn].lit[0] for turn in film.places[1:5]]
    assert lit == ["line-zero_grad", "line-forward", "line-backward", "line-step"]


def test_line_by_line_without_zero_grad_keeps_the_old_gradient() -> None:
    film = tutorial_film(steps=2, beats=True, zero_grad=False)
    assert texts(film, 5)["grad0"] == texts(film, 4)["grad0"] == "-2.0"
    assert "left out" in sentence(film, 5)
    assert texts(film, 6)["grad0"] == "-2.0"
    assert texts(film, 7)["grad0"] == repr(tutorial(2, zero_grad=False).gradients["x"][1])


def test_a_run_that_diverges_ends_with_it() -> None:
    trajectory = pg.descend(pg.parse("y = x^4"), {"x": 10.0}, lr=1.0)
    story = replace(told_of(trajectory), diverged_at=trajectory.diverged_at)
    film = film_of(columns_of(trajectory, story, (1.0, 1.0)), story, False, False, False)
    assert film.last == trajectory.diverged_at
    assert f"At step {trajectory.diverged_at}" in sentence(film, film.last)
    json.dumps(packed(film), allow_nan=False)


def test_two_variables_are_written_as_pairs() -> None:
    trajectory = pg.descend(pg.parse("z = x^2 + y^2"), {"x": 1.0, "y": 2.0}, lr=0.1, steps=5)
    story = replace(told_of(trajectory), names=("x", "y"), output="z", lr=0.1)
    film = film_of(columns_of(trajectory, story, (4.0, 3.0)), story, False, False, False)
    assert sentence(film, 0) == (
        "Gradient (2, 4): by that, downhill is the opposite way. (x, y) <- (1, 2) - 0.1·(2, 4) = (0.8, 1.6)."
    )


def test_a_gradient_that_no_path_leads_to_is_none_also_in_the_sentence() -> None:
    trajectory = pg.descend(pg.parse("z = x^2 + detach(y)"), {"x": 1.0, "y": 2.0}, lr=0.1, steps=2)
    story = replace(told_of(trajectory), names=("x", "y"), output="z", lr=0.1, silent=(1,))
    film = film_of(columns_of(trajectory, story, (4.0, 3.0)), story, False, True, False)
    assert sentence(film, len(LINES) - 1) == "Backward: .grad of x and y now holds (2, None). Nothing has moved yet."


def test_what_is_called_exact_has_every_digit() -> None:
    third = torch.tensor(1 / 3).item()
    assert exactly_zero([1.0, third], third, "y") == say("descent.exactly_zero", output="y", lowest=third, step=1)
    assert exactly_zero([1.0, 0.25], 0.25, "y") == say("descent.exactly_zero", output="y", lowest="0.25", step=1)


@pytest.mark.skipif(which("node") is None, reason="needs node")
def test_the_browser_writes_numbers_as_python_does() -> None:
    numbers = [0.0, 1.0, -2.0, 1e-5, 0.0001, 1.5e-7, 123456.0, 1234567.0, 1e15, 1e16, 3.4e38, 0.9999589920043945]
    numbers += [float("nan"), float("inf"), -float("inf"), 2 / 3, -1e-30, 12345.678, 99999.95]
    film = Film([Scene([("", "{x0} {x0!}")])], [0] * len(numbers), {"x0": numbers}, double=("x0",))
    from playground.web.files import source

    script = (
        source("web/player/columns.js").replace("export ", "")
        + "\nconst film = JSON.parse(require('fs').readFileSync(0))\n"
    )
    script += "console.log(JSON.stringify(unpacked(film).pieces.map(([, text]) => text)))"
    done = subprocess.run(
        ["node", "-e", script], input=json.dumps(packed(film)), capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [filled("{x0} {x0!}", film.columns, step) for step in range(len(numbers))]
