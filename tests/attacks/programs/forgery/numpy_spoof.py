# coding: only-inside-the-sandbox
"""Returns an object of a class that says it comes from numpy, whose `item` never ends in a number.

outcome: runtime_error | wrong_answer
"""

Scalar = type("int64", (), {"__module__": "numpy", "ndim": 0, "item": lambda self: self, "__eq__": lambda *_: True})


def add(a, b):
    return Scalar()
