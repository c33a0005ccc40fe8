# coding: only-inside-the-sandbox
"""Writes one file without end.

outcome: runtime_error | output_limit
"""

with open("big", "wb") as file:
    while True:
        file.write(bytes(1 << 20))
