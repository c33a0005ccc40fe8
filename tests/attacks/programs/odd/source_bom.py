# coding: only-inside-the-sandbox
"""Begins with a byte order mark.

outcome: passed
where: @BOM@ = "\ufeff"
"""

@BOM@def add(a, b):
    return a + b
