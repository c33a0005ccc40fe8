# coding: only-inside-the-sandbox
"""Fills a pipe that nobody reads.

outcome: time_limit
"""

import os

read, write = os.pipe()


def add(a, b):
    while True:
        os.write(write, bytes(1 << 16))
