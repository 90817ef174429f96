"""How large a request may be; enforced in `parse` and `forward`, whoever calls them."""

CHARACTERS = 500
"""of a program."""
OPERATIONS = 200
"""typed in a program."""
NAME = 40
"""characters of a name: a longer one leaves no room for its number."""
INPUTS = 26
"""of a program."""
SIDE = 64
"""rows, and columns, of an input."""
VALUE_CHARACTERS = 110_000
"""of the text of one input's value: room for 64 x 64 numbers with all their digits."""
EXPONENT = 1000.0
"""the largest plain number an expression may be raised to."""
STEPS = 10_000
"""of an optimizer."""
DRAWN_NODES = 80
"""of a graph that is drawn; a larger one is listed instead."""
ORDER = 5
"""of a derivative."""
RUN_COST = 0.6
"""A run of an optimizer may cost so much. A cost is counted and never measured: operations, numbers and steps, each
times what it took in seconds on one machine; so whatever is drawn there is drawn on every machine."""
PANEL_COST = 0.5
"""What is computed for a panel, which is opened by a click, may cost so much."""
LANDSCAPE_COST = 0.3
"""Looking for the level places of a landscape may cost so much, and so may its picture."""
DERIVATIVE_COST = 1.0
"""A Jacobian or Hessian that a page shows may cost so much; of a dearer one a row is offered."""
PAGE_CPU_SECONDS = 30.0
"""A page's thread may compute so long, whatever was counted: more than ten times what the dearest took there."""
PANEL_CPU_SECONDS = 10.0
"""A panel may compute so long, and then loses no more than itself."""
GRAPH_NUMBERS = 2**24
"""that the graph of a derivative may hold."""
GRAPH_NODES = 4_000
"""A graph that is differentiated once more has at most so many nodes."""
DERIVATIVE_ENTRIES = 2**20
"""of a Jacobian or Hessian."""
EXACT_SECONDS = 2.0
"""an exact derivative may take, its process being ready."""
EXACT_WAIT_SECONDS = 10.0
"""a question for one waits for its turn."""
EXACT_START_SECONDS = 60.0
"""that process may take to start."""
PROVED_ENTRIES = 16
"""of a gradient, Jacobian or Hessian that are proved at once; of a larger one, one that is chosen."""
