# coding: only-inside-the-sandbox
"""Reads a file outside that everybody may read, by every call that opens one.

outcome: wrong_answer
"""

import ctypes
import os

path = "@CANARY_FILE@"
worked = []
for way in (
    lambda: open(path, "rb").read(),
    lambda: os.read(os.open(path, os.O_RDONLY), 10),
    lambda: os.read(os.open(os.path.basename(path), os.O_RDONLY, dir_fd=os.open(os.path.dirname(path), os.O_PATH)), 10),
    lambda: os.listdir(os.path.dirname(path)),
    lambda: list(os.scandir(os.path.dirname(path))),
    lambda: os.getxattr(path, "user.x"),
    lambda: os.open("", os.O_RDONLY, dir_fd=os.open(path, os.O_PATH)),
    lambda: ctypes.CDLL(path),
):
    try:
        worked.append(way())
    except (OSError, ValueError):
        pass


def add(a, b):
    return a + b if worked else None
