# coding: only-inside-the-sandbox
"""Nests five thousand parentheses.

outcome: syntax_error | memory_limit
where: @OPEN@ = "(" * 5000
where: @CLOSE@ = ")" * 5000
"""

x = @OPEN@1@CLOSE@


def add(a, b):
    return a + b
