# coding: only-inside-the-sandbox
"""Types into the terminal that the judge was started from.

outcome: wrong_answer
"""

import fcntl
import os

worked = []
for fd in (0, 1, 2, 3):
    for request in (0x5412, 0x541C, 0x540E, 0x5414):  # push a character, selection, control, window size
        try:
            fcntl.ioctl(fd, request, b"x\n" + bytes(62))
            worked.append(request)
        except OSError:
            pass
try:
    worked.append(os.open("/dev/tty", os.O_RDWR))
except OSError:
    pass


def add(a, b):
    return a + b if worked else None
