# coding: only-inside-the-sandbox
"""Puts a dictionary of its own in the place of its module's.

outcome: runtime_error | wrong_answer
"""

import sys


class Space(dict):
    def __missing__(self, name):
        return lambda *_: True


def __getattr__(name):
    return lambda *_: True


sys.modules[__name__].__class__ = type("Module", (type(sys),), {"__getattribute__": lambda self, name: Space()})
