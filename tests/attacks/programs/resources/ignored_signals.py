# coding: only-inside-the-sandbox
"""Ignores and blocks every signal that could tell it to stop, then loops.

outcome: time_limit
"""

import signal

for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def add(a, b):
    while True:
        pass
