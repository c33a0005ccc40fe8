# coding: only-inside-the-sandbox
"""Connects to an abstract socket of the machine, by streams, datagrams and pairs.

outcome: wrong_answer
"""

import socket

address = "\0@ABSTRACT@"
worked = []
for way in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
    try:
        with socket.socket(socket.AF_UNIX, way) as connection:
            connection.connect(address)
            worked.append(way)
    except OSError:
        pass
    try:
        one, other = socket.socketpair(socket.AF_UNIX, way)
    except OSError:
        continue
    for call in (lambda: one.connect(address), lambda: one.sendto(b"x", address), lambda: one.bind("\0isocost-left")):
        try:
            call()
            worked.append(way)
        except OSError:
            pass


def add(a, b):
    return a + b if worked else None
