"""How large a request may be. Each limit is enforced where the work is done, whoever asks for it.

A cost is counted and never measured: operations, numbers and steps, each times what it took in seconds on one machine;
so whatever is drawn there is drawn on every machine.
"""

MAX_PROGRAM_CHARACTERS = 2_000
"""A program's text has at most so many characters."""
MAX_SCRIPT_CHARACTERS = 20_000
"""A pasted script has at most so many characters."""
MAX_NOTEBOOK_CHARACTERS = 200_000
"""The JSON text of a pasted notebook has at most so many characters; its code is a script's."""
MAX_OPERATIONS = 200
"""A program has at most so many operations, as they are typed."""
MAX_NAME_CHARACTERS = 40
"""A name has at most so many characters: a longer one leaves no room for its number."""
MAX_INPUTS = 26
"""A program has at most so many inputs."""
MAX_SIDE = 64
"""An input has at most so many rows, and at most so many columns."""
MAX_VALUE_CHARACTERS = 110_000
"""The text of one input's value has at most so many characters: room for 64 x 64 numbers with all their digits."""
MAX_EXPONENT = 1000.0
"""An expression may be raised to no plain number whose magnitude is larger."""
MAX_STEPS = 10_000
"""An optimizer takes at most so many steps."""
MAX_ORDER = 5
"""A derivative of at most this order is computed."""
MAX_RUN_COST = 0.6
"""A run of an optimizer may cost so much."""
MAX_PANEL_COST = 0.5
"""What is computed for a panel, which is opened by a click, may cost so much."""
MAX_LANDSCAPE_COST = 0.3
"""The search for the critical points of a landscape may cost so much, and so may its picture."""
MAX_DERIVATIVE_COST = 1.0
"""A Jacobian or Hessian that a page shows may cost so much; of a dearer one a row is offered."""
PAGE_CPU_SECONDS = 30.0
"""A page's thread may compute so long, whatever was counted: more than ten times what the dearest took there."""
PANEL_CPU_SECONDS = 10.0
"""A panel may compute so long, and then loses no more than itself."""
MAX_GRAPH_NUMBERS = 2**24
"""The graph of a derivative may hold at most so many numbers."""
MAX_GRAPH_NODES = 4_000
"""A graph that is differentiated once more has at most so many nodes."""
MAX_DERIVATIVE_ENTRIES = 2**20
"""A Jacobian or Hessian has at most so many entries."""
EXACT_TIMEOUT_SECONDS = 2.0
"""An exact derivative may take so long in a process that is ready for it."""
EXACT_WAIT_SECONDS = 10.0
"""A question for an exact derivative waits so long for its turn."""
EXACT_START_SECONDS = 60.0
"""The process that finds exact derivatives may take so long to start."""
MAX_PROVED_ENTRIES = 16
"""A gradient, Jacobian or Hessian of at most so many entries is proved at once; of a larger one, a chosen entry is."""
