# coding: only-inside-the-sandbox
"""Is indented with tabs, which also stand inside a string.

outcome: passed
where: @TAB@ = "\t"
"""

def add(a, b):
@TAB@text = "@TAB@"
@TAB@if len(text) == 1:
@TAB@@TAB@return a + b
@TAB@return None
