"""Wrong texts: each gets the sentence that fits it, at the character where it went wrong."""

import pytest
from hypothesis import given, settings

from playground.language import limits
from playground.language.errors import ProgramError
from playground.language.operations import NAMES
from playground.language.parse import parse
from tests.programs import PIECES, mangled, programs, texts


def refusal(text: str) -> ProgramError:
    with pytest.raises(ProgramError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(("text", "column", "key"), [
    # empty, half-typed
    ("", 1, "empty"), ("  \n ; ", 1, "empty"), ("# only a comment", 1, "empty"), ("；", 1, "empty"),
    ("y =", 4, "unfinished"), ("y = x +", 8, "unfinished"), ("y = x + # and", 8, "unfinished"), ("x^", 3, "unfinished"),
    ("y = ; z = 2", 4, "unfinished"), ("y = x + ; z = 2", 8, "unfinished"), ("y = x *\nz = 2", 11, "equals"),
    ("2*", 3, "unfinished"), ("sin(x) *", 9, "unfinished"),
    ("(x", 1, "unclosed"), ("y = ((x) + 1", 5, "unclosed"), ("sin(", 4, "unclosed"), ("|x", 1, "unclosed"),
    ("x)", 2, "unopened"), ("x + 1)*2", 6, "unopened"), ("[x)", 3, "unopened"), ("(" * 2001, 2001, "too_long"),
    ("(x\n+", 1, "unclosed"), ("|x; y|", 3, "ends_inside"), ("sin(x ; y)", 7, "ends_inside"),
    # products that would be silent mistakes
    ("x^2 1", 5, "number_second"), ("2 3", 3, "number_second"), ("y = a x 2.5", 9, "number_second"),
    ("cosh2(x)", 1, "unknown_function_near"), ("y = 2 cosinus(x)", 7, "unknown_function_near"),
    ("xy(2)", 1, "unknown_function"),
    ("y = sin", 5, "function_alone"), ("sin^2", 1, "function_alone"), ("2 sin + 1", 3, "function_alone"),
    ("torch.sin + 1", 1, "function_alone"),
    # functions of one's own
    ("f(x) = x^2; g = f + f(3)", 17, "function_and_result"),
    ("f(x) = x^2; f(2, 3)", 13, "arity"), ("f(x) = x^2; y = f()", 17, "arity"),
    ("f(x) = f(x) + 1; f(2)", 8, "used_before"),
    ("y = f(2); f(x) = x^2", 5, "used_before"), ("f(x) = x^2; f(2, dim=0)", 18, "not_an_expression"),
    ("f(x) = sin(x) + 1/0; f(2)", 22, "zero_division"),
    # LaTeX
    ("\\foo x", 1, "unknown_command"), ("y = \\frac{1}{2}x + \\int x", 20, "integral"), ("\\sum_i x_i", 1, "sum"),
    ("\\prod x", 1, "product"), ("\\frac{\\partial}{\\partial x} x^2", 7, "derivative"),
    ("\\frac{1}{x", 9, "unclosed"), ("\\frac{1}{0}", 9, "zero_division"), ("x^{2} $", 7, "unknown_character"),
    ("\\sin", 2, "function_alone"), ("2 + \\sqrt{y}}", 13, "brace"),
    ("\\begin{cases} x & x>0 \\end{cases}", 1, "cases"), ("y = \\begin{cases} x \\\\ 0 \\end{cases}", 5, "cases"),
    ("\\begin{cases} x & x > 0 \\\\ 0", 1, "unclosed"), ("\\begin{cases}", 1, "unclosed"),
    ("\\end{cases}", 1, "unknown_command"), ("\\begin{foo} x \\end{foo}", 1, "unknown_command"),
    ("\\min_x x^2", 1, "minimum"), ("y = \\arg\\max_{x} x^2", 5, "minimum"), ("2 \\infty", 3, "unknown_character"),
    # signs that mean something elsewhere
    ("x'", 2, "prime"), ("f'(x) = 2", 2, "prime"), ("y’", 2, "prime"), ("'abc'", 1, "quote"), ('"abc"', 1, "quote"),
    ("y = x = 2", 7, "equals"), ("= x", 1, "equals"), ("_x + 1", 1, "underscore"),
    ("1_000", 2, "underscore"), ("% 2", 1, "remainder"), ("<x, w>", 1, "comparison"), ("x < > w", 5, "comparison"),
    ("∂x", 1, "derivative"), ("∇f", 1, "derivative"), ("∫x dx", 1, "integral"), ("∑ x", 1, "sum"),
    ("d/dx (x^2)", 3, "derivative"),
    ("x!", 2, "factorial"), ("x : y", 3, "colon"), ("{x}", 1, "brace"), ("√", 2, "unfinished"),
    ("x . 5", 3, "dot"), ("x..y", 2, "dot"), ("x.", 2, "dot"), ("x, y", 2, "comma"),
    ("u = x^2, y = sin(u)", 8, "comma"), ("y = (x1, x2)", 8, "comma"), ("* x", 1, "unexpected"),
    ("x ** ** y", 6, "unexpected"), ("sin()", 1, "arity"), ("(,)", 2, "comma"), ("()", 2, "unexpected"),
    ("x $ y", 3, "unknown_character"), ("x + é", 5, "letter"), ("(ŷ - y)^2", 2, "letter"), ("x\u0302", 2, "letter"),
    ("x\\y", 2, "unknown_command"),
    ("∞", 1, "unknown_character"), ("x\u200b", 2, "unknown_character"), ("1 + \u03a2", 5, "unknown_character"),
    ("x -> x^2", 4, "arrow"), ("f: x ↦ x²", 2, "arrow"), ("x → x²", 3, "arrow"), (r"x \mapsto x^2", 3, "arrow"),
    ("x // 2", 4, "floor_division"), ("y = x^2; y += x", 13, "augmented"), ("x @= w", 4, "augmented"),
    ("tf.square(x)", 1, "library"), ("scipy.special.expit(x)", 1, "library"), ("jax.nn.relu(x)", 1, "library"),
    ("tf.reduce_mean(x)", 1, "module_unread"), ("torch.fft.fft(x)", 1, "module_unread"),
    ("torch.nn.MSELoss()(x, t)", 1, "unknown_function_near"), ("torch.autograd.grad(y, x)", 1, "done_for_you"),
    # names
    ("sin = 2", 1, "taken"), ("y = e^x; e = 2", 10, "taken"), ("pi = 2", 1, "taken"), ("π = 3", 3, "equals"),
    ("lambda x: x", 1, "python_function"), ("f = lambda x: x", 5, "python_function"), ("y = if", 5, "reserved"),
    ("def f(x): return x**2", 1, "python_function"), ("return x**2", 1, "python_function"),
    ("import torch", 1, "python_line"), ("sum(x**i for i in range(3))", 10, "python_line"),
    ("torch + 1", 1, "reserved"),
    ("x + nan", 5, "not_a_number"), ("inf x", 1, "not_a_number"), ("Infinity", 1, "not_a_number"),
    ("torch.tau", 1, "unknown_constant"), ("x + 2; x = 3", 8, "value_in_program"), ("y = y + 1", 5, "used_before"),
    ("u = v; v = 2*w", 5, "used_before"), ("a; b; c; d; x", 13, "no_free_name"),
    # PyTorch that is not a formula
    ("y = x^2; y.backward()", 12, "done_for_you"), ("x.numpy()", 3, "done_for_you"),
    ("x.grad", 3, "attribute"),
    ("x.__class__", 2, "dot"), ("a.b.c", 3, "attribute"), ("__import__('os')", 1, "underscore"),
    ("x.shape", 3, "attribute"),
    ("exec('1')", 1, "unknown_function"), ("eval(x)", 1, "unknown_function"),
    # functions
    ("torch.einsum('i;j', x)", 14, "option_equation"), ("torch.einsum('ij')", 1, "arity"),
    ("torch.einsum(A, 'ij')", 17, "quote"),
    ("y = sin(x, 2)", 5, "arity"), ("x.pow()", 3, "arity"), ("sum(x, 0, 1, 2)", 1, "arity"),
    ("sin(x, dim=0)", 8, "option"), ("softmax(x, keepdim=True)", 12, "option"),
    ("sum(x, dim=0, dim=1)", 15, "option_twice"),
    ("sum(x, dim=0.5)", 8, "option_dims"), ("sum(x, dim=a)", 8, "option_dims"),
    ("sum(x, dim=1e99)", 8, "option_dims"),
    ("sum(x, 0, dim=1)", 11, "option_twice"),
    # plain numbers
    ("1/0", 2, "zero_division"), ("x + 0/0", 6, "zero_division"), ("0^-1", 2, "zero_division"),
    ("(-8)^(1/3)", 5, "not_real"),
    ("1e999", 1, "number_too_large"), ("x + 1000^1000", 9, "number_too_large"), ("9**9**9**9", 5, "exponent"),
    ("x**1e9", 2, "exponent"), ("x^(500*3)", 2, "exponent"), ("x^-1001", 2, "exponent"),
    ("1e308*10", 6, "number_too_large"), ("x" + "⁹" * 400, 2, "number_too_large"),
])  # fmt: skip
def test_a_wrong_text_gets_its_sentence_and_column(text: str, column: int, key: str) -> None:
    problem = refusal(text)
    assert (problem.key, problem.column) == (key, column), problem
    assert str(problem) == f"{problem.message} (column {column})"


@pytest.mark.parametrize(("typed", "nearest"), [
    ("cosinus", "cos"), ("sinus", "sin"), ("Sin", "sin"), ("SQRT", "sqrt"), ("sqroot", "sqrt"), ("sigmoide", "sigmoid"),
    ("maximun", "maximum"), ("relu7", "relu"), ("tanhh", "tanh"), ("logarithm", "log"), ("arctg", "arctan"),
    ("expp", "exp"),
    ("softmx", "softmax"), ("coshh", "cosh"), ("absolut", "absolute"),
])  # fmt: skip
def test_an_unknown_function_is_told_the_nearest_one(typed: str, nearest: str) -> None:
    problem = refusal(f"y = {typed}(2x)")
    assert problem.values["nearest"] == nearest
    assert f"There is no function {typed}. Did you mean {nearest}?" in problem.message


@pytest.mark.parametrize("typed", [name[:-1] for name in NAMES if len(name) > 4 and name[:-1] not in NAMES])
def test_a_function_without_its_last_letter_is_told_a_known_one(typed: str) -> None:
    assert refusal(f"{typed}(x, y)").values["nearest"] in NAMES


# Limits


def test_a_program_has_at_most_2000_characters() -> None:
    assert parse("x" + " " * 1999).inputs == ("x",)
    assert refusal("x" + " " * 2000).key == "too_long"
    assert refusal("x+" * 5000 + "x").message == "The program has 10001 characters; at most 2000 are read."


def test_a_program_has_at_most_200_operations() -> None:
    parse("x" + "+x" * 200)
    problem = refusal("x" + "+x" * 201)
    assert (problem.key, problem.values["count"], problem.column) == ("too_many_operations", 201, 402)
    parse(";".join(f"a{i} = x+1" for i in range(10)))


def test_a_program_has_at_most_26_inputs() -> None:
    names = [f"x{i}" for i in range(27)]
    assert len(parse("+".join(names[:26])).inputs) == 26
    problem = refusal("+".join(names))
    assert (problem.key, problem.values["count"]) == ("too_many_inputs", 27)
    assert problem.column == len("+".join(names[:26])) + 2


def test_an_exponent_stays_finite() -> None:
    parse(f"x^{limits.MAX_EXPONENT:g} + x^-{limits.MAX_EXPONENT:g}")
    assert refusal("x^1000.5").key == "exponent"


def test_nesting_as_deep_as_the_limits_allow_is_read() -> None:
    assert parse("(" * 249 + "x" + ")" * 249).inputs == ("x",)
    assert parse("-" * 200 + "x").inputs == ("x",)
    assert parse("x^" * 200 + "x").inputs == ("x",)
    assert parse("sin(" * 99 + "x" + ")" * 99).inputs == ("x",)


# Whatever is typed


@given(texts())
@settings(max_examples=400)
def test_any_text_is_a_program_or_a_program_error_with_a_sentence_inside_the_text(text: str) -> None:
    try:
        program = parse(text)
    except ProgramError as problem:
        assert problem.column is not None
        assert 1 <= problem.column <= len(text) + 1
        assert problem.message
    else:
        assert program.outputs
        assert program.statements


@given(mangled(programs().map(lambda made: made.text)))
@settings(max_examples=200)
def test_a_broken_program_is_refused_or_read_and_nothing_else(text: str) -> None:
    try:
        parse(text)
    except ProgramError as problem:
        assert "{" not in problem.message or "{" in text


AROUND = ("{}", "y = {}", "y = a*x^2 + {}", "{} x", "sin({})", "({})^2", "u = x; y = {}; z = u")


@pytest.mark.parametrize("piece", PIECES)
def test_a_hostile_piece_in_any_place_is_refused_or_read(piece: str) -> None:
    for around in AROUND:
        try:
            assert parse(around.replace("{}", piece)).outputs
        except ProgramError as problem:
            assert problem.message
