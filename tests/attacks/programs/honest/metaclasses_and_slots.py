# coding: only-inside-the-sandbox
"""Uses a metaclass, slots, descriptors and a class decorator.

outcome: passed
"""

class Meta(type):
    def __new__(cls, name, bases, space, **options):
        return super().__new__(cls, name, bases, space | options)

    def __call__(cls, *args):
        return super().__call__(*args)


class Field:
    def __set_name__(self, owner, name):
        self.name = f"_{name}"

    def __get__(self, item, owner=None):
        return getattr(item, self.name)

    def __set__(self, item, value):
        setattr(item, self.name, value)


class Pair(metaclass=Meta, extra=0):
    __slots__ = ("_a", "_b")
    a, b = Field(), Field()

    def __init__(self, a, b):
        self.a, self.b = a, b


def add(a, b):
    pair = Pair(a, b)
    return pair.a + pair.b + Pair.extra
