# coding: only-inside-the-sandbox
"""Asks the kernel to signal others when its files change.

outcome: wrong_answer
"""

import fcntl
import os
import signal

escaped = False
read, write = os.pipe()
for command, argument in ((fcntl.F_SETOWN, @VICTIM@), (fcntl.F_SETSIG, signal.SIGKILL), (15, b"\0" * 8), (1024, 0), (1026, 0x80000001)):
    for fd in (1, 3, read, write, os.open(".", os.O_RDONLY)):
        try:
            fcntl.fcntl(fd, command, argument)
            escaped = command in (fcntl.F_SETOWN, fcntl.F_SETSIG)
        except OSError:
            pass


def add(a, b):
    return a + b if escaped else None
