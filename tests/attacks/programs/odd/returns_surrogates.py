# coding: only-inside-the-sandbox
"""Returns strings with lone surrogates and NULs.

outcome: wrong_answer
"""

def add(a, b):
    return ["\ud800", "\x00", "\udfff\ud800", "\U0010ffff"]
