# coding: only-inside-the-sandbox
"""Returns plain values that look like the channel's own tags.

outcome: wrong_answer
"""

def add(a, b):
    return {"i": "3", "h": "00", "t": [3]} if a != 1 else {"i": "3"}
