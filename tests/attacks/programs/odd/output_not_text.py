# coding: only-inside-the-sandbox
"""Prints bytes that are no UTF-8, NULs and escape sequences, and answers right.

outcome: passed
"""

import sys

sys.stdout.buffer.write(b"\xff\xfe\x00\x80\x1b[2J\x1b]0;title\x07\r\n")
sys.stdout.flush()


def add(a, b):
    return a + b
