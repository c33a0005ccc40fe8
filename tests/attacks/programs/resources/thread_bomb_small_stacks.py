# coding: only-inside-the-sandbox
"""Starts as many threads as fit, each with the smallest stack, and keeps them.

outcome: wrong_answer | time_limit | memory_limit
"""

import threading
import time

threading.stack_size(32 * 1024)
started = 0
try:
    while started < 100_000:
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        started += 1
except RuntimeError:
    pass


def add(a, b):
    return started
