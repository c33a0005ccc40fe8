# coding: only-inside-the-sandbox
"""Makes the compiler warn.

outcome: passed
"""

def add(a, b):
    text = "\d"
    if a is 1:
        return a + b
    return a + b if text else 0
