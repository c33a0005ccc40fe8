# coding: only-inside-the-sandbox
"""Gives back what it was given, for a sum with 0 to be right by chance.

outcome: wrong_answer
"""

def add(a, b):
    return b
