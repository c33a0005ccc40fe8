# coding: only-inside-the-sandbox
"""Ends its lines as other systems do, and has such an end inside a string.

outcome: passed
newlines: "\r\n"
"""

text = """one
two"""


def add(a, b):
    return a + b if text == "one\ntwo" else None
