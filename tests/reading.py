"""What a person reads on a page that `AppTest` ran."""

import json
import math
import re
from base64 import b64decode
from collections import ChainMap
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from playground.web import store
from playground.web.address import FAMILIES
from playground.web.head import OWN

ENTRY = Path(__file__).parents[1] / "playground" / "streamlit_app.py"

HOSTILE = (
    "",
    " ",
    ";",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"'><b>",
    "$x$ $$\\frac{1}{0}$$ \\input{a}",
    "**x** [a](javascript:alert(1)) :red[x] `x` # x",
    'digraph { a -> b } "];<TABLE>\\N\\G',
    "__import__('os').system('true')",
    "x.__class__.__mro__",
    "(lambda: 1)()",
    "{f} {0} %s %(x)s",
    "\x00\x01\ue000\u202e\u200bx",
    "x" * 600,
    "(" * 1000,
    "9**9**9**9",
    "x**1e9",
    "1e999",
    "nan",
    "0/0",
    "y = a*",
    "[[1, 2], [3]]",
    "[" * 200 + "1" + "]" * 200,
    "x y = = ;; y",
)


def opened(page: str = "graph", **parameters: str) -> AppTest:
    """The app as an address of it opens."""
    app = AppTest.from_file(str(ENTRY), default_timeout=60)
    for name, text in parameters.items():
        app.query_params[name] = text
    if page != "graph":
        app.switch_page(f"../pages/{page}.py")
    return app.run()


def go(app: AppTest, page: str) -> AppTest:
    """The app after a click in its menu."""
    return app.switch_page(f"../pages/{page}.py").run()


def type_(app: AppTest, key: str, text: str) -> AppTest:
    """The app after typing into a box; what is typed into the head or is a choice of the page comes by the address."""
    mine = {row["key"]: row["usual"] for row in boxes(app)}
    if mine.get(key) == text:
        app.query_params.pop(key, None)
    elif key in OWN or key.startswith(FAMILIES) or key in mine:
        app.query_params[key] = text
    else:
        return app.text_input(key=key).set_value(text).run()
    return app.run()


def choices(app: AppTest) -> list[dict[str, Any]]:
    """The choices of a page as a browser is given them."""
    found = parts(app, "choices")
    return [{**row, "text": text} for match in found for row, text in zip(match["rows"], match["texts"], strict=True)]


def boxes(app: AppTest) -> list[dict[str, Any]]:
    """Those of them that show what is chosen."""
    return [row for row in choices(app) if row["kind"] not in ("press", "add", "told")]


def press(app: AppTest, label: str) -> AppTest:
    """The app after a click on a button among its choices."""
    (row,) = (row for row in choices(app) if row["kind"] in ("press", "add") and row["label"] == label)
    assert row["usual"] != "disabled"
    done = app.query_params.pop(row["key"], [])
    for name in row["leaves"]:
        app.query_params.pop(name, None)
    if row["kind"] == "add":
        before = [done] if isinstance(done, str) else done
        app.query_params[row["key"]] = ",".join([*before, row["text"]])
        return app.run()
    if row["text"]:
        app.query_params[row["key"]] = row["text"]
    return app.run()


def closed(app: AppTest) -> dict[str, str]:
    """The titles of the panels that are closed, by their keys."""
    found = [match for piece in markup(app) for match in re.findall(r'data-panel="([^"]*)">(.*?)</a>', piece)]
    return {key: unescape(title) for key, title in found}


def answers(app: AppTest) -> list[str]:
    """The answers that can be tapped, as they are read."""
    return [label for key, label in presses(app).items() if key.startswith("answer-")]


def presses(app: AppTest) -> dict[str, str]:
    """The buttons of a question, its answers and those beside them: labels by keys."""
    return dict(pair for data in parts(app, "answers") for pair in data["presses"])


def box(app: AppTest) -> dict[str, Any]:
    """The box in which an answer is typed."""
    (data,) = parts(app, "answers")
    found: dict[str, Any] = data["box"]
    return found


def unlabelled(text: str) -> str:
    """What a browser is sent, of the buttons of a question no more than their keys: one of them is the right answer."""
    if '"presses":' not in text:
        return text
    data = json.loads(text)
    return json.dumps({**data, "presses": [key for key, _ in data["presses"]]})


def tap(app: AppTest, key: str) -> AppTest:
    """The app after a click on one of the buttons of a question."""
    assert key in presses(app)
    return tell(app, "answers", "tapped", key)


def type_answer(app: AppTest, text: str) -> AppTest:
    """The app after an answer was typed."""
    assert box(app)
    return tell(app, "answers", "typed", text)


def tell(app: AppTest, name: str, event: str, value: object) -> AppTest:
    """The app after a component told the server something."""
    (found,) = (element.proto for element in app.get("bidi_component") if element.proto.component_name == name)  # type: ignore[attr-defined]
    states = app._tree.get_widget_states()
    events = [{"event": event, "value": value}]
    states.widgets.add(id=_make_trigger_id(found.id, "events"), json_trigger_value=json.dumps(events))
    return app._run(states)


def track(app: AppTest, name: str, on: bool) -> AppTest:
    """The app after its switch has said whether an input requires a gradient."""
    return type_(app, f"grad.{name}", str(on).lower())


def head(app: AppTest) -> dict[str, Any]:
    """What the head of the page is given."""
    return parts(app, "head")[0]


def follow(app: AppTest, page: str, title: str) -> AppTest:
    """The page as a link of it opens."""
    (href,) = (
        href for piece in markup(app) for href in re.findall(rf'<a href="([^"]*)"[^>]*>{re.escape(title)}</a>', piece)
    )
    return opened(page, **dict(parse_qsl(unescape(href).removeprefix("?"), keep_blank_values=True)))


def markup(app: AppTest) -> list[str]:
    """Every piece of HTML the app wrote, apart from style sheets."""
    return [element.value for element in app.html if not element.value.startswith("<style>")]


def protos(block: Block) -> Iterator[Any]:
    """What each element and each container of a page is, inside and out."""
    for child in block.children.values():
        proto = getattr(child, "proto", None)
        yield getattr(proto, "expandable", proto)
        if isinstance(child, Block):
            yield from protos(child)


def sent(app: AppTest) -> Iterator[tuple[str, str]]:
    """Every text that reaches the browser, with what it is: `Html.body`, `PlotlyChart.spec`."""
    for proto in protos(app._tree):  # style sheets stand beside the main part of a page
        if proto is not None:
            yield from _texts(proto, type(proto).__name__)


def _texts(message: Any, name: str) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        for part in value if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else [value]:
            if isinstance(part, str | bytes):
                yield f"{name}.{field.name}", part if isinstance(part, str) else part.decode(errors="replace")
            elif hasattr(part, "ListFields"):
                yield from _texts(part, f"{name}.{field.name}")


def parts(app: AppTest, name: str) -> list[dict[str, Any]]:
    """What a browser is given of each component of a name."""
    found = [element.proto for element in app.get("bidi_component")]  # type: ignore[attr-defined]
    return [whole(json.loads(proto.bytes)) for proto in found if proto.component_name == name]


def whole(data: dict[str, Any]) -> dict[str, Any]:
    """What a component is given, with what its browser has from earlier on."""
    stands = data.pop("stands", {})
    lasting = (stands.get(name) or json.loads(store.text(name)) for name in data.get("still", ()))
    return dict(ChainMap(data, *lasting))


def figures(app: AppTest) -> list[dict[str, Any]]:
    """The figures of a page as Plotly reads them: columns of bytes as lists, with None for each gap."""
    specs = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]  # type: ignore[attr-defined]
    return [{**spec, "data": [unpacked(trace) for trace in spec["data"]]} for spec in specs]


def unpacked(trace: dict[str, Any]) -> dict[str, Any]:
    """A trace with its columns as lists."""
    lists = {key: _listed(value) for key, value in trace.items() if isinstance(value, dict) and "bdata" in value}
    if "dx" in trace:
        places = range(len(lists.get("y", trace["y"])))
        lists["x"] = [trace["x0"] + place * trace["dx"] for place in places]
    return {**trace, **lists}


def _listed(column: dict[str, str]) -> list[float | None]:
    numbers = np.frombuffer(b64decode(column["bdata"]), dtype=f"<{column['dtype']}")
    return [None if math.isnan(number) else number for number in map(float, numbers)]


def graphs(app: AppTest) -> list[dict[str, Any]]:
    """What a browser is given of each drawing of a graph."""
    return parts(app, "graph_view")


def players(app: AppTest) -> list[dict[str, Any]]:
    """What the players of a page are given, with the films that they fetch."""
    return [
        {**data, **json.loads(store.text(data["film"]))} if "film" in data else data for data in parts(app, "player")
    ]


def dot(app: AppTest) -> str:
    """The only drawing of a page, as it is saved."""
    (graph,) = graphs(app)
    return store.text(graph["dot"])


def fetched(app: AppTest) -> list[str]:
    """All that a browser can fetch for the drawings and players of a page."""
    drawn = [store.text(graph[part]) for graph in graphs(app) for part in ("wide", "tall", "nodes", "dot")]
    return drawn + [json.dumps(player) for player in players(app)]


def in_words(app: AppTest) -> str:
    """What stands for the drawings of a page for those who do not see them."""
    return " ".join(found(app, "in-words"))


def read(pieces: list[str]) -> str:
    """HTML as the text that is read."""
    inline = re.sub(r"</?span[^>]*>", "", " ".join(pieces))
    return unescape(re.sub(r"<[^>]*>", " ", inline))


def said(app: AppTest) -> str:
    """All that the app says."""
    return re.sub(r"\s+", " ", read(markup(app)))


def found(app: AppTest, css_class: str) -> list[str]:
    """The texts of the elements of a class; what stands empty has something to say at other values."""
    pattern = rf'<(\w+)[^>]* class="{css_class}"[^>]*>(.*?)</\1>'
    inner = [match[1] for piece in markup(app) for match in re.findall(pattern, piece, re.DOTALL)]
    return [unescape(re.sub(r"<[^>]*>", "", text)) for text in inner if text]


def listed(app: AppTest) -> list[str]:
    """The lines of what was done."""
    items = [item for piece in markup(app) for item in re.findall(r"<li>(.*?)</li>", piece)]
    return [unescape(re.sub(r"<[^>]*>", "", item)) for item in items]


def results(app: AppTest) -> list[str]:
    """The numbers that answer the page's question."""
    return found(app, "result")


def shown(app: AppTest) -> dict[str, Any]:
    """The program and the inputs as the head shows them, and the page's own boxes and switches."""
    mine = {row["key"]: row["text"] == "true" if row["kind"] == "switch" else row["text"] for row in boxes(app)}
    return {**dict(in_head(app)), **mine, **{widget.key: widget.value for widget in (*app.text_input, *app.toggle)}}


def in_head(app: AppTest) -> Iterator[tuple[str, Any]]:
    """Every text and every switch of the head, by the name that the address has for it."""
    data = head(app)
    address = data["address"]
    if "program" in data:
        yield "f", address.get("f", data["start"]["start"])
    for row in data.get("inputs", ()):
        yield row["key"], address.get(row["key"], row["start"])
        if "name" in row:
            yield f"grad.{row['name']}", address.get(f"grad.{row['name']}", str("usual" in row)).lower() == "true"
    for choice in data["more"]["choices"]:
        yield choice["key"], address.get(choice["key"], choice["usual"])


def script(app: AppTest) -> str:
    """The exported script."""
    (text,) = found(app, "script")
    return text


def printed(script: str) -> str:
    """What a script prints."""
    with redirect_stdout(StringIO()) as output:
        exec(compile(script, "script", "exec"), {})
    return output.getvalue()
