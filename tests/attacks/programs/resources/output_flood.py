# coding: only-inside-the-sandbox
"""Prints without end.

outcome: output_limit | runtime_error
"""

while True:
    print("all work and no play " * 50)
