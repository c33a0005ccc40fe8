# coding: only-inside-the-sandbox
"""Returns huge ints inside containers, for who shortens what is printed.

outcome: wrong_answer
"""

def add(a, b):
    return [{"x": (10**5000, {10**6000})}]
