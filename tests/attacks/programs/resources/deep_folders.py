# coding: only-inside-the-sandbox
"""Makes folders inside folders, deeper than a path may be long or a recursion deep.

outcome: wrong_answer | runtime_error | output_limit | time_limit
"""

import os
import time

try:
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
except OSError:
    pass
time.sleep(0.3)


def add(a, b):
    return None
