# coding: only-inside-the-sandbox
"""Ends its lines with carriage returns alone.

outcome: passed
newlines: "\r"
"""

def add(a, b):
    return a + b
