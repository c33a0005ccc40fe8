# coding: only-inside-the-sandbox
"""Raises exceptions with lone surrogates in name, text and arguments.

outcome: runtime_error
"""

kind = type("Odd\udc80", (ValueError,), {"__str__": lambda self: "\ud800\0\u202e\x1b[31m"})


def add(a, b):
    raise kind("\udfff", 10**5000)
