# coding: only-inside-the-sandbox
"""Connects to a listener of the machine, by every address that leads there.

outcome: wrong_answer | runtime_error
"""

import socket

worked = []
for family, address in (
    (socket.AF_INET, ("127.0.0.1", @TCP_PORT@)),
    (socket.AF_INET, ("0.0.0.0", @TCP_PORT@)),
    (socket.AF_INET6, ("::1", @TCP_PORT@)),
    (socket.AF_INET6, ("::ffff:127.0.0.1", @TCP_PORT@)),
):
    try:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(0.5)
            connection.connect(address)
            worked.append(address)
    except OSError:
        pass


def add(a, b):
    return a + b if worked else None
