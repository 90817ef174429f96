"""What a page declares of itself: one row, from which the menu, addresses, the warm-up and the tests know it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from playground.engine.case import Case
from playground.web.examples import ELSEWHERE, Example
from playground.web.parameters import Parameter, choices, panels
from playground.web.question import Address, Question

PROVED = (*panels("proof"), *choices("proved", "entry0", "entry1"))
"""The parameters of the panel that proves gradients."""


@dataclass(frozen=True, eq=False)
class Feature:
    """A page: `pages/NAME.py` draws it, and its title in the menu is the words' `NAME.menu`."""

    name: str
    examples: tuple[Example, ...]
    """What it offers. An address that leaves out the program, or a value, means the first one's."""
    parameters: tuple[Parameter, ...] = ()
    """What it reads of an address, beside the program and what belongs to that."""
    questions: Callable[[Case, Address], list[Question]] | None = None
    """What is asked of any program before its numbers are shown."""
    lecture: Mapping[str, Callable[[Case, Address], Question | None]] = field(default_factory=dict)
    """The questions of the lecture's lessons, by the names that lessons give them."""
    opening: Example | None = None
    """What it opens with where its address says nothing of a program, if that is not the first example."""
    program: bool = True
    """Whether it is about the program in the box: another page brings scripts of its own."""
    boxes: tuple[str, ...] = ()
    """The keys of what a page shows and only a session holds: a box of Streamlit's that is always there, answers."""
    gradients: bool = False
    """Whether the outputs' gradient arguments can be given."""
    scalar_gradients: bool = False
    """Whether that of an output which is a single number, and the only one, can be given too."""

    def __getitem__(self, name: str) -> Parameter:
        """The parameter of a name; KeyError where the page declares none."""
        return {parameter.name: parameter for parameter in self.parameters}[name]

    @property
    def start(self) -> Example:
        """What an address means that leaves out the program, or a value."""
        return self.examples[0]

    def value_at_start(self, name: str) -> str:
        """The text of an input's value that the address does not give."""
        return self.start.values.get(name, ELSEWHERE)
