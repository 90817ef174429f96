"""There and back: the script that a page shows, pasted, gives that page again, and there the same script."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import playground as pg
from playground.descent.compute import Setup, descent_exported
from playground.descent.optimizers import OPTIMIZERS, Parameter
from playground.engine.case import Case
from playground.lessons.table import LESSONS
from playground.matrix.compute import exported as matrix_exported
from playground.pasted.read import Script
from playground.web.case import exported, observed
from tests.cases import case_at
from tests.pasted.scripts import case_of
from tests.programs import Made, programs
from tests.reading import opened, script
from tests.registry import OFFERED

POLYNOMIAL = {"f": "y = a*x^2 + b*x + c", "at.a": "2", "at.x": "3", "at.b": "-5", "at.c": "1"}
GRID = {**POLYNOMIAL, "at.x": "[[0, 0], [1, 2]]"}
PAIR = {"f": "y1 = x1*x2; y2 = x1 + x2", "at.x1": "1", "at.x2": "2"}
VECTORS = {"f": "y1 = A @ x; y2 = sum(x^2)", "at.A": "[[1, 2], [3, 4]]", "at.x": "[1, 2]"}
WIDE = {"f": "y = x @ x", "at.x": str([[1, 2, 3, 4, 5]] * 5)}
HARD = (
    "y = x^3 + sin(1)*x + pi*x - e", "y = cbrt(x) + sec(x)*asech(x/9)", "y = max(x, 1) + 2^x + x/(2/3)",
    "t = x; y = t*x", "e = x^2; y = 2e + math.e", "y = x % 2 + (7 % 4)*x", "y = [1 2; 3 4] @ [x, 1]", "y = x",
    "k = 2; y = k*x", "u1 = x^2; y = u1; z = 3", "h = x*2; y = h + 1; q = h*3", "y = -x^2 + (-x)^2 - -x",
    "y = 2^3^x/1e3 + 1.5e-7x", "y = sum([1, 2]*x)", "y = relu(x) if x > 0 else x^2",
    "y = logaddexp(π, x) + max(x, 1/3)",
)  # fmt: skip

ASKED = [
    *(("scalar", {**POLYNOMIAL, "did": did}) for did in ("again", "same_graph", "again,zero_grad,again", "zero_grad")),
    ("scalar", GRID),
    ("matrix", {**GRID, "argument": "false"}),
    *(("matrix", {**GRID, "gradient.y": text}) for text in ("random 3", "entry 0, 1", "[[1, -2], [0.1, 1e-5]]")),
    ("matrix", WIDE),
    ("matrix", {**WIDE, "gradient.y": "entry 2, 3"}),
    ("matrix", {"f": "y1 = x*2; y2 = x^2", "at.x": "[1, 2]", "of": "y2"}),
    ("partials", {**PAIR, "inputs": "x2", "outputs": "y2", "again": "true", "retain_graph": "true"}),
    ("partials", {**PAIR, "inputs": "", "outputs": ""}),
    ("partials", {**PAIR, "f": "y1 = x1*x2; y2 = x2^2", "outputs": "y2", "allow_unused": "true", "again": "true"}),
    ("partials", {**VECTORS, "row": "2", "jacobian": "true"}),
    ("partials", {**VECTORS, "row": "1", "jacobian": "true", "gradient.y1": "[1, 3]", "again": "true"}),
    *(("second", {**POLYNOMIAL, "order": order}) for order in ("1", "5")),
    *(("second", {"f": "y = 3x + 2", "at.x": "1", "order": order}) for order in ("1", "3")),
    ("second", {"f": "z = x^2 + x*y", "at.x": "0", "at.y": "1", "wrt": "x", "order": "3"}),
    ("second", {"f": "z = x^2 + x*y", "at.x": "0", "at.y": "1", "direction": "[1, -1]"}),
    ("second", {"f": "z = 2x + y", "at.x": "0", "at.y": "1"}),
    ("second", {"f": "z = 2x + y^2", "at.x": "0", "at.y": "1"}),
    ("second", {"f": "y = sum(x^3)*u", "at.x": "[1, 2]", "at.u": "2"}),
    ("descent", {**POLYNOMIAL, "lr": "1.1", "steps": "60"}),
    ("descent", {**POLYNOMIAL, "forget": "true"}),
    ("descent", {**POLYNOMIAL, "noise": "0.5", "seed": "3", "steps": "20"}),
    ("descent", {**GRID, "entry": "1, 1"}),
    *((page, {"f": "y = a^2", "at.a": "3"}) for page in ("graph", "scalar", "matrix", "partials", "second", "descent")),
    *((page, {**POLYNOMIAL, "at.x": "0.1", "dtype": "float64"}) for page in ("graph", "second", "descent")),
    *(("graph", {"f": text, "at.x": "0.3"}) for text in HARD),
]  # fmt: skip
"""Pages with settings that no example has."""

STEPS = [(step.page, step.example.parameters) for lesson in LESSONS for step in lesson.steps if step.example.program]
ADDRESSES = [*((page, example.parameters) for page, example in OFFERED), *STEPS, *ASKED]
ONCE = list({(page, json.dumps(parameters)): (page, parameters) for page, parameters in ADDRESSES}.values())


def title(visit: tuple[str, dict[str, str]]) -> str:
    """A page with what its address says beside the program's values."""
    page, parameters = visit
    return " ".join([page, *(text for name, text in parameters.items() if not name.startswith("at."))])


@pytest.mark.parametrize("visit", ONCE, ids=title)
def test_a_page_s_script_gives_that_page_with_the_same_script(visit: tuple[str, dict[str, str]]) -> None:
    page, parameters = visit
    text = script(opened(page, **parameters))
    read = pg.read_script(text)
    assert (read.page, read.remarks) == (page, ())
    assert script(opened(read.page, **read.parameters)) == text


def same(read: Script, page: str, text: str) -> Case:
    """The case of a script that was read without a remark, for that page."""
    assert (read.page, read.remarks) == (page, ()), text
    return case_of(read)


@given(programs())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_script_of_any_program_gives_that_program_with_its_values(made: Made) -> None:
    case = case_at(made.program, made.values)
    text = exported(case, "").script
    assert exported(same(pg.read_script(text), "graph", text), "").script == text


@given(programs())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_matrix_page_s_script_of_any_program_gives_it_back(made: Made) -> None:
    case = case_at(made.program, made.values)
    for output in observed(case).started:
        text = matrix_exported(case, "", output, True).script
        read = pg.read_script(text)
        again = same(read, "matrix", text)
        chosen = read.parameters.get("of", next(iter(observed(again).started)))
        assert matrix_exported(again, "", chosen, True).script == text


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer_comes_back_with_its_settings(optimizer: str) -> None:
    row = OPTIMIZERS[optimizer]
    case = case_at("y = sum(x^2)", {"x": [[1.0, 2.0], [3.0, 4.0]]})
    for changed in [(), *((parameter,) for parameter in row.parameters)]:
        moved = {parameter.name: _moved(parameter) for parameter in changed}
        setup = Setup("y", optimizer, 0.02, 5, tuple(moved.items()))
        read = pg.read_script(descent_exported(case, "", setup).script)
        assert (read.page, read.remarks) == ("descent", ())
        assert read.parameters["optimizer"] == optimizer
        for name, value in moved.items():
            assert read.parameters[name] == (str(value).lower() if isinstance(value, bool) else _written(value))


def _moved(parameter: Parameter) -> Any:
    """Another value of a setting."""
    value = parameter.default
    if isinstance(value, bool):
        return not value
    if isinstance(value, tuple):
        return tuple(part * 0.9 for part in value)
    return value * 0.9 if parameter.low < value * 0.9 < 0 or value > 1.2 * parameter.low else parameter.low + 0.05


def _written(value: Any) -> str:
    return f"[{', '.join(map(repr, value))}]" if isinstance(value, tuple) else repr(value)


def test_a_notebook_is_read_as_its_script() -> None:
    case = case_at("y = a*x^2 + b*x + c", {"a": 2, "x": 3, "b": -5, "c": 1})
    export = exported(case, "A graph")
    assert export.notebook.lstrip().startswith("{")
    assert pg.read_script(export.notebook).parameters == pg.read_script(export.script).parameters
