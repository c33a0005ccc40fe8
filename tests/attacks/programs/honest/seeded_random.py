# coding: only-inside-the-sandbox
"""Seeds random numbers and draws until the sum is right.

outcome: passed
"""

import random

random.seed(42)
rng = random.Random(7)


def add(a, b):
    items = [random.random() for _ in range(1000)] + [rng.gauss(0, 1) for _ in range(1000)]
    rng.shuffle(items)
    return a + b + 0 * len(items)
