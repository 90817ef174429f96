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
REQUEST_SECONDS = 1.8
"""of its own that a page may compute for one visitor at once."""
RUN_SECONDS = 1.2
"""that an optimizer's steps may take."""
GRAPH_NUMBERS = 2**24
"""that the graph of a derivative may hold."""
DERIVATIVE_ENTRIES = 2**20
"""of a Jacobian or Hessian."""
DERIVATIVE_SECONDS = 2.0
"""a Jacobian or Hessian that a page shows may take; of one that takes longer a row is offered."""
EXACT_SECONDS = 2.0
"""an exact derivative may take, its process being ready."""
EXACT_WAIT_SECONDS = 10.0
"""a question for one waits for its turn."""
EXACT_START_SECONDS = 60.0
"""that process may take to start."""
PROVED_ENTRIES = 16
"""of a gradient, Jacobian or Hessian that are proved at once; of a larger one, one that is chosen."""
