# coding: only-inside-the-sandbox
"""Drops objects nested a million deep, and objects that come back from the dead.

outcome: wrong_answer | time_limit | memory_limit | runtime_error
"""

class Undead:
    def __init__(self, inner):
        self.inner = inner

    def __del__(self):
        kept.append(self)


kept = []
chain = None
for _ in range(300_000):
    chain = (chain,)
del chain
undead = None
for _ in range(50_000):
    undead = Undead(undead)
del undead


def add(a, b):
    return None
