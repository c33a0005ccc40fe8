# coding: only-inside-the-sandbox
"""Raises the tests' own assertion, with the words of a passed test.

outcome: runtime_error
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


for _ in range(3):
    frame('x\nAssertionError AssertionError {"t":[true]}\npassed')


def add(a, b):
    return None
