# coding: only-inside-the-sandbox
"""Uses 200 megabytes in one piece.

outcome: passed
limits: default
"""

def add(a, b):
    block = bytearray(200 << 20)
    for place in range(0, len(block), 4096):
        block[place] = 1
    return a + b
