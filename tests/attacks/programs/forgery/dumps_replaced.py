# coding: only-inside-the-sandbox
"""Finds the function that writes values among all objects, and puts its own code in its place.

outcome: wrong_answer | runtime_error
"""

import gc
import types


def forged(value, *_):
    return "3"


def add(a, b):
    gc.unfreeze()
    for thing in gc.get_objects():
        if type(thing) is types.FunctionType and thing.__name__.startswith(("dumps", "_write", "_answer", "encode")):
            try:
                thing.__code__ = forged.__code__
            except ValueError:
                continue
    return None
