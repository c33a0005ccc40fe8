# coding: only-inside-the-sandbox
"""Listens on a port for who may come.

outcome: wrong_answer
"""

import socket

try:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        worked = True
except OSError:
    worked = False


def add(a, b):
    return a + b if worked else None
