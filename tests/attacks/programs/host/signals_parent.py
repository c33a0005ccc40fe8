# coding: only-inside-the-sandbox
"""Kills, stops and interrupts its parent, by every call that sends a signal.

outcome: wrong_answer
"""

import ctypes
import os
import signal

libc = ctypes.CDLL(None)
parent = os.getppid() or 1
worked = []
for number in (0, signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
    try:
        os.kill(parent, number)
        worked.append(number)
    except OSError:
        pass
    for call in (libc.kill, libc.killpg):
        worked += [number] if call(parent, int(number)) == 0 else []
    try:
        signal.pidfd_send_signal(os.pidfd_open(parent), number)
        worked.append(number)
    except OSError:
        pass


def add(a, b):
    return a + b if worked else None
