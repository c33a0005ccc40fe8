# coding: only-inside-the-sandbox
"""Stops its own process, so that whoever waits for it waits for ever.

outcome: time_limit | runtime_error | wrong_answer
"""

import os
import signal


def add(a, b):
    os.kill(os.getpid(), signal.SIGSTOP)
