# coding: only-inside-the-sandbox
"""Starts another program.

outcome: runtime_error
"""

import subprocess


def add(a, b):
    return int(subprocess.check_output(["expr", str(a), "+", str(b)]))
