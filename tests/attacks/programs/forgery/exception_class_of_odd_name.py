# coding: only-inside-the-sandbox
"""Raises exceptions named like dunder methods, builtins, and nothing.

outcome: runtime_error
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


frame("x\n__import__ __class__ \nx")
frame("x\nprint print \nx")
frame("x\n  \n")
frame("x\nobject mro \n")


def add(a, b):
    return None
