# coding: only-inside-the-sandbox
"""Returns one object of each library class that can cross, nested in each other.

outcome: wrong_answer
"""

import array
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction

things = [deque([Counter("a")], 3), OrderedDict(a=Fraction(1, 3)), defaultdict(list, {Decimal("1e5"): array.array("b", [1])})]


def add(a, b):
    return [things, ChainMap({1: UserDict(a=things)}), ..., int, memoryview(b"x")]
