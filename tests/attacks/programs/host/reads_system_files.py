# coding: only-inside-the-sandbox
"""Reads files that every user of the machine may read.

outcome: wrong_answer
"""

worked = []
for path in ("/etc/passwd", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/etc/shadow"):
    try:
        worked.append(open(path, "rb").read())
    except OSError:
        pass


def add(a, b):
    return a + b if worked else None
