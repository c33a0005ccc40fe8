# coding: only-inside-the-sandbox
"""Recurses deep in a thread with a large stack.

outcome: passed
"""

import sys
import threading

sys.setrecursionlimit(20_000)
threading.stack_size(64 << 20)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def add(a, b):
    found = []
    thread = threading.Thread(target=lambda: found.append(depth(9_000)))
    thread.start()
    thread.join()
    return a + b if found == [9_000] else None
