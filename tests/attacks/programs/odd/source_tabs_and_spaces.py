# coding: only-inside-the-sandbox
"""Mixes tabs and spaces so that nobody can tell how deep a line is.

outcome: syntax_error
where: @TAB@ = "\t"
"""

def add(a, b):
        if a:
@TAB@return a + b
