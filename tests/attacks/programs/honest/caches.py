# coding: only-inside-the-sandbox
"""Remembers what it computed.

outcome: passed
"""

import functools


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@functools.cache
def add(a, b):
    return a + b + fib(90) - 2880067194370816120
