# coding: only-inside-the-sandbox
"""Has constants that a compiler folds, shares or interns for whoever comes next.

outcome: wrong_answer
"""

x = ("add", "return", 3, 0, 42, -0.0, 0.0, True, 1, 1.0, (1, (2, (3,))), frozenset({1, 2}), "a" * 4096, b"a" * 4096, 1 << 64, 2**200, ...)


def add(a, b):
    return x[a % 3]
