# coding: only-inside-the-sandbox
"""Holds memory in threads that never end.

outcome: wrong_answer | memory_limit | runtime_error
"""

import threading
import time


def hold():
    kept = bytearray(20 << 20)
    kept[::4096] = b"x" * len(kept[::4096])
    time.sleep(3600)


for _ in range(20):
    threading.Thread(target=hold, daemon=True).start()


def add(a, b):
    return None
