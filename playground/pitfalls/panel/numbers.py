"""The numbers of a pitfall that can be changed: the address holds those that are not as they were."""

from playground.pitfalls.feature import FEATURE
from playground.pitfalls.table import Pitfall
from playground.web.choices import choices, object_to, prose, read, text
from playground.words import say


def numbers_of(pitfall: Pitfall) -> dict[str, float]:
    """The numbers as the address has them; what it says that is none is told, and the first one stands in."""
    return dict(_number(name, usual) for name, usual in pitfall.values.items())


def _number(name: str, usual: float) -> tuple[str, float]:
    (number,), objections = read(FEATURE[name], (), (str(usual),))
    object_to(objections)
    return name, float(number)


def number_boxes(pitfall: Pitfall) -> None:
    """A box for each number."""
    boxes = [text(FEATURE[name], name, usual=f"{usual:g}") for name, usual in pitfall.values.items()]
    if boxes:
        choices([prose("change", say("pitfalls.change")), *boxes], key="numbers")
