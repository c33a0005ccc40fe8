# coding: only-inside-the-sandbox
"""Replaces isinstance, len, type, any and all by functions that agree with everything.

outcome: wrong_answer | runtime_error
"""

import builtins

for name in ("isinstance", "issubclass", "any", "all", "bool", "callable", "hasattr"):
    setattr(builtins, name, lambda *_: True)
builtins.len = lambda _: 1
builtins.type = lambda *_: int
builtins.repr = builtins.str = lambda *_: "3"


def add(a, b):
    return []
