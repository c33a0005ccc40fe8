# coding: only-inside-the-sandbox
"""Connects to a socket file of the machine, and makes one of its own.

outcome: wrong_answer
"""

import os
import socket

worked = []
for path in ("@UNIX_PATH@", "/run/docker.sock", "/var/run/docker.sock", "/dev/log"):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            with socket.socket(socket.AF_UNIX, kind) as connection:
                connection.connect(path)
                worked.append(path)
        except OSError:
            pass
try:
    one, other = socket.socketpair()
    one.bind(os.path.join(os.getcwd(), "mine"))
    worked.append("bound")
except OSError:
    pass


def add(a, b):
    return a + b if worked else None
