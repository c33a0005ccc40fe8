# coding: only-inside-the-sandbox
"""Writes ten megabytes into files, some in folders, and reads them back.

outcome: passed
"""

import os


def add(a, b):
    size = 0
    for number in range(10):
        os.makedirs(f"folder{number}", exist_ok=True)
        with open(f"folder{number}/file", "wb") as file:
            file.write(os.urandom(1 << 20))
        size += os.path.getsize(f"folder{number}/file")
    return a + b if size == 10 << 20 else None
