# coding: only-inside-the-sandbox
"""Keeps small objects until there is no room.

outcome: memory_limit
limits: default
"""

kept = []


def add(a, b):
    while True:
        kept.append(bytes(4000))
