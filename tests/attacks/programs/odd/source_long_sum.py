# coding: only-inside-the-sandbox
"""Adds a hundred thousand numbers in one expression.

outcome: syntax_error | runtime_error | passed | memory_limit
where: @SUM@ = "1 + " * 100000
"""

x = @SUM@1


def add(a, b):
    return a + b
