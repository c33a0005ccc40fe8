# coding: only-inside-the-sandbox
"""Shuts the way to itself, so that questions break, and goes on answering.

outcome: wrong_answer | runtime_error
"""

import socket

channel = socket.socket(fileno=3)
channel.shutdown(socket.SHUT_RD)


def add(a, b):
    return 3
