# coding: only-inside-the-sandbox
"""Writes a forged answer to every descriptor when it is called, then none of its own.

outcome: wrong_answer | runtime_error
"""

import os


def add(a, b):
    for fd in range(256):
        try:
            os.write(fd, b"\x03\x00\x00\x00v\n3")
        except OSError:
            pass
    os._exit(0)
