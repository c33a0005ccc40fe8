# coding: only-inside-the-sandbox
"""Returns what is not even equal to itself.

outcome: wrong_answer
"""

def add(a, b):
    return float("nan")
