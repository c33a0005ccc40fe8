# coding: only-inside-the-sandbox
"""Replaces the names int, float, list and dict that an encoder may look up.

outcome: wrong_answer | runtime_error
"""

import builtins

for name in ("int", "float", "list", "dict", "tuple", "str", "object", "range"):
    setattr(builtins, name, lambda *_: 3)


def add(a, b):
    return "three"
