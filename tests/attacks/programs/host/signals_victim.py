# coding: only-inside-the-sandbox
"""Kills and stops a process outside.

outcome: wrong_answer
"""

import ctypes
import fcntl
import os
import signal
import struct

victim = @VICTIM@
libc = ctypes.CDLL(None)
worked = []
for number in (signal.SIGSTOP, signal.SIGKILL):
    for way in (
        lambda: os.kill(victim, number),
        lambda: os.killpg(victim, number),
        lambda: signal.pidfd_send_signal(os.pidfd_open(victim), number),
    ):
        try:
            way()
            worked.append(number)
        except OSError:
            pass
read, write = os.pipe()
for command, value in ((8, victim), (15, struct.pack("ii", 1, victim)), (10, signal.SIGKILL)):
    try:
        fcntl.fcntl(read, command, value)  # F_SETOWN, F_SETOWN_EX, F_SETSIG
        worked.append(command)
    except OSError:
        pass


def add(a, b):
    return a + b if worked else None
