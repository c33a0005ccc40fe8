# coding: only-inside-the-sandbox
"""Returns an object that claims to be a scalar of numpy with an item to each taste.

outcome: wrong_answer
"""

class Scalar:
    ndim = 0

    def item(self):
        return Scalar2(7)


class Scalar2(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


Scalar.__module__ = "numpy"


def add(a, b):
    return Scalar()
