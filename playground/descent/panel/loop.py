"""The loop line by line beside the numbers it changes; the player writes the numbers and lights what changed."""

from collections.abc import Mapping, Sequence
from html import escape

from playground.descent.film import DRAWN, LINES
from playground.web import markup
from playground.web.reveal import once_known
from playground.web.widgets import show_results
from playground.words import say


def loop_lines(forward: str, minimized: str, zero_grad: bool) -> None:
    """The four lines of the loop."""
    clear = escape(say("descent.line_zero_grad"))
    if not zero_grad:
        clear = f'<s>{clear}</s> <span class="left-out">{escape(say("descent.left_out"))}</span>'
    texts = (clear, escape(forward), escape(f"{minimized}.backward()"), escape(say("descent.line_step")))
    lines = "".join(
        f'<li class="play-line-{line}"><code>{text}</code></li>' for line, text in zip(LINES, texts, strict=True)
    )
    markup.show(f'<ol class="loop">{lines}</ol>')


@once_known
def numbers(names: Sequence[str], grads: Sequence[str], minimized: str, texts: Mapping[str, str]) -> None:
    """Position, value and gradient at the place of the player."""
    if len(names) > DRAWN:
        rows = [(minimized, "value", "value"), (say("descent.norm"), "norm", "gradient")]
    else:
        rows = [(name, f"at{place}", "value") for place, name in enumerate(names)]
        rows += [(minimized, "value", "value")]
        rows += [(name, f"grad{place}", "gradient") for place, name in enumerate(grads)]
    shown = "".join(
        f'<pre class="result">{escape(name)} = '
        f'<span class="{kind} play-{text}" data-move="{text}">{escape(texts[text])}</span></pre>'
        for name, text, kind in rows
    )
    show_results(shown)


def grad_name(entry: str) -> str:
    """`x.grad`, `x.grad[0]`."""
    name, bracket, index = entry.partition("[")
    return f"{name}.grad{bracket}{index}"
