# coding: only-inside-the-sandbox
"""Rebinds and removes what it was given.

outcome: wrong_answer
"""

def add(a, b):
    del a, b
    return None
