# coding: only-inside-the-sandbox
"""Maps anonymous memory in pieces and touches each page.

outcome: memory_limit | runtime_error | time_limit
limits: default
"""

import mmap

maps = []
while True:
    part = mmap.mmap(-1, 1 << 24)
    for place in range(0, 1 << 24, 4096):
        part[place] = 1
    maps.append(part)
