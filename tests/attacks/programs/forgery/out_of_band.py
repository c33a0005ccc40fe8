# coding: only-inside-the-sandbox
"""Sends urgent bytes in the middle of a frame.

outcome: wrong_answer | runtime_error | time_limit
"""

import socket

channel = socket.socket(fileno=3)


def add(a, b):
    channel.send(b"\x03\x00\x00\x00v\n")
    channel.send(b"3", socket.MSG_OOB)
    channel.send(b"4")
    return 4
