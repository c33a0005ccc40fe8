# coding: only-inside-the-sandbox
"""Writes a frame of a hundred thousand keys that all collide.

outcome: time_limit | wrong_answer
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


P = (1 << 61) - 1
frame('v\n{"P":["Counter",' + ",".join('{"i":"%x"},1' % (n * P) for n in range(1, 100_000)) + "]}")


def add(a, b):
    return None
