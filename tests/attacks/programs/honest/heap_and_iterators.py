# coding: only-inside-the-sandbox
"""Uses heapq, bisect, itertools, functools and operator.

outcome: passed
"""

import bisect
import functools
import heapq
import itertools
import operator


def add(a, b):
    heap = [a, b]
    heapq.heapify(heap)
    items = []
    while heap:
        bisect.insort(items, heapq.heappop(heap))
    return functools.reduce(operator.add, itertools.chain.from_iterable([items]))
