# coding: only-inside-the-sandbox
"""Adds.

outcome: passed
"""

def add(a, b):
    return a + b
