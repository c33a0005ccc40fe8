# coding: only-inside-the-sandbox
"""Puts a hundred thousand signs before a number.

outcome: syntax_error | memory_limit | runtime_error
where: @SIGNS@ = "-" * 100000
"""

x = @SIGNS@1


def add(a, b):
    return a + b
