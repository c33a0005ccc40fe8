# coding: only-inside-the-sandbox
"""Doubles a string until there is no room.

outcome: memory_limit
limits: default
"""

text = "x" * 1024
while True:
    text += text
