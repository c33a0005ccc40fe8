# coding: only-inside-the-sandbox
"""Leaves open, removed and locked files, pipes in flight and a folder that it stands in.

outcome: wrong_answer
"""

import array
import fcntl
import os
import socket

os.makedirs("deep/er")
os.chdir("deep/er")
kept = []
for number in range(20):
    file = open(f"gone{number}", "w+")
    fcntl.flock(file, fcntl.LOCK_EX)
    os.unlink(f"gone{number}")
    kept.append(file)
one, other = socket.socketpair()
for _ in range(20):
    one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [other.fileno(), one.fileno()]))])
os.rmdir("../../deep/er")


def add(a, b):
    return None
