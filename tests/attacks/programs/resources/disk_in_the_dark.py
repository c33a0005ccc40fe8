# coding: only-inside-the-sandbox
"""Fills files in folders that nobody can look into.

outcome: runtime_error | output_limit | time_limit
"""

import os
import time

os.mkdir("dark")
os.chdir("dark")
os.chmod(".", 0o300)
for number in range(60):
    with open(f"file{number}", "wb") as file:
        file.write(bytes(1 << 20))
    time.sleep(0.01)


def add(a, b):
    return a + b
