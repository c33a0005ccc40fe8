# coding: only-inside-the-sandbox
"""Opens all that it can, of every kind, and goes on without a single free descriptor.

outcome: wrong_answer | runtime_error
"""

import os
import socket

kept = []
for way in (socket.socketpair, os.pipe, lambda: os.open("/dev/zero", os.O_RDONLY), lambda: os.eventfd(1)):
    try:
        while True:
            kept.append(way())
    except OSError:
        pass


def add(a, b):
    return None
