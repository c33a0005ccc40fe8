# coding: only-inside-the-sandbox
"""Raises its own kind of SystemExit that claims success.

outcome: runtime_error
"""

class Done(SystemExit):
    code = 0

    def __bool__(self):
        return True


def add(a, b):
    raise Done("passed")
