# coding: only-inside-the-sandbox
"""Returns wrappers of values whose inside is an object equal to everything.

outcome: wrong_answer | runtime_error
"""

from collections import UserDict, UserList, UserString


class Equal:
    def __eq__(self, other):
        return True

    __hash__ = None


def add(a, b):
    made = (UserList, UserDict, UserString)[a % 3]()
    made.data = Equal()
    return made
