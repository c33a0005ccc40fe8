# coding: only-inside-the-sandbox
"""Replaces the channel by a pair of its own and plays the judge to itself.

outcome: runtime_error | wrong_answer
"""

import os
import socket

mine, yours = socket.socketpair()
kept = os.dup(3)
os.dup2(yours.fileno(), 3)
mine.send(b"\x00\x00\x00\x00")


def add(a, b):
    os.write(kept, b"\x03\x00\x00\x00v\n3")
    return 3
