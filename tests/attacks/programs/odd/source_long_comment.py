# coding: only-inside-the-sandbox
"""Has a comment of ten megabytes.

outcome: passed
where: @LONG@ = "0123456789" * 1000000
"""

# @LONG@
def add(a, b):
    return a + b
