# coding: only-inside-the-sandbox
"""Writes fractions and decimals whose arithmetic would not end.

outcome: runtime_error
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


frame('v\n{"P":["Fraction",{"i":"%s"},{"i":"%s"}]}' % ("f" * 4_000_000, "e" * 4_000_001))
frame('v\n{"P":["Decimal","1e999999999999"]}')


def add(a, b):
    return None
