# coding: only-inside-the-sandbox
"""Looks for the child's own functions in frames and replaces what it says.

outcome: wrong_answer | runtime_error
"""

import sys

frame = sys._getframe()
while frame.f_back is not None:
    frame = frame.f_back
    names = frame.f_globals
    if "_answer" in names:
        names["_answer"] = lambda *_: "d\n"
        names["dumps"] = names["dumps_or_digest"] = lambda *_: "true"
        names["_said"] = lambda *_: "v\ntrue"


def add(a, b):
    return None
