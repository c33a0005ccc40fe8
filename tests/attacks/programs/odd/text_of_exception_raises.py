# coding: only-inside-the-sandbox
"""Raises an exception whose text cannot be made.

outcome: runtime_error
"""

class Mute(ValueError):
    def __str__(self):
        raise ValueError("no text")


def add(a, b):
    raise Mute
