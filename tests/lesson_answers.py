"""What the lessons promise, and the right answers of the lecture."""

PROMISED = {
    "slope": "x.grad = -2.0",
    "entries": "x.grad = tensor([[-2., -2.],\n                 [ 0.,  2.]])",
    "sum_form": "x.grad = tensor([[ -2., -20.],\n                 [  0.,   6.]])",
    "twice": "y'' = d2y/dx2 = 2.0",
    "several": "grad_x1 = 3.0",
    "minimum": "x = 0.9999589920043945",
    "who_moves": "x = 0.2",
    "zero_grad": "It bounces: at step 500",
    "rebound": "x = x - 0.25*x.grad",
    "freed": "PyTorch stops with an error. At which line?",
    "not_at_the_minimum": "x2.grad = 20.0",
    "corner": "x.grad = 0.0",
    "root": "x.grad = nan",
    "none": "x.grad = 0.0",
    "broadcast": "w.grad = 5.0",
    "cut": "x.grad = 3.0",
    "backwards": "w.grad = 22.0",
    "square": "x.grad = 6.0",
    "shared": "x.grad = 36.0",
    "momentum": "It creeps: at step 100",
    "saddle": "eigenvalues = tensor([-2.,  2.])",
    "vanishing": "x.grad = 0.0030",
    "regression": "w.grad = tensor([-2.6667, -6.0000])",
    "network": "v.grad = tensor([-0.1816,  0.5800])",
}
"""Of lessons that are not asked: a result that stands on the page."""

ANSWERS = {
    "A": ["4.0", "1.0", "-5.0", "2.0", "12.0", "7.0"],
    "B": ["An error", "[[0, 0], [0, 2]]", "[[-2, -2], [0, 2]]", "[[-2, -20], [0, 6]]", "[[-2, -20], [0, 6]]",
          "[[0, 1], [0, 0]]"],
    "C": ["-2.0", "A tuple", "An error", "2.0", "2.0", "It leaves open what is there"],
    "D": ["(2.0, 1.0)", "An error", "(1.0, 1.0)", "(3.0, 2.0)", "(1.0, 0.0)"],
    "E": ["step", "0.0396", "0.999959", "It settles", "It swings to and fro", "It diverges", "It swings to and fro",
          "In the near valley", "In the other valley", "It diverges"],
}  # fmt: skip
"""The right answer to each question of the lecture."""
