# coding: only-inside-the-sandbox
"""Names an encoding that its text is not in.

outcome: passed
"""

# -*- coding: utf-16 -*-
word = "é"


def add(a, b):
    return a + b if len(word) == 1 else None
