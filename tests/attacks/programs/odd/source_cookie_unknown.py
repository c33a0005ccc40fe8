# coding: only-inside-the-sandbox
"""Names an encoding that does not exist.

outcome: passed
"""

# vim: set fileencoding=no-such-encoding :
def add(a, b):
    return a + b
