# coding: only-inside-the-sandbox
"""Changes its root, to climb out of it afterwards.

outcome: wrong_answer
"""

import os

worked = []
try:
    os.mkdir("inner")
    os.chroot("inner")
    worked.append("root")
except OSError:
    pass
os.chdir("/")
for _ in range(100):
    os.chdir("..")
for path in ("etc/passwd", "proc/version", "etc/hostname"):
    try:
        worked.append(open(path).read())
    except OSError:
        pass


def add(a, b):
    return a + b if worked else None
