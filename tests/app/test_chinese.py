"""A Chinese page is Chinese: no English rests on it but code, names, and what PyTorch itself says."""

import io
import json
import re
import tokenize
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from playground.descent.optimizers import OPTIMIZERS
from playground.lessons.table import LECTURE, LESSONS, Lesson, link
from playground.pitfalls.compute import at_first
from playground.pitfalls.panel.prediction import Given
from playground.pitfalls.table import PITFALLS
from playground.web.examples import Example
from playground.web.question import Answer
from tests.reading import markup, opened, sent, tap
from tests.registry import CHOICES, OFF, OFFERED

WORD = r"(?:[A-Za-z]{2,}(?:[-'’][a-z]+)?|a)"
ENGLISH = re.compile(rf"(?<![\w.]){WORD}(?: {WORD}){{2,}}(?![\w(])")
"""Three English words or more, one after another."""
LITTLE = re.compile(
    r"(?<![\w.=/+])(?:the|of|an|is|are|was|with|where|there|does|for|otherwise|if|and|or|along|by|at)(?![\w(=/+])"
)
"""A word that is never a name."""
OF_PYTORCH = re.compile(
    r"(?:element 0 of tensors does not require grad"
    r"|One of the differentiated Tensors"
    r"|one of the variables needed for gradient computation"
    r"|grad can be implicitly created only for scalar outputs"
    r"|mat1 and mat2 shapes cannot be multiplied"
    r"|Trying to backward through the graph a second time"
    r"|The \.grad attribute of a Tensor that is not a leaf"
    r"|only Tensors of floating point dtype"
    r"|Muon only supports 2D parameters"
    r"|a leaf Variable that requires grad is being used"
    r"|Converting a tensor with requires_grad=True"
    r"|Using a target size"
    r")[^\u3000-\u9fff]*"
)
"""What PyTorch says."""
UNREAD = re.compile(r"(^|\.)(id|key|js_content|css_content|html_content|type|url|engine|config|query_param_key)$")
"""The fields of a message that nobody reads."""
UNSAID = ("href", "key", "address", "leaves", "texts")
"""Parts of a component's data that nobody reads, or that an address says."""
CASES = {
    "a corner": {"f": "y = relu(x) - relu(-x) + max(x, 0)", "at.x": "0"},
    "pieces": {"f": "y = abs(x)*clamp(x, 0, 1) + relu(x)", "at.x": "2"},
    "a root": {"f": "y = sqrt(x^2)", "at.x": "0"},
    "a pole": {"f": "y = 1/x", "at.x": "0"},
    "a cut": {"f": "y = x*detach(x)", "at.x": "3"},
    "a line": {"f": "y = 2x + 1", "at.x": "3"},
    "nothing tracked": {"f": "y = x^2", "grad.x": "false"},
    "no path": {"f": "y = x^2; z = w", "at.x": "3", "at.w": "1", "steps": "500"},
    "shapes": {"f": "y = x @ w", "at.x": "[[1, 2]]", "at.w": "[[1, 2]]"},
    "a matrix": {"f": "y = x*w; z = sum(x*w)", "at.x": "[1, 2, 3, 4, 5]", "at.w": "[1, 2, 3, 4, 5]"},
    "unfinished": {"f": "y = a*"},
    "digits": {"f": "y = x^2", "at.x": "16777217"},
    "an address": {"f": "y = x^2", "at.x": "one", "dtype": "int", "order": "9", "row": "abc", "step": "-1", "q": "1"},
}
PAGES = sorted({page for page, _ in OFFERED})
STEPS = [(lesson, place) for lesson in LESSONS if lesson.group == LECTURE for place, _ in enumerate(lesson.steps, 1)]
OPEN = dict.fromkeys((name for name, choices in CHOICES.items() if choices == OFF), "true")
SHORT = {"steps": "100"}
"""A run of these has the words of one that takes as many steps as usual; those of a race that is cut has `no path`."""


def read(app: AppTest) -> Iterator[str]:
    """Every text that a page shows or says aloud, apart from code."""
    for name, text in sent(app):
        if name in ("BidiComponent.bytes", "PlotlyChart.spec"):
            yield from _strings(json.loads(text))
        elif name == "Markdown.body":
            yield re.sub(r"\\[A-Za-z]+", " ", text)
        elif not UNREAD.search(name):
            yield from _of_text(text)


def _strings(value: Any) -> Iterator[str]:
    """The texts in JSON, apart from its keys, addresses and what an address says."""
    if isinstance(value, str):
        yield from _of_text(value)
    parts = [part for key, part in value.items() if key not in _unsaid(value)] if isinstance(value, dict) else value
    for part in parts if isinstance(parts, list) else ():
        yield from _strings(part)


def _unsaid(data: dict[str, Any]) -> tuple[str, ...]:
    """What nobody reads of data: of options that have titles the titles are read."""
    return (*UNSAID, "options") if data.get("titles") else UNSAID


def _of_text(text: str) -> Iterator[str]:
    """What is read of a text: of HTML and DOT what stands between tags and what is read aloud; of a script nothing."""
    if text.startswith(("import torch", "# autodiff playground: /")):
        return
    plain = re.sub(r'<style>.*?</style>|<(code|script)\b.*?</\1>|class="[^"]*"', " ", text, flags=re.DOTALL)
    yield from map(unescape, re.findall(r'(?:alt|title|aria-label|data-head|tooltip|label)="([^"]*)"', plain))
    if plain.startswith("digraph"):
        yield from map(unescape, re.findall(r">([^<>]+)<", plain))
    else:
        yield unescape(re.sub(r"<[^<>]*>", " ", plain))


def english(texts: Iterator[str]) -> set[str]:
    """The English in texts with what is around it, PyTorch's own left out."""
    kept = [OF_PYTORCH.sub(" ", text) for text in texts]
    found = [(text, match) for text in kept for pattern in (ENGLISH, LITTLE) for match in pattern.finditer(text)]
    return {text[max(match.start() - 20, 0) : match.end() + 20] for text, match in found}


def printed_words(app: AppTest) -> Iterator[str]:
    """What the scripts on a page say in words: their comments, and the texts that they print."""
    for piece in markup(app):
        for code in re.findall(r'<pre class="script[^>]*>(.*?)</pre>', piece, re.DOTALL):
            text = unescape(re.sub(r"<span[^>]*>(.*?)</span>", r"\1\n", re.sub(r"</?code>", "", code)))
            tokens = tokenize.generate_tokens(io.StringIO(text).readline)
            yield from (token.string for token in tokens if token.type in (tokenize.COMMENT, tokenize.STRING))


def left_in_english(app: AppTest) -> set[str]:
    """The English on a page, whose Chinese sentences follow each other without a space."""
    assert not app.exception
    assert [text for _, text in sent(app) if re.search(r"[，。；：？！] +(?=[^\s<])", text)] == []
    return english(read(app)) | english(printed_words(app))


@pytest.mark.parametrize(("page", "example"), OFFERED, ids=lambda part: getattr(part, "key", part))
def test_an_example_in_chinese_is_without_english(page: str, example: Example) -> None:
    """With all its panels open."""
    assert left_in_english(opened(page, **(OPEN | example.parameters | {"lang": "zh", "predict": "false"}))) == set()


@pytest.mark.parametrize("page", PAGES)
def test_an_english_reader_before_leaves_no_english(page: str) -> None:
    """What is kept for readers of every language holds no words."""
    address = OPEN | SHORT | {"predict": "false", "f": "y = x^2*1.25", "at.x": "2"}
    assert not opened(page, **address).exception
    assert left_in_english(opened(page, **(address | {"lang": "zh"}))) == set()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("page", PAGES)
def test_what_cannot_be_shown_is_said_without_english(page: str, case: str) -> None:
    assert left_in_english(opened(page, **(OPEN | SHORT | CASES[case] | {"lang": "zh", "predict": "false"}))) == set()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_rule_of_an_optimizer_is_without_english(optimizer: str) -> None:
    assert left_in_english(opened("descent", lang="zh", optimizer=optimizer)) == set()


@pytest.mark.parametrize("mended", ["false", "true"])
@pytest.mark.parametrize("pitfall", PITFALLS)
def test_a_pitfall_in_chinese_is_without_english(pitfall: str, mended: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened("pitfalls", lang="zh", trap=pitfall, mended=mended)
    assert left_in_english(app) == set()
    monkeypatch.setattr(
        "playground.pitfalls.panel.prediction.remembered",
        lambda *_: ((pitfall, Given(Answer("-1", "错"), at_first(pitfall))),),
    )
    assert left_in_english(opened("pitfalls", lang="zh", trap=pitfall, mended=mended)) == set()


@pytest.mark.parametrize(("lesson", "number"), STEPS, ids=lambda part: getattr(part, "key", part))
def test_a_question_in_chinese_is_without_english_before_and_after_its_answer(lesson: Lesson, number: int) -> None:
    query = link(lesson, number, lang="zh").partition("?")[2]
    app = opened(lesson.steps[number - 1].page, **dict(parse_qsl(query)))
    assert left_in_english(app) == set()
    assert left_in_english(tap(app, "answer-0")) == set()


def test_the_lessons_in_chinese_are_without_english() -> None:
    assert left_in_english(opened("lessons", lang="zh")) == set()
