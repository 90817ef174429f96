"""The kind of a critical point, proved by interval arithmetic: it runs in the process of `proof.worker`.

Along one number a function that is continuous between two places, and falls at the first and rises at the second, has a
minimum between them. Of several, Krawczyk's operator proves that a box holds just one zero of the gradient (Krawczyk
1969; Neumaier, Interval Methods for Systems of Equations, section 5.1), and the Hessian over the whole box what it is.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from mpmath import iv  # type: ignore[import-untyped]
from numpy.typing import NDArray

from playground.exact.duals import Singular
from playground.exact.germs import Outside
from playground.exact.levels import MAXIMUM, MINIMUM, SADDLE, Levels
from playground.exact.reals import (
    Real,
    Reals,
    Undecided,
    Unknown,
    digits,
    either,
    fraction,
    interval,
    is_special,
    middle,
    sign_of,
)
from playground.exact.truth import derivative_of
from playground.exact.walk import Array, outputs_of
from playground.language.program import Call

BITS = 256
"""So many bits are worked with."""
RADII = (1e-8, 1e-6, 1e-4)
"""A box around a place is so large, relative to what is looked at: the first that proves something counts."""


def answer(levels: Levels) -> Iterator[tuple[int, str]]:
    """The kind of each place, by its number; nothing of those of which nothing is proved."""
    with digits(BITS):
        for number, place in enumerate(levels.places):
            for kind in _proved(levels, [fraction(x) for x in place]):
                yield number, kind


def _proved(levels: Levels, place: Sequence[Real]) -> Iterator[str]:
    """The kind of a place, from the smallest radius in which it is proved."""
    prove = _turning if len(place) == 1 else _alone
    for radius in RADII:
        with suppress(Undecided, Unknown, Singular, Outside):
            yield prove(levels, place, fraction(radius * levels.size))
            return


def _turning(levels: Levels, place: Sequence[Real], radius: Real) -> str:
    """What a function of one number does within a radius. Raises Undecided where its slope does not change its sign."""
    before, after = (sign_of(_derivative(levels, [place[0] + side * radius], (0,))) for side in (-1, 1))
    if before == after:
        raise Undecided
    _heights(levels, [interval(place[0]) + _around(radius)], Continuous(), lambda _, number: number)
    return MINIMUM if before < 0 else MAXIMUM


class Boxes(Reals):
    """Real numbers over intervals."""

    def entry(self, name: str, arguments: Sequence[Real], node: Call | None = None) -> Real:
        """An operation. What powers of e are divided by may be any number."""
        if name == "peak" and not any(map(is_special, arguments)):
            return Fraction(max(float(middle(x)) for x in arguments))
        return super().entry(name, arguments, node)


class Continuous(Boxes):
    """Real numbers over intervals, under operations that are continuous there; others raise Undecided."""

    def entry(self, name: str, arguments: Sequence[Real], node: Call | None = None) -> Real:
        """An operation; at a corner of abs its values are known, though no sign is."""
        if name == "abs" and not is_special(arguments[0]):
            return abs(arguments[0])
        return super().entry(name, arguments, node)

    def larger(self, x: Real, y: Real) -> Real:
        """All that the larger of two numbers may be."""
        try:
            return super().larger(x, y)
        except Undecided:
            return either(x, y)


def _alone(levels: Levels, place: Sequence[Real], radius: Real) -> str:
    """The kind of the only zero of the gradient within a radius. Raises Undecided where that is not certain."""
    axes = range(len(place))
    box = [interval(x) + _around(radius) for x in place]
    slopes = np.array([interval(_derivative(levels, place, (axis,))) for axis in axes], dtype=object)
    bends = np.empty((len(axes), len(axes)), dtype=object)
    for row in axes:
        for column in range(row + 1):
            bends[row, column] = bends[column, row] = interval(_derivative(levels, box, (row, column)))
    middles = np.vectorize(lambda bend: float(middle(bend)), otypes=[float])(bends)
    if not _contracts(slopes, bends, middles, interval(radius)):
        raise Undecided
    return _by_eigenvalues(bends, np.linalg.eigh(middles)[1])


def _contracts(slopes: NDArray[Any], bends: NDArray[Any], middles: NDArray[Any], radius: Any) -> bool:
    """Whether Krawczyk's operator takes the box into its inside."""
    try:
        inverse = _intervals(np.linalg.inv(middles))
    except np.linalg.LinAlgError:
        return False
    rest = np.abs(_intervals(np.eye(len(slopes))) - inverse @ bends).sum(axis=1)
    moves = np.abs(inverse @ slopes)
    return all(bool(move + part * radius < radius) for move, part in zip(moves, rest, strict=True))


def _by_eigenvalues(bends: NDArray[Any], vectors: NDArray[Any]) -> str:
    """The kind by the signs of the Hessian's eigenvalues, which a change of the basis keeps (Sylvester's law).

    Each is that of a number on the diagonal, where none is smaller than the others of its row (Gershgorin's discs).
    """
    basis = _intervals(vectors)
    bends = basis.T @ bends @ basis
    diagonal = np.diag(bends)
    beside = np.abs(bends - np.diag(diagonal)).sum(axis=1)
    if not all(bool(abs(number) > rest) for number, rest in zip(diagonal, beside, strict=True)):
        raise Undecided
    signs = set(map(sign_of, diagonal))
    return SADDLE if len(signs) > 1 else MINIMUM if signs == {1} else MAXIMUM


def _intervals(numbers: NDArray[Any]) -> NDArray[Any]:
    exact: NDArray[Any] = np.vectorize(lambda number: interval(fraction(number)), otypes=[object])(numbers)
    return exact


def _around(radius: Real) -> Any:
    return interval(radius) * iv.mpf([-1, 1])


def _derivative(levels: Levels, box: Sequence[Real], axes: Sequence[int]) -> Real:
    """The derivative over a box by one axis after another. Raises Undecided where it is not finite, Unknown."""
    entries = [(name, index) for name, shape in levels.moved for index in np.ndindex(shape)]
    slope = derivative_of(partial(_heights, levels, box), [entries[axis] for axis in axes], Boxes())
    if slope is None or is_special(slope):
        raise Undecided
    return slope


def _heights(levels: Levels, box: Sequence[Real], algebra: Any, element: Any) -> list[Any]:
    """The parts of the height over a box, in an algebra. Raises Unknown where something that moves is detached."""
    numbers = iter(box)
    inputs = {name: _elements(name, shape, map(fraction, row), element) for name, shape, row in levels.constants}
    inputs |= {name: _elements(name, shape, numbers, element) for name, shape in levels.moved}
    heights = outputs_of(levels.program, inputs, algebra)[levels.output]
    if getattr(algebra, "detached", None):
        raise Unknown
    return list(heights.flat) if levels.entry is None else [heights[levels.entry]]


def _elements(name: str, shape: tuple[int, ...], numbers: Iterator[Real], element: Any) -> Array:
    """An array of the next of the numbers, as elements of an algebra."""
    elements = np.empty(shape, dtype=object)
    for index in np.ndindex(shape):
        elements[index] = element((name, index), next(numbers))
    return elements
