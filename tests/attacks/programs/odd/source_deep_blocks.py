# coding: only-inside-the-sandbox
"""Indents a thousand blocks.

outcome: syntax_error
where: @IFS@ = "if 1: " * 1000
"""

if 1:
 if 1:
  @IFS@
   pass


def add(a, b):
    return a + b
