# coding: only-inside-the-sandbox
"""Keeps tiny objects in its module until there is no room, so that the report of it finds none either.

outcome: memory_limit
limits: default
"""

import gc

gc.disable()
kept = None
while True:
    kept = [kept] * 100
