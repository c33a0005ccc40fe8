# coding: only-inside-the-sandbox
"""Starts threads that start threads.

outcome: runtime_error | memory_limit | time_limit
"""

import threading


def bomb():
    while True:
        threading.Thread(target=bomb, daemon=True).start()


bomb()
