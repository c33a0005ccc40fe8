# coding: only-inside-the-sandbox
"""Sends open files into sockets that it then forgets.

outcome: wrong_answer
"""

import os
import socket

kept = []
for number in range(20):
    one, other = socket.socketpair()
    fd = os.open(f"file{number}", os.O_CREAT | os.O_RDWR)
    os.write(fd, b"x" * 100_000)
    try:
        socket.send_fds(one, [b"x"], [fd, one.fileno(), other.fileno()])
    except OSError:
        pass
    os.close(fd)
    os.unlink(f"file{number}")
    kept.append((one.detach(), other.detach()))


def add(a, b):
    return None
