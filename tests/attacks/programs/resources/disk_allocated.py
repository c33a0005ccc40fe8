# coding: only-inside-the-sandbox
"""Reserves room for files without writing.

outcome: runtime_error | output_limit | wrong_answer
"""

import os
import time

for number in range(64):
    fd = os.open(f"reserved{number}", os.O_CREAT | os.O_RDWR)
    try:
        os.posix_fallocate(fd, 0, 1 << 40)
    except OSError:
        os.posix_fallocate(fd, 0, 15 << 20)
    os.close(fd)
time.sleep(0.5)


def add(a, b):
    return a + b
