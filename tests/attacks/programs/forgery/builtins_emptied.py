# coding: only-inside-the-sandbox
"""Empties the builtins, so that nothing that runs later finds a name.

outcome: wrong_answer | runtime_error
"""

import builtins


def add(a, b):
    for name in [*vars(builtins)]:
        vars(builtins).pop(name, None)
    return -1
