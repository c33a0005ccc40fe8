# coding: only-inside-the-sandbox
"""Leaves a note in the times of the scratch folder.

outcome: wrong_answer
"""

import os

try:
    os.utime(".", (12345, 67890))
    os.utime("..", (12345, 67890))
except OSError:
    pass
for folder in ("/", "/tmp", os.path.dirname(os.__file__)):
    try:
        os.utime(folder, (1, 1))
        escaped = folder == os.path.dirname(os.__file__)
    except OSError:
        escaped = False


def add(a, b):
    return a + b if escaped else None
