# coding: only-inside-the-sandbox
"""Uses 200 megabytes in a list.

outcome: passed
limits: default
"""

def add(a, b):
    numbers = list(range(5_000_000))
    return a + b + len(numbers) - 5_000_000
