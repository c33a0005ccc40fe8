# coding: only-inside-the-sandbox
"""Carries its numbers in a dataclass, pickled and copied.

outcome: passed
"""

import copy
import dataclasses
import pickle


@dataclasses.dataclass(frozen=True, order=True)
class Pair:
    a: int
    b: int = 0


def add(a, b):
    pair = copy.deepcopy(pickle.loads(pickle.dumps(Pair(a, b))))
    return sum(dataclasses.astuple(pair))
