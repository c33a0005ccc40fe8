# coding: only-inside-the-sandbox
"""Asks for an attribute of an attribute, a hundred thousand deep.

outcome: syntax_error | runtime_error | memory_limit
where: @CHAIN@ = ".a" * 100000
"""

x = 1
try:
    x@CHAIN@
except AttributeError:
    pass


def add(a, b):
    return a + b if x is None else None
