# coding: only-inside-the-sandbox
"""Swaps a folder for a link to the outside and back, while somebody measures or removes it.

outcome: wrong_answer | output_limit
"""

import os
import time

os.mkdir("real")
with open("real/file", "w") as file:
    file.write("x")
os.symlink("@CANARY_FOLDER@", "link")
end = time.monotonic() + 0.4
while time.monotonic() < end:
    os.rename("real", "swap")
    os.rename("link", "real")
    os.rename("real", "link")
    os.rename("swap", "real")


def add(a, b):
    return None
