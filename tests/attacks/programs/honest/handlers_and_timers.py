# coding: only-inside-the-sandbox
"""Handles signals of its own and stops itself by an alarm.

outcome: passed
"""

import os
import signal


class Late(Exception):
    pass


def late(*_):
    raise Late


def add(a, b):
    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    try:
        while True:
            pass
    except Late:
        pass
    finally:
        signal.signal(signal.SIGALRM, before)
    seen = []
    signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)
    return a + b if len(seen) == 2 else None
