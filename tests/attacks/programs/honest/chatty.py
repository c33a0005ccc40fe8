# coding: only-inside-the-sandbox
"""Prints a megabyte of lines while it works.

outcome: passed
"""

import sys


def add(a, b):
    for number in range(5000):
        print("step", number, "of the way, with some more words to make it long", a, b)
        if number % 10 == 0:
            print("warning", file=sys.stderr)
    return a + b
