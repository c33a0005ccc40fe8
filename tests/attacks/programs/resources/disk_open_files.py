# coding: only-inside-the-sandbox
"""Fills files that it has already removed from their folder.

outcome: runtime_error | output_limit | time_limit
"""

import os
import time

kept = []
for number in range(100):
    file = open(f"file{number}", "wb", buffering=0)
    os.unlink(f"file{number}")
    file.write(bytes(8 << 20))
    kept.append(file)
time.sleep(0.5)


def add(a, b):
    return a + b if len(kept) == 100 else None
