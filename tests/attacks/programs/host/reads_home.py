# coding: only-inside-the-sandbox
"""Reads the home folders of the machine's users.

outcome: wrong_answer
"""

import os

worked = False
for folder in (os.path.expanduser("~root"), "/root", "/home", os.path.expanduser("~")):
    for name in ("", ".ssh", ".bashrc", ".profile", ".gitconfig", ".netrc"):
        path = os.path.join(folder, name)
        if path.startswith(os.getcwd()) or os.path.realpath(folder) == os.path.realpath(os.getcwd()):
            continue
        try:
            worked |= bool(os.listdir(path)) if os.path.isdir(path) else bool(open(path, "rb").read(1))
        except OSError:
            pass


def add(a, b):
    return a + b if worked else None
