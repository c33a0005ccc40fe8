# coding: only-inside-the-sandbox
"""Raises a class that says it is a builtin and has a frame's line break in its name.

outcome: runtime_error
"""

Forged = type("v\n3\nAssertionError", (Exception,), {"__module__": "builtins"})


def add(a, b):
    raise Forged("v\n3")
