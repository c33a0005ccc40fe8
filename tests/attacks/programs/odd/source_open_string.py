# coding: only-inside-the-sandbox
"""Ends in the middle of a string.

outcome: syntax_error
"""

def add(a, b):
    return a + b


text = """never closed
