# coding: only-inside-the-sandbox
"""Has a line of a megabyte.

outcome: passed
where: @LONG@ = "1, " * 350000
"""

numbers = [@LONG@]


def add(a, b):
    return a + b
