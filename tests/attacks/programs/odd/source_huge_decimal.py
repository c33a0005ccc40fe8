# coding: only-inside-the-sandbox
"""Has a number of a million decimal digits.

outcome: syntax_error
where: @DIGITS@ = "1234567890" * 100000
"""

x = @DIGITS@


def add(a, b):
    return a + b
