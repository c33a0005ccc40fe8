# coding: only-inside-the-sandbox
"""Sends a datagram, as a name look-up would.

outcome: wrong_answer
"""

import socket

worked = []
for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
    try:
        with socket.socket(socket.AF_INET, kind) as sender:
            sender.sendto(b"@SECRET@", ("127.0.0.1", @UDP_PORT@))
            worked.append(kind)
    except OSError:
        pass


def add(a, b):
    return a + b if worked else None
