# coding: only-inside-the-sandbox
"""Computes a power that takes hours.

outcome: time_limit | memory_limit
"""

def add(a, b):
    return (10**10**8) % 7
