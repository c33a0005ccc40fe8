# coding: only-inside-the-sandbox
"""Has a NUL in its text.

outcome: syntax_error
where: @NUL@ = "\u0000"
"""

def add(a, b):
    return a + b
@NUL@
