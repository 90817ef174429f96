"""The proof is one click away: closed it costs nothing, open it says in words what three numbers show."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground.engine.process import STOPPED, Busy
from playground.exact.question import Exact, Kind
from playground.language import limits
from playground.language.parse import parse
from playground.proof import check as check_room
from playground.proof import panel as proof_room
from playground.proof.panel import verdicts
from playground.proof.worker import WORKER, Answer
from playground.words import say
from tests.reading import closed, markup, read, said


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """On a machine that is busy with other tests an answer may take longer than a person would wait."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(limits, "EXACT_TIMEOUT_SECONDS", 30.0)
        yield


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """No proof is kept from another test."""
    proof_room.proved.cache_clear()
    proof_room.offered.cache_clear()


def page(case: dict, options: dict) -> None:  # type: ignore[type-arg]
    """A page that is nothing but the panel."""
    from playground.proof.panel import Claim, proof_panel
    from playground.web.examples import Example
    from playground.web.inputs import case_of

    names = {name: tuple(given) for name, given in options.items() if isinstance(given, list)}
    example = {key: given for key, given in case.items() if key != "dtype"}
    proof_panel(case_of(Example("", **example), case["dtype"]), {"gradient": Claim(**(options | names))})


def panel(
    program: str, values: Mapping[str, str], *, closed: bool = False, dtype: str = "float32", **options: Any
) -> AppTest:
    """The panel of a case whose inputs from u to z require a gradient."""
    case = {"program": program, "values": values, "dtype": dtype, "gradient": options.pop("gradient", {})}
    app = AppTest.from_function(page, args=(case, options), default_timeout=60)
    if not closed:
        app.query_params["proof"] = "true"
    app.run()
    assert not app.exception
    return app


def cells(app: AppTest) -> list[list[str]]:
    """The rows of the table, each cell's lines joined."""
    (table,) = (piece for piece in markup(app) if 'class="table proof"' in piece)
    rows = re.findall(r"<tr>(.*?)</tr>", table.partition("<tbody>")[2])
    return [[re.sub(r"\s+", " ", read([cell])).strip() for cell in re.findall(r"<td.*?</td>", row)] for row in rows]


def formulas(app: AppTest) -> str:
    return " ".join(element.value for element in app.latex)


def test_while_it_is_closed_nothing_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("nobody asked for this")

    monkeypatch.setattr(proof_room, "check", refuse)
    monkeypatch.setattr(proof_room, "choices", refuse)
    app = panel("y = x^2", {"x": "3"}, closed=True)
    assert closed(app) == {"proof": say("proof.title")}
    assert len(markup(app)) == 1


def test_open_it_shows_the_same_number_three_times() -> None:
    app = panel("y = a*x^2 + b*x + c", {"a": "1", "x": "0.1", "b": "-2", "c": "1"})
    ((name, autograd, exact, difference, verdict),) = cells(app)
    assert name == "x.grad"
    assert autograd == "-1.7999999523162842 relative error 2.5e-08"
    assert exact == "-1.7999999970197678 as typed: -1.8"
    assert re.fullmatch(r"-1\.79999999\d* ± \d\.\de-1\d, h = 7\.6e-06", difference)
    assert verdict == say("proof.short.agree")
    assert "All three agree: autograd gives -1.7999999523162842, the formula -1.7999999970197678" in said(app)
    assert "x: 0.1 was typed, and a tensor of float32 holds 0.10000000149011612." in said(app)
    assert formulas(app).split("$$")[1].strip() == r"\begin{aligned}x\mathtt{.grad} &= 2 a x + b\end{aligned}"


def test_the_dtype_of_the_page_is_the_dtype_of_the_proof() -> None:
    app = panel("y = x^2", {"x": "0.1"}, dtype="float64")
    assert "autograd (float64)" in said(app)
    assert cells(app)[0][1] == "0.2 relative error 0"


def test_the_outputs_start_with_their_gradient_arguments() -> None:
    app = panel("y = x*x", {"x": "[[0, 1], [2, 3]]"}, gradient={"y": "[[1, 10], [100, 0.5]]"})
    assert [row[1].split()[0] for row in cells(app)] == ["0.0", "20.0", "400.0", "3.0"]
    assert "For x.grad[0, 0], x.grad[0, 1], x.grad[1, 0] and x.grad[1, 1] the three agree:" in said(app)


def test_gradient_arguments_mean_what_the_tensors_hold() -> None:
    app = panel("y = x*512", {"x": "[1, 2, 3]"}, gradient={"y": "[0.1, 1, 0.0001]"})
    assert [row[2] for row in cells(app)] == [
        "51.200000762939453 as typed: 51.2",
        "512",
        "0.051199998706579208 as typed: 0.0512",
    ]
    assert "y: 0.1 was typed, and a tensor of float32 holds 0.10000000149011612." in said(app)
    assert r"x\mathtt{.grad}}_{0} &= \frac{256}{5}" in formulas(app)


def test_outputs_and_inputs_may_be_chosen() -> None:
    values = {"x1": "1", "x2": "2"}
    app = panel("y1 = x1*x2; y2 = x1 + x2", values, outputs=["y1"], inputs=["x2"])
    assert [row[:2] for row in cells(app)] == [["x2.grad", "1.0 relative error 0"]]
    both = panel("y1 = x1*x2; y2 = x1 + x2", values)
    assert [row[1].split()[0] for row in cells(both)] == ["3.0", "2.0"]


def test_higher_derivatives_and_the_jacobian_are_proved_too() -> None:
    assert [row[0] for row in cells(panel("y = x^4", {"x": "2"}, order=3))] == ["y'", "y''", "y'''"]
    jacobian = panel("y1 = x1*x2; y2 = x1 + x2", {"x1": "1", "x2": "2"}, each=True)
    assert [row[0] for row in cells(jacobian)] == ["dy1/dx1", "dy1/dx2", "dy2/dx1", "dy2/dx2"]


def test_a_corner_is_told_with_its_two_slopes() -> None:
    app = panel("y = relu(x)", {"x": "0"})
    assert cells(app)[0][2] == "0 on the left, 1 on the right"
    text = said(app)
    assert "the slope tends to 0 on the left of the point and to 1 on the right" in text
    assert "gives 0.0." in text
    assert "This comes from relu(x)." in text


@pytest.mark.parametrize(
    ("program", "x", "sentence"),
    [
        ("y = relu(x) - relu(-x)", "0", "The derivative here is 1, from both sides, but autograd gives 0.0."),
        ("y = sqrt(x)", "0", "From the right this derivative tends to inf; autograd gives inf."),
        ("y = x*detach(x)", "3", "for autograd the derivative is 3.0, on purpose."),
        ("y = x*detach(x)", "3", "Finite differences move the detached part too, and give 6"),
        ("y = cbrt(x)", "0", "The tangent is vertical here"),
        ("y = exp(100 + x)", "0", "is too large for float32, so autograd gives inf. The derivative is 2.6881171418161"),
        ("y = log(x - 1)", "0", "On both sides of this point the function is no real number"),
    ],
)
def test_honest_differences_are_explained(program: str, x: str, sentence: str) -> None:
    assert sentence in said(panel(program, {"x": x}))


def test_one_sentence_tells_all_rows_that_differ_for_one_reason() -> None:
    app = panel("y = sum(|x|)", {"x": "[0, 0, 2]"})
    text = said(app)
    assert text.count("There is a corner here") == 1
    assert "x.grad[0]: There is a corner here" in text
    assert "The same goes for x.grad[1]." in text
    assert "x.grad[2]: All three agree" in text


def test_a_wrong_number_would_be_told() -> None:
    rows = check_room.check(parse("x^2"), {"x": 3}, shown=[6.5]).rows
    assert verdicts(rows, "float32")[0].startswith("These numbers differ, and the reason is not known here")


def test_of_too_many_derivatives_one_is_chosen() -> None:
    app = panel("y = sum(x^2)", {"x": str(list(range(1, 18)))})
    assert [row[0] for row in cells(app)] == ["x.grad[0]"]
    (choice,) = app.selectbox
    choice.set_value("x[16]").run()
    assert [row[:2] for row in cells(app)] == [["x.grad[16]", "34.0 relative error 0"]]


def test_what_took_too_long_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WORKER, "ask", lambda question: Answer(ended=STOPPED))
    app = panel("y = sin(x)", {"x": "0.7"})
    assert cells(app)[0][2] == "stopped after 30 s"
    assert "The exact derivative took longer than 30 s and was stopped. The other two agree" in said(app)


def test_a_formula_that_took_too_long_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WORKER, "ask", lambda question: Answer({0: Exact(Kind.SMOOTH, 6.0, "6")}, STOPPED))
    app = panel("y = x^2", {"x": "3"})
    assert cells(app)[0][4] == say("proof.short.agree")
    assert "The formula took longer than 30 s and was stopped." in said(app)


def test_a_long_formula_is_left_out_and_this_is_said() -> None:
    app = panel("y = tanh(tanh(tanh(x)))", {"x": "0.3"}, order=4)
    assert "Formulas too long to be read are left out: y'', y''' and y''''." in said(app)


def test_when_too_many_ask_this_is_said_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_: Any) -> Answer:
        raise Busy

    with monkeypatch.context() as patched:
        patched.setattr(WORKER, "ask", busy)
        assert say("proof.busy") in said(panel("y = x^2", {"x": "3"}))
    assert cells(panel("y = x^2", {"x": "3"}))[0][2] == "6"


def test_a_proof_is_made_once_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    questions: list[Any] = []
    ask: Callable[[Any], Answer] = WORKER.ask

    def counting(question: Any) -> Answer:
        questions.append(question)
        return ask(question)

    monkeypatch.setattr(WORKER, "ask", counting)
    for _ in range(3):
        panel("y = x^3", {"x": "2"}).run()
    assert len(questions) == 1


def test_where_nothing_requires_a_gradient_this_is_said() -> None:
    assert say("proof.nothing") in said(panel("y = a^2", {"a": "2"}))


def test_names_are_shown_as_text() -> None:
    app = panel("y = λ_1*x_2^2", {"λ_1": "2", "x_2": "3"})
    assert "x_2.grad" in said(app)
    assert r"2 x_{2} \lambda_{1}" in formulas(app)
