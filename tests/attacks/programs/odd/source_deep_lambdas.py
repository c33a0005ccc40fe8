# coding: only-inside-the-sandbox
"""Nests fifty thousand functions.

outcome: syntax_error | runtime_error | memory_limit
where: @LAMBDAS@ = "lambda: " * 50000
"""

x = @LAMBDAS@1


def add(a, b):
    return a + b
