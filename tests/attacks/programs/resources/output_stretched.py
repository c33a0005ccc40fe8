# coding: only-inside-the-sandbox
"""Makes the output long without writing, by truncation and by allocation.

outcome: output_limit | runtime_error | wrong_answer
"""

import os

for way in (lambda: os.ftruncate(1, 1 << 40), lambda: os.posix_fallocate(1, 0, 1 << 33), lambda: os.ftruncate(1, 1 << 23)):
    try:
        way()
    except OSError:
        pass


def add(a, b):
    os.lseek(1, 1 << 50, os.SEEK_SET)
    return None
