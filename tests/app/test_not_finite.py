"""A number that is none reaches no browser and no file as one: JSON has no NaN and no Infinity."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st

from playground.web import store
from playground.web.files import PAGES as FILES
from tests.hostile import assert_sound, refuse
from tests.reading import opened, parts, said, sent
from tests.registry import CHOICES, OFF

OPEN = dict.fromkeys((name for name, choices in CHOICES.items() if choices == OFF), "true")
PAGES = sorted({path.stem for path in FILES.glob("*.py")} - {"lessons", "pitfalls"})

CASES = (
    ({"f": "y = sqrt(x)", "at.x": "-1"}, "nan"),
    ({"f": "y = 1/x", "at.x": "0"}, "inf"),
    ({"f": "y = sqrt(x^2)", "at.x": "0"}, "nan"),
    ({"f": "y = exp(x) - exp(2x)", "at.x": "100"}, "nan"),
    ({"f": "y = sum(log(x) + w^0.5)", "at.x": "[[0, -1], [1, 2]]", "at.w": "[[0, 1], [-4, 1e30]]"}, "nan"),
    ({"f": "y = x/w", "at.x": "[[0, -1], [1, 1e30]]", "at.w": "[[0, 0], [1, 1e-30]]"}, ""),
    ({"f": "z = x^2/y + log(y)", "at.x": "0", "at.y": "0"}, "nan"),
    ({"f": "y = x^4 - 3x^2 + x", "at.x": "2", "lr": "0.5", "steps": "60", "race": "SGD 1e30, Adam 0.1, SGD 0.2"}, ""),
    ({"f": "z = x^2 + 20*y^2", "at.x": "3", "at.y": "1e19", "lr": "1e30", "race": "SGD 9, Adam 0.1"}, ""),
)  # fmt: skip
"""Addresses, and what PyTorch prints somewhere on each page that they open."""


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the download buttons of a page hold, by the file's name."""
    kept: dict[str, str] = {}
    button = st.download_button

    def keeping(label: str, data: str | Callable[[], str], name: str, *more: Any, **named: Any) -> bool:
        kept[name] = data() if callable(data) else data
        return button(label, data, name, *more, **named)

    monkeypatch.setattr(st, "download_button", keeping)
    return kept


@pytest.mark.parametrize(("address", "odd"), CASES, ids=lambda part: part if isinstance(part, str) else part["f"])
@pytest.mark.parametrize("page", PAGES)
def test_numbers_that_are_none_are_sent_as_json_that_every_reader_takes(
    page: str, address: dict[str, str], odd: str, files: dict[str, str]
) -> None:
    app = opened(page, **(OPEN | {"predict": "false"} | address))
    assert_sound(app, *address.values())
    assert odd in said(app)
    assert {"BidiComponent.bytes", "PlotlyChart.spec"} & {name for name, _ in sent(app)}
    (code,) = parts(app, "code")
    assert code["files"][1] == f"{page}.ipynb"
    json.loads(store.text(code["notebook"]), parse_constant=refuse)
    assert ("descent.html" in files) == (page == "descent")
    for name, text in files.items():
        if name.endswith(".html"):
            assert not re.search(r"[:\[,]\s*-?(NaN|Infinity)\b", text[text.rindex("const figure") :])
