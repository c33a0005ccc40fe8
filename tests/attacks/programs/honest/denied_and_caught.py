# coding: only-inside-the-sandbox
"""Tries to start a process, is refused with an error that it can catch, and goes on without.

outcome: passed
"""

import subprocess


def add(a, b):
    try:
        return int(subprocess.check_output(["expr", str(a), "+", str(b)]))
    except OSError:
        return a + b
