# coding: only-inside-the-sandbox
"""Draws random numbers of every kind.

outcome: passed
"""

import random
import secrets
import uuid

random.seed(7)


def add(a, b):
    draws = random.sample(range(1000), 10) + [secrets.randbelow(10), uuid.uuid4().int, random.SystemRandom().randint(1, 6)]
    random.shuffle(draws)
    return a + b if len(draws) == 13 else None
