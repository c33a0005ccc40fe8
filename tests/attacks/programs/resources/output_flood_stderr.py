# coding: only-inside-the-sandbox
"""Prints to stderr without end, in single characters.

outcome: output_limit | runtime_error
"""

import os

while True:
    os.write(2, b"x" * 4096)
