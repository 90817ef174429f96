"""What is typed is what runs: texts, and the trees they mean, written as (operation argument argument)."""

import pytest
from hypothesis import given, settings

from playground.language.parse import parse
from playground.language.program import Call, Expression, Number, Variable, fold, postorder
from playground.language.signs import comment_at_the_end
from tests.programs import Made, programs


def tree(expression: Expression) -> str:
    """A tree on one line: `(add (power x 2) y)`."""

    def call(node: Call, parts: tuple[str, ...]) -> str:
        options = [f"{name}={value}" for name, value in node.options]
        return f"({' '.join([node.operation, *parts, *options])})"

    return fold(expression, lambda n: n.symbol or repr(n.value), lambda n: n.name, call)


def read(text: str) -> str:
    """The trees of a program's statements with their names."""
    return "; ".join(f"{s.name} = {tree(s.expression)}" for s in parse(text).statements)


def only(text: str) -> str:
    """The tree of a program of one statement."""
    (statement,) = parse(text).statements
    return tree(statement.expression)


def table(rows: str) -> list[tuple[str, str]]:
    """Lines of `text -> tree`."""
    pairs = [line.split(" -> ") for line in rows.strip().splitlines()]
    return [(text.strip(), meaning.strip()) for text, meaning in pairs]


@given(programs())
@settings(max_examples=300)
def test_every_spelling_of_a_generated_tree_is_read_as_that_tree_node_for_node(made: Made) -> None:
    assert parse(made.text) == made.program


@pytest.mark.parametrize(("text", "meaning"), table("""
    a + b - c -> (subtract (add a b) c)
    a - b - c -> (subtract (subtract a b) c)
    a - (b - c) -> (subtract a (subtract b c))
    a + b*c -> (add a (multiply b c))
    (a + b)*c -> (multiply (add a b) c)
    a/b/c -> (divide (divide a b) c)
    a/b*c -> (multiply (divide a b) c)
    a @ b * c -> (multiply (matmul a b) c)
    a*b @ c -> (matmul (multiply a b) c)
    -x^2 -> (negate (power x 2))
    (-x)^2 -> (power (negate x) 2)
    x^-2 -> (power x (negate 2))
    x^+2 -> (power x 2)
    x^--y -> (power x (negate (negate y)))
    2^-x^2 -> (power 2 (negate (power x 2)))
    2^3^2 -> (power 2 (power 3 2))
    x**y**z -> (power x (power y z))
    (x^2)^3 -> (power (power x 2) 3)
    -x*y -> (multiply (negate x) y)
    x*-y -> (multiply x (negate y))
    a - -b -> (subtract a (negate b))
    --x -> (negate (negate x))
    +x -> x
"""))  # fmt: skip
def test_operators_bind_as_in_mathematics(text: str, meaning: str) -> None:
    assert only(text) == meaning


@pytest.mark.parametrize(("text", "meaning"), table("""
    2x -> (multiply 2 x)
    x y -> (multiply x y)
    3(x+1) -> (multiply 3 (add x 1))
    (x+1)(x-1) -> (multiply (add x 1) (subtract x 1))
    x(x+1) -> (multiply x (add x 1))
    x1 (x+1) -> (multiply x1 (add x 1))
    λ(x+1) -> (multiply λ (add x 1))
    1/2x -> (multiply (divide 1 2) x)
    1/x y -> (multiply (divide 1 x) y)
    a/b(c) -> (multiply (divide a b) c)
    2x^2 -> (multiply 2 (power x 2))
    x^2y -> (multiply (power x 2) y)
    x^2 y^3 -> (multiply (power x 2) (power y 3))
    2^x y -> (multiply (power 2 x) y)
    -2x -> (multiply (negate 2) x)
    2x + 3y -> (add (multiply 2 x) (multiply 3 y))
    2 π x -> (multiply (multiply 2 π) x)
    2πr -> (multiply (multiply 2 π) r)
    2sin(x)cos(x) -> (multiply (multiply 2 (sin x)) (cos x))
    sin(x)(x+1) -> (multiply (sin x) (add x 1))
    a x @ w -> (matmul (multiply a x) w)
    2e3x -> (multiply 2000.0 x)
    2e x -> (multiply (multiply 2 e) x)
"""))  # fmt: skip
def test_factors_side_by_side_are_a_product_as_tight_as_a_star(text: str, meaning: str) -> None:
    assert only(text) == meaning


@pytest.mark.parametrize(("text", "meaning"), table("""
    |x| -> (abs x)
    |x|^2 -> (power (abs x) 2)
    |x||y| -> (multiply (abs x) (abs y))
    2|x| -> (multiply 2 (abs x))
    |x - |y|| -> (abs (subtract x (abs y)))
    ||x|| -> (norm x)
    ‖x - y‖^2 -> (power (norm (subtract x y)) 2)
    ||x||² + |y| -> (add (power (norm x) 2) (abs y))
    ||x| - |y|| -> (abs (subtract (abs x) (abs y)))
    |||x||| -> (norm (abs x))
    |-x| + |(x)| -> (add (abs (negate x)) (abs x))
    |x²| -> (abs (power x 2))
    ｜x｜ -> (abs x)
    x² -> (power x 2)
    x⁻² -> (power x (negate 2))
    x¹⁰y -> (multiply (power x 10) y)
    2³ -> (power 2 3)
    x²+y³ -> (add (power x 2) (power y 3))
    ln(x) -> (log x)
    x−y -> (subtract x y)
    a·b -> (multiply a b)
    a×b -> (multiply a b)
    a÷b -> (divide a b)
    （x＋1）＊２ -> (multiply (add x 1) 2)
    ｘ＾２ -> (power x 2)
    max（x，y） -> (maximum x y)
    π -> π
    pi -> π
    e^x -> (power e x)
"""))  # fmt: skip
def test_mathematics_is_read_as_people_write_it(text: str, meaning: str) -> None:
    assert only(text) == meaning


@pytest.mark.parametrize(("text", "meaning"), table("""
    sin x -> (sin x)
    sin 2x -> (sin (multiply 2 x))
    sin 2π x -> (sin (multiply (multiply 2 π) x))
    sin x cos y -> (multiply (sin x) (cos y))
    2 sin x + 1 -> (add (multiply 2 (sin x)) 1)
    sin x² -> (sin (power x 2))
    sin²x -> (power (sin x) 2)
    sin^2 x -> (power (sin x) 2)
    sin^2(x) y -> (multiply (power (sin x) 2) y)
    sin²(x) + cos²(x) -> (add (power (sin x) 2) (power (cos x) 2))
    sin^-1 x -> (asin x)
    tan⁻¹(x) -> (atan x)
    ln x/2 -> (divide (log x) 2)
    ln |x| -> (log (abs x))
    log_2 x -> (log2 x)
    exp 2x -> (exp (multiply 2 x))
    sin √x -> (sin (sqrt x))
    sin x (x+1) -> (multiply (sin x) (add x 1))
    e^sin x -> (power e (sin x))
    √x -> (sqrt x)
    √2x -> (multiply (sqrt 2) x)
    √x² -> (sqrt (power x 2))
    √(x+1)² -> (power (sqrt (add x 1)) 2)
    ∛(x) -> (cbrt x)
    ∜x -> (power x (divide 1 4))
    x₁ x₂ -> (multiply x1 x2)
    x_{12} + x_1 -> (add x_12 x_1)
    x^T A x -> (matmul (matmul (transpose x) A) x)
    2xᵀy + b -> (add (matmul (multiply 2 (transpose x)) y) b)
    (A x)^T -> (transpose (multiply A x))
    σ(w x + b) -> (sigmoid (add (multiply w x) b))
    (x-μ)/σ -> (divide (subtract x μ) σ)
    σ (x+1) + σ -> (add (multiply σ (add x 1)) σ)
    ½x² -> (multiply (divide 1 2) (power x 2))
    x^¾ -> (power x (divide 3 4))
    x ∙ y -> (multiply x y)
    x₁ ≤ 2 -> (le x1 2)
    0 < x < 1 -> (logical_and (lt 0 x) (lt x 1))
    x if x > 0 else 0.1x -> (choose (gt x 0) x (multiply 0.1 x))
    (x > 1) | (x < 0) -> (logical_or (gt x 1) (lt x 0))
    ‖x‖₂² + ‖y‖₁ -> (add (power (norm x ord=2) 2) (norm y ord=1))
    ‖x‖_∞ -> (norm x ord=inf)
    ‖A‖_F -> (norm A)
    ⌊x⌋ + ⌈2x⌉ -> (add (floor x) (ceil (multiply 2 x)))
    ⟨x, w⟩^2 -> (power (dot x w) 2)
    x ⊙ w -> (multiply x w)
    x .* w ./ 2 + x.^2 -> (add (divide (multiply x w) 2) (power x 2))
    2.*x + 1./x -> (add (multiply 2.0 x) (divide 1.0 x))
    x % 2 -> (remainder x 2)
    -x % 2*y -> (multiply (remainder (negate x) 2) y)
    [1 2; 3 -4] @ x -> (matmul (tensor data=((1.0, 2.0), (3.0, -4.0))) x)
    [x, 1; 2, y] -> (stack (stack x 1) (stack 2 y))
    x[0] [1] -> (index (index x at=(0,)) at=(1,))
    not x > 1 and y > 2 -> (logical_and (logical_not (gt x 1)) (gt y 2))
"""))  # fmt: skip
def test_mathematics_is_read_as_it_is_printed(text: str, meaning: str) -> None:
    assert only(text) == meaning


@pytest.mark.parametrize(("text", "meaning"), [
    (r"\frac{1}{2}x^{2}", "½x²"), (r"y = \frac12 x", "y = ½x"), (r"\dfrac{\sqrt{x}}{\frac{a}{b}}", "√(x)/(a/b)"),
    (r"\sqrt[3]{x}", "∛(x)"), (r"\sqrt[n]{x}", "x^(1/n)"), (r"\sqrt2 x", "√2 x"), (r"\sin x", "sin x"),
    (r"\sin^2\theta", "sin²θ"), (r"\sin^{-1} x", "asin(x)"), (r"\left(x+1\right)\cdot 2", "(x+1)*2"),
    (r"\sigma(x)", "σ(x)"), (r"\sigma\left(w x\right)", "σ(w x)"), (r"\operatorname{relu}(x)", "relu(x)"),
    (r"\mathrm{relu}\left(x\right)", "relu(x)"), (r"\alpha x_{1} + \beta_2", "α x_1 + β_2"),
    (r"e^{-\frac{x^2}{2}}", "e^(-(x^2/2))"), (r"\left|x\right| + \lvert y \rvert", "|x| + |y|"),
    (r"\|x\|^2", "‖x‖^2"), (r"\left\lVert x\right\rVert", "‖x‖"), (r"x^{T} A x", "xᵀ A x"),
    (r"\mathbf{x}^\top \mathbf{w}", "xᵀ w"), (r"\log_{2} x", "log2(x)"), (r"$x^2$", "x^2"), (r"\[ x^2 \]", "x^2"),
    (r"2 \times x \div 3", "2*x/3"), (r"\max\left(x,\, 0\right)", "max(x, 0)"), (r"x \le 2", "x <= 2"),
    (r"\pi x", "π x"), (r"\exp\left\{x\right\}", "exp(x)"), (r"\text{loss} = x^2", "loss = x^2"),
    (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} @ x", "[[1, 2], [3, 4]] @ x"), (r"x^{10}y", "x^10 y"),
    (r"\cos\theta\sin\phi", "cos(θ) sin(φ)"), (r"\alpha\beta x", "α β x"), (r"\mathbf{x}^T\mathbf{w}", "xᵀ w"),
    (r"\log_{10}x", "log10(x)"), (r"x_{1}x_{2}", "x_1 x_2"), (r"x\mathrm{area}y", "x area y"), (r"\theta_1", "θ_1"),
    (r"(\hat{y} - y)^2", "(y_hat - y)^2"), (r"\bar x\hat y", "x_bar y_hat"), (r"\lfloor x\rfloor", "floor(x)"),
    (r"\langle x, w\rangle", "dot(x, w)"), (r"\|x\|_2^2", "norm(x, 2)^2"), (r"\lVert x \rVert_1", "norm(x, 1)"),
    (r"\dot{x} + \ddot\theta", "x_dot + θ_ddot"), (r"y := x^2", "y = x^2"),
    (r"\begin{cases} x^2 & x > 0 \\ -x & \text{otherwise} \end{cases}", "(x^2 if x > 0 else -x)"),
    (r"\begin{cases} 1, & \text{if } x = 0, \\[4pt] x, & \text{else.} \end{cases} + 1", "(1 if x == 0 else x) + 1"),
    (r"\begin{dcases} a & \max(x,y) > 0, x < 1 \\ b & 0 < x \le 1 \\ c & x \ge 2 \end{dcases}",
     "(a if max(x, y) > 0 and x < 1 else b if 0 < x <= 1 else c)"),
    (r"\begin{cases} \begin{cases} a & x > 1 \\ b & x \le 1 \end{cases} & x > 0 \\ c & x \le 0 \end{cases}",
     "((a if x > 1 else b) if x > 0 else c)"),
    (r"f(x) = \left\{ \begin{array}{ll} x & \mbox{for } x \geq 0 \\ 0 & \mbox{for } x < 0 \end{array} \right.; f(3)",
     "f(x) = (x if x >= 0 else 0); f(3)"),
    (r"\begin{cases} 3x, \text{ if } x > 0 \\ x, \text{ otherwise} \end{cases}", "(3x if x > 0 else x)"),
    (r"\begin{cases} x & \text{若 } x > 0 \\ 0 & \text{否则} \end{cases}", "(x if x > 0 else 0)"),
    (r"\begin{aligned} u &= x^2 \\ y &= u + 1 \end{aligned}", "u = x^2\ny = u + 1"),
    (r"\begin{align*} y &= x^2 \end{align*}", "y = x^2"), (r"\left. x \right|_0".replace("|_0", "."), "x"),
])  # fmt: skip
def test_latex_is_read_as_the_signs_that_it_stands_for(text: str, meaning: str) -> None:
    assert read(text) == read(meaning)


@pytest.mark.parametrize(("text", "meaning"), table("""
    torch.pow(x,2) -> (power x 2)
    x.pow(2) -> (power x 2)
    x.pow(2).sum() -> (sum (power x 2))
    (x+1).exp() -> (exp (add x 1))
    torch.sum(x) -> (sum x)
    torch.sum(x, dim=0) -> (sum x dim=0)
    torch.sum(x, 0) -> (sum x dim=0)
    x.sum(-1) -> (sum x dim=-1)
    x.sum(dim=0, keepdim=True) -> (sum x dim=0 keepdim=True)
    x.mean(0, keepdim=False) -> (mean x dim=0 keepdim=False)
    torch.einsum('ij,j->i', A, x) -> (einsum A x equation=ij,j->i)
    np.einsum("i , j", [x, w]) -> (einsum x w equation=i,j)
    torch.softmax(x, dim=0) -> (softmax x dim=0)
    softmax(x) -> (softmax x dim=-1)
    F.relu(x) -> (relu x)
    F.softmax(x, 1) -> (softmax x dim=1)
    torch.nn.functional.silu(x) -> (silu x)
    torch.special.erf(x) -> (erf x)
    torch.linalg.norm(x) -> (norm x)
    torch . sin ( x ) -> (sin x)
    x @ w -> (matmul x w)
    x.T @ w.t() -> (matmul (T x) (transpose w))
    x.mT -> (mT x)
    torch.matmul(a, b) -> (matmul a b)
    torch.mul(a, torch.add(b, c)) -> (multiply a (add b c))
    x.sigmoid() -> (sigmoid x)
    x.detach() -> (detach x)
    torch.pi * math.e -> (multiply π e)
    torch.max(x, y) -> (maximum x y)
    x.min(y) -> (minimum x y)
    max(x, 2) -> (maximum x 2)
    x.max(0) -> (max x dim=0)
    torch.max(x, 0) -> (max x dim=0)
    max(x) -> (max x)
    max(x, y, 2) -> (maximum (maximum x y) 2)
    max(x, dim=0) -> (max x dim=0)
    sin(x,) -> (sin x)
"""))  # fmt: skip
def test_pytorch_is_read_as_people_paste_it(text: str, meaning: str) -> None:
    assert only(text) == meaning


@pytest.mark.parametrize(("text", "meaning"), table("""
    x*x -> (multiply x x)
    x^2 -> (power x 2)
    2*x -> (multiply 2 x)
    x*2 -> (multiply x 2)
    x + x -> (add x x)
    x - x -> (subtract x x)
    0*x + 1*x^1 -> (add (multiply 0 x) (multiply 1 (power x 1)))
    2*3*x -> (multiply (multiply 2 3) x)
    --x + +x -> (add (negate (negate x)) x)
"""))  # fmt: skip
def test_nothing_is_simplified_or_reordered(text: str, meaning: str) -> None:
    assert only(text) == meaning


def test_a_plain_number_stays_the_number_that_was_typed() -> None:
    nodes = postorder(parse("2*x + 2.0*x + .5 + 1e3").statements[0].expression)
    assert [repr(node.value) for node in nodes if isinstance(node, Number)] == ["2", "2.0", "0.5", "1000.0"]


def test_several_letters_are_one_name() -> None:
    assert parse("area*x_1 + λ2 + xy").inputs == ("area", "x_1", "λ2", "xy")


# Statements


@pytest.mark.parametrize(("text", "meaning"), [
    ("y1 = x1*x2; y2 = x1 + x2", "y1 = (multiply x1 x2); y2 = (add x1 x2)"),
    ("u = x^2\ny = u*u + u", "u = (power x 2); y = (add (multiply u u) u)"),
    ("u = x^2 y = u*u + u", "u = (power x 2); y = (add (multiply u u) u)"),
    ("u = x^2 y1 = u z1 = 2u", "u = (power x 2); y1 = u; z1 = (multiply 2 u)"),
    (";; x = 1 ;\n; \n y = 2 ;", "x = 1; y = 2"),
    ("area\n(x + 1)", "y = area; z = (add x 1)"),
    ("f(x) = x^2\nf\n(x + 1)", "f = (power x 2); y = f; z = (add x 1)"),
    ("a = 1 # one; b = 2\nc = a", "a = 1; c = a"),
    ("f(x) = x^2", "f = (power x 2)"),
    ("f(x) = x^2; g(x) = f(x) + 1", "g = (add (power x 2) 1)"),
    ("f(x, z) = x z; f(x,z) + 1", "y = (add (multiply x z) 1)"),
    ("f(x) = x^2 g(x) = 2f(x)", "g = (multiply 2 (power x 2))"),
    ("loss(w) = w^2; 3loss(w)", "y = (multiply 3 (power w 2))"),
    ("f(x) = x^2; g = f + 1", "f = (power x 2); g = (add f 1)"),
    ("f(x) = x^2; y = f(3)", "y = (power 3 2)"),
    ("f(x) = x^2; g(t) = sin(t); y = f(g(3))", "y = (power (sin 3) 2)"),
    ("f(x) = a*x; y = f(f(b))", "y = (multiply a (multiply a b))"),
    ("f(a, b) = a - b; y = f(b, a)", "y = (subtract b a)"),
    ("f(x) = x^2; y = f(x[0]) f(2x)", "y = (multiply (power (index x at=(0,)) 2) (power (multiply 2 x) 2))"),
    ("σ(z) = z; y = σ(2)", "y = 2"),
    ("(x\n+ 1)", "y = (add x 1)"),
    ("y = x^2; y = y*2", "y = (power x 2); y = (multiply y 2)"),
    ("y = x; z = y; y = z + 1", "y = x; z = y; y = (add z 1)"),
])  # fmt: skip
def test_statements_are_told_apart(text: str, meaning: str) -> None:
    assert read(text) == meaning


@pytest.mark.parametrize(("text", "names"), [
    ("x^2", ("y",)),
    ("x^2 + y^2", ("z",)),
    ("x + y + z", ("f",)),
    ("x + y + z + f", ("out",)),
    ("a; b; c; d", ("y", "z", "f", "out")),
    ("y = 1; x", ("y", "z")),
    ("x; y = 1", ("z", "y")),
    ("x; z + 1", ("y", "f")),
])  # fmt: skip
def test_a_bare_expression_takes_the_first_free_name(text: str, names: tuple[str, ...]) -> None:
    assert parse(text).outputs == names


def test_inputs_stand_in_order_of_first_use_and_outputs_are_what_no_later_statement_uses() -> None:
    program = parse("u = b*x; v = a + u; w = x^2")
    assert (program.inputs, program.outputs) == (("b", "x", "a"), ("v", "w"))
    assert parse("y = a*x^2 + b*x + c").inputs == ("a", "x", "b", "c")


def test_names_keep_the_column_they_were_typed_at() -> None:
    nodes = postorder(parse("y = 2x + sin(a)").statements[0].expression)
    assert [(n.name, n.column) for n in nodes if isinstance(n, Variable)] == [("x", 6), ("a", 14)]
    assert [(n.operation, n.column) for n in nodes if isinstance(n, Call)] == [("multiply", 6), ("sin", 10), ("add", 8)]


@pytest.mark.parametrize(("text", "comment"), [
    ("y = x^2", ""),
    ("y = x^2 #", ""),
    ("y = x^2 # a parabola", "a parabola"),
    ("# the tutorial a = x*x # its square y = a + 1", "the tutorial a = x*x # its square y = a + 1"),
    ("y = x^2 # a parabola\nz = y + 1", ""),
    ("y = x^2 # a parabola\nz = y + 1 ＃ one more", "one more"),
])  # fmt: skip
def test_the_end_that_a_comment_keeps_from_being_read_is_known(text: str, comment: str) -> None:
    assert comment_at_the_end(text) == comment


@pytest.mark.parametrize(("text", "meaning"), [
    ("c = a + b; d = b + 1; e = c*d", "c = (add a b); d = (add b 1); e = (multiply c d)"),
    ("e = x^2; y = 2e + math.e", "e = (power x 2); y = (add (multiply 2 e) e)"),
    ("f(e) = e^2; y = f(x)", "y = (power x 2)"), ("y = e^x", "y = (power e x)"),
])  # fmt: skip
def test_e_is_eulers_number_until_it_is_given_a_meaning(text: str, meaning: str) -> None:
    assert "; ".join(f"{s.name} = {tree(s.expression)}" for s in parse(text).statements) == meaning


def test_the_e_of_a_library_stays_eulers_number() -> None:
    last = parse("e = x^2; y = 2e + math.e").statements[-1].expression
    assert [type(node).__name__ for node in postorder(last)] == ["Number", "Variable", "Call", "Number", "Call"]
