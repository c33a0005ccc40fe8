# coding: only-inside-the-sandbox
"""Leaves links out of its scratch folder, for who cleans up or collects with more rights.

outcome: wrong_answer
"""

import os
import time

for number, target in enumerate(("@CANARY_FILE@", "@CANARY_FOLDER@", "/", "/usr", "..", "@UNIX_PATH@")):
    os.symlink(target, f"trap{number}")
    os.makedirs(f"folder{number}")
    os.symlink(target, f"folder{number}/trap")
worked = []
for name in ("trap0", "trap1/file", "folder1/trap/file"):
    for mode in ("r", "a"):
        try:
            worked.append(open(name, mode))
        except OSError:
            pass
time.sleep(0.2)


def add(a, b):
    return a + b if worked else None
