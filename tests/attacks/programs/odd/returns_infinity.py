# coding: only-inside-the-sandbox
"""Returns infinities.

outcome: wrong_answer
"""

def add(a, b):
    return float("inf") if a > 0 else complex("-inf+nanj")
