# coding: only-inside-the-sandbox
"""Writes files of a megabyte without end.

outcome: runtime_error | output_limit | time_limit
"""

import itertools

for number in itertools.count():
    with open(f"file{number}", "wb") as file:
        file.write(bytes(1 << 20))
