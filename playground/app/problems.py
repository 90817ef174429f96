"""What is wrong with what was typed, and with the address: one block of the page, below the head."""

from collections.abc import Sequence
from html import escape

from playground.app.registry import PARAMETERS
from playground.language.program import Program
from playground.language.signs import comment_at_the_end
from playground.lessons.panel import unknown
from playground.pasted.panel import account_of_script as script_told
from playground.pasted.panel import refusal as script_refusal
from playground.web import markup
from playground.web.address import objections
from playground.web.feature import Feature
from playground.web.inputs import Problem, Reading, with_argument
from playground.web.offers import offer_notes
from playground.web.parameters import shortened
from playground.web.rounding_note import rounded_notes
from playground.web.session import Memory
from playground.web.trap_notes import trap_notes
from playground.web.widgets import html, pointer
from playground.words import say


def tell(reading: Reading | None, memory: Memory) -> None:
    """Say all of it; the block is there with nothing in it too, so that what comes is heard by a screen reader.

    What is said of an address is said as long as nothing was changed.
    """
    problems = "" if reading is None else _problems(reading)
    notes = [*_of_address(reading, memory), *([] if reading is None else _of_program(reading, memory.page))]
    items = "".join(f'<p class="note">{note}</p>' for note in notes)
    kind = "" if memory.untouched else "typing"
    script = "" if reading is None else script_told(memory.page)
    markup.show(
        f'<div id="problems" role="status" class="{kind}">{problems}</div><div class="notes">{script}{items}</div>'
    )


def _problems(reading: Reading) -> str:
    """Each problem with a caret at its place, and what is shown instead."""
    refused = script_refusal(reading.text) if reading.problems else ""
    blocks = [f'<div class="problem"><p>{html(refused)}</p></div>'] if refused else list(map(_block, reading.problems))
    if blocks and (reading.good.program, reading.good.values) != (reading.text, reading.typed.values):
        blocks.append(f'<p class="stale">{html(say("frame.stale", program=reading.good.program))}</p>')
    return f'<div class="problems">{"".join(blocks)}</div>' if blocks else ""


def _block(problem: Problem) -> str:
    message = f"<p>{html(problem.message)}</p>"
    if problem.column is None:
        return f'<div class="problem">{message}</div>'
    lines = "\n".join(pointer(problem.before + problem.typed, problem.column + len(problem.before)))
    return f'<div class="problem"><pre>{html(lines)}</pre>{message}</div>'


def _of_program(reading: Reading, page: Feature) -> list[str]:
    """What the program or its values may not mean, as HTML; the page's own examples mean what they say."""
    comment = comment_at_the_end(reading.text)
    comments = [html(say("frame.comment", comment=shortened(comment)))] if comment else []
    offers = [] if reading.text in {example.program for example in page.examples} else offer_notes(reading)
    return [*comments, *offers, *rounded_notes(reading.good.case), *trap_notes(reading.good.case)]


def _of_address(reading: Reading | None, memory: Memory) -> list[str]:
    """A sentence for each part of an address that cannot be used, as HTML."""
    if not memory.untouched:
        return []
    remarks = [*unknown(*memory.lesson), *objections(memory.address, PARAMETERS, *_judged(reading, memory))]
    return [escape(sentence) for sentence in remarks]


def _judged(reading: Reading | None, memory: Memory) -> tuple[Program | None, Sequence[str] | None]:
    """The program, None where another one stands in for it; and the outputs whose gradient argument counts."""
    if reading is None:
        return None, None
    program = reading.typed.case.program if reading.typed.program == reading.text else None
    return program, with_argument(memory.page, reading.good.case) if memory.page.gradients else None
