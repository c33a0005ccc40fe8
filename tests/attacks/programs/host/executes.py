# coding: only-inside-the-sandbox
"""Replaces itself by another program, by path, by descriptor and by the loader.

outcome: wrong_answer
"""

import ctypes
import os

libc = ctypes.CDLL(None)
with open("script", "w") as file:
    file.write("#!/bin/sh\nexit 0\n")
worked = []
for way in (
    lambda: os.execv("/bin/true", ["true"]),
    lambda: os.execv("script", ["script"]),
    lambda: os.execv("/usr/bin/python3", ["python3", "-c", "0"]),
    lambda: os.execve(os.open("/lib64/ld-linux-x86-64.so.2", os.O_RDONLY), ["ld", "/bin/true"], {}),
    lambda: os.posix_spawn("/bin/true", ["true"], {}),
):
    try:
        worked.append(way())
    except (OSError, NotImplementedError):
        pass
if os.system("true") == 0:
    worked.append("system")


def add(a, b):
    return a + b if worked else None
