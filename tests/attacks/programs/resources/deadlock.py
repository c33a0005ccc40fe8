# coding: only-inside-the-sandbox
"""Waits for a lock that it holds.

outcome: time_limit
"""

import threading

lock = threading.Lock()


def add(a, b):
    with lock, lock:
        return 3
