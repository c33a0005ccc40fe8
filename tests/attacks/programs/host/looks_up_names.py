# coding: only-inside-the-sandbox
"""Asks for the address of a name.

outcome: wrong_answer
"""

import socket

worked = []
for name in ("example.com", "localhost", socket.gethostname()):
    try:
        worked += [item for item in socket.getaddrinfo(name, 80) if name == "example.com"]
    except OSError:
        pass


def add(a, b):
    return a + b if worked else None
