# coding: only-inside-the-sandbox
"""Prints a little, very often, to both ends of its output.

outcome: output_limit | time_limit | wrong_answer | runtime_error
"""

import os


def add(a, b):
    while True:
        os.write(1, b"a")
        os.write(2, b"\n")
