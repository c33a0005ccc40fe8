# coding: only-inside-the-sandbox
"""Uses names that the parser makes equal although they look different.

outcome: passed
"""

def ａdd(a, b):
    ﬁ = a
    return fi + b
