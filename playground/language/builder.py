"""From tokens to a tree: what the parser calls for each rule of the grammar that it has read."""

import keyword
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from lark import Token, Transformer, v_args

from playground.language import limits
from playground.language.arithmetic import finite, plain
from playground.language.binding import DTYPES, Keyword, Listed, Nothing, Truth, Word, as_expression, called
from playground.language.errors import ProgramError
from playground.language.operations import CONSTANTS, NAMES, OPERATIONS, OPERATORS, TAKEN_NAMES
from playground.language.program import OWN, Call, Expression, IndexOperand, Number, Option, Slice, Statement, Variable

MAX_LIST_LEVELS = 3
"""Lists stand in lists at most so deep."""

_SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_DONE_FOR_YOU = {
    "backward", "grad", "autograd", "zero_grad", "step", "item", "numpy", "requires_grad_", "print", "randn", "SGD",
    "Adam", "derivative",
}  # fmt: skip
_LIBRARIES = frozenset(("Math", "sympy", "jax", "tf", "tensorflow", "keras", "scipy"))
"""Other libraries, of which nothing is read."""
_MODULES = frozenset((
    "torch", "torch.nn.functional", "torch.special", "torch.linalg", "torch.nn", "torch.autograd", "torch.optim",
    "torch.Tensor", "nn.functional", "np", "numpy", "np.linalg", "numpy.linalg", "jnp", "jnp.linalg", "math", "F",
))  # fmt: skip
"""What a function may stand in."""
_ELSEWHERE = {"tg": "tan", "ctg": "cot", "sen": "sin", "arctg": "arctan", "sinus": "sin"}
"""How functions are called in other countries."""
_ORDERS = {"1": 1, "2": 2, "∞": math.inf, "inf": math.inf, "infinity": math.inf}
_DERIVATIVE = re.compile(r"d[a-zA-Zα-ω]\d?|D")
_SCRIPT_WORDS = {
    **dict.fromkeys(("lambda", "def", "return"), "python_function"),
    **dict.fromkeys(("for", "while", "import", "from", "with", "class", "try", "del", "assert"), "python_line"),
}  # fmt: skip
"""Words of Python that a script is made of, and the sentences that say where they belong."""
_NOT_NAMES = {"nan", "inf", "infinity", "none", "true", "false"}
_FUNCTIONAL = frozenset(
    name for name, row in NAMES.items() if OPERATIONS[row].run.startswith("torch.nn.functional.")
) | {"sigmoid", "tanh", "softmax", "log_softmax"}  # fmt: skip
"""What `F.` stands before; before all else it is a name like any other."""


def column_of(token: Token) -> int:
    """Where a token starts in the text, from 1."""
    return (token.start_pos or 0) + 1


def number_of(text: str, column: int) -> Number:
    """The number of a text of digits; ProgramError where a float cannot hold it."""
    try:
        return Number(finite(float(text) if re.search(r"[.eE]", text) else int(text)), column)
    except (OverflowError, ValueError):  # Python reads no more than 4,300 digits
        raise ProgramError("number_too_large", column) from None


@v_args(inline=True)
class Builder(Transformer[Token, Any]):
    """Builds the tree while lark reads; keeps no state, so that all sessions share it."""

    def number(self, token: Token) -> Number:
        return number_of(token, column_of(token))

    def name(self, token: Token) -> Number | Variable:
        name, column = str(token), column_of(token)
        if name in CONSTANTS:
            return Number(CONSTANTS[name], column, "π" if name == "pi" else name)
        return Variable(allowed(name, column), column)

    def vulgar(self, token: Token) -> Call:
        above, below = unicodedata.normalize("NFKC", token).split("⁄")
        return _call(
            "divide", column_of(token), Number(int(above), column_of(token)), Number(int(below), column_of(token))
        )

    def infinity(self, token: Token) -> Number:
        return Number(-math.inf if "-" in token else math.inf, column_of(token))

    def constant(self, token: Token) -> Any:
        library, name = _parts(token)
        if library == "F":
            return self.attribute(Variable("F", column_of(token)), token.update(value=f".{name}"))
        _refuse_library(library, name, column_of(token))
        if name in DTYPES:
            return Word(name, column_of(token))
        if name not in CONSTANTS:
            raise ProgramError("function_alone" if name in NAMES else "unknown_constant", column_of(token), name=name)
        return self.name(token.update(value=name))

    def binary(self, left: Any, sign: Token, right: Any) -> Call:
        return _call(OPERATORS[_SPELLED.get(sign, sign)], column_of(sign), left, right)

    def juxtaposed(self, left: Any, right: Any) -> Call:
        """`x y` as a product; after a transposed factor, as in `x^T A x`, as one of matrices."""
        left, right = as_expression(left), as_expression(right)
        return _call("matmul" if _is_matrix(left) else "multiply", right.column, left, right)

    def negated(self, sign: Token, operand: Any) -> Call:
        return _call("negate", column_of(sign), operand)

    def inverted(self, sign: Token, operand: Any) -> Call:
        return _call("logical_not", column_of(sign), operand)

    def compared(self, first: Any, *rest: Any) -> Expression:
        """`a < b < c` as `a < b and b < c`, as mathematics and Python mean it."""
        sides, signs = [first, *rest[1::2]], rest[::2]
        pairs = [_call(OPERATORS[sign], column_of(sign), *sides[at : at + 2]) for at, sign in enumerate(signs)]
        call: Call = pairs[0]
        for sign, pair in zip(signs[1:], pairs[1:], strict=True):
            call = _call("logical_and", column_of(sign), call, pair)
        return call

    def conditional(self, first: Any, condition: Any, second: Any) -> Call:
        return _call("choose", as_expression(condition).column, condition, first, second)

    def superscript(self, base: Any, exponent: Token) -> Call:
        column = column_of(exponent)
        digits = number_of(exponent.translate(_SUPERSCRIPTS).lstrip("-"), column)
        negative = exponent.startswith("⁻")
        return _call("power", column, base, Call("negate", (digits,), column=column) if negative else digits)

    def named_power(self, base: Token, *exponent: Any) -> Expression:
        if len(exponent) == 1:
            return self.superscript(self.name(base), exponent[0])
        return self.binary(self.name(base), *exponent)

    def applied(self, token: Token, *rest: Any) -> Expression:
        """`sin x`, `sin²x` as the square of the sine, `sin^-1 x` as the inverse."""
        column, argument = column_of(token), rest[-1]
        call = called(str(token), [argument], column)
        if len(rest) == 1:
            return call
        power = self.superscript(call, rest[0]) if len(rest) == 2 else self.binary(call, *rest[:2])
        if plain(power.arguments[1]) == -1 and f"a{token}" in NAMES:
            return called(f"a{token}", [argument], column)
        return power

    def root(self, sign: Token, inside: Any) -> Expression:
        column = column_of(sign)
        if sign == "∜":
            return _call("power", column, inside, Call("divide", (Number(1, column), Number(4, column)), (), column))
        return _call("sqrt" if sign == "√" else "cbrt", column, inside)

    def transposed(self, owner: Any, mark: Token) -> Expression:
        if isinstance(owner, Number):
            return _call("power", column_of(mark), owner, Variable("T", column_of(mark)))
        return _call("transpose", column_of(mark), owner)

    def normed(self, bar: Token, inside: Any, end: Token) -> Call:
        """`‖x‖`, `‖x‖₁`, `‖x‖_∞`."""
        order = _ORDERS.get(end[1:].strip(" _"))
        return called("norm", [inside, *([Number(order, column_of(bar))] if order else [])], column_of(bar), None, True)

    def own(self, token: Token, arguments: Sequence[Any] = ()) -> Call:
        """A function of one's own: its definition is put in place later."""
        return _call(str(token) + OWN, column_of(token), *arguments)

    def absolute(self, bar: Token, inside: Any, _: Token) -> Call:
        return _call("abs", column_of(bar), inside)

    def call(self, token: Token, arguments: Sequence[Any] = ()) -> Call:
        library, name = _parts(token)
        if library == "F" and name not in _FUNCTIONAL:
            return _function(name, arguments, column_of(token), Variable("F", column_of(token)), True)
        _refuse_library(library, name, column_of(token))
        if library in ("np", "numpy") and name in ("std", "var"):  # NumPy divides by n, PyTorch by n - 1
            arguments = [*arguments, Keyword("correction", Number(0), column_of(token))]
        return _function(name, arguments, column_of(token), None, bool(library))

    def method(self, owner: Any, token: Token, arguments: Sequence[Any] = ()) -> Call:
        if isinstance(owner, Variable) and owner.name in _LIBRARIES:
            _refuse_library(owner.name, token[1:].strip(), owner.column)
        return _function(token[1:].strip(), arguments, column_of(token) + 1, as_expression(owner), True)

    def attribute(self, owner: Any, token: Token) -> Expression:
        name, column = token[1:].strip(), column_of(token) + 1
        if isinstance(owner, Call) and name in OPERATIONS[owner.operation].fields and not _chosen(owner):
            return _field(owner, name)
        if name not in ("T", "mT"):
            raise ProgramError("attribute", column, name=name)
        return _call(name, column, owner)

    def indexed(self, owner: Any, bracket: Token, *subscripts: Any) -> Expression:
        owner = as_expression(owner)
        if isinstance(owner, Call) and OPERATIONS[owner.operation].several(dict(owner.options)) and not _chosen(owner):
            return _numbered(owner, subscripts, column_of(bracket))
        operands: list[Expression] = [owner]
        at = tuple(_item(subscript, operands, column_of(bracket)) for subscript in subscripts)
        return Call("index", tuple(operands), (("at", at),), column_of(bracket))

    def slice(self, *parts: Any) -> Slice:
        ends: list[int | None] = [None]
        for part in parts:
            if isinstance(part, Token):
                ends.append(None)
            else:
                ends[-1] = _whole(part)
        return Slice(*ends)

    def ellipsis(self, _: Token) -> str:
        return "..."

    def row(self, *entries: Any) -> tuple[Any, ...]:
        return entries

    arguments = program = row

    def listed(self, bracket: Token, entries: tuple[Any, ...] = ()) -> Listed:
        return _listed(bracket, entries)

    def rows(self, bracket: Token, *rows: tuple[Any, ...]) -> Listed:
        """`[1, 2; 3, 4]`, as some write the rows of a matrix."""
        return _listed(bracket, tuple(Listed(row, column_of(bracket)) for row in rows))

    def tupled(self, parenthesis: Token, *entries: Any) -> Listed:
        return _listed(parenthesis, entries)

    def word(self, token: Token) -> Word:
        return Word(token[1:-1], column_of(token))

    def truth(self, token: Token) -> Truth:
        return Truth(token == "True", column_of(token))

    def nothing(self, token: Token) -> Nothing:
        return Nothing(column_of(token))

    def keyword(self, token: Token, value: Any) -> Keyword:
        return Keyword(str(token), value, column_of(token))

    def bare(self, expression: Any) -> Statement:
        expression = as_expression(expression)
        return Statement("", expression, expression.column)

    def assignment(self, target: Token, expression: Any) -> Statement:
        name, column = str(target), column_of(target)
        if (name in CONSTANTS and name != "e") or name in TAKEN_NAMES:
            raise ProgramError("taken", column, name=name)
        return Statement(allowed(name, column), as_expression(expression), column)

    def definition(self, token: Token, expression: Any) -> Statement:
        name, *parameters = re.findall(r"[^\W\d]\w*", token)
        statement = self.assignment(token.update(value=name), expression)
        names = tuple(allowed(parameter, column_of(token)) for parameter in parameters)
        return replace(statement, parameters=names)

    def value(self, entry: Any) -> Any:
        return entry


_SPELLED = {"&": "and", "&&": "and", "∨": "or"}


def _parts(token: Token) -> tuple[str, str]:
    """The library and the name of `torch.nn.functional.relu`; no library where no point stands."""
    *library, name = (part.strip() for part in token.split("."))
    return ".".join(library), name


def _refuse_library(library: str, name: str, column: int) -> None:
    """ProgramError where a name stands in a module that is not read."""
    if library and library not in _MODULES:
        path = OPERATIONS[NAMES[name]].run if name in NAMES else ""
        key = "library" if path else "module_unread"
        raise ProgramError(key, column, library=library, name=name, torch=path if path[:6] == "torch." else name)


def _call(operation: str, column: int, *operands: Any) -> Call:
    return Call(operation, tuple(map(as_expression, operands)), (), column)


def _is_matrix(node: Expression) -> bool:
    """Whether the last factor of a product without signs is transposed, or a product of matrices for that reason.

    A product without a sign stands at the column of its right factor, any other one at that of its sign.
    """
    if not isinstance(node, Call):
        return False
    unsigned = len(node.arguments) == 2 and node.column == node.arguments[1].column
    if node.operation == "multiply" and unsigned:
        return _is_matrix(node.arguments[1])
    return node.operation in ("transpose", "T", "mT") or (node.operation == "matmul" and unsigned)


def _function(name: str, arguments: Sequence[Any], column: int, owner: Expression | None, pytorch: bool) -> Call:
    """A function on its arguments; ProgramError names the nearest one where there is none of that name."""
    if name in _DONE_FOR_YOU:
        raise ProgramError("done_for_you", column, name=name)
    if name not in NAMES:
        if _DERIVATIVE.fullmatch(name):
            raise ProgramError("derivative", column)
        nearest = _nearest(name.lower())
        key = "unknown_function_near" if nearest else "unknown_function"
        raise ProgramError(key, column, name=name, nearest=nearest)
    return called(name, arguments, column, owner, pytorch)


def _nearest(typed: str) -> str:
    """The function that was most likely meant, by its letters or how it begins (`cosinus`); empty if none is near."""
    known = [name for name in NAMES if len(name) > 1]
    if typed in _ELSEWHERE:
        return _ELSEWHERE[typed]
    close = get_close_matches(typed, known, n=1, cutoff=0.8)
    begun = sorted((name for name in known if len(name) > 2 and typed.startswith(name)), key=len, reverse=True)
    return next(iter(close or begun), "")


def _listed(bracket: Token, entries: tuple[Any, ...]) -> Listed:
    listed = Listed(entries, column_of(bracket))
    level: list[Any] = [listed]
    for _ in range(MAX_LIST_LEVELS):
        level = [entry for item in level for entry in item.entries if isinstance(entry, Listed)]
    if level:
        raise ProgramError("list_deep", column_of(bracket), levels=MAX_LIST_LEVELS)
    return listed


def _field(owner: Call, name: str) -> Call:
    """The result of that name, of a call that has several."""
    options = {**dict(owner.options), "field": name}
    return Call(owner.operation, owner.arguments, tuple(sorted(options.items())), owner.column)


def _chosen(owner: Call) -> bool:
    """Whether one of several results has been asked for."""
    return any(name == "field" for name, _ in owner.options)


def _numbered(owner: Call, subscripts: Sequence[Any], column: int) -> Call:
    """The result of a number, of a call that has several."""
    fields = OPERATIONS[owner.operation].results
    number = plain(subscripts[0]) if len(subscripts) == 1 and isinstance(subscripts[0], (Number, Call)) else None
    if not isinstance(number, int) or not -len(fields) <= number < len(fields):
        raise ProgramError("no_such_result", column, names=", ".join(fields), first=fields[0])
    return _field(owner, fields[number])


def _item(subscript: Any, operands: list[Expression], column: int) -> Option:
    """A part of an index; what is computed is added to the operands."""
    match subscript:
        case Slice() | "...":
            return subscript
        case Nothing():
            return None
        case Listed():
            operands.append(_indices(subscript))
            return IndexOperand(len(operands) - 1)
    number = plain(as_expression(subscript))
    if number is None:
        operands.append(subscript)
        return IndexOperand(len(operands) - 1)
    if not isinstance(number, int):
        raise ProgramError("index_whole", getattr(subscript, "column", column))
    return number


def _indices(listed: Any) -> Expression:
    """A list inside of an index: whole numbers."""
    tensor = as_expression(listed)
    if not isinstance(tensor, Call) or tensor.operation != "tensor":
        return tensor
    (numbers,) = [data for name, data in tensor.options if name == "data"]
    return Call("tensor", (), (("data", _as_whole(numbers)),), tensor.column)


def _as_whole(data: Any) -> Any:
    """Numbers without a fraction as whole ones, in lists of lists too."""
    if isinstance(data, tuple):
        return tuple(map(_as_whole, data))
    return int(data) if float(data).is_integer() else data


def _whole(part: Any) -> int:
    number = plain(as_expression(part))
    if not isinstance(number, int):
        raise ProgramError("index_whole", as_expression(part).column)
    return number


def allowed(name: str, column: int) -> str:
    """The name, unless Python or the language keeps it; ProgramError then."""
    if keyword.iskeyword(name) or name in ("torch", "math", "print", "float"):
        raise ProgramError(_SCRIPT_WORDS.get(name, "reserved"), column, name=name)
    if name.lower() in _NOT_NAMES:
        raise ProgramError("not_a_number", column, name=name)
    if len(name) > limits.MAX_NAME_CHARACTERS:
        raise ProgramError("name_too_long", column, length=len(name), limit=limits.MAX_NAME_CHARACTERS)
    if not name.isidentifier():  # U+03A2 stands between the Greek capitals and is no letter
        raise ProgramError("unknown_character", column, typed=name)
    return name
