# coding: only-inside-the-sandbox
"""Has half of a surrogate pair in its text.

outcome: syntax_error | runtime_error
where: @HALF@ = "\ud800"
"""

text = "@HALF@"


def add(a, b):
    return a + b
