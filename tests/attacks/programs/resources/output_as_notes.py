# coding: only-inside-the-sandbox
"""Changes what it can of its inherited files: flags, places, locks and modes, for the next program to find.

outcome: wrong_answer
"""

import fcntl
import os
import struct

for fd in (0, 1, 2):
    for flags in (os.O_NONBLOCK, os.O_NONBLOCK | os.O_APPEND, 0):
        try:
            fcntl.fcntl(fd, fcntl.F_SETFL, flags | os.O_NONBLOCK)
        except OSError:
            pass
    for what in (fcntl.LOCK_EX | fcntl.LOCK_NB, fcntl.LOCK_SH | fcntl.LOCK_NB):
        try:
            fcntl.flock(fd, what)
        except OSError:
            pass
    for command in (37, 6):  # F_OFD_SETLK, F_SETLK
        try:
            fcntl.fcntl(fd, command, struct.pack("hhqqixxxx", fcntl.F_WRLCK if fd else fcntl.F_RDLCK, 0, 7, 100, 0))
        except OSError:
            pass
    for way in (lambda: os.utime(fd, (12345, 12345)), lambda: os.fchmod(fd, 0o123)):
        try:
            way()
        except OSError:
            pass


def add(a, b):
    os.lseek(1, 12345, os.SEEK_SET)
    return None
