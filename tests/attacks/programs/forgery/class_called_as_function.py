# coding: only-inside-the-sandbox
"""Is a class whose objects claim to be integers.

outcome: wrong_answer
"""

class add(int):
    def __new__(cls, a, b):
        return int.__new__(cls, 7)

    def __eq__(self, other):
        return True

    __hash__ = int.__hash__
