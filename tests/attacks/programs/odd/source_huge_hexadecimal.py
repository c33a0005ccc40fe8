# coding: only-inside-the-sandbox
"""Has a number of a million hexadecimal digits.

outcome: passed
where: @DIGITS@ = "1234567890" * 100000
"""

x = 0x@DIGITS@


def add(a, b):
    return a + b
