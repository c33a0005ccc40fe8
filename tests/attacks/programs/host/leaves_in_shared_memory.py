# coding: only-inside-the-sandbox
"""Writes into every shared, writable map and file that it inherited.

outcome: wrong_answer
"""

import mmap
import os

for fd in range(32):
    try:
        os.pwrite(fd, b"note" * 1000, 0)
        with mmap.mmap(fd, 4096) as part:
            part[:4] = b"note"
    except (OSError, ValueError):
        pass


def add(a, b):
    return None
