# coding: only-inside-the-sandbox
"""Begins with two byte order marks.

outcome: syntax_error
where: @BOM@ = "\ufeff" * 2
"""

@BOM@def add(a, b):
    return a + b
