"""What holds of every page: its address, its proof, and what it says of numbers it cannot hold."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from playground.language.operations import OPERATIONS
from playground.lessons.functions import example
from playground.web.address import FAMILIES
from playground.web.examples import Example
from playground.web.files import PAGES as FILES
from playground.words import say
from tests.reading import (
    choices,
    closed,
    follow,
    found,
    go,
    head,
    in_head,
    opened,
    printed,
    protos,
    results,
    said,
    shown,
)
from tests.registry import CHOICES, KNOWN, OFF, OFFERED, offered, start

PAGES = sorted({page for page, _ in OFFERED})
WITHOUT_A_PROGRAM = sorted({path.stem for path in FILES.glob("*.py")} - set(PAGES))
PROVING = [page for page in PAGES if page in ("graph", "scalar", "matrix", "partials", "second")]
OPEN = dict.fromkeys((name for name, choices in CHOICES.items() if choices == OFF), "true")
LONG = {"f": "y = x*w; z = sum(x*w)", "at.x": "[1, 2, 3, 4, 5]", "at.w": "[1, 2, 3, 4, 5]"}


def bound(app: AppTest) -> set[str]:
    """The parameters that the head, the page's widgets and its panels are bound to."""
    widgets = {key for proto in protos(app.main) if (key := getattr(proto, "query_param_key", ""))}
    mine = {row["key"] for row in choices(app) if row["kind"] != "told"} | closed(app).keys()
    return widgets | mine | dict(in_head(app)).keys() | {panel.proto.id.rpartition("-")[2] for panel in app.expander}


@pytest.mark.parametrize("page", [*PAGES, *WITHOUT_A_PROGRAM])
def test_every_parameter_of_a_page_is_known(page: str) -> None:
    """In each of its examples, and where there are many entries, with every panel open."""
    cases: list[dict[str, str]] = [example.parameters for example in offered(page)] if page in PAGES else []
    keys: set[str] = set()
    for case in [*cases, LONG]:
        app = opened(page, **(case | OPEN))
        assert not app.exception
        keys |= bound(app)
    assert ("f" in keys) == (page in PAGES)
    assert "dtype" in keys
    assert not {key for key in keys if not key.startswith(FAMILIES)} - KNOWN


@pytest.mark.parametrize(("page", "example"), OFFERED, ids=lambda part: getattr(part, "key", part))
def test_an_example_prints_with_its_script_and_its_notebook_what_its_page_shows(
    page: str, example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the pages whose results are printed as they stand; and the menu does not offer the way back to it."""
    script, app = exported(page, monkeypatch, **example.parameters)
    back = say("frame.back", title=say(f"examples.{example.key}"))
    assert back not in [link["title"] for link in head(app)["examples"]["links"]]
    if page in ("graph", "scalar", "second"):
        typed = tuple(f"{name} = " for name in example.values)
        lines = plain(printed(script))
        assert all(plain(line) in lines for line in results(app) if not line.startswith(typed))


@pytest.mark.parametrize("page", WITHOUT_A_PROGRAM)
def test_a_page_without_a_program_leaves_its_place_to_the_page_and_carries_what_was_typed(page: str) -> None:
    app = opened(page, f="y = x^3", **{"at.x": "5"})
    assert not app.exception
    assert "f" not in shown(app)
    assert not head(app)["examples"]["links"]
    assert not found(app, "note")


@pytest.mark.parametrize("page", WITHOUT_A_PROGRAM)
def test_from_a_page_without_a_program_each_page_opens_with_its_own_start(page: str) -> None:
    app = go(opened(page), "scalar")
    assert not app.exception
    assert shown(app)["f"] == start("scalar").program
    assert shown(app)["at.x"] == start("scalar").values["x"]
    app = go(go(app, page), "matrix")
    assert shown(app)["at.x"] == start("matrix").values["x"]


@pytest.mark.parametrize("page", WITHOUT_A_PROGRAM)
def test_a_page_without_a_program_says_what_of_its_address_it_cannot_use(page: str) -> None:
    assert "ignored: nonsense" in said(opened(page, nonsense="1"))


def exported(page: str, monkeypatch: pytest.MonkeyPatch, **parameters: str) -> tuple[str, AppTest]:
    """A page's script, and the page; the notebook's cells must print the same."""
    taken: list[tuple[str, str]] = []
    panel = f"playground.{page}.page.script_panel"
    monkeypatch.setattr(panel, lambda export, *_: taken.append((export.script, export.notebook)))
    monkeypatch.setattr("playground.app.frame.repeated", lambda _, work: work())  # nor is such a page kept
    app = opened(page, **parameters)
    assert not app.exception
    script, notebook = taken[-1]
    cells = [cell for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]
    assert printed("\n".join("".join(cell["source"]) for cell in cells)) == printed(script)
    return script, app


def plain(text: str) -> str:
    """In one line."""
    return " ".join(text.split())


@pytest.mark.parametrize("page", PROVING)
def test_the_proof_is_closed_at_first_and_then_proves_what_is_shown(page: str) -> None:
    app = opened(page)
    assert "proof" in bound(app)
    assert say("proof.intro") not in said(app)
    app = opened(page, proof="true")
    assert found(app, "table proof")
    assert "agree" in said(app)


@pytest.mark.parametrize("page", ["matrix", "partials"])
def test_a_claim_and_an_entry_that_there_are_not_are_replaced_by_the_first(page: str) -> None:
    text = said(opened(page, **LONG, proof="true", proved="nothing"))
    assert "In the address, proved=nothing is none of" in text
    address = {**LONG, "proof": "true", "proved": "jacobian", "entry0": "x[99]", "entry1": "w[4]"}
    app = opened(page, **(address | {"f": "y = x*w", "grad.w": "true", "wrt": "w"}))
    assert "In the address, entry0=x[99] is none of" in said(app)
    assert "dy[0]/dw[4]" in said(app)


@pytest.mark.parametrize("page", PROVING)
def test_a_whole_number_too_long_for_float32_is_said_and_float64_is_one_click_away(page: str) -> None:
    example: Example = start(page)
    name = example.program.split("*")[1][:1] if page != "partials" else "x1"
    app = opened(page, **{f"at.{name}": "16777217"})
    note = say("frame.rounded", name=name, typed=16777217, stored="16777216", dtype="float32")
    assert note in said(app)
    app = follow(app, page, say("frame.use_double"))
    assert shown(app)["dtype"] == "float64"
    assert note not in said(app)


DECIDING = (
    {"f": "y = x^2 if x > 0 else 3x", "at.x": "0.5"},
    {"f": "y = binary_cross_entropy(x, v)", "at.x": "0.5", "at.v": "0.5"},
    {"f": "y = sum(x[x > 0]^2) + sum(hardsigmoid(x))", "at.x": "[1, -2]"},
    {"f": "y = hardsigmoid(x) * torch.ones(2)", "at.x": "[1, -2]"},
)
"""Programs that look at numbers to decide, that refuse others, that have no second derivative, or take nothing."""


@pytest.mark.parametrize("page", ["graph", "scalar", "matrix", "second", "descent"])
@pytest.mark.parametrize("address", DECIDING, ids=lambda address: address["f"])
def test_a_page_that_asks_for_other_numbers_stands_where_they_are_refused(page: str, address: dict[str, str]) -> None:
    app = opened(page, **(address | OPEN))
    assert not app.exception
    assert shown(app)["f"] == address["f"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:There is a performance drop")
@pytest.mark.parametrize("page", PAGES)
def test_every_function_s_example_opens_on_every_page_with_every_panel_open(page: str) -> None:
    broken = [
        name for name in OPERATIONS if (address := example(name)) and opened(page, **(dict(address) | OPEN)).exception
    ]
    assert broken == []
