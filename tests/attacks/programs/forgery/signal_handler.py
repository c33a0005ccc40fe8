# coding: only-inside-the-sandbox
"""Answers from a signal handler that fires while the channel is being read.

outcome: wrong_answer | runtime_error
"""

import os
import signal


def answer(*_):
    for fd in range(3, 16):
        try:
            os.write(fd, b"\x03\x00\x00\x00v\n3")
        except OSError:
            pass


signal.signal(signal.SIGALRM, answer)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)


def add(a, b):
    return None
