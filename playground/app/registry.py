"""Every page, in the order of the menu; the first is the one at `/`. A new page is a folder and its row here."""

from itertools import chain

from playground.descent.feature import FEATURE as DESCENT
from playground.graph.feature import FEATURE as GRAPH
from playground.lessons.feature import FEATURE as LESSONS
from playground.matrix.feature import FEATURE as MATRIX
from playground.partials.feature import FEATURE as PARTIALS
from playground.pitfalls.feature import FEATURE as PITFALLS
from playground.scalar.feature import FEATURE as SCALAR
from playground.second.feature import FEATURE as SECOND
from playground.web.address import SHARED
from playground.web.parameters import by_name

FEATURES = (GRAPH, SCALAR, MATRIX, PARTIALS, SECOND, DESCENT, PITFALLS, LESSONS)

BY_NAME = {feature.name: feature for feature in FEATURES}

PARAMETERS = by_name([*SHARED, *chain.from_iterable(feature.parameters for feature in FEATURES)])
"""Everything that some page reads of an address, by its name."""
