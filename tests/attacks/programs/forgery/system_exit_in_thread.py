# coding: only-inside-the-sandbox
"""Raises SystemExit in a thread, which ends the thread alone.

outcome: wrong_answer
"""

import threading


def leave():
    raise SystemExit(0)


def add(a, b):
    thread = threading.Thread(target=leave)
    thread.start()
    thread.join()
    return 0
