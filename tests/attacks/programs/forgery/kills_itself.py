# coding: only-inside-the-sandbox
"""Sends itself SIGKILL, which could look like a limit of ours.

outcome: runtime_error
"""

import os
import signal


def add(a, b):
    os.kill(os.getpid(), signal.SIGKILL)
