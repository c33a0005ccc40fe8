# coding: only-inside-the-sandbox
"""Reads where links in /proc of other processes point to.

outcome: wrong_answer
"""

import os

found = []
for pid in ("1", str(os.getppid()), "@VICTIM@"):
    for name in ("exe", "cwd", "root", "fd/0", "fd/3", "ns/pid", "map_files"):
        try:
            found.append(os.readlink(f"/proc/{pid}/{name}"))
        except OSError:
            pass


def add(a, b):
    return a + b if found else None
