# coding: only-inside-the-sandbox
"""Returns generators that give another value each time they are looked at.

outcome: wrong_answer
"""

import itertools

numbers = itertools.count(-5)


class Changing:
    def __iter__(self):
        return self

    def __next__(self):
        if next(numbers) % 7 == 0:
            raise StopIteration
        return next(numbers)


def add(a, b):
    return Changing()
