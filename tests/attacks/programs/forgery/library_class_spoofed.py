# coding: only-inside-the-sandbox
"""Returns an object of a class that claims to be a decimal equal to everything.

outcome: wrong_answer | runtime_error
"""

class Decimal:
    def __eq__(self, other):
        return True

    __hash__ = None

    def __str__(self):
        return "3"

    def is_finite(self):
        return False

    def adjusted(self):
        return 0


Decimal.__module__ = "decimal"
Decimal.__qualname__ = "Decimal"


def add(a, b):
    return Decimal()
