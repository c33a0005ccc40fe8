# coding: only-inside-the-sandbox
"""Replaces the reading and writing that the channel uses.

outcome: wrong_answer | runtime_error
"""

import os

write = os.write
os.write = lambda fd, data: write(fd, b"\x03\x00\x00\x00v\n3") and len(data)


def add(a, b):
    return None
