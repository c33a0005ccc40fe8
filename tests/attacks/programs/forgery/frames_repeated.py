# coding: only-inside-the-sandbox
"""Says each of its answers three times, so that later questions get earlier answers.

outcome: wrong_answer
"""

import os

real = os.write


def thrice(fd, data):
    if fd > 2:
        real(fd, bytes(data))
        real(fd, bytes(data))
    return real(fd, data)


os.write = thrice


def add(a, b):
    return 3
