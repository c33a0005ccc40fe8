# coding: only-inside-the-sandbox
"""Guesses by the hash of the arguments.

outcome: wrong_answer
"""

def add(a, b):
    return hash((a, b)) % 43
