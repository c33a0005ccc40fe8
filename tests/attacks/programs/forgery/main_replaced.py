# coding: only-inside-the-sandbox
"""Replaces sys.modules["__main__"], and every module that is there, by itself.

outcome: wrong_answer | runtime_error
"""

import sys


class Everything:
    def __getattr__(self, name):
        return self

    def __call__(self, *_, **__):
        return self

    def __eq__(self, other):
        return True


for name in list(sys.modules):
    if name not in ("sys", "builtins"):
        sys.modules[name] = Everything()


def add(a, b):
    return sys.modules["__main__"].answer
