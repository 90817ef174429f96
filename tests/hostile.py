"""What a hostile visitor types or writes into an address, and what must hold of all that the app then sends."""

import json
import re
from html.parser import HTMLParser
from typing import NoReturn

from streamlit.testing.v1 import AppTest

from playground.web import store
from tests.reading import found, graphs, markup, sent

ATTACKS = (
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "<svg onload=window.hacked=1><animate onbegin=window.hacked=1>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "</style><script>window.hacked=1</script><style>",
    "</pre></code></p></div><b>evil</b><!--",
    "\"' onfocus=window.hacked=1 autofocus x='",
    "<a href=javascript:window.hacked=1>evil</a>",
    "&lt;img src=x onerror=window.hacked=1&gt; &#60;b&#62;",
    'x"]; evil [label="evil" URL="javascript:window.hacked=1"]; a -> b [tooltip="',
    "<<b>evil</b>>",
    '\\"]} } digraph { evil -> b }',
    "\\N\\G\\E\\L",
    r"\href{javascript:window.hacked=1}{evil}",
    r"\htmlData{x=1}{evil} \htmlClass{evil}{x} \htmlId{evil}{x} \htmlStyle{color:red}{x}",
    r"\includegraphics{https://evil.invalid/evil.png} \url{https://evil.invalid}",
    r"\def\x{\x}\x \newcommand{\y}{\y\y}\y $$",
    "$evil$ $$\\frac{1}{0}$$ \\(evil\\) \\[evil\\]",
    "[evil](javascript:window.hacked=1) <https://evil.invalid>",
    "![evil](https://evil.invalid/evil.png)",
    "https://evil.invalid/ www.evil.invalid mailto:a@evil.invalid",
    ":material/close: :red[evil] :blue-background[evil] :streamlit: :small[evil]",
    "# evil\n\n- evil\n\n| a | b |\n|--|--|\n| evil | b |\n\n```\nevil",
    "**evil** _evil_ ~~evil~~ `evil` ==evil==",
    "{{constructor.constructor('window.hacked=1')()}} ${window.hacked=1} #{1} <%= 1 %>",
    "{f} {0} {0.__class__} %s %(x)s %n",
    "\u202eevil\u202c \u2066evil\u2069 \u200b\u200d\ufeff e\u0301\u0301\u0301",
    "\x00\x01\x07\x08\x1b[31mevil\x1b]0;evil\x07\x7f\x9b",
    "\ue000evil\ue001\ue002evil\ue003",
    "line\r\nSet-Cookie: evil\u2028\u2029\x0b\x0c\x85",
    "javascript:window.hacked=1",
    "data:text/html,<script>parent.hacked=1</script>",
    "__proto__",
    "constructor.prototype",
    "../../../../etc/passwd",
    "'; DROP TABLE x; --",
    "|touch evil; `touch evil`; $(touch evil)",
)  # fmt: skip

NUMBERS = (
    "nan", "-nan", "inf", "-inf", "Infinity", "1e999", "-1e999", "1e308", "1e-320", "1e39", "-1", "-0", "0", "1", "1.5",
    "9" * 30, "9" * 5000, "1" * 400, "0x10", "1_000", "１２", "٣", "²", "½", "1e5", "2147483648", "9007199254740993",
    "true", "True", "none", "[nan]", "[1e999]", "[[0, -1], [1e38, 2]]", "[0]", "[[1]]",
)  # fmt: skip

ALLOWED = {
    "a", "b", "button", "code", "details", "div", "h1", "h2", "h3", "i", "img", "li", "nav", "ol", "p", "pre", "s",
    "small", "span", "style", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
"""Elements that the app's own HTML is made of."""
EMPTY = {"img"}
_OWN = re.compile(r"(\./)?\w*(\?[^:\s]*)?|data:image/svg\+xml[,;][^\s<>]*")
"""An address of the app, or a picture that it drew."""
_STRING = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
_TABLE = re.compile(r"=?<(?:[^<>]|<[^<>]*>)*>")
_PLAIN_DOT = re.compile(r"->|[\w\s;{}\[\]=.-]")
AS_IT_IS = (
    ".alt", ".placeholder", ".id", ".element_id", ".raw_value", ".default", ".value", ".code_text", ".query_param_key",
)  # fmt: skip
"""Fields that the browser shows as plain text, or not at all."""


class _Elements(HTMLParser):
    """Reads HTML as a browser does, and objects to what the app never writes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        self.open += [] if tag in EMPTY else [tag]
        for name, text in attributes:
            assert not name.startswith("on"), (tag, name)
            if name in ("href", "src", "action", "formaction", "xlink:href"):
                assert _OWN.fullmatch(text or ""), (tag, name, text)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1:] == [tag], f"</{tag}> ends what it did not begin"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        assert "evil" not in data or self.open[-1:] != ["span"], "what was typed is shown as a number of the page"

    def handle_comment(self, data: str) -> NoReturn:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> NoReturn:
        raise AssertionError(f"a declaration: {decl}")


def assert_sound(app: AppTest, *typed: str) -> None:
    """The page stands, and nothing that was typed is more than text in whatever it sends."""
    assert not app.exception, app.exception
    assert found(app, "question") or found(app, "sentence"), markup(app)
    active = [text for text in typed if re.search(r"[<>\"\\$`*\[\]:{|#]", text) and len(text) > 3]
    for name, text in sent(app):
        if name == "Html.body":
            elements = _Elements()
            elements.feed(text)
            elements.close()
            assert not elements.open, elements.open
        elif name.endswith((".bytes", ".spec", ".config", ".columns")):
            json.loads(text, parse_constant=refuse)
        elif not name.endswith(AS_IT_IS):
            assert not any(item in text for item in active), (name, text)

    for graph in graphs(app):
        assert_plain_dot(store.text(graph["dot"]))


def refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} is no JSON")


def assert_plain_dot(dot: str) -> None:
    """Outside of quotes and HTML-like labels there are names, numbers and arrows."""
    rest = _TABLE.sub("", _STRING.sub("", dot))
    assert not _PLAIN_DOT.sub("", rest), rest
    assert "evil" not in dot
