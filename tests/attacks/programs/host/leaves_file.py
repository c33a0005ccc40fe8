# coding: only-inside-the-sandbox
"""Leaves files and folders everywhere it may write, for the next program to find.

outcome: wrong_answer
"""

import os
import tempfile

for folder in (".", tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~")):
    for way in (
        lambda: open(os.path.join(folder, "note"), "w").write("the answer is 42"),
        lambda: os.makedirs(os.path.join(folder, ".hidden/a/b")),
        lambda: open(os.path.join(folder, "sitecustomize.py"), "w").write("raise SystemExit"),
        lambda: open(os.path.join(folder, "json.py"), "w").write("raise SystemExit"),
    ):
        try:
            way()
        except OSError:
            pass


def add(a, b):
    return None
