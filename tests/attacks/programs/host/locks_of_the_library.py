# coding: only-inside-the-sandbox
"""Takes locks on files of the library and of its output, and keeps them.

outcome: wrong_answer
"""

import fcntl
import os

held = []
for path in (os.__file__, fcntl.__file__ if hasattr(fcntl, "__file__") else os.__file__, "/dev/null"):
    try:
        fd = os.open(path, os.O_RDONLY)
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held.append(fd)
    except OSError:
        pass


def add(a, b):
    return None
