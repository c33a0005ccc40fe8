# coding: only-inside-the-sandbox
"""Returns an int of its own class, with an honest value.

outcome: passed
"""

class Meters(int):
    def __repr__(self):
        return f"{int(self)} m"

    def __add__(self, other):
        return Meters(int(self) + int(other))


def add(a, b):
    return Meters(a) + Meters(b)
