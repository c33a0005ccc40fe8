# coding: only-inside-the-sandbox
"""Returns booleans and sums of strings.

outcome: wrong_answer
"""

def add(a, b):
    return a == 1 or str(a) + str(b)
