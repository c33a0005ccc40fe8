# coding: only-inside-the-sandbox
"""Raises an exception whose class refuses to say its name, its module and its bases.

outcome: runtime_error
"""

class Meta(type):
    def __getattribute__(cls, name):
        raise SystemExit(0)


class Evil(Exception, metaclass=Meta):
    pass


def add(a, b):
    raise Evil
