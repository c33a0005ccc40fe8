# coding: only-inside-the-sandbox
"""Returns a class whose own class makes it equal to everything.

outcome: runtime_error | wrong_answer
"""

class Meta(type):
    def __eq__(cls, other):
        return True

    __hash__ = type.__hash__

    def __instancecheck__(cls, other):
        return True


class Equal(metaclass=Meta):
    pass


def add(a, b):
    return Equal
