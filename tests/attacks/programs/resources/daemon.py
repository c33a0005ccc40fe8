# coding: only-inside-the-sandbox
"""Leaves its session and goes on in the background.

outcome: runtime_error
"""

import os
import time

os.setsid()
if os.fork() == 0:
    while True:
        time.sleep(1)


def add(a, b):
    return 3
