# coding: only-inside-the-sandbox
"""Puts a file in the place of the channel.

outcome: wrong_answer | runtime_error
"""

import os
import tempfile

file = tempfile.TemporaryFile()
os.dup2(file.fileno(), 3)


def add(a, b):
    return a + b
