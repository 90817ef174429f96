"""A function, an optimizer, a page is one row or one folder, as README and CONTRIBUTING promise.

Each is added to a copy of the project, which then runs by itself.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package and its pages in a folder of their own."""
    for name in ("playground", "pages"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def put(file: Path, before: str, row: str) -> None:
    """Write a row before a line that stands in a file once."""
    text = file.read_text("utf-8")
    assert text.count(before) == 1, f"{file} has not one {before!r}"
    file.write_text(text.replace(before, row + before), "utf-8")


def runs(copy: Path, script: str) -> str:
    """What a script prints that imports the copy and nothing of the project beside it."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-c", dedent(script)]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


FUNCTIONS = """
    _function("fma", "1", "w", "v", run="torch.addcmul", formula="u + v*w"),
    _function("penalty", run="torch.nn.functional.hardshrink", takes="input, lambd:float"),
"""


def test_a_function_of_three_arguments_or_of_a_name_and_what_it_takes_is_one_row(copy: Path) -> None:
    put(copy / "playground/language/operations.py", "    # reductions\n", FUNCTIONS.lstrip("\n"))
    printed = runs(copy, """
        import torch
        import playground as pg
        from playground.drawing.script import backward_parts, to_script
        from playground.language.notation import to_latex
        from playground.proof.check import check

        def gone_through(text, values):
            program = pg.parse(text)
            run = pg.forward(program, values)
            graph, result = pg.read_graph(run), pg.backward(run)
            exec(to_script(backward_parts(pg.forward(program, values), values, result)))
            (proved,) = check(program, values).rows
            return to_latex(program), graph, pg.to_dot(graph, result), proved

        latex, graph, dot, proved = gone_through("y = fma(a, x, x^2)", {"a": 1.0, "x": 3.0})
        assert [node.name for node in graph.nodes][0] == "AddcmulBackward0"
        assert {edge.rule for edge in graph.edges if edge.source == 0} == {"x²", "x"}
        assert "fma(a, x, x²)" in dot
        assert latex == r"y = \\operatorname{fma}\\left(a, x, x^{2}\\right)"
        assert (proved.verdict, proved.exact.text) == ("agree", "27")

        latex, graph, dot, proved = gone_through("y = 2*penalty(x, lambd=0.25)", {"x": 3.0})
        assert "penalty(x, lambd=0.25)" in dot
        assert [edge.rule for edge in graph.edges] == ["2", None]
        assert latex == r"y = 2 \\operatorname{penalty}\\left(x, \\mathrm{lambd}=0.25\\right)"
        assert proved.exact is None
    """)  # fmt: skip
    assert printed.splitlines() == ["y = 28.0", "x.grad = 27.0", "y = 6.0", "x.grad = 2.0"]


OPENED = """
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file("playground/streamlit_app.py", default_timeout=120)
    for name, text in {parameters}.items():
        app.query_params[name] = text
    app.switch_page("../pages/{page}.py")
    app.run()
    assert not app.exception, app.exception
    print(" ".join(element.proto.body for element in app.get("html")))
"""
"""Open a page of the copy, and print what stands on it."""


def test_an_optimizer_is_one_row(copy: Path) -> None:
    row = (
        '    Optimizer("Ascent", torch.optim.SGD, r"x \\gets x + \\eta\\,g", '
        '(Parameter("dampening", 0.0), Parameter("foreach", False)), {"maximize": True}),\n'
    )
    put(copy / "playground/descent/optimizers.py", '    Optimizer("Momentum", ', row)
    parameters = {"optimizer": "Ascent", "foreach": "true", "steps": "2", "lr": "0.5"}
    descending = """
    import playground as pg
    run = pg.descend(pg.parse("y = x^2"), {"x": 1.0}, optimizer="Ascent", lr=0.5, steps=1)
    print(run.positions["x"][-1])
    """
    printed = runs(copy, OPENED.format(parameters=parameters, page="descent") + descending)
    assert "Ascent" in printed
    assert "foreach=True" in printed, "the script has what the address says of the optimizer's own parameter"
    notes = re.findall(r'<p class="note">(.*?)</p>', printed)
    assert not any("foreach" in note for note in notes), "nothing objects to it"
    assert printed.splitlines()[-1] == "2.0", "it goes up the slope of the square at one"


def test_a_page_is_one_folder_and_one_row(copy: Path) -> None:
    folder = copy / "playground/mirror"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "page.py").write_text(dedent("""
        from playground.mirror.feature import FEATURE
        from playground.web.case import observed
        from playground.web.choices import choices, object_to, read, text
        from playground.web.session import current
        from playground.web.widgets import question

        def page() -> None:
            turns, objections = read(FEATURE["turns"])
            choices([text(FEATURE["turns"], "Turns")])
            object_to(objections)
            question(f"Mirrored {turns[0]} times: {sorted(observed(current()).outputs)}")
    """))  # fmt: skip
    (folder / "feature.py").write_text(dedent("""
        from playground.web.examples import TUTORIAL
        from playground.web.feature import Feature
        from playground.web.parameters import Parameter, Read, switches

        def whole(name, text, offered, usual):
            return Read((text,)) if text.isdecimal() else Read(tuple(usual), (f"{text} is not whole: {usual[0]}.",))

        TURNS = Parameter("turns", default="3", reader=whole)
        FEATURE = Feature("mirror", (TUTORIAL,), (*switches("upside_down"), TURNS))
    """))  # fmt: skip
    (copy / "pages/mirror.py").write_text("from playground.mirror.page import page\n\npage()\n")
    registry = copy / "playground/app/registry.py"
    put(registry, "from playground.partials.feature", "from playground.mirror.feature import FEATURE as MIRROR\n")
    registry.write_text(registry.read_text().replace("PITFALLS, LESSONS)", "PITFALLS, MIRROR, LESSONS)"))
    for language in ("en", "zh"):
        words = copy / f"playground/words/{language}.toml"
        words.write_text(words.read_text("utf-8") + '\n[mirror]\nmenu = "Mirror"\n', "utf-8")
    parameters = {"upside_down": "perhaps", "turns": "some", "sideways": "1"}
    printed = runs(copy, OPENED.format(parameters=parameters, page="mirror"))
    assert "Mirrored 3 times: ['y']" in printed
    assert "some is not whole: 3." in printed, "the row that reads a number says what is wrong with its text"
    assert "upside_down=perhaps" in printed, "a value that is none of its choices is replaced and said"
    assert "sideways" in printed, "what no page declares is ignored and said"


FEATURES = ("graph", "scalar", "matrix", "partials", "second", "descent", "pitfalls", "proof")
"""The rooms whose parameters are rows."""
WHOLE_ADDRESSES = {"pitfalls/page.py": {"follow_older_address"}}
"""What looks at an address as a whole: it gives an older one the name of today before anything is read."""


def readers(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The functions in which an address or the text of a value is read, each with what reads it there."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute) and node.attr == "query_params":
                    yield function.name, node.attr
                elif isinstance(node, ast.Name) and node.id in ("read_value", "query"):
                    yield function.name, node.id


@pytest.mark.parametrize("room", FEATURES)
def test_what_a_page_draws_reads_no_parameter_by_hand(room: str) -> None:
    files = [*(ROOT / "playground" / room).rglob("page.py"), *(ROOT / "playground" / room).rglob("panel/*.py")]
    files += (ROOT / "playground" / room).glob("panel.py")
    assert files
    for file in files:
        allowed = WHOLE_ADDRESSES.get(str(file.relative_to(ROOT / "playground")), set())
        by_hand = {
            (name, parameter) for name, parameter in readers(ast.parse(file.read_text("utf-8"))) if name not in allowed
        }
        assert not by_hand, f"{file} reads {by_hand}: the row of a parameter does"
