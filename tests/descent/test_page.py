"""`/descent`: the tutorial's loop, what is known of the landscape, and what bad input gets."""

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import playground as pg
from playground.descent.compute import Setup, descent_exported
from playground.descent.optimizers import OPTIMIZERS
from playground.descent.panel.settings import typeset
from playground.web.examples import Example
from playground.web.inputs import case_of
from playground.words import say
from tests.reading import choices, figures, found, go, markup, opened, printed, results, said, script, type_
from tests.registry import DESCENT, offered

QUARTIC = {"f": "y = x^4 - 3x^2 + x", "at.x": "2"}
VALLEY = {"f": "z = x^2 + 20*y^2", "at.x": "3", "at.y": "1", "lr": "0.045", "steps": "30"}

each = pytest.mark.parametrize("example", offered(DESCENT), ids=lambda example: example.key)


def trace(figure: dict[str, Any], name: str) -> dict[str, Any]:
    return next(line for line in figure["data"] if line["name"] == name)


def verdict(app: AppTest) -> str:
    (line,) = found(app, "verdict")
    return line


# The tutorial


def test_a_cold_link_shows_the_tutorials_descent() -> None:
    app = opened(DESCENT)
    assert not app.exception
    assert not app.query_params
    assert found(app, "question") == [say("descent.question", optimizer="SGD", output="y", start="x = 0")]
    assert results(app) == ["x = 0.9999589920043945", "y = 0.0", "x.grad = -8.20159912109375e-05"]
    assert verdict(app) == say("descent.settles_minimum", step=377, at="1", tolerance="0.001")
    assert not found(app, "note") or all("g is what" in note or "noise" in note or "weight_decay" in note
                                         for note in found(app, "note"))  # fmt: skip


def test_the_figure_shows_the_whole_run() -> None:
    (figure,) = figures(opened(DESCENT, **QUARTIC, lr="0.03", steps="60"))
    trajectory = pg.descend(pg.parse(QUARTIC["f"]), {"x": 2.0}, lr=0.03, steps=60)
    assert trace(figure, "trail")["x"] == trajectory.positions["x"]
    assert trace(figure, "trail")["y"] == trajectory.values
    assert trace(figure, "point")["x"] == [trajectory.positions["x"][-1]]
    assert trace(figure, "levels")["text"] == [
        say("descent.level_global"),
        say("descent.level_maximum"),
        say("descent.level_local"),
    ]
    assert figure["layout"]["annotations"][0]["text"] == say("descent.mark_converged", step=24)


def test_a_run_that_rests_elsewhere_has_not_converged() -> None:
    (figure,) = figures(opened(DESCENT, f="y = 1 - exp(-x^2/2)", steps="50", **{"at.x": "4.5"}))
    assert figure["layout"]["annotations"][0]["text"] == say("descent.mark_rests", step=0)


def test_the_axes_stay_when_the_rate_changes() -> None:
    ranges = []
    for lr in ("0.003", "0.01", "0.05", "0.3", "0.9"):
        (figure,) = figures(opened(DESCENT, lr=lr))
        ranges.append([figure["layout"][axis]["range"] for axis in ("xaxis", "yaxis", "xaxis2", "yaxis2")])
    assert all(shown == ranges[0] for shown in ranges)


def test_a_logarithmic_axis_says_where_the_value_has_no_place_on_it() -> None:
    app = opened(DESCENT, log="true")
    (figure,) = figures(app)
    assert figure["layout"]["yaxis2"]["type"] == "log"
    assert say("descent.exactly_zero", output="y", lowest="0", step=429) in verdict(app)


# Verdicts and warnings


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({"lr": "0.001"}, say("descent.creeps", last=500)),
        ({"lr": "1"}, say("descent.bounces", last=500)),
        ({"lr": "1.1"}, "It diverges: at step 244"),
        ({"lr": "0"}, say("descent.stays_without_rate")),
        ({"lr": "1e9"}, "It diverges: at step"),
        ({"forget": "true"}, say("descent.bounces", last=500)),
        ({**QUARTIC, "lr": "0.15"}, say("descent.bounces", last=500)),
        ({**QUARTIC, "lr": "0.2"}, say("descent.diverges_at", step=5, output="y", value="inf")),
        ({"f": "y = x^3", "at.x": "1"}, say("descent.endless", output="y")),
        ({"f": "y = exp(x)", "at.x": "1"}, say("descent.never_reached", output="y")),
        ({"f": "z = x^2 - y^2", "at.x": "1", "at.y": "0.5"}, say("descent.endless", output="z")),
        ({"f": "y = log(x)", "at.x": "-1"}, say("descent.ends_at_once", output="y", value="nan")),
        ({"f": "y = 1 - exp(-x^2/2)", "at.x": "6"}, say("descent.stays_rounded")),
        ({"f": "y = -x^2", "at.x": "1", "weight_decay": "2"}, "It does not move: its steps are zero, or"),
        ({"f": "y = x^3 - 3x", "at.x": "2", "lr": "0.05"}, "no lowest point, and going down may never end."),
        ({"f": "y = x^3 - 3x", "at.x": "2", "lr": "0.05"}, "at the minimum 1."),
        ({"f": "z = sqrt(1 - x^2)^2", "at.x": "0.5"}, "It ends: at step "),
        ({"f": "y = x + sin(x)", "at.x": "3", "lr": "1"}, "but its kind is not decided."),
        ({"f": "y = x^2 + detach(x)", "at.x": "1", "lr": "0.1"}, "but its kind is not decided."),
        ({"f": "y = (x-1)^2", "at.x": "0", "lr": "0.1", "weight_decay": "1"}, "though the gradient is not zero there."),
        (
            {"f": "z = sqrt(x^2 + y^2)", "at.x": "3", "at.y": "4", "lr": "1"},
            "It ends: at step 5 z is 0, and there is no slope",
        ),
        ({"f": "y = (x^2 - 3x + 3)*exp(-x)", "at.x": "0.5"}, "no lowest point, and going down may never end."),
        ({"f": "y = (x^2 - 3x + 3)*exp(-x)", "at.x": "0.5", "lr": "0.3"}, "at the minimum 2."),
        ({"f": "y = exp(x)", "at.x": "200"}, say("descent.ends_at_once", output="y", value="inf")),
        ({"f": "y = x^4", "at.x": "1e9", "lr": "1"}, "It diverges: at step 1"),
        (
            {"f": "y = 1 - exp(-x^2/2)", "at.x": "4.5", "steps": "50"},
            say("descent.settles_nowhere", step=0, tolerance="0.001"),
        ),
        ({**QUARTIC, "at.x": "0.169938", "steps": "20"}, say("descent.settles_maximum", step=0, at="0.169938")),
    ],
)
def test_what_happened_is_said(address: dict[str, str], words: str) -> None:
    app = opened(DESCENT, **address)
    assert not app.exception
    assert words in verdict(app)
    assert figures(app)
    assert script(app)


def test_of_several_numbers_the_factor_of_the_slowest_is_the_most_that_an_error_keeps() -> None:
    """From (0, 3) each step multiplies it by 0.8."""
    text = said(opened(DESCENT, f="z = x^2 + 10*y^2", theory="true", **{"at.x": "0", "at.y": "3"}))
    assert say("descent.theory_factor_many", factor="0.98") in text


@pytest.mark.parametrize("f", ["y = sqrt(x)*sqrt(x)", "y = exp(log(x))", "y = sqrt(1 - x^2)^2"])
def test_what_ends_is_not_called_unbounded_for_the_formula_that_it_comes_to(f: str) -> None:
    assert "unbounded" not in verdict(opened(DESCENT, f=f, steps="3", **{"at.x": "0.5"}))


def test_a_formula_that_goes_on_has_no_critical_point_where_the_function_has_ended() -> None:
    (figure,) = figures(opened(DESCENT, f="y = sqrt(x^2 - 1)^2", lr="0.1", **{"at.x": "3"}))
    assert all(trace.get("name") != "levels" or not trace["x"] for trace in figure["data"])


# Bad input


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({"lr": "-1"}, "at least 0; -1.0 is none. Using 0.01."),
        ({"lr": "fast"}, "Using 0.01."),
        ({"lr": "[1, 2]"}, "lr must be one number. Using 0.01."),
        ({"lr": "1e999"}, "Using 0.01."),
        ({"steps": "10001"}, "10001 steps are not possible: a whole number from 0 to 10,000. Using 500."),
        ({"steps": "-3"}, "-3 steps are not possible"),
        ({"steps": "2.5"}, "2.5 steps are not possible"),
        ({"optimizer": "Foo"}, "using SGD"),
        ({"optimizer": "Muon"}, "Using SGD."),
        ({"optimizer": "Adam", "betas": "[2, 0.9]"}, "betas goes from 0 to"),
        ({"optimizer": "Adam", "betas": "0.9"}, "betas must be two numbers, as [0.9, 0.999]. Using [0.9, 0.999]."),
        ({"optimizer": "Momentum", "momentum": "x"}, "momentum must be a number"),
        ({"noise": "-1"}, "Using 0."),
        ({"seed": "1.5"}, "A seed is a whole number from 0 to 2147483647. Using 0."),
        ({"f": "y = x^2", "at.x": "[[1, 2], [3, 4]]"}, say("descent.several", output="y", shape=[2, 2])),
        ({"f": "y = x^2", "at.x": "[1, 2]", "entry": "1"}, say("descent.one_entry", output="y", shape=[2],
                                                              entry="y[1]")),
        ({"f": "y = x^2", "at.x": "[1, 2]", "entry": "7"}, say("descent.bad_entry", output="y", shape=[2])),
        ({"f": "y1 = x^2; y2 = x"}, say("descent.first_output", output="y1")),
    ],
)  # fmt: skip
def test_bad_input_gets_a_sentence_and_the_page_stands(address: dict[str, str], words: str) -> None:
    app = opened(DESCENT, **address)
    assert not app.exception
    assert any(words in note for note in found(app, "note")), found(app, "note")
    assert results(app)
    assert figures(app)


@pytest.mark.parametrize("address", [{"f": "y = a*b"}, {"f": "y = x", "grad.x": "false"}, {"f": "y = detach(x)"}])
def test_nothing_that_could_move_is_said(address: dict[str, str]) -> None:
    app = opened(DESCENT, **address)
    assert not app.exception
    assert found(app, "question") == [say("descent.question_none")]
    assert "an optimizer has no slope to follow" in said(app)


def test_very_large_inputs_are_walked_fewer_steps() -> None:
    app = opened(DESCENT, f="y = sum(x^2)", **{"at.x": json.dumps([[1] * 64] * 64)})
    assert not app.exception
    assert say("descent.fewer_steps", entries=4096, steps=500, used=162) in found(app, "note")


# Optimizers


@pytest.mark.parametrize("optimizer", [name for name, row in OPTIMIZERS.items() if not row.matrices])
def test_each_optimizer_shows_its_rule_and_its_run(optimizer: str) -> None:
    app = opened(DESCENT, optimizer=optimizer, steps="40")
    assert not app.exception
    (rule,) = (row for row in choices(app) if row["key"] == "rule")
    assert rule["hint"].endswith(typeset(OPTIMIZERS[optimizer].rule))
    constants = {"a": 1.0, "b": -2.0, "c": 1.0}
    trajectory = pg.descend(pg.parse("y = a*x^2 + b*x + c"), {"x": 0.0}, constants, optimizer=optimizer, steps=40)
    assert results(app)[0] == f"x = {trajectory.positions['x'][-1]}"
    lines = printed(script(app))
    assert all(line in lines for line in results(app))


def test_a_setting_changes_the_run_and_the_script() -> None:
    app = opened(DESCENT, optimizer="Momentum", momentum="0.5", steps="40")
    assert "momentum=0.5" in script(app)
    assert results(app) != results(opened(DESCENT, optimizer="Momentum", steps="40"))
    assert all(line in printed(script(app)) for line in results(app))


@pytest.mark.parametrize(
    "address",
    [
        {"noise": "0.5", "seed": "3", "steps": "50"},
        {"forget": "true", "steps": "50"},
        {"lr": "1.1"},
        {"f": "y = log(x)", "at.x": "-1"},
        {"f": "y = x^2", "at.x": "[1, 2]", "entry": "1", "steps": "9"},
        {"f": "y = x^2 + 0*detach(w)", "steps": "5"},
        {"f": "optimizer = step^2", "grad.step": "true", "steps": "5"},
        {"dtype": "float64", "steps": "77"},
        VALLEY,
    ],
    ids=str,
)
def test_the_script_prints_what_the_page_shows(address: dict[str, str]) -> None:
    app = opened(DESCENT, **address)
    assert not app.exception
    lines = printed(script(app))
    numbers = [line for line in results(app) if not line.startswith(("x[", "x.grad["))]
    assert numbers
    for line in numbers:
        assert line in lines


@each
def test_an_example_tells_its_story(example: Example) -> None:
    app = opened(DESCENT, **example.parameters)
    assert not app.exception
    assert verdict(app)
    lines = printed(script(app))
    assert all(line in lines for line in results(app))


def test_the_notebook_has_the_script_with_words_between() -> None:
    export = descent_exported(case_of(offered(DESCENT)[0]), "t", Setup("y", steps=20))
    cells = json.loads(export.notebook)["cells"]
    code = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert printed(code) == printed(export.script)


# The panels


def test_theory_is_promised_for_plain_sgd_alone() -> None:
    text = said(opened(DESCENT, theory="true"))
    assert "f'' = 2. Close to it, gradient descent is locally stable while lr < 2/f'' = 1." in text
    assert say("descent.theory_factor", factor="0.98") in text
    assert say("descent.theory_not_plain") in said(opened(DESCENT, theory="true", optimizer="Adam"))
    assert say("descent.theory_not_plain") in said(opened(DESCENT, theory="true", noise="1"))
    text = said(opened(DESCENT, theory="true", **VALLEY))
    assert "the largest eigenvalue of the Hessian is 40." in text
    assert "locally stable while lr < 2/40 = 0.05" in text
    assert say("descent.theory_none") in said(opened(DESCENT, f="y = exp(x)", theory="true"))
    assert "lr = 1 is just at the limit" in said(opened(DESCENT, theory="true", lr="1"))
    assert "lr = 1.5 is above" in said(opened(DESCENT, theory="true", lr="1.5"))


def test_the_error_is_drawn_beside_its_prediction() -> None:
    _, figure = figures(opened(DESCENT, theory="true"))
    measured, predicted = figure["data"]
    both = [(m, p) for m, p in zip(measured["y"], predicted["y"], strict=True) if m and p]
    assert len(both) > 300
    assert all(p / m == pytest.approx(1, rel=0.05) for m, p in both[:200])


@pytest.mark.parametrize(
    "race", ["1" * 60_000 + "x", "9" * 60_000, "what," * 20_000, "SGD 0.1," * 20_000, "1e-" * 20_000]
)
def test_a_race_of_any_length_is_read_in_one_go_and_has_a_few_notes(race: str) -> None:
    app = opened(DESCENT, racing="true", race=race, steps="5")
    assert not app.exception
    assert len(found(app, "note")) < 20


def test_a_race_has_a_row_for_each_who_takes_part() -> None:
    app = opened(DESCENT, racing="true", race="SGD 0.1, Adam, 0.5, what, SGD 1e9", steps="50")
    assert not app.exception
    text = said(app)
    for name in ("SGD, lr 0.1", "Adam, lr 0.01", "SGD, lr 0.5", "SGD, lr 1e+09"):
        assert name in text
    assert say("descent.race_unknown", part="what") in found(app, "note")
    _, figure = figures(app)
    assert len([line for line in figure["data"] if line["name"] == "racer"]) == 4
    trajectory = pg.descend(pg.parse("y = x^2 - 2x + 1"), {"x": 0.0}, optimizer="SGD", lr=0.5, steps=50)
    assert re.search(rf"SGD, lr 0.5</td><td>{1}</td>", " ".join(markup(app)))
    assert trajectory.gradients["x"][1] == 0


def test_at_most_five_race() -> None:
    app = opened(DESCENT, racing="true", race="1, 2, 3, 4, 5, 6", steps="5")
    assert say("descent.race_many", limit=5) in found(app, "note")


def test_a_race_of_many_entries_plays_their_values() -> None:
    app = opened(DESCENT, f="y = sum(x^2)", racing="true", race="0.1, 0.2", steps="20", **{"at.x": "[1, 2, 3]"})
    assert not app.exception
    _, figure = figures(app)
    lines = [trace for trace in figure["data"] if trace["name"] == "race loss"]
    for lr, line in zip((0.1, 0.2), lines, strict=True):
        trajectory = pg.descend(pg.parse("y = sum(x^2)"), {"x": [1, 2, 3]}, optimizer="SGD", lr=lr, steps=20)
        assert line["y"] == trajectory.values


def test_all_who_race_together_take_no_longer_than_a_page_may() -> None:
    program = "y = " + "+".join(["x*x"] * 40)
    app = opened(DESCENT, f=program, racing="true", race="1e-4, 1e-5, 1e-6, 1e-7", steps="500")
    assert not app.exception
    assert re.search(r"500 steps for all of them would take too long: each is run for \d+", said(app))


def test_values_beyond_their_plot_are_said_and_none_where_all_are_seen() -> None:
    sentence = say("descent.values_outside", step=2, output="y")
    assert sentence in said(opened(DESCENT, f="y = x^4 - 3x^2 + x", lr="0.2", steps="60", **{"at.x": "2"}))
    assert "lies beyond" not in said(opened(DESCENT))


@pytest.mark.parametrize("address", [QUARTIC, VALLEY, {"f": "y = sum(x^2)", "at.x": "[1, 2, 3]"}])
def test_every_panel_opens_on_every_landscape(address: dict[str, str]) -> None:
    panels = dict.fromkeys(("theory", "racing", "sweep", "surface", "animation", "beats", "log"), "true")
    app = opened(DESCENT, **(address | panels | {"steps": "20"}))
    assert not app.exception
    assert len(figures(app)) >= 3


def test_a_sweep_marks_the_rate_and_has_the_runs_values() -> None:
    app = opened(DESCENT, sweep="true", steps="40", lr="0.03")
    _, figure = figures(app)
    (values,) = figure["data"]
    constants = {"a": 1.0, "b": -2.0, "c": 1.0}
    for rate, value in list(zip(values["x"], values["y"], strict=True))[::10]:
        trajectory = pg.descend(pg.parse("y = a*x^2 + b*x + c"), {"x": 0.0}, constants, lr=rate, steps=40)
        assert value == (None if trajectory.diverged_at is not None else trajectory.values[-1])
    assert figure["layout"]["shapes"][0]["x0"] == 0.03
    assert 0.03 in values["x"]


def test_the_surface_carries_the_whole_path() -> None:
    _, figure = figures(opened(DESCENT, surface="true", **VALLEY))
    ground, walk = figure["data"]
    assert (ground["type"], walk["type"]) == ("surface", "scatter3d")
    assert len(walk["x"]) == 31


# Going on


def test_typing_another_rate_runs_again() -> None:
    app = type_(opened(DESCENT), "lr", "0.5")
    assert results(app)[0] == "x = 1.0"


def test_case_and_address_go_along_to_the_scalar_page() -> None:
    app = go(type_(opened(DESCENT), "at.x", "5"), "scalar")
    assert results(app) == ["x = 5.0", "y = 16.0", "x.grad = 8.0"]


def test_the_gradient_at_the_start_is_proved() -> None:
    assert "All three agree: autograd gives -2" in said(opened(DESCENT, proof="true"))


def test_more_steps_than_a_page_may_take_are_replaced_by_as_many_as_it_may() -> None:
    program = "y = " + "+".join(["x*x"] * 60)
    app = opened(DESCENT, f=program, steps="10000")
    note = re.search(r"10000 steps through so many operations would take too long: (\d+) steps are shown", said(app))
    assert note is not None
    assert 300 < int(note[1]) < 2000
    assert not app.exception


# An address that asks for what an optimizer does not have


def test_a_parameter_of_another_optimizer_is_not_dropped_without_a_word() -> None:
    sentence = say("descent.not_its_own", optimizer="SGD", names="momentum")
    assert sentence in said(opened(DESCENT, momentum="0.9"))
    assert sentence in said(opened(DESCENT, momentum="0.9", optimizer="SGD"))
    assert sentence not in said(opened(DESCENT, momentum="0.9", optimizer="Momentum"))


def test_a_parameter_of_no_optimizer_is_ignored_and_named() -> None:
    assert say("frame.ignored", names="nesterov") in said(opened(DESCENT, nesterov="true"))


@pytest.mark.parametrize("parameters", [{"optimizer": "Muon"}, {"optimizer": "Nesterov", "momentum": "0"}])
def test_the_question_names_the_optimizer_that_runs(parameters: dict[str, str]) -> None:
    (question,) = found(opened(DESCENT, **parameters), "question")
    assert parameters["optimizer"] not in question
    assert "SGD" in question
