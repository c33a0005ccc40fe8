# coding: only-inside-the-sandbox
"""Holds a reader of input that nobody calls.

outcome: passed
"""

import sys


def read():
    return int(input("a? ")), int(sys.stdin.readline())


def add(a, b):
    return a + b
