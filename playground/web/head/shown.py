"""What the head shows of a page: what its texts were read as, as plain data for the browser."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import streamlit as st

from playground.engine.forward import requires_grad_by_default
from playground.language.program import Program
from playground.web.address import DTYPE, VIEW
from playground.web.examples import Example, address
from playground.web.feature import Feature
from playground.web.head import shared
from playground.web.head.formula import typeset
from playground.web.inputs import Reading, at_start, case_of, with_argument
from playground.web.language_choice import browser_language
from playground.web.link_parameters import carried
from playground.web.share import LONGEST, code, in_network, is_address
from playground.web.starts import starts
from playground.words import languages, say, sentences, spoken

Data = dict[str, Any]


def head_data(page: Feature, reading: Reading | None, example: Example) -> Data:
    """The head's data; `found` is None on a page without a program, `example` the one that was opened last."""
    program = {} if reading is None else _program(page, reading)
    examples = {"label": say("frame.examples"), "links": [] if reading is None else _examples(page, reading, example)}
    spoken_of = {"language": say("frame.language_tag"), "reconnecting": say("frame.reconnecting")}
    return {"page": page.name, "spoken": spoken_of, "share": _share(), "more": _more(), "examples": examples, **program}


def _program(page: Feature, reading: Reading) -> Data:
    """The program, typeset as far as it could be read, and a row for each box below it: of an input what is true."""
    return {
        "start": {
            "label": say("frame.program"),
            "start": page.start.program,
            "opening": page.opening and page.opening.parameters,
        },
        "program": {"read": reading.text, "error": _error(reading)},
        "formula": _formula(reading.typed.case.program),
        "words": _words(spoken()),
        "inputs": [*_input_rows(page, reading), *_arguments(page, reading)],
    }


@cache
def _words(_: str) -> dict[str, str]:
    """What stands at each box, in a language; names are put in where they are shown."""
    keys = ("requires_grad", "requires_grad_short", "gradient", "ones")
    return {key: say(f"frame.{key}", name="{name}") for key in keys}


def _error(reading: Reading) -> int | None:
    """The place of the first problem in the program's text, counted as a browser counts; None where there is none."""
    column = next((problem.column for problem in reading.problems if not problem.before), None)
    return None if column is None else len(reading.text[: max(column - 1, 0)].encode("utf-16-le")) // 2


def _formula(program: Program) -> str:
    """Each statement's pieces; a line may break between two of them."""
    lines = typeset(program)
    return "".join(f'<span class="statement">{"<wbr>".join(pieces)}</span>' for pieces in lines)


def _input_rows(page: Feature, reading: Reading) -> Iterator[Data]:
    wrong = {problem.before.removesuffix(" = ") for problem in reading.problems if problem.before}
    first = starts(page, reading.typed.case.program)
    for name, value in reading.typed.case.values:
        row: Data = {"key": f"at.{name}", "name": name, "start": first[name]}
        flags = {"wrong": name in wrong, "usual": requires_grad_by_default(name), "several": isinstance(value, tuple)}
        yield row | {flag: True for flag, holds in flags.items() if holds}


def _arguments(page: Feature, reading: Reading) -> Iterator[Data]:
    """A row for each output whose gradient argument can be given."""
    wrong = {problem.before.removesuffix(" = ") for problem in reading.problems if problem.before}
    for name in with_argument(page, reading.good.case) if page.gradients else ():
        key = f"gradient.{name}"
        yield {"key": key, "output": name, "start": str(at_start(page, key)), "wrong": key in wrong}


def _examples(page: Feature, reading: Reading, example: Example) -> list[Data]:
    """The page's examples as links; the way back to the one opened last comes first, where it was left."""
    looks = carried()
    links = [_link(row, say(f"examples.{row.key}"), looks) for row in page.examples]
    if reading.good.case == case_of(example, reading.good.case.type_name):
        return links
    return [_link(example, say("frame.back", title=say(f"examples.{example.key}")), looks), *links]


def _link(example: Example, title: str, looks: Mapping[str, str]) -> Data:
    return {"title": title, "program": example.program, "href": address({**example.parameters, **looks}) or "?"}


def _more() -> Data:
    """What is seldom changed: the type of the numbers, whether one predicts, who looks, the language."""
    names = {language: sentences(language)["frame.language_name"] for language in languages()}
    return {
        "label": say("frame.more"),
        "choices": [
            _choice("dtype", say("frame.dtype"), dict(zip(DTYPE.choices, DTYPE.choices, strict=True))),
            {**_choice("predict", say("predict.switch"), {"false": "", "true": ""}), "toggles": True},
            _choice("view", say("frame.view"), dict(zip(VIEW.choices, VIEW.choices, strict=True))),
            {**_choice("lang", say("frame.language"), names), "usual": browser_language()},
        ],
    }


def _choice(key: str, label: str, titles: Mapping[str, str]) -> Data:
    options = [{"value": value, "title": title} for value, title in titles.items()]
    return {"key": key, "label": label, "options": options, "usual": next(iter(titles))}


def _code(address: str) -> Mapping[str, str]:
    """The QR code of an address; on this computer alone of the one that its network knows."""
    host = st.context.headers.get("Host", "")
    return code(address, spoken(), in_network(address, st.get_option("server.address"), host))


def _share() -> Data:
    """The words of the panel that gives the page away, and the QR code that it asked for."""
    address = shared()
    drawn = {"code": {"address": address, **_code(address[:LONGEST])}} if is_address(address) else {}
    keys = ("open", "title", "address", "copy", "copied", "close", "working")
    return {"words": {key: say(f"share.{key}") for key in keys}, **drawn}
